"""The expression language of GetPartitions: from its text to a condition on partition values.

Belongs here: the grammar, which names and literals are allowed, AWS's errors for the others.
Does not belong here: evaluating a condition (`partition_filter`), asking SQLite for it
(`partition_sql`), types (`partition_values`).

Sources, checked 2026-11: https://docs.aws.amazon.com/glue/latest/webapi/API_GetPartitions.html;
words of errors and the reserved words as moto's and Trino's authors met them on AWS
(https://github.com/getmoto/moto/pull/5013, https://github.com/getmoto/moto/pull/9306,
https://github.com/trinodb/trino/blob/master/plugin/trino-hive/src/main/java/io/trino/plugin/hive/metastore/glue/GlueExpressionUtil.java).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from lakehouse.local_aws.catalog.partition_values import Key, key_of_type
from lakehouse.local_aws.catalog.records import invalid_input
from lakehouse.local_aws.errors import AwsError

Operator = Literal["=", "<>", "<", "<=", ">", ">="]


@dataclass(frozen=True)
class Comparison:
    """A key compared with a literal's text, which is of the key's type."""

    key: Key
    operator: Operator
    text: str


@dataclass(frozen=True)
class Membership:
    """A key that is one of several literals."""

    key: Key
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Like:
    """A key of strings that matches a pattern with % and _."""

    key: Key
    pattern: str


@dataclass(frozen=True)
class Never:
    """IS NULL: no partition value is null, not even Hive's `__HIVE_DEFAULT_PARTITION__`.

    So AWS answers: https://github.com/trinodb/trino/issues/13150, checked 2026-11.
    """


@dataclass(frozen=True)
class Not:
    """What another condition is not true for."""

    inner: "Condition"


@dataclass(frozen=True)
class Both:
    """AND."""

    left: "Condition"
    right: "Condition"


@dataclass(frozen=True)
class Either:
    """OR."""

    left: "Condition"
    right: "Condition"


Condition = Comparison | Membership | Like | Never | Not | Both | Either

_OPERATORS: Mapping[type[exp.Expr], Operator] = {
    exp.EQ: "=",
    exp.NEQ: "<>",
    exp.LT: "<",
    exp.LTE: "<=",
    exp.GT: ">",
    exp.GTE: ">=",
}
_MIRRORED: Mapping[Operator, Operator] = {
    "=": "=",
    "<>": "<>",
    "<": ">",
    "<=": ">=",
    ">": "<",
    ">=": "<=",
}
_TOKENS = re.compile(
    r"""\s+ | (?P<string>'(?:[^']|'')*') | (?P<quoted>"[^"]+"|`[^`]+`)
    | (?P<literal>(?i:date|timestamp)(?=\s*')) | (?P<word>[^\W\d]\w*)
    | (?P<number>[-+]?\s*(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?) | <> | != | <= | >= | [<>=(),.]""",
    re.VERBOSE,
)
_KEYWORDS = frozenset({"AND", "OR", "NOT", "IN", "BETWEEN", "LIKE", "IS", "NULL"})
_RESERVED = re.compile(
    r"""ALL|ANY|AS|ASC|BEGIN|BY|CASE|CREATE|DELETE|DESC|DISTINCT|DO|DROP|ELSE|END|ESCAPE|EXISTS
    |FROM|FULL|GROUP|HAVING|INDEX|INNER|INSERT|INTERSECT|INTO|JOIN|KEY|LEFT|LIMIT|NATURAL|OFFSET
    |ON|OPEN|ORDER|OUTER|PRIMARY|REPLACE|RIGHT|SELECT|SET|SOME|TABLE|THEN|TOP|TRUNCATE|UNION
    |UPDATE|USING|VALUES|WHEN|WHERE|WITH""",
    re.VERBOSE | re.IGNORECASE,
)
"""Words that AWS's parser takes for SQL where they are not quoted."""


def parsed_expression(
    expression: str | None, keys: Sequence[Mapping[str, Any]]
) -> Condition | None:
    """Parse an Expression over partition keys (`{"Name", "Type"}`); None if there is none.

    Raises InvalidInputException for what AWS does not understand: other syntax, other columns,
    types that have no order, literals that are not of their key's type.
    """
    if not expression or not expression.strip():
        return None
    try:
        select = sqlglot.parse_one(f"SELECT 1 WHERE {_quoted(expression)}", dialect="trino")
        where = select.args.get("where")
        if where is None or any(v for name, v in select.args.items() if name not in _PLAIN):
            raise _unsupported(expression)
        return _Reader(expression, keys).condition(where.this)
    except (SqlglotError, RecursionError) as error:
        raise _unsupported(expression) from error


_PLAIN = {"expressions", "where"}


def _unsupported(expression: str) -> AwsError:
    return invalid_input(f"Unsupported expression '{expression}'")


def _quoted(expression: str) -> str:
    """Quote every name, so that the parser knows no other words than the grammar's."""
    parts, at = [], 0
    while at < len(expression):
        token = _TOKENS.match(expression, at)
        if token is None:
            raise _unsupported(expression)
        parts.append(_quoted_token(token, expression))
        at = token.end()
    return " ".join(parts)


def _quoted_token(token: re.Match[str], expression: str) -> str:
    word = token.group("word")
    if word is not None and word.upper() not in _KEYWORDS:
        if _RESERVED.fullmatch(word):
            raise _unsupported(expression)
        return f'"{word}"'
    if token.group("quoted"):
        return f'"{token.group()[1:-1]}"'
    return "".join(token.group().split()) if token.group("number") else token.group()


class _Reader:
    """Turns the parser's tree into a condition, and refuses what it has beyond the grammar."""

    def __init__(self, expression: str, keys: Sequence[Mapping[str, Any]]) -> None:
        self._expression = expression
        self._keys = {
            str(key["Name"]).lower(): (position, str(key.get("Type", "string")))
            for position, key in enumerate(keys)
        }

    def condition(self, node: exp.Expr) -> Condition:
        """Read any node that has a truth value."""
        if isinstance(node, exp.Paren):
            return self.condition(node.this)
        if isinstance(node, exp.And):
            return Both(self.condition(node.this), self.condition(node.expression))
        if isinstance(node, exp.Or):
            return Either(self.condition(node.this), self.condition(node.expression))
        if isinstance(node, exp.Not):
            return Not(self.condition(node.this))
        return self._leaf(node)

    def _leaf(self, node: exp.Expr) -> Condition:
        if any(value and name not in _LEAF_PARTS for name, value in node.args.items()):
            raise _unsupported(self._expression)
        if type(node) in _OPERATORS:
            return self._comparison(node)
        if isinstance(node, exp.In) and node.expressions:
            key = self._key(node.this)
            return Membership(key, tuple(self._literal(m, key) for m in node.expressions))
        if isinstance(node, exp.Between):
            key = self._key(node.this)
            low, high = (self._literal(node.args[end], key) for end in ("low", "high"))
            return Both(Comparison(key, ">=", low), Comparison(key, "<=", high))
        if type(node) is exp.Like:
            like = self._like(node)
            return Not(like) if node.args.get("negate") else like
        if isinstance(node, exp.Is) and isinstance(node.expression, exp.Null):
            self._key(node.this)
            return Never()
        raise _unsupported(self._expression)

    def _comparison(self, node: exp.Expr) -> Condition:
        operator, left, right = _OPERATORS[type(node)], _bare(node.this), _bare(node.expression)
        if not isinstance(left, exp.Column):
            operator, left, right = _MIRRORED[operator], right, left
        key = self._key(left)
        return Comparison(key, operator, self._literal(right, key))

    def _like(self, node: exp.Like) -> Like:
        key, pattern = self._key(node.this), _bare(node.expression)
        if key.kind != "string":
            kind = "Integral" if key.kind == "integer" else key.kind.capitalize()
            raise invalid_input(f"{kind} data type doesn't support operation 'LIKE'")
        if not isinstance(pattern, exp.Literal) or not pattern.is_string:
            raise _unsupported(self._expression)
        return Like(key, str(pattern.this))

    def _key(self, node: exp.Expr) -> Key:
        column = _bare(node)
        if not isinstance(column, exp.Column):
            raise _unsupported(self._expression)
        known = None if column.table else self._keys.get(column.name.lower())
        if known is None:
            raise invalid_input("Invalid partition expression!")
        return key_of_type(*known)

    def _literal(self, node: exp.Expr, key: Key) -> str:
        text = _literal_text(_bare(node))
        if text is None:
            raise _unsupported(self._expression)
        try:
            key.read(text)
        except ValueError as error:
            raise invalid_input(str(error)) from error
        return text


_LEAF_PARTS = {"this", "expression", "expressions", "low", "high", "negate"}


def _bare(node: exp.Expr) -> exp.Expr:
    while isinstance(node, exp.Paren):
        node = node.this
    return node


def _literal_text(node: exp.Expr) -> str | None:
    """A literal's text; DATE '...' and TIMESTAMP '...' count as literals."""
    if isinstance(node, exp.Cast) and node.to.is_type("date", "timestamp"):
        node = node.this
    if isinstance(node, exp.Neg) and isinstance(node.this, exp.Literal):
        return f"-{node.this.this}"
    return str(node.this) if isinstance(node, exp.Literal) else None
