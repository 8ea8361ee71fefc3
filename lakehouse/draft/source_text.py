"""A first source file for a sample: commented YAML, ready to edit.

Only the text is made here; what the sample's fields are is found in `columns`. The text is one
that `lakehouse.source` reads without complaint.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import yaml

from lakehouse.draft.columns import (
    DraftColumn,
    draft_columns,
    first_day,
    group_column,
    unique_column,
)
from lakehouse.draft.json_schema import SCHEMA_FILE
from lakehouse.draft.sample import Sample
from lakehouse.expressions.typing_sql import COMBINED_TIME


def draft_source(name: str, sample: Sample, file_name: str) -> str:
    """The YAML of source `name`; editors look for the JSON Schema beside it.

    `SampleError` when the sample has no readable time.
    """
    columns = draft_columns(sample)
    start = first_day(sample, columns[0])
    lines = [
        f"# yaml-language-server: $schema={SCHEMA_FILE}",
        f"# Drafted from {len(sample.rows)} rows of {_one_line(file_name)}: look at every line.",
        f"name: {name}",
        f"description: {_flow(f'Logs like {_one_line(file_name)}.')}",
        f"start_date: {start}   # the first day in the sample; there is a partition for each since",
        "",
        "raw:",
        f"  path: {name}/event_date={{event_date}}/   # or {{year}}/{{month}}/{{day}}/",
        f"  format: {sample.format}   # csv | json | combined; .gz as it comes",
        "",
        "# The typed clean table, in order. A value that is not of its type rejects the row; with",
        "# `required: true` a missing one does, too. `description` is shown in the catalog.",
        "columns:",
        *_column_lines(sample, columns),
        "",
        "event_time: event_time   # its UTC day is the row's partition",
        *_key_lines(sample, columns),
        '# keep: "status BETWEEN 100 AND 599"   # rows it is false for are filtered, and counted',
        "# late_days: 1   # rows of a day may stand in the next day's files",
        "",
        *_metrics_lines(name, sample, columns),
        "",
        "checks: {max_rejected_ratio: 0.05}   # a day with more rejected rows is not published",
    ]
    return "\n".join(lines) + "\n"


def _column_lines(sample: Sample, columns: Sequence[DraftColumn]) -> Iterator[str]:
    for column in columns:
        keys: dict[str, Any] = {"type": column.type}
        if column.field != column.name:
            keys["from"] = column.field
        if column.format and not (sample.format == "combined" and column.format == COMBINED_TIME):
            keys["format"] = column.format
        note = f"   # {column.note}" if column.note else ""
        yield f"  {column.name}: {_flow(keys)}{note}"


def _key_lines(sample: Sample, columns: Sequence[DraftColumn]) -> list[str]:
    found = unique_column(sample, columns)
    if found is None:
        return [
            "# unique_key: [...]   # no column is unique in the sample: equal rows are all kept"
        ]
    return [f"# unique_key: [{found}]   # (nearly) unique in the sample; equal ones are kept once"]


def _metrics_lines(name: str, sample: Sample, columns: Sequence[DraftColumn]) -> Iterator[str]:
    group = group_column(sample, columns)
    number = next((c.name for c in columns if c.type == "double"), None)
    status = next((c.name for c in columns if (c.name, c.type) == ("status", "int")), None)
    yield "# One row per group and day; measures are Athena SQL aggregates over the clean table."
    yield "metrics:"
    yield f"  table: {name}_daily"
    yield f"  group_by: [{group or ''}]"
    yield "  measures:"
    measures = {"row_count": "count(*)"}
    if status:
        measures["server_errors"] = "count_if(status >= 500)"
    if number:
        measures[f"average_{number}"] = f'avg("{number}")'
    for measure, sql in measures.items():
        yield f"    {measure}: {_flow(sql)}"


def _flow(value: object) -> str:
    """YAML on one line."""
    text = yaml.safe_dump(
        value, default_flow_style=True, sort_keys=False, allow_unicode=True, width=10**9
    )
    return text.removesuffix("\n").removesuffix("\n...")


def _one_line(text: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in text)
