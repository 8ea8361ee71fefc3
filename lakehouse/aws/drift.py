"""Drift: how the fields of raw files differ from those that a source declares.

Of a day it is seen in the files' own first bytes, of the raw table in the columns that crawlers
found over time. Rows are never lost by it: what is not declared is not read, what is missing is
NULL or rejected by the job. What Dagster says of it stands in `pipeline.checks`.
"""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date

from lakehouse.aws.inventory import LIST_THREADS, DayFiles
from lakehouse.aws.raw_shape import fields_of, shapes_of
from lakehouse.aws.s3 import S3
from lakehouse.column_types import struct_fields
from lakehouse.source import LogSource


@dataclass(frozen=True)
class Drift:
    """How the raw files differ from what the source declares, by field name."""

    undeclared: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """What differs, and what becomes of it."""
        found = []
        if self.undeclared:
            found.append(f"not declared, so not read: {', '.join(self.undeclared)}")
        if self.missing:
            found.append(f"declared, but not in the files: {', '.join(self.missing)}")
        return "; ".join(found) or "The files have exactly the declared fields."


def table_drift(source: LogSource, columns: Iterable[tuple[str, str]]) -> Drift:
    """Top-level fields of the raw table against those that the source's columns are made from."""
    if source.raw.format == "combined":
        return Drift()  # the fields of an access log are fixed by its format
    present = {name.lower() for name, _ in columns}
    declared = {field.split(".")[0].lower() for field in _declared(source)}
    return Drift(tuple(sorted(present - declared)), tuple(sorted(declared - present)))


def day_drift(s3: S3, source: LogSource, day: DayFiles) -> Drift:
    """What a sample of the day's files shows; none for a day without lines.

    A file lacks a field if none of its first lines has it. Optional fields of JSON may be absent
    from any number of lines, so only required ones are reported missing there.
    """
    if source.raw.format == "combined":
        return Drift()
    seen = [fields_of(shape) for shape in shapes_of(s3, source, day)]
    every = _declared(source)
    wanted = every if source.raw.format == "csv" else _required(source)
    undeclared = {field for fields in seen for field in fields if not _covered(field, every)}
    missing = {field for fields in seen for field in wanted if not _covered(field, fields)}
    return Drift(tuple(sorted(undeclared)), tuple(sorted(missing)))


def drift_of_days(s3: S3, source: LogSource, days: Iterable[DayFiles]) -> dict[date, Drift]:
    """The drift of each day that has files."""
    with_files = [day for day in days if day.files]
    with ThreadPoolExecutor(LIST_THREADS) as pool:
        found = pool.map(lambda day: day_drift(s3, source, day), with_files)
        return {day.day: drift for day, drift in zip(with_files, found, strict=True)}


def _covered(path: str, others: Iterable[str]) -> bool:
    """Whether `others` have the path, something inside it, or what it is inside of."""
    return any(f"{path}.".startswith(f"{o}.") or f"{o}.".startswith(f"{path}.") for o in others)


def _declared(source: LogSource) -> set[str]:
    """The paths of all fields that are read; of a struct those of its fields."""
    return {
        path
        for column in source.columns.values()
        if column.expr is None
        for path in _paths(column.from_, column.type)
    }


def _paths(path: str, kind: str) -> list[str]:
    if not kind.startswith("struct<"):
        return [path]
    return [
        found for n, inner in struct_fields(kind).items() for found in _paths(f"{path}.{n}", inner)
    ]


def _required(source: LogSource) -> set[str]:
    return {
        column.from_
        for name, column in source.columns.items()
        if column.expr is None and (column.required or name == source.event_time)
    }
