"""Implicit conversions: which type two values share, and where one stands for another.

Turning SQL into another type belongs to `typed`. All pure. Source: Trino's TypeCoercion, checked
2026-11.
"""

from dataclasses import replace

from lakehouse.local_aws.athena import types as t
from lakehouse.local_aws.athena.types import Type

_INTEGER_DIGITS = {"tinyint": 3, "smallint": 5, "integer": 10, "bigint": 19}


def as_decimal(kind: Type) -> Type:
    """The decimal an integer type becomes beside a decimal."""
    return kind if kind.name == "decimal" else t.decimal(_INTEGER_DIGITS[kind.name], 0)


def common_type(left: Type, right: Type) -> Type | None:
    """The type both coerce to implicitly, or None."""
    if left == right:
        return left if left.zone == right.zone else replace(left, zone=t.OWN_ZONE)
    if right.name == "unknown":
        return left
    if left.name == "unknown":
        return right
    if t.is_numeric(left) and t.is_numeric(right):
        return _common_numeric(left, right)
    if {left.name, right.name} <= {"varchar", "char"}:
        return _common_text(left, right)
    if left.name == right.name and left.items and len(left.items) == len(right.items):
        return _common_nested(left, right)
    return _common_temporal(left, right)


def _common_numeric(left: Type, right: Type) -> Type:
    low, high = sorted((left, right), key=lambda kind: t.NUMBERS.index(kind.name))
    if high.name != "decimal":
        return high
    one, two = as_decimal(low), as_decimal(high)
    scale = max(one.params[1], two.params[1])
    whole = max(one.params[0] - one.params[1], two.params[0] - two.params[1])
    return t.decimal(min(38, whole + scale), scale)


def _common_text(left: Type, right: Type) -> Type:
    if not left.params or not right.params:
        return t.VARCHAR
    size = max(left.params[0], right.params[0])
    return Type("char", (size,)) if "char" in (left.name, right.name) else t.varchar(size)


def _common_nested(left: Type, right: Type) -> Type | None:
    items = [common_type(a, b) for a, b in zip(left.items, right.items, strict=True)]
    if any(item is None for item in items):
        return None
    names = tuple(a if a == b else None for a, b in zip(left.names, right.names, strict=True))
    return Type(left.name, left.params, tuple(i for i in items if i), names)


def _common_temporal(left: Type, right: Type) -> Type | None:
    if left.name not in (*t.TEMPORAL, "time") or right.name not in (*t.TEMPORAL, "time"):
        return None
    if "time" in (left.name, right.name) and left.name != right.name:
        return None
    precision = max((*left.params, *right.params), default=0)
    if left.name == right.name:
        zone = left.zone if left.zone == right.zone else t.OWN_ZONE
        return replace(left, params=(precision,), zone=zone)
    high = max(left, right, key=lambda kind: t.TEMPORAL.index(kind.name))
    low = min(left, right, key=lambda kind: t.TEMPORAL.index(kind.name))
    zoned = high.name == "timestamp with time zone" and high.zone not in ("UTC", t.OWN_ZONE)
    zone = t.OWN_ZONE if zoned and low.name != high.name else high.zone
    return replace(high, params=(precision,), zone=zone)


def coerces(source: Type, target: Type) -> bool:
    """Whether a value of `source` stands where `target` is wanted."""
    if target.name == "varchar" and source.name in ("varchar", "char"):
        return True
    if source.name == "decimal" and target.name in ("real", "double"):
        return True
    if source.name == target.name and source.name in (*t.TEMPORAL, "time"):
        return True
    common = common_type(source, target)
    if common is None:
        return False
    return common == target or (common.name == target.name and target.name.startswith("timestamp"))
