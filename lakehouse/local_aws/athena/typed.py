"""A translated expression: DuckDB SQL with Trino's type, and the conversions between types.

Everything that builds DuckDB SQL out of typed parts starts from here; what Trino's nodes and
functions mean belongs to `expressions` and `functions`. All pure.
"""

from dataclasses import dataclass, replace

from lakehouse.local_aws.athena import types as t
from lakehouse.local_aws.athena.types import Type

MARK = "\u27e6"  # opens an error name inside a message that DuckDB carries for us


@dataclass(frozen=True)
class Typed:
    """DuckDB SQL of a value; `literal` is its Python value when it is written in the query."""

    sql: str
    type: Type
    literal: str | None = None

    def as_type(self, kind: Type) -> "Typed":
        """The same SQL under another Trino type."""
        return replace(self, type=kind)


def fail(name: str, message_sql: str, kind: Type) -> str:
    """SQL that raises the query error `name` with the text of `message_sql` when it is evaluated.

    A failing cast is used, because DuckDB's error() is volatile and so refused inside TRY.
    """
    message = f"{t.duckdb_string(f'{MARK}{name}: ')} || {message_sql}"
    return f"CAST(CAST({message} AS INTEGER) AS {t.duckdb_name(kind)})"


def coerce(value: Typed, target: Type) -> Typed:
    """`value` where `target` is wanted implicitly (the types must coerce)."""
    if value.type == target or t.duckdb_name(value.type) == t.duckdb_name(target):
        return replace(value, type=replace(target, zone=value.type.zone))
    if target.name == "timestamp with time zone" and value.type.name in ("timestamp", "date"):
        return Typed(f"timezone('UTC', CAST({value.sql} AS TIMESTAMP))", target)
    if target.name == "row" and value.type.name == "row":
        return _rebuild_row(value, target)
    return Typed(f"CAST({value.sql} AS {t.duckdb_name(target)})", target)


def _rebuild_row(value: Typed, target: Type) -> Typed:
    parts = []
    for index, kind in enumerate(target.items):
        item = coerce(row_field(value, index), kind)
        parts.append(f"{t.duckdb_identifier(t.field_name(target, index))} := {item.sql}")
    return Typed(
        f"CASE WHEN {value.sql} IS NOT NULL THEN struct_pack({', '.join(parts)}) END", target
    )


def row_field(value: Typed, index: int) -> Typed:
    """A row's field by its position."""
    name = t.duckdb_string(t.field_name(value.type, index))
    return Typed(f"struct_extract({value.sql}, {name})", value.type.items[index])


def local_time(value: Typed) -> str:
    """SQL of the TIMESTAMP (or DATE) that a temporal value shows in its own zone."""
    if value.type.name == "timestamp with time zone":
        return f"timezone({t.duckdb_string(value.type.zone)}, {value.sql})"
    return value.sql


def zoned(local_sql: str, kind: Type) -> str:
    """The inverse of `local_time` for a value of type `kind`."""
    if kind.name == "timestamp with time zone":
        return f"timezone({t.duckdb_string(kind.zone)}, {local_sql})"
    return local_sql


def plus_interval(value: Typed, interval: str, sign: str = "+") -> Typed:
    """A date or timestamp plus (or minus) an interval, in the type it had."""
    total = f"({local_time(value)} {sign} {interval})"
    if value.type.name == "date":
        return Typed(f"CAST({total} AS DATE)", value.type)
    return Typed(zoned(total, value.type), value.type)
