"""Which columns a column is made from: raw -> clean -> metrics. Pure.

Read from the source file's declarations alone; what the crawler really found in the files is the
raw table's affair. `event_date`, the partition of every table, is made from the event time.
"""

from collections.abc import Iterable
from typing import Final

from sqlglot import exp

from lakehouse.expressions.expression import parse_expression
from lakehouse.source import LogSource
from lakehouse.source_fields import PARTITION_KEY, Column

Lineage = dict[str, tuple[str, ...]]

# Field of the combined log format -> the column that Glue's classifier makes of it
# (https://docs.aws.amazon.com/glue/latest/dg/custom-classifier.html, checked 2026-11).
_COMBINED_COLUMNS: Final = {
    "client_ip": "clientip",
    "user": "auth",
    "time": "timestamp",
    "method": "verb",
    "path": "request",
    "protocol": "httpversion",
    "status": "response",
    "user_agent": "agent",
}


def clean_lineage(source: LogSource) -> Lineage:
    """Each column of the clean table -> the raw table's columns it is made from."""
    made = {name: _raw_columns(source, column) for name, column in source.columns.items()}
    return {**made, PARTITION_KEY: made[source.event_time]}


def metrics_lineage(source: LogSource) -> Lineage:
    """Each column of the metrics table -> the clean table's columns it is made from."""
    groups = {name: (name,) for name in source.metrics.group_by}
    measures = {
        name: _known(source, parse_expression(text))
        for name, text in source.metrics.measures.items()
    }
    return {**groups, **measures, PARTITION_KEY: (PARTITION_KEY,)}


def _raw_columns(source: LogSource, column: Column) -> tuple[str, ...]:
    if column.expr is None:
        return (_raw_column(source, column.from_),)
    read = _known(source, parse_expression(column.expr))
    return _distinct(raw for name in read for raw in _raw_columns(source, source.columns[name]))


def _raw_column(source: LogSource, field: str) -> str:
    if source.raw.format == "combined":
        return _COMBINED_COLUMNS.get(field, field)
    return (field.split(".")[0] if source.raw.format == "json" else field).lower()


def _known(source: LogSource, tree: exp.Expr) -> tuple[str, ...]:
    # `metadata.device` is the field of a struct: its first part is the column.
    names = (column.parts[0].name.lower() for column in tree.find_all(exp.Column, bfs=False))
    return _distinct(name for name in names if name in source.columns)


def _distinct(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
