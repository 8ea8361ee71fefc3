"""The expression language of GetPartitions, compiled once into a predicate over values.

Text is parsed by sqlglot; the tree is turned into closures that compare one partition's values,
typed by the keys' types. Only what Glue documents is accepted, everything else is an
InvalidInputException. Types and literals are in `partition_values`,
bounds in `partition_bounds`; reading partitions belongs to `partitions`.

Source: https://docs.aws.amazon.com/glue/latest/webapi/API_GetPartitions.html (checked 2026-11).
"""

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import InvalidOperation
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from lakehouse.local_aws.catalog.partition_bounds import bounds
from lakehouse.local_aws.catalog.partition_values import (
    HIVE_NULL,
    conversion_of,
    is_text,
    literal_text,
    unsupported,
)
from lakehouse.local_aws.catalog.records import constraint_error, invalid_input

MAX_LENGTH = 2048

Predicate = Callable[[Sequence[str]], bool]
_Truth = Callable[[Sequence[str]], bool | None]

_COMPARISONS: dict[type[exp.Expression], Callable[[Any, Any], bool]] = {
    exp.EQ: operator.eq,
    exp.NEQ: operator.ne,
    exp.LT: operator.lt,
    exp.LTE: operator.le,
    exp.GT: operator.gt,
    exp.GTE: operator.ge,
}
_MIRRORED: dict[type[exp.Expression], type[exp.Expression]] = {
    exp.EQ: exp.EQ,
    exp.NEQ: exp.NEQ,
    exp.LT: exp.GT,
    exp.LTE: exp.GTE,
    exp.GT: exp.LT,
    exp.GTE: exp.LTE,
}


@dataclass(frozen=True)
class PartitionFilter:
    """A compiled Expression: its predicate, and bounds that the first key's values must keep.

    The bounds only spare reading: a value outside of `low`..`high` never matches, one inside may.
    """

    matches: Predicate
    low: str = ""
    high: str | None = None


def compile_filter(expression: str | None, keys: Sequence[Mapping[str, Any]]) -> PartitionFilter:
    """Compile an Expression over partition keys (`{"Name", "Type"}`).

    No expression is true for every partition. A value that is Hive's NULL, or does not convert to
    its key's type, makes a comparison unknown, and unknown is not true (SQL's three values).
    Raises InvalidInputException for syntax or types that Glue does not document.
    """
    if not expression or not expression.strip():
        return PartitionFilter(lambda _values: True)
    if len(expression) > MAX_LENGTH:
        raise constraint_error("expression", f"have length less than or equal to {MAX_LENGTH}")
    condition = _parse(expression)
    truth = _Compiler(keys).compile(condition)
    low, high = bounds(condition, keys[0])
    return PartitionFilter(lambda values: truth(values) is True, low, high)


def _parse(expression: str) -> exp.Expression:
    """Parse a condition; a backtick quotes an identifier as well as a double quote does."""
    text = re.sub(r"`([^`]*)`", r'"\1"', expression)
    try:
        select = sqlglot.parse_one(f"SELECT 1 WHERE {text}", dialect="trino")
    except SqlglotError as error:
        raise unsupported(expression) from error
    where = select.args.get("where")
    extra = {name for name, value in select.args.items() if value and name not in _PLAIN_SELECT}
    if not isinstance(select, exp.Select) or where is None or extra:
        raise unsupported(expression)
    condition: exp.Expression = where.this
    return condition


_PLAIN_SELECT = {"expressions", "where"}
_KNOWN_PARTS = {"this", "expression", "expressions", "low", "high", "negate"}
"""What a leaf of the tree may consist of; `negate` is NOT LIKE (sqlglot 30)."""


