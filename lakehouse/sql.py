"""Athena SQL over a source's tables, and their column lists for the Glue Data Catalog. Pure.

Here are queries only: the daily metrics, UNLOAD, row counts and totals that the checks compare,
samples and groups that people look at.
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
# Columns of results beside the measures; no declared name begins with an underscore.
GROUPS: Final = "__groups"
RANK: Final = "__rank"
_SIZE: Final = "__size"


def clean_columns(source: LogSource) -> list[GlueColumn]:
    """The clean table's columns as Glue's Column structures, in declared order."""
    return [
        {"Name": name, "Type": column.type, "Comment": column.description or ""}
        for name, column in source.columns.items()
    ]


def metrics_select(source: LogSource, database: str, days: Iterable[Day]) -> str:
    """The daily metrics: group_by columns, measures under their names, event_date last."""
    groups = _groups(source)
    measures = _measures(source, source.metrics.measures)
    return _aggregate([*groups, *measures], groups, database, source.clean_table, days)


def unload(
    select: str, location: str, partitioned_by: Sequence[str] = (), compression: str = "ZSTD"
) -> str:
    """UNLOAD of a query as Parquet; the columns of `partitioned_by` must be its last ones."""
    options = ["format = 'PARQUET'", f"compression = {_literal(compression)}"]
    if partitioned_by:
        columns = ", ".join(_literal(column) for column in partitioned_by)
        options.append(f"partitioned_by = ARRAY[{columns}]")
    return f"UNLOAD (\n{select}\n)\nTO {_literal(location)}\nWITH ({', '.join(options)})"


def rows_per_day(database: str, table: str, days: Iterable[Day]) -> str:
    """Rows of a table per day: columns row_count, event_date. Days without rows are absent."""
    return _aggregate(["count(*) AS row_count"], [], database, table, days)


def rejected_examples(source: LogSource, database: str, days: Iterable[Day]) -> str:
    """One rejected row per reason and day, and how many there are.

    Columns reason, row_count, raw_text, file, event_date; the example is the same each time.
    """
    columns = ["reason", "count(*) AS row_count", "min(raw_text) AS raw_text",
               "min_by(file, raw_text) AS file"]  # fmt: skip
    return _aggregate(columns, ["reason"], database, source.rejected_table, days)


def clean_sample(source: LogSource, database: str, day: Day, limit: int) -> str:
    """Some rows of one day of the clean table: Athena stops reading when it has them."""
    columns = ", ".join(_name(name) for name in source.columns)
    table = _table(database, source.clean_table)
    return f"SELECT {columns}\nFROM {table}\nWHERE {_on_days([day])}\nLIMIT {int(limit)}"


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


def metrics_per_day(source: LogSource, database: str, days: Iterable[Day]) -> str:
    """The columns of `metrics_totals`, and the number of groups as `GROUPS`."""
    sums = [f"sum({_name(name)}) AS {_name(name)}" for name in additive_measures(source)]
    columns = [f"count(*) AS {_name(GROUPS)}", *sums]
    return _aggregate(columns, [], database, source.metrics_table, days)


def first_groups(source: LogSource, database: str, days: Iterable[Day], limit: int) -> str:
    """Each day's `limit` largest groups: the metrics table's columns and their `RANK`."""
    order = ", ".join([f"{_name(size_measure(source))} DESC", *_groups(source)])
    return _ranked(
        source,
        f"SELECT *, row_number() OVER (PARTITION BY {PARTITION_KEY} ORDER BY {order}) "
        f"AS {_name(RANK)}\nFROM {_table(database, source.metrics_table)}\n"
        f"WHERE {_on_days(days)}",
        limit,
    )


def largest_groups(source: LogSource, database: str, days: Iterable[Day], limit: int) -> str:
    """The groups that are the largest over all days, each day of them, with their `RANK`."""
    groups = _groups(source)
    within = f"PARTITION BY {', '.join(groups)}" if groups else ""
    order = ", ".join([f"{_name(_SIZE)} DESC", *groups])
    return _ranked(
        source,
        f"SELECT *, dense_rank() OVER (ORDER BY {order}) AS {_name(RANK)}\nFROM (\n"
        f"SELECT *, sum({_name(size_measure(source))}) OVER ({within}) AS {_name(_SIZE)}\n"
        f"FROM {_table(database, source.metrics_table)}\nWHERE {_on_days(days)}\n)",
        limit,
    )


def size_measure(source: LogSource) -> str:
    """The measure that says how large a group is: the first that adds up, else the first."""
    return next(iter(additive_measures(source)), next(iter(source.metrics.measures)))


def ratio_measures(source: LogSource) -> dict[str, tuple[str, str]]:
    """The measures that are one additive measure over another: name -> (numerator, denominator).

    A day's ratio is that of the two totals, so it needs no row of the clean table. Only a quotient
    with a cast counts: Athena divides integers to an integer.
    """
    trees = {name: parse_expression(text) for name, text in source.metrics.measures.items()}
    known = {trees[name].sql("athena"): name for name in additive_measures(source)}
    found: dict[str, tuple[str, str]] = {}
    for name, tree in trees.items():
        if isinstance(tree, exp.Div) and any(_is_inexact(side) for side in (tree.left, tree.right)):
            top = known.get(_uncast(tree.left).sql("athena"))
            bottom = known.get(_uncast(tree.right).sql("athena"))
            if top and bottom:
                found[name] = (top, bottom)
    return found


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


def _ranked(source: LogSource, ranked: str, limit: int) -> str:
    columns = [*source.metrics.group_by, *source.metrics.measures, PARTITION_KEY, RANK]
    return (
        f"SELECT {', '.join(_name(column) for column in columns)}\nFROM (\n{ranked}\n)\n"
        f"WHERE {_name(RANK)} <= {int(limit)}\nORDER BY {PARTITION_KEY}, {_name(RANK)}"
    )


def _groups(source: LogSource) -> list[str]:
    return [_name(column) for column in source.metrics.group_by]


def _is_inexact(tree: exp.Expr) -> bool:
    return isinstance(tree, exp.Cast) and tree.to.is_type("double", "float")


def _uncast(tree: exp.Expr) -> exp.Expr:
    while isinstance(tree, (exp.Cast, exp.Paren)):
        tree = tree.this
    return tree


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
