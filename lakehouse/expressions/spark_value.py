"""A typed piece of Spark SQL, and the checks of arguments that every translated function needs.

Families of types are coarser than column types: Athena compares and combines values within one.
What a function or operator becomes in Spark stands in `lakehouse.expressions.spark_functions` and
`spark_expression`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from sqlglot import exp


@dataclass(frozen=True)
class Value:
    """A piece of Spark SQL and its type: a family below, or a nested column type."""

    sql: str
    type: str
    """string integer double decimal boolean date timestamp null, or struct<...> / array<...>."""


NUMBERS: Final = ("integer", "double", "decimal")
_FAMILIES: Final = {"int": "integer", "bigint": "integer"}
Carry = Callable[[exp.Expr], Value]
Handler = Callable[[exp.Expr, Carry], Value]


@dataclass(frozen=True)
class Rule:
    """A function that is one template over its arguments.

    `args` maps sqlglot's argument names to the families allowed; `{this}` in the template is that
    argument's Spark SQL. An argument not listed is refused.
    """

    template: str
    args: Mapping[str, tuple[str, ...]]
    result: str

    def __call__(self, node: exp.Expr, carry: Carry) -> Value:
        """The function call `node` in Spark SQL."""
        only(node, *self.args)
        values = {name: argument(node, name, carry, *kinds) for name, kinds in self.args.items()}
        return Value(self.template.format(**values), self.result)


def only(node: exp.Expr, *names: str) -> None:
    """ValueError if `node` has other arguments than `names` (flags of sqlglot's own aside)."""
    for name, value in node.args.items():
        if name not in names and isinstance(value, (exp.Expr, list)) and value:
            raise ValueError(f"'{athena(node)}' has an argument that Spark lacks")


def argument(node: exp.Expr, name: str, carry: Carry, *kinds: str) -> str:
    """The Spark SQL of an argument that must be of one of the families `kinds`."""
    found = node.args.get(name)
    if not isinstance(found, exp.Expr):
        raise ValueError(f"'{athena(node)}' lacks an argument")
    value = carry(found)
    if value.type not in (*kinds, "null"):
        raise ValueError(f"'{athena(found)}' is {value.type}, {' or '.join(kinds)} expected")
    return value.sql


def text_literal(node: exp.Expr, name: str) -> str:
    """The text of an argument that must be a non-empty literal."""
    found = node.args.get(name)
    if not (isinstance(found, exp.Literal) and found.is_string and found.this):
        raise ValueError(f"'{athena(node)}' needs a literal, non-empty text here")
    return str(found.this)


def index_literal(node: exp.Expr, name: str, least: int = 1) -> int:
    """The number of an argument that must be a literal whole number from `least`."""
    found = node.args.get(name)
    if not (isinstance(found, exp.Literal) and found.is_int and int(found.this) >= least):
        raise ValueError(f"'{athena(node)}' needs a literal whole number >= {least} here")
    return int(found.this)


def athena(node: exp.Expr) -> str:
    """The node as the user wrote it, for messages."""
    return node.sql("athena")


def common_type(node: exp.Expr, values: list[Value]) -> str:
    """The one family of all values, NULL aside; ValueError if they differ, as Athena would say."""
    kinds = {value.type for value in values} - {"null"}
    if len(kinds) <= 1:
        return kinds.pop() if kinds else "null"
    if kinds <= set(NUMBERS):
        return "double" if "double" in kinds else "decimal"
    raise ValueError(f"'{athena(node)}' mixes {' and '.join(sorted(kinds))}; CAST one of them")


def family(column_type: str) -> str:
    """The family of a column type: integer for int and bigint, decimal without its digits."""
    if column_type.startswith("decimal"):
        return "decimal"
    return _FAMILIES.get(column_type, column_type)