class _Compiler:
    """Turns one parsed condition into closures over a partition's values."""

    def __init__(self, keys: Sequence[Mapping[str, Any]]) -> None:
        self._positions = {str(key["Name"]).lower(): at for at, key in enumerate(keys)}
        self._types = [str(key.get("Type", "string")).lower() for key in keys]

    def compile(self, node: exp.Expression) -> _Truth:
        """Compile any node that has a truth value."""
        if isinstance(node, exp.Paren):
            return self.compile(node.this)
        if isinstance(node, exp.And):
            return _both(self.compile(node.this), self.compile(node.expression))
        if isinstance(node, exp.Or):
            return _either(self.compile(node.this), self.compile(node.expression))
        if isinstance(node, exp.Not):
            return _negated(self.compile(node.this))
        return self._compile_leaf(node)

    def _compile_leaf(self, node: exp.Expression) -> _Truth:
        if any(value and name not in _KNOWN_PARTS for name, value in node.args.items()):
            raise unsupported(node.sql())
        if type(node) in _COMPARISONS:
            return self._comparison(node)
        if isinstance(node, exp.In):
            return self._membership(node)
        if isinstance(node, exp.Between):
            low = exp.GTE(this=node.this, expression=node.args["low"])
            high = exp.LTE(this=node.this, expression=node.args["high"])
            return _both(self._comparison(low), self._comparison(high))
        if type(node) is exp.Like:
            truth = self._like(node)
            return _negated(truth) if node.args.get("negate") else truth
        if isinstance(node, exp.Is) and isinstance(node.expression, exp.Null):
            read = self._reader(node.this)
            return lambda values: read(values) is None
        raise unsupported(node.sql())

    def _comparison(self, node: exp.Expression) -> _Truth:
        kind, left, right = type(node), node.this, node.expression
        if not isinstance(left, exp.Column):
            kind, left, right = _MIRRORED[kind], right, left
        if not isinstance(left, exp.Column):
            raise unsupported(node.sql())
        compare = _COMPARISONS[kind]
        read = self._reader(left)
        constant = self._constant(right, left)

        def truth(values: Sequence[str]) -> bool | None:
            value = read(values)
            return None if value is None else compare(value, constant)

        return truth

    def _membership(self, node: exp.In) -> _Truth:
        if not node.expressions:
            raise unsupported(node.sql())
        read = self._reader(node.this)
        members = {self._constant(member, node.this) for member in node.expressions}

        def truth(values: Sequence[str]) -> bool | None:
            value = read(values)
            return None if value is None else value in members

        return truth

    def _like(self, node: exp.Like) -> _Truth:
        position = self._position(node.this)
        if conversion_of(self._types[position]) is not str or not is_text(node.expression):
            raise unsupported(node.sql())
        matches = _like_pattern(node.expression.this).fullmatch
        read = self._reader(node.this)

        def truth(values: Sequence[str]) -> bool | None:
            value = read(values)
            return None if value is None else matches(value) is not None

        return truth

    def _position(self, node: exp.Expression) -> int:
        if not isinstance(node, exp.Column) or node.table:
            raise unsupported(node.sql())
        position = self._positions.get(node.name.lower())
        if position is None:
            raise invalid_input(f"{node.name} is not a partition key.")
        return position

    def _reader(self, node: exp.Expression) -> Callable[[Sequence[str]], Any]:
        """Return the function that reads one key's typed value, None where it is unknown."""
        position = self._position(node)
        convert = conversion_of(self._types[position])

        def read(values: Sequence[str]) -> Any:
            text = values[position]
            if text == HIVE_NULL:
                return None
            try:
                return convert(text)
            except (ValueError, InvalidOperation):
                return None

        return read

    def _constant(self, node: exp.Expression, column: exp.Expression) -> Any:
        type_name = self._types[self._position(column)]
        text = literal_text(node)
        try:
            return conversion_of(type_name)(text)
        except (ValueError, InvalidOperation) as error:
            raise invalid_input(f"'{text}' is not a value of the type {type_name}.") from error


def _like_pattern(pattern: str) -> re.Pattern[str]:
    parts = {"%": ".*", "_": "."}
    return re.compile("".join(parts.get(c, re.escape(c)) for c in pattern), re.DOTALL)


def _both(left: _Truth, right: _Truth) -> _Truth:
    def truth(values: Sequence[str]) -> bool | None:
        first = left(values)
        if first is False:
            return False
        second = right(values)
        return False if second is False else None if None in (first, second) else True

    return truth


def _either(left: _Truth, right: _Truth) -> _Truth:
    def truth(values: Sequence[str]) -> bool | None:
        first = left(values)
        if first:
            return True
        second = right(values)
        return True if second else None if None in (first, second) else False

    return truth


def _negated(inner: _Truth) -> _Truth:
    def truth(values: Sequence[str]) -> bool | None:
        value = inner(values)
        return None if value is None else not value

    return truth
