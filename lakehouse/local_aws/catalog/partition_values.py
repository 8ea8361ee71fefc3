"""Values in GetPartitions expressions: types of partition keys, literals, Hive's NULL.

Pure. What a condition means belongs to `partition_filter`.

Source: https://docs.aws.amazon.com/glue/latest/webapi/API_GetPartitions.html ("Supported Partition
Key Types", checked 2026-11).
"""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlglot import exp

from lakehouse.local_aws.catalog.records import invalid_input
from lakehouse.local_aws.errors import AwsError

HIVE_NULL = "__HIVE_DEFAULT_PARTITION__"

Convert = Callable[[str], Any]


def unsupported(what: str) -> AwsError:
    """Build Glue's error for syntax that it does not document."""
    return invalid_input(f"Unsupported expression '{what}'")


def literal_text(node: exp.Expression) -> str:
    """Return a literal's text; DATE '...' and TIMESTAMP '...' count as literals."""
    if isinstance(node, exp.Cast) and is_text(node.this) and node.to.is_type("date", "timestamp"):
        return str(node.this.this)
    if isinstance(node, exp.Neg) and isinstance(node.this, exp.Literal):
        return f"-{node.this.this}"
    if isinstance(node, exp.Literal):
        return str(node.this)
    raise unsupported(node.sql())


def is_text(node: exp.Expression) -> bool:
    """Tell whether a node is a string literal."""
    return isinstance(node, exp.Literal) and bool(node.is_string)


def conversion_of(type_name: str) -> Convert:
    """Return the conversion of a key's type. Raises InvalidInputException for other types."""
    base = type_name.split("(")[0].strip()
    conversion = _CONVERSIONS.get(base)
    if conversion is None:
        raise invalid_input(f"Unsupported partition key type: {type_name}")
    return conversion


def _timestamp(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=None)


_CONVERSIONS: dict[str, Convert] = {
    "string": str,
    "char": str,
    "varchar": str,
    "date": date.fromisoformat,
    "timestamp": _timestamp,
    "int": int,
    "integer": int,
    "bigint": int,
    "long": int,
    "tinyint": int,
    "smallint": int,
    "decimal": Decimal,
}
