"""A cursor over the tokens of a DDL statement, with the refusals of Athena's parser.

Which statements there are belongs to `ddl_syntax`.
"""

from typing import NoReturn

from sqlglot.tokenizer_core import Token, TokenType

from lakehouse.local_aws.athena.dialect import hive_tokens
from lakehouse.local_aws.athena.errors import refused
from lakehouse.local_aws.athena.hive_statements import Name
from lakehouse.local_aws.errors import AwsError


class Reader:
    """A cursor over the tokens of one statement."""

    def __init__(self, sql: str) -> None:
        self.sql = sql
        self.tokens = [part for token in hive_tokens(sql) for part in _split(token)]
        self.index = 0

    @property
    def here(self) -> Token | None:
        """The token at the cursor."""
        return self.tokens[self.index] if self.index < len(self.tokens) else None

    def take(self, *words: str) -> bool:
        """Step over these words if they stand here."""
        ahead = [token.text.upper() for token in self.tokens[self.index : self.index + len(words)]]
        if ahead != list(words):
            return False
        self.index += len(words)
        return True

    def need(self, *words: str) -> None:
        """Step over these words; refuse when they do not stand here."""
        if not self.take(*words):
            self.fail(" ".join(words))

    def next(self) -> Token:
        """Step over any token."""
        token = self.here
        if token is None:
            self.fail()
        self.index += 1
        return token

    def identifier(self) -> str:
        """A plain or quoted name, lower-cased."""
        token = self.next()
        plain = token.text.replace("_", "a").isalnum()
        if token.token_type == TokenType.STRING or (
            token.token_type != TokenType.IDENTIFIER and not plain
        ):
            self.index -= 1
            self.fail("a name")
        return token.text.lower()

    def string(self) -> str:
        """A quoted text."""
        token = self.next()
        if token.token_type != TokenType.STRING:
            self.index -= 1
            self.fail("a quoted text")
        return token.text

    def fail(self, expected: str = "") -> NoReturn:
        """Refuse the statement at the cursor."""
        raise self.failure(expected)

    def failure(self, expected: str = "") -> AwsError:
        """The refusal at the cursor, in the words of Athena's parser."""
        token = self.here
        start = token.start if token else len(self.sql)
        before = self.sql[:start]
        where = f"line {before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"
        text = token.text if token else "<EOF>"
        more = f". Expecting: '{expected}'" if expected else ""
        return refused(f"{where}: mismatched input '{text}'{more}")


def table_name(reader: Reader) -> Name:
    """`table`, `database.table` or `awsdatacatalog.database.table`."""
    parts = [reader.identifier()]
    while reader.take("."):
        parts.append(reader.identifier())
    if len(parts) == 3 and parts[0] == "awsdatacatalog":
        parts = parts[1:]
    if len(parts) > 2:
        reader.fail()
    return Name(parts[0] if len(parts) == 2 else None, parts[-1])


def properties(reader: Reader) -> dict[str, str]:
    """`('key' = 'value', ...)`."""
    reader.need("(")
    found: dict[str, str] = {}
    while True:
        key = reader.string()
        reader.need("=")
        found[key] = reader.string()
        if not reader.take(","):
            break
    reader.need(")")
    return found


def _split(token: Token) -> list[Token]:
    words = token.text.split(" ")
    if token.token_type in (TokenType.STRING, TokenType.IDENTIFIER) or len(words) == 1:
        return [token]
    return [
        Token(TokenType.VAR, word, token.line, token.col, token.start, token.end) for word in words
    ]
