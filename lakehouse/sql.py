"""Athena SQL over a source's tables, and their column lists for the Glue Data Catalog. Pure.

Here are queries only: the daily metrics, UNLOAD, row counts and totals that the checks compare.
Identifiers and literals are quoted by sqlglot; measures stand in the SQL as their author wrote
them, checked when the YAML was read. The Spark job's SQL is built in `lakehouse.plan`.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from sqlglot import exp

from lakehouse.expressions.expression import parse_expression
from lakehouse.source import LogSource
from lakehouse.source_fields import PARTITION_KEY

Day = date | str
GlueColumn = dict[str, str]

REJECTED_COLUMNS: Final[tuple[GlueColumn, ...]] = (
    {"Name": "raw_text", "Type": "string", "Comment": "The line as it stands in the file"},
    {"Name": "file", "Type": "string", "Comment": "The raw file that holds the line"},
    {"Name": "reason", "Type": "string", "Comment": "Why the row is not in the clean table"},
    {"Name": "run_id", "Type": "string", "Comment": "The run that rejected it"},
)
PARTITION_COLUMNS: Final[tuple[GlueColumn, ...]] = (
    {"Name": PARTITION_KEY, "Type": "string", "Comment": "Day in UTC, yyyy-MM-dd"},
)


def clean_columns(source: LogSource) -> list[GlueColumn]:
    """The clean table's columns as Glue's Column structures, in declared order."""
    return [
        {"Name": name, "Type": column.type, "Comment": column.description or ""}
        for name, column in source.columns.items()
    ]


def metrics_select(source: LogSource, database: str, days: Iterable[Day]) -> str:
    """The daily metrics: group_by columns, measures under their names, event_date last."""
    groups = [_name(column) for column in source.metrics.group_by]
    measures = _measures(source, source.metrics.measures)
    return _aggregate([*groups, *measures], groups, database, source.clean_table, days)


def unload(select: str, location: str, partitioned_by: Sequence[str] = ()) -> str:
    """UNLOAD of a query as zstd Parquet; the columns of `partitioned_by` must be its last ones."""
    options = ["format = 'PARQUET'", "compression = 'ZSTD'"]
    if partitioned_by:
        columns = ", ".join(_literal(column) for column in partitioned_by)
        options.append(f"partitioned_by = ARRAY[{columns}]")
    return f"UNLOAD (\n{select}\n)\nTO {_literal(location)}\nWITH ({', '.join(options)})"


def rows_per_day(database: str, table: str, days: Iterable[Day]) -> str:
    """Rows of a table per day: columns row_count, event_date. Days without rows are absent."""
    return _aggregate(["count(*) AS row_count"], [], database, table, days)


def rejected_reasons(source: LogSource, database: str, days: Iterable[Day]) -> str:
    """Rejected rows per reason and day: columns reason, row_count, event_date."""
    columns = ["reason", "count(*) AS row_count"]
    return _aggregate(columns, ["reason"], database, source.rejected_table, days)


def rejected_sample(source: LogSource, database: str, days: Iterable[Day], limit: int = 10) -> str:
    """Some rejected rows: event_date, reason, file, raw_text, in a stable order."""
    return (
        "SELECT event_date, reason, file, raw_text\n"
        f"FROM {_table(database, source.rejected_table)}\n"
        f"WHERE {_on_days(days)}\n"
        f"ORDER BY event_date, reason, file, raw_text\nLIMIT {int(limit)}"
    )


def additive_measures(source: LogSource) -> tuple[str, ...]:
    """The measures whose daily total is the sum over groups: counts, and sums of exact numbers."""
    return tuple(
        name
        for name, text in source.metrics.measures.items()
        if _is_additive(parse_expression(text), source)
    )


def metrics_totals(source: LogSource, database: str, days: Iterable[Day]) -> str:
    """Each additive measure summed over the metrics table's groups, per day; event_date last."""
    sums = [f"sum({_name(name)}) AS {_name(name)}" for name in additive_measures(source)]
    return _aggregate(sums, [], database, source.metrics_table, days)


def clean_totals(source: LogSource, database: str, days: Iterable[Day]) -> str:
    """The same columns as `metrics_totals`, computed from the clean table's rows."""
    measures = _measures(source, additive_measures(source))
    return _aggregate(measures, [], database, source.clean_table, days)


def _aggregate(
    columns: Sequence[str], groups: Sequence[str], database: str, table: str, days: Iterable[Day]
) -> str:
    selected = ",\n  ".join([*columns, PARTITION_KEY])
    return (
        f"SELECT\n  {selected}\n"
        f"FROM {_table(database, table)}\n"
        f"WHERE {_on_days(days)}\n"
        f"GROUP BY {', '.join([*groups, PARTITION_KEY])}"
    )


def _measures(source: LogSource, names: Iterable[str]) -> list[str]:
    return [f"{source.metrics.measures[name].strip()} AS {_name(name)}" for name in names]


def _is_additive(tree: exp.Expr, source: LogSource) -> bool:
    if isinstance(tree, exp.Count):
        return not isinstance(tree.this, exp.Distinct)
    if isinstance(tree, exp.Sum) and isinstance(tree.this, exp.Column):
        kind = source.column_types.get(tree.this.name.lower(), "")
        return kind in ("int", "bigint") or kind.startswith("decimal")
    return isinstance(tree, exp.CountIf)


def _on_days(days: Iterable[Day]) -> str:
    listed = [_literal(str(day)) for day in days]
    if not listed:
        raise ValueError("no day is asked for")
    return f"{PARTITION_KEY} IN ({', '.join(listed)})"


def _table(database: str, table: str) -> str:
    return exp.table_(table, db=database, quoted=True).sql("athena")


def _name(identifier: str) -> str:
    return exp.to_identifier(identifier, quoted=True).sql("athena")


def _literal(text: str) -> str:
    return exp.Literal.string(text).sql("athena")
