"""The statements with which Athena cleans days: the twin of the Spark job's plan, as Athena SQL.

`typed_statement` reads the raw lines once and writes typed, judged rows, the typed table;
`counts_query` counts them by outcome, `twins_statement` finds duplicates; `clean_statement` and
`rejected_statement` write what is published; `written_query` counts what was written. Rules are
those of `lakehouse.plan` and `glue_scripts.clean_logs`, held equal by a test. Pure: run and checked
in `lakehouse.aws.clean_queries`. Internal columns begin with two underscores.

Each select names what the next one needs, for an engine may compute an expression once for each
mention. The first ones, from lines to raw fields, stand in `csv_query` and `combined_query`, the
next, from there to typed values, in `field_values`.
"""

from collections.abc import Iterable

from lakehouse.clean_query_limits import FINER_TIME
from lakehouse.combined_query import combined_steps
from lakehouse.csv_query import csv_steps
from lakehouse.expressions.athena_typing import (
    athena_literal,
    athena_name,
    present,
)
from lakehouse.expressions.expression import parse_expression
from lakehouse.field_values import raw_field, value_steps
from lakehouse.raw_lines import CleanQuery, listed_files
from lakehouse.source import LogSource
from lakehouse.source_fields import PARTITION_KEY, Column
from lakehouse.sql import GlueColumn, clean_columns, unload


def typed_statement(query: CleanQuery, location: str) -> str:
    """UNLOAD of every line that counts, typed and with its outcome."""
    raw = csv_steps(query) if query.source.raw.format == "csv" else combined_steps(query)
    steps = [
        ("files", listed_files(query)),
        *raw,
        *value_steps(query.source),
        ("judged", _judged(query)),
    ]
    body = ",\n".join(f"{name} AS (\n{sql}\n)" for name, sql in steps)
    return unload(f"WITH {body}\n{_kept(query)}", location, compression="SNAPPY")


def typed_columns(source: LogSource) -> list[GlueColumn]:
    """The typed table's columns."""
    internal = dict.fromkeys(("__outcome", "__reason", "__text", "__flaw"), "string")
    kinds = {"__file_no": "int", "__event_date": "date", **internal}
    own = [{"Name": name, "Type": kind} for name, kind in kinds.items()]
    return [*clean_columns(source), *own]


def twins_statement(query: CleanQuery, location: str) -> str:
    """UNLOAD of the few clean rows whose day and key stand more than once, numbered.

    Number 1 stays, the others are duplicates. Only for a source with a unique key.
    """
    keys = _day_and_key(query)
    known = " AND ".join(f"{key} IS NOT NULL" for key in keys)
    columns = [athena_name(name) for name in query.source.columns]
    order = [athena_name(query.source.event_time), "__file_no"]
    order += [f"{column} NULLS FIRST" for column in columns]
    number = (
        f"row_number() OVER (PARTITION BY {', '.join(f't.{key}' for key in keys)} "
        f"ORDER BY {', '.join(f't.{column}' for column in order)}) AS __number"
    )
    listed = ", ".join(f"t.{column}" for column in [*columns, "__file_no", "__event_date"])
    select = (
        f"WITH twice AS (\nSELECT {', '.join(keys)}\nFROM {query.typed_table}\n"
        f"WHERE __outcome = 'clean' AND {known}\nGROUP BY {', '.join(keys)}\n"
        f"HAVING count(*) > 1\n)\nSELECT {listed}, {number}\nFROM {query.typed_table} t "
        f"JOIN twice ON {_same_key(query)}\nWHERE t.__outcome = 'clean'"
    )
    return unload(select, location, compression="SNAPPY")


def twins_columns(source: LogSource) -> list[GlueColumn]:
    """The columns of the table of twins."""
    kinds = {"__file_no": "int", "__event_date": "date", "__number": "bigint"}
    return [*clean_columns(source), *({"Name": n, "Type": kind} for n, kind in kinds.items())]


def counts_query(query: CleanQuery) -> str:
    """Rows by file number, event day, outcome, reason and flaw; duplicates count as clean here."""
    columns = "__file_no, __event_date, __outcome, __reason, __flaw"
    return f"SELECT {columns}, count(*) AS row_count\nFROM {query.typed_table}\nGROUP BY {columns}"


def duplicates_query(query: CleanQuery) -> str:
    """Duplicates by file number and event day."""
    columns = "__file_no, __event_date"
    return (
        f"SELECT {columns}, count(*) AS row_count\nFROM {query.twins_table}\n"
        f"WHERE __number > 1\nGROUP BY {columns}"
    )


def clean_statement(query: CleanQuery, location: str) -> str:
    """UNLOAD of the clean rows, a folder for each day."""
    columns = ", ".join(f"t.{athena_name(name)}" for name in query.source.columns)
    select = f"SELECT {columns}, CAST(t.__event_date AS varchar) AS {PARTITION_KEY}\nFROM"
    whole, clean = f"{select} {query.typed_table} t", "WHERE t.__outcome = 'clean'"
    if not query.source.unique_key:
        return unload(f"{whole}\n{clean}", location, [PARTITION_KEY])
    first = f"{query.twins_table} t\nWHERE t.__number = 1"
    select = (
        f"WITH twice AS (\nSELECT *\nFROM {first}\n)\n"
        f"{whole} LEFT JOIN twice ON {_same_key(query)}\n{clean} AND twice.__number IS NULL\n"
        f"UNION ALL\n{select} {first}"
    )
    return unload(select, location, [PARTITION_KEY])


