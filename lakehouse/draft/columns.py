"""What the fields of a sample seem to be: names, types, time formats, uniqueness.

A type is taken when the Spark job would accept (nearly) all sampled values as it; the rules are
those of `lakehouse.expressions.typing_sql`, in Python. Where a value may grow or is padded with
zeros, the wider type is taken. Reading files and writing YAML stand beside.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from lakehouse.column_types import IDENTIFIER
from lakehouse.draft.sample import Sample, SampleError, json_text
from lakehouse.event_day import day_reader
from lakehouse.expressions.typing_sql import COMBINED_TIME
from lakehouse.source_fields import PARTITION_KEY

NEARLY_ALL: Final = 0.99  # of the values: what is left is dirt, for the quarantine
NEARLY_UNIQUE: Final = 0.98  # of the rows: an event may be sent twice
STRAY: Final = 1000  # one row in so many may have an impossible day
MOST_GROUPS: Final = 50
ROOM_FOR_INT: Final = 1_000_000  # a greater whole number may outgrow an int
EPOCH_YEARS: Final = (946_684_800, 4_102_444_800)  # 2000 to 2100, in seconds

# Java DateTimeFormatter patterns that Spark parses, the likelier first.
PATTERNS: Final = (
    COMBINED_TIME,
    *(f"yyyy-MM-dd{t}HH:mm:ss{rest}" for t in (" ", "'T'") for rest in (
        ",SSS", " Z", "Z", ".SSSZ", ".SSSSSSZ", " XXX", ".SSS XXX", ",SSSXXX", " 'UTC'")),
    *("yyyy/MM/dd HH:mm:ss", "dd/MM/yyyy HH:mm:ss", "MM/dd/yyyy HH:mm:ss"),
    *("dd.MM.yyyy HH:mm:ss", "dd-MM-yyyy HH:mm:ss", "dd MMM yyyy HH:mm:ss"),
    *("dd/MM/yyyy HH:mm", "MM/dd/yyyy HH:mm", "dd.MM.yyyy HH:mm"),
    *("yyyyMMddHHmmss", "yyyyMMdd'T'HHmmss", "yyyyMMdd'T'HHmmss'Z'"),
)  # fmt: skip
_ISO: Final = re.compile(
    r"\s*\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)?\s*", re.ASCII
)
_DATE: Final = re.compile(r"\s*\d{4}-\d\d-\d\d\s*", re.ASCII)
_WHOLE: Final = re.compile(r"\s*([+-]?[1-9]\d{0,17}|0)\s*", re.ASCII)
_NUMBER: Final = re.compile(
    r"\s*[+-]?(?=\.?\d)(0|[1-9]\d*)?(\.\d+)?([eE][+-]?\d{1,2})?\s*", re.ASCII
)
_TIME_NAME: Final = re.compile(r"time|date|(^|_)(ts|at|when|day|created|epoch)($|_)", re.IGNORECASE)
_KEY_NAME: Final = re.compile(r"(^|_)(id|uuid|guid|key|no|ip)$")
_FIRST_NAMES: Final = ("event_time", "timestamp", "time", "ts", "datetime", "event_timestamp")


@dataclass(frozen=True)
class DraftColumn:
    """One column to declare: its type, the field it is read from and what to say about it."""

    name: str
    type: str
    field: str
    format: str | None = None
    note: str = ""


def draft_columns(sample: Sample) -> list[DraftColumn]:
    """The columns of a sample, the event time first, named `event_time`.

    `SampleError` when no field holds the time of the event.
    """
    found = [_column(sample, field) for field in _readable(sample)]
    event = _event_time(sample, found)
    others = [column for column in found if column.field != event.field]
    taken = {event.name}
    return [event, *(_named(column, taken) for column in others)]


def first_day(sample: Sample, event: DraftColumn) -> date:
    """The UTC day with which the sample begins, a few stray rows aside."""
    day_of = day_reader(event.format)
    texts = [value for value in sample.values(event.field) if isinstance(value, str)]
    days = sorted(day for day in map(day_of, texts) if day is not None)
    return days[len(days) // STRAY]


def _readable(sample: Sample) -> Iterator[str]:
    """The fields to declare; where a JSON field is an object only at times, the whole of it."""
    shown = [name for name in sample.fields if not (sample.format == "combined"
             and name in ("ident", "request"))]  # fmt: skip
    known = set(shown)
    for name in shown:
        parts = name.split(".")
        if not any(".".join(parts[:n]) in known for n in range(1, len(parts))):
            yield name


def _column(sample: Sample, field: str) -> DraftColumn:
    values = sample.values(field)
    column = DraftColumn(identifier(field), *_type(field, values, sample))
    absent = len(sample.rows) - len(values)
    return replace(column, note=f"{absent} of {len(sample.rows)} empty" if absent else "")


def _type(field: str, values: Sequence[Any], sample: Sample) -> tuple[str, str, str | None]:
    if sample.format == "combined" and field in ("status", "bytes", "time"):
        kind = {"status": "int", "bytes": "bigint", "time": "timestamp"}[field]
        return kind, field, COMBINED_TIME if field == "time" else None
    below = any(name.startswith(f"{field}.") for name in sample.fields)
    if not values or sample.format == "combined" or below:
        return "string", field, None
    if all(isinstance(value, list) for value in values):
        return _array(values), field, None
    texts = [value for value in values if isinstance(value, str)]
    if len(texts) < len(values):
        return "string", field, None
    kind, time_format = _scalar(field, texts)
    return kind, field, time_format


def _array(values: Sequence[list[Any]]) -> str:
    items = [json_text(item) for value in values for item in value if item is not None]
    if any(isinstance(item, list) or item.startswith("{") for item in items):
        return "string"
    kind, _ = _scalar("", [str(item) for item in items])
    return f"array<{kind if kind in ('int', 'bigint', 'double', 'boolean') else 'string'}>"


def _scalar(field: str, texts: Sequence[str]) -> tuple[str, str | None]:
    """Type and time format of a field's texts."""
    distinct = sorted(set(texts))[:2000]
    weights = dict.fromkeys(distinct, 0)
    for text in texts:
        if text in weights:
            weights[text] += 1

    def all_are(test: Callable[[str], object]) -> bool:
        good = sum(weight for text, weight in weights.items() if test(text))
        return bool(weights) and good >= NEARLY_ALL * sum(weights.values())

    if time_format := _time_format(field, all_are):
        return "timestamp", None if time_format == "iso8601" else time_format
    if all_are(lambda text: text.strip().lower() in ("true", "false")):
        return "boolean", None
    if all_are(lambda text: _DATE.fullmatch(text) and day_reader(None)(text)):
        return "date", None
    if all_are(_WHOLE.fullmatch):
        small = all(abs(int(t)) < ROOM_FOR_INT for t in texts if _WHOLE.fullmatch(t))
        return "int" if small else "bigint", None
    if all_are(lambda text: text.strip() and _NUMBER.fullmatch(text)):
        return "double", None
    return "string", None


