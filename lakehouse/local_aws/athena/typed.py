"""A translated expression: DuckDB SQL with Trino's type, and the conversions between types.

Everything that builds DuckDB SQL out of typed parts starts from here; what Trino's nodes and
functions mean belongs to `expressions` and `functions`. All pure.
"""

from dataclasses import dataclass, replace

from lakehouse.local_aws.athena import types as t
from lakehouse.local_aws.athena import zones
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


def guarded(tried: Typed, tested: str) -> Typed:
    """TRY of a value, in a CASE that always holds; `tested` is SQL that does not fail there.

    DuckDB computes what it finds twice only once, before TRY can guard it, but leaves a CASE whole.
    """
    always = f"{tested} IS NULL OR {tested} IS NOT NULL"
    return Typed(f"CASE WHEN {always} THEN TRY({tried.sql}) END", tried.type)


def coerce(value: Typed, target: Type) -> Typed:
    """`value` where `target` is wanted implicitly (the types must coerce)."""
    if target.name == "timestamp with time zone":
        return _coerce_zoned(value, target)
    if value.type == target or t.duckdb_name(value.type) == t.duckdb_name(target):
        return replace(value, type=_with_zones(target, value.type))
    if target.name == "row" and value.type.name == "row":
        return _rebuild_row(value, target)
    return Typed(f"CAST({value.sql} AS {t.duckdb_name(target)})", target)


def _with_zones(target: Type, source: Type) -> Type:
    """`target` with the zones that the parts of a nested value are shown in."""
    if len(target.items) != len(source.items) or not target.items:
        return replace(target, zone=source.zone)
    pairs = zip(target.items, source.items, strict=True)
    return replace(target, items=tuple(_with_zones(a, b) for a, b in pairs))


def _coerce_zoned(value: Typed, target: Type) -> Typed:
    if value.type.name == "unknown":
        return Typed(f"CAST({value.sql} AS {t.duckdb_name(target)})", target)
    if value.type.name in ("timestamp", "date"):
        moment = f"timezone('UTC', CAST({value.sql} AS TIMESTAMP))"
        value = Typed(moment, t.timestamp_tz(target.params[0]))
    if target.zone == t.OWN_ZONE and value.type.zone != t.OWN_ZONE:
        zone = t.duckdb_string(value.type.zone)
        sql = f"{{'at': {value.sql}, 'zone': {zone}}}"
        return Typed(f"CASE WHEN {value.sql} IS NOT NULL THEN {sql} END", target)
    return replace(value, type=replace(target, zone=value.type.zone))


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


def has_own_zone(kind: Type) -> bool:
    """Whether each value brings its zone."""
    return kind.name == "timestamp with time zone" and kind.zone == t.OWN_ZONE


def moment(value: Typed) -> Typed:
    """A value that compares as Trino's does: a zoned time without its zone, others unchanged."""
    if has_own_zone(value.type):
        return Typed(f"struct_extract({value.sql}, 'at')", replace(value.type, zone="UTC"))
    if value.type.name == "char":
        return Typed(f"rtrim({value.sql}, ' ')", value.type)
    return value


def zone_name(value: Typed) -> str:
    """SQL of the name of the zone that a zoned time is shown in."""
    if has_own_zone(value.type):
        return f"struct_extract({value.sql}, 'zone')"
    return t.duckdb_string(value.type.zone)


def local_time(value: Typed) -> str:
    """SQL of the TIMESTAMP (or DATE) that a temporal value shows in its own zone."""
    if value.type.name != "timestamp with time zone":
        return value.sql
    if has_own_zone(value.type):
        return f"zoned_local({value.sql})"
    minutes = zones.fixed_minutes(value.type.zone)
    if minutes is None:
        return f"timezone({t.duckdb_string(value.type.zone)}, {value.sql})"
    utc = f"timezone('UTC', {value.sql})"
    return f"({utc} + INTERVAL '{minutes}' MINUTE)" if minutes else utc


def zoned(local_sql: str, like: Typed) -> Typed:
    """The inverse of `local_time`: a local time in the zone (or without one) of `like`."""
    kind = like.type
    if kind.name != "timestamp with time zone":
        return Typed(local_sql, kind)
    if has_own_zone(kind):
        zone = zone_name(like)
        packed = f"{{'at': zoned_moment({local_sql}, {zone}), 'zone': {zone}}}"
        return Typed(f"CASE WHEN {like.sql} IS NOT NULL THEN {packed} END", kind)
    return Typed(in_zone(local_sql, kind.zone), kind)


def with_moment(sql: str, like: Typed) -> Typed:
    """A moment shown in the zone of `like`."""
    if not has_own_zone(like.type):
        return Typed(sql, like.type)
    packed = f"{{'at': {sql}, 'zone': {zone_name(like)}}}"
    return Typed(f"CASE WHEN {like.sql} IS NOT NULL THEN {packed} END", like.type)


def in_zone(local_sql: str, zone: str) -> str:
    """SQL of the moment that is `local_sql` in a zone known now."""
    minutes = zones.fixed_minutes(zone)
    if minutes is None:
        return f"timezone({t.duckdb_string(zone)}, {local_sql})"
    shifted = f"({local_sql} - INTERVAL '{minutes}' MINUTE)" if minutes else local_sql
    return f"timezone('UTC', {shifted})"


def plus_interval(value: Typed, interval: str, sign: str = "+", elapsed: bool = False) -> Typed:
    """A date, time or timestamp plus (or minus) an interval, in the type it had.

    `elapsed`: as time that passes, else as the clock and calendar of the value's zone show it.
    """
    if value.type.name == "time":
        return Typed(f"({value.sql} {sign} {interval})", value.type)
    if elapsed and value.type.name == "timestamp with time zone":
        total = f"(timezone('UTC', {moment(value).sql}) {sign} {interval})"
        return with_moment(f"timezone('UTC', {total})", value)
    total = f"({local_time(value)} {sign} {interval})"
    if value.type.name == "date":
        return Typed(f"CAST({total} AS DATE)", value.type)
    return zoned(total, value)


def decimal_unit(scale: int) -> str:
    """`0.01` for two digits behind the point."""
    return f"0.{'0' * (scale - 1)}1" if scale else "1"