def rejected_statement(query: CleanQuery, location: str, run_id: str) -> str:
    """UNLOAD of the rejected rows, a folder for each day of their files."""
    select = (
        f"WITH files AS (\n{listed_files(query)}\n)\n"
        "SELECT __text AS raw_text, f.path AS file, __reason AS reason, "
        f"{athena_literal(run_id)} AS run_id, CAST(f.day AS varchar) AS {PARTITION_KEY}\n"
        f"FROM {query.typed_table} t JOIN files f ON t.__file_no = f.file_no\n"
        "WHERE __outcome = 'rejected'"
    )
    return unload(select, location, [PARTITION_KEY])


def written_query(tables: Iterable[str]) -> str:
    """Rows of each file of the tables (as statements write them): columns path, row_count."""
    return "\nUNION ALL\n".join(
        f'SELECT "$path" AS path, count(*) AS row_count\nFROM {table}\nGROUP BY "$path"'
        for table in tables
    )


# ---- judgement


def _judged(query: CleanQuery) -> str:
    source = query.source
    time = athena_name(source.event_time)
    keep = parse_expression(source.keep).sql("athena") if source.keep else "TRUE"
    return (
        f"SELECT *, COALESCE({keep}, FALSE) AS __keep, {_reason(source)} AS __reason, "
        f"CAST({time} AS date) AS __event_date\nFROM all_values"
    )


def _reason(source: LogSource) -> str:
    """The first reason to reject a row in the order of columns, or NULL."""
    arms = [("__malformed", "malformed_line")]
    for name, column in source.columns.items():
        if name == source.event_time:
            arms.append((f"{athena_name(name)} IS NULL", "bad_event_time"))
        elif column.expr is None:
            arms += _read_problems(source, name, column)
        else:
            arms += _computed_problems(name, column)
    day = f"CAST({athena_name(source.event_time)} AS date)"
    earliest = f"date_add('day', -{source.late_days}, __file_day)"
    arms.append((f"NOT ({day} BETWEEN {earliest} AND __file_day)", "outside_day"))
    return f"CASE {' '.join(f'WHEN {test} THEN {athena_literal(why)}' for test, why in arms)} END"


def _read_problems(source: LogSource, name: str, column: Column) -> list[tuple[str, str]]:
    null, there = (
        f"{athena_name(name)} IS NULL",
        present(raw_field(source, column).raw, column.type),
    )
    problems = []
    if column.required:
        problems.append((f"{null} AND NOT {there}", f"missing_required:{name}"))
    if column.type != "string":
        problems.append((f"{null} AND {there}", f"bad_type:{name}"))
    return problems


def _computed_problems(name: str, column: Column) -> list[tuple[str, str]]:
    null = f"{athena_name(name)} IS NULL"
    problems = []
    if column.type in ("int", "double") or column.type.startswith("decimal"):
        expr = parse_expression(column.expr or "").sql("athena")
        problems.append((f"{null} AND ({expr}) IS NOT NULL", f"bad_type:{name}"))
    if column.required:
        problems.append((null, f"missing_required:{name}"))
    return problems


def _kept(query: CleanQuery) -> str:
    """Every line of a file to build, and the clean rows of later files."""
    days = ", ".join(f"DATE {athena_literal(day)}" for day in query.days)
    outcome = (
        "CASE WHEN __header THEN 'header' WHEN __reason IS NOT NULL THEN 'rejected' "
        f"WHEN __event_date NOT IN ({days}) THEN 'other_day' "
        "WHEN NOT __keep THEN 'filtered' ELSE 'clean' END"
    )
    flaw = (
        "CASE WHEN __line_flaw IS NOT NULL THEN __line_flaw "
        f"WHEN __finer THEN {athena_literal(FINER_TIME)} END"
    )
    columns = [*(athena_name(name) for name in query.source.columns),
               *("__file_no", "__event_date", "__outcome"),
               "CASE WHEN __outcome = 'rejected' THEN __reason END AS __reason",
               "CASE WHEN __outcome = 'rejected' THEN __text END AS __text", "__flaw"]  # fmt: skip
    inner = f"SELECT *, {outcome} AS __outcome, {flaw} AS __flaw\nFROM judged"
    select = f"SELECT {', '.join(columns)}\nFROM (\n{inner}\n)"
    if all(file.day in query.days for file in query.files):
        return select
    return f"{select}\nWHERE __built OR __outcome = 'clean' OR __flaw IS NOT NULL"


# ---- duplicates


def _day_and_key(query: CleanQuery) -> list[str]:
    return ["__event_date", *(athena_name(name) for name in query.source.unique_key)]


def _same_key(query: CleanQuery) -> str:
    return " AND ".join(f"t.{key} = twice.{key}" for key in _day_and_key(query))
