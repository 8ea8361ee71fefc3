"""The reading side of Athena SQL: sqlglot's Trino grammar with every function left by its own name.

sqlglot turns known functions into nodes shared by all dialects and forgets what was written; here
`f(...)` stays `f(...)`, so that the function table alone decides what exists. Nothing is
translated here.
"""

from typing import Any, ClassVar

from sqlglot import exp
from sqlglot.dialects.hive import Hive
from sqlglot.dialects.trino import Trino
from sqlglot.errors import ParseError, TokenError
from sqlglot.parsers.trino import TrinoParser
from sqlglot.tokenizer_core import Token, TokenType

from lakehouse.local_aws.athena.errors import refused
from lakehouse.local_aws.athena.json_grammar import JSON_PARSERS
from lakehouse.local_aws.errors import AwsError

_SPECIAL_SYNTAX = (
    "CAST",
    "TRY_CAST",
    "EXTRACT",
    "TRIM",
    "SUBSTRING",
    "POSITION",
    "LISTAGG",
)


class AthenaQueries(Trino):
    """Trino's grammar without sqlglot's function nodes and without its shift of subscripts."""

    INDEX_OFFSET = 0
    SUPPORTS_USER_DEFINED_TYPES = True  # an unknown type fails the query, it does not refuse it

    class Parser(TrinoParser):
        """Only functions whose arguments are no plain list have a parser of their own."""

        FUNCTIONS: ClassVar[dict[str, Any]] = {}
        COLUMN_OPERATORS = {
            sign: parser
            for sign, parser in TrinoParser.COLUMN_OPERATORS.items()
            if sign != TokenType.DCOLON  # x::type is no SQL of Trino's
        }
        FUNCTION_PARSERS = {
            **{name: TrinoParser.FUNCTION_PARSERS[name] for name in _SPECIAL_SYNTAX},
            **JSON_PARSERS,
        }


class HiveWords(Hive):
    """Hive's tokens, where no keyword swallows the rest of the statement as one text."""

    class Tokenizer(Hive.Tokenizer):
        """SHOW and MSCK REPAIR are words like others."""

        COMMANDS: ClassVar[set[TokenType]] = set()


def trino_tokens(sql: str) -> list[Token]:
    """Tokens under Trino's rules. Refuses an unknown character or an open quote."""
    return _tokens(AthenaQueries(), sql)


def hive_tokens(sql: str) -> list[Token]:
    """Tokens under Hive's rules (backticks quote identifiers)."""
    return _tokens(HiveWords(), sql)


def _tokens(dialect: Trino | Hive, sql: str) -> list[Token]:
    try:
        return dialect.tokenize(sql)
    except TokenError as error:
        raise refused(f"line 1:1: {str(error).splitlines()[0]}") from error


def parse_query(sql: str, tokens: list[Token] | None = None) -> exp.Expr:
    """One statement's tree; `tokens` are its `trino_tokens`, if they are known already.

    Refuses what Trino's grammar does not know, with its position.
    """
    dialect = AthenaQueries()
    tokens = tokens or _tokens(dialect, sql)
    _check_tokens(tokens, sql)
    try:
        trees = dialect.parser().parse(tokens, sql)
    except ParseError as error:
        raise refused(_words(error)) from error
    if len(trees) != 1 or trees[0] is None:
        raise refused(f"Only one sql statement is allowed. Got: {sql}")
    _check_tree(trees[0], sql)
    return trees[0]


def _check_tokens(tokens: list[Token], sql: str) -> None:
    """Refuse what sqlglot reads and Trino does not, where the tokens show it."""
    for token, following, third in zip(tokens, tokens[1:], [*tokens[2:], None], strict=False):
        glued = following.start == token.end + 1
        number = token.token_type == TokenType.NUMBER and following.token_type == TokenType.VAR
        pair = (_sign(token), _sign(following))
        if (
            (number and glued)  # 1_000 would be 1 AS _000
            or pair[1] in _FOREIGN_SIGNS
            or (pair[1] == "[" and pair[0] in _BEFORE_VALUES)  # [1] without ARRAY
            or pair in _FOREIGN_PAIRS
            or (pair[0] == "INTERVAL" and following.token_type == TokenType.NUMBER)
            or (pair[0] == "LIMIT" and third is not None and _sign(third) == ",")
        ):
            raise _mismatched(following.text, sql, following.start)


def _sign(token: Token) -> str:
    """A keyword in capitals or a sign; '' for a text and for a quoted name."""
    quoted = token.token_type in (TokenType.STRING, TokenType.IDENTIFIER)
    return "" if quoted else token.text.upper()


_FOREIGN_SIGNS = ("==", "<=>", "&", "^", "<<", ">>", "&&", "->>", "::")
_BEFORE_VALUES = ("SELECT", ",", "(", "[", "=", "||", "->", "WHERE", "IN", "THEN", "ELSE")
_FOREIGN_PAIRS = (("SELECT", "FROM"), (",", "FROM"), (",", ")"), ("IN", ")"), ("ORDER BY", "ALL"))
# Nodes that only other dialects' words make.
_FOREIGN_NODES = (exp.ILike, exp.RegexpLike, exp.Glob, exp.SimilarTo, exp.IntDiv, exp.National)


def _check_tree(tree: exp.Expr, sql: str) -> None:
    """Refuse what sqlglot reads and Trino does not, where only the tree shows it."""
    for node in tree.walk():
        many_on = isinstance(node, exp.Distinct) and node.args.get("on")
        unlisted = isinstance(node, exp.In) and not any(
            node.args.get(part) for part in ("expressions", "query", "unnest", "field")
        )
        by_all = isinstance(node, exp.Group) and node.args.get("all") and not node.expressions
        if isinstance(node, _FOREIGN_NODES) or many_on or unlisted or by_all:
            starts = [n.meta["start"] for n in node.walk() if "start" in n.meta]
            word = type(node).__name__.upper()
            raise _mismatched(word, sql, min(starts, default=0))


def _mismatched(word: str, sql: str, place: int) -> AwsError:
    where = line_column(sql, place).removesuffix(": ")
    return refused(f"{where}: mismatched input '{word}'")


def _words(error: ParseError) -> str:
    detail = error.errors[0] if error.errors else {}
    token = detail.get("highlight") or "<EOF>"
    start = int(detail.get("col") or 1) - len(str(token)) + 1
    return f"line {detail.get('line') or 1}:{max(start, 1)}: mismatched input '{token}'"


def position(node: exp.Expr, sql: str) -> str:
    """`line l:c: ` of the first token that the parser remembered inside `node`, or ''."""
    starts = [n.meta["start"] for n in node.walk() if "start" in n.meta]
    if not starts:
        return ""
    return line_column(sql, min(starts))


def line_column(sql: str, place: int) -> str:
    """`line l:c: ` of a place in the text."""
    before = sql[:place]
    return f"line {before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}: "