def _time_format(field: str, all_are: Callable[[Callable[[str], object]], bool]) -> str | None:
    if all_are(lambda text: _ISO.fullmatch(text) and day_reader(None)(text)):
        return "iso8601"
    for name, units in (("epoch_seconds", 1), ("epoch_millis", 1000)):
        if _TIME_NAME.search(field) and all_are(lambda text, by=units: _is_epoch(text, by)):  # type: ignore[misc]
            return name
    for pattern in PATTERNS:
        if all_are(day_reader(pattern)):
            return pattern
    return None


def _is_epoch(text: str, units_per_second: int) -> bool:
    if not re.fullmatch(r"\d{9,14}(\.\d+)?", text.strip()):
        return False
    first, last = EPOCH_YEARS
    return first <= float(text) / units_per_second < last


def _event_time(sample: Sample, columns: Sequence[DraftColumn]) -> DraftColumn:
    """The likeliest time: always there, a known name, the earlier column."""
    enough = NEARLY_ALL * len(sample.rows)
    there = [column for column in columns if len(sample.values(column.field)) >= enough]
    times = [column for column in there if column.type == "timestamp"]
    dates = [replace(column, type="timestamp", format="yyyy-MM-dd") for column in there
             if column.type == "date"]  # fmt: skip
    if not times and not dates:
        names = ", ".join(sample.fields)
        raise SampleError(
            f"no field holds a time that can be read (fields: {names[:200]}); times are ISO 8601, "
            "epoch seconds or milliseconds, or e.g. 31/12/2026 23:59:59"
        )
    best = min(times or dates, key=lambda column: _rank(column.name))
    return replace(best, name="event_time")


def _rank(name: str) -> int:
    last = name.rpartition(".")[2]
    return _FIRST_NAMES.index(last) if last in _FIRST_NAMES else len(_FIRST_NAMES)


def _named(column: DraftColumn, taken: set[str]) -> DraftColumn:
    """The column with a name that is free; `event_date` is the partition's."""
    base = f"{column.name}_text" if column.name == PARTITION_KEY else column.name
    name, number = base, 2
    while name in taken or name == PARTITION_KEY:
        name, number = f"{base}_{number}", number + 1
    taken.add(name)
    return replace(column, name=name)


def identifier(field: str) -> str:
    """A column name for a field: `Order No` -> order_no, `metadata.userId` -> metadata_user_id."""
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", field)
    name = re.sub(r"[^a-z0-9]+", "_", snake.lower()).strip("_")
    return name if IDENTIFIER.fullmatch(name) else f"c_{name}".rstrip("_")


def unique_column(sample: Sample, columns: Sequence[DraftColumn]) -> str | None:
    """A column whose value is another in (nearly) every row, one named like an id first."""
    plain = [c for c in columns[1:] if c.type in ("string", "int", "bigint")]
    unique = [c.name for c in plain if len(sample.rows) > 1 and _is_unique(sample, c)]
    named = [name for name in unique if _KEY_NAME.search(name)]
    return next(iter(named or unique), None)


def _is_unique(sample: Sample, column: DraftColumn) -> bool:
    values = sample.values(column.field)
    distinct = len({str(value) for value in values})
    return len(values) >= distinct >= NEARLY_UNIQUE * len(sample.rows)


def group_column(sample: Sample, columns: Sequence[DraftColumn]) -> str | None:
    """A column with few values, by which daily metrics may be grouped."""
    for column in columns[1:]:
        values = sample.values(column.field)
        count = len({str(value) for value in values})
        there = len(values) * 2 >= len(sample.rows) >= count * 2
        grouping = column.type in ("string", "boolean") or column.name == "status"
        if grouping and there and not _KEY_NAME.search(column.name) and 1 < count <= MOST_GROUPS:
            return column.name
    return None
