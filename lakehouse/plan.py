"""The plan of one run of the Spark job: a JSON document that says everything, so the job decides
nothing.

What a file's fields are, how each becomes a typed value, why a row is rejected, which rows are
kept: all as Spark SQL built here. The job (`glue_scripts/clean_logs.py`) reads lines, counts,
deduplicates and writes. Internal columns start with two underscores, which no declared name can.

Meaning of a raw value: a missing field, JSON null, "-" in an access log, an empty CSV field, and a
blank value of a column that is not a string are NULL. A required column that is NULL rejects the
row, and so does a value that is not of the column's type, the event time above all.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from lakehouse.expressions.expression import spark_expression
from lakehouse.expressions.typing_sql import (
    COMBINED_TIME,
    present,
    spark_literal,
    typed,
    well_typed,
)
from lakehouse.line_formats import combined_line, json_line
from lakehouse.parquet_layout import sort_key, writer_options
from lakehouse.source import LogSource
from lakehouse.source_fields import Column
from lakehouse.sql import Day

PLAN_VERSION: Final = 3


def build_clean_plan(
    source: LogSource,
    *,
    run_id: str,
    days: Iterable[Day],
    files: Mapping[str, Sequence[str]],
    clean_location: str,
    rejected_location: str,
    manifest_location: str,
) -> dict[str, Any]:
    """The plan that builds `days` of `source` from `files`: file day -> URIs of its raw files.

    `files` should name the files of every day's `source.file_days`; those of a day not in `days`
    are read for late rows only. Locations are `s3://` folders ending with "/" and a JSON key.
    """
    fields = _fields(source)
    return {
        "version": PLAN_VERSION,
        "run_id": run_id,
        "source": source.name,
        "days": sorted({str(day) for day in days}),
        "files": {str(day): sorted(uris) for day, uris in sorted(files.items())},
        "fields": list(fields),
        "time_field": source.columns[source.event_time].from_,
        "line": _line(source, fields),
        "columns": list(source.columns),
        "types": list(source.column_types.items()),
        "values": _values(source, fields),
        "computed": _computed(source),
        "reason": _reason(source, fields),
        "keep": spark_expression(source.keep, source.column_types) if source.keep else "TRUE",
        "event_time": source.event_time,
        "unique_key": list(source.unique_key),
        "sort_key": sort_key(source),
        "writer_options": writer_options(source),
        "clean_location": clean_location,
        "rejected_location": rejected_location,
        "manifest_location": manifest_location,
    }


def plan_json(plan: Mapping[str, Any]) -> str:
    """The plan's text, the same for the same plan."""
    return json.dumps(plan, indent=1, ensure_ascii=False) + "\n"


def _read_columns(source: LogSource) -> list[tuple[str, Column]]:
    return [(name, column) for name, column in source.columns.items() if column.expr is None]


def _fields(source: LogSource) -> dict[str, str]:
    """Field name in the file -> the internal column that holds its raw string."""
    names = dict.fromkeys(column.from_ for _, column in _read_columns(source))
    return {name: f"__r{at}" for at, name in enumerate(names)}


def _raw(source: LogSource, fields: Mapping[str, str], column: Column) -> str:
    raw = fields[column.from_]
    if column.type == "string" and source.raw.format == "csv":
        return f"NULLIF({raw}, '')"
    return raw


def _time_format(source: LogSource, column: Column) -> str | None:
    is_log_time = source.raw.format == "combined" and column.from_ == "time"
    return COMBINED_TIME if is_log_time and column.format is None else column.format


def _values(source: LogSource, fields: Mapping[str, str]) -> list[tuple[str, str]]:
    """(column, Spark SQL over the raw columns) for each column read from the file."""
    return [
        (name, typed(_raw(source, fields, column), column.type, _time_format(source, column)))
        for name, column in _read_columns(source)
    ]


def _computed(source: LogSource) -> list[tuple[str, str]]:
    """(column, Spark SQL over the typed columns) for each column with an `expr`."""
    return [
        (name, f"TRY_CAST({_expr(source, column)} AS {column.type.upper()})")
        for name, column in source.columns.items()
        if column.expr is not None
    ]


def _expr(source: LogSource, column: Column) -> str:
    types = {name: read.type for name, read in _read_columns(source)}
    return spark_expression(column.expr or "", types, column.type)


def _reason(source: LogSource, fields: Mapping[str, str]) -> str:
    """Spark SQL: the first reason to reject a row in the order of columns, or NULL."""
    arms = [("__malformed", "malformed_line")]
    for name, column in source.columns.items():
        if name == source.event_time:
            arms.append((f"`{name}` IS NULL", "bad_event_time"))
        elif column.expr is None:
            arms += _read_problems(source, fields, name, column)
        else:
            arms += _computed_problems(name, column, _expr(source, column))
    earliest = f"DATE_SUB(__file_day, {source.late_days})"
    arms.append((f"NOT __event_date BETWEEN {earliest} AND __file_day", "outside_day"))
    return f"CASE {' '.join(f'WHEN {test} THEN {spark_literal(why)}' for test, why in arms)} END"


def _read_problems(
    source: LogSource, fields: Mapping[str, str], name: str, column: Column
) -> list[tuple[str, str]]:
    raw = _raw(source, fields, column)
    there = present(raw, column.type)
    problems = []
    if column.required:
        problems.append((_first_cheap(name, column, f"NOT ({there})"), f"missing_required:{name}"))
    if column.type != "string":
        bad = f"{there} AND NOT {well_typed(raw, column.type, f'`{name}`')}"
        problems.append((_first_cheap(name, column, bad), f"bad_type:{name}"))
    return problems


def _first_cheap(name: str, column: Column, problem: str) -> str:
    """A problem of a column whose value is NULL, so that most rows are judged by that alone."""
    is_nested = column.type.startswith(("struct", "array", "map"))
    return problem if column.type == "string" or is_nested else f"`{name}` IS NULL AND {problem}"


def _computed_problems(name: str, column: Column, expr: str) -> list[tuple[str, str]]:
    problems = []
    if column.type in ("int", "double") or column.type.startswith("decimal"):
        lost = f"({expr}) IS NOT NULL AND `{name}` IS NULL"
        problems.append((lost, f"bad_type:{name}"))
    if column.required:
        problems.append((f"`{name}` IS NULL", f"missing_required:{name}"))
    return problems


def _line(source: LogSource, fields: Mapping[str, str]) -> dict[str, Any] | None:
    """How a line is cut; None for CSV, whose columns the job matches by each file's header."""
    if source.raw.format == "json":
        return asdict(json_line(fields))
    if source.raw.format == "combined":
        return asdict(combined_line(fields))
    return None
