"""The statements with which Athena cleans days: the twin of the Spark job's plan, as Athena SQL.

`typed_statement` reads the raw lines once and writes typed, judged rows, the typed table;
`counts_query` counts them by outcome; `clean_statement` and `rejected_statement` write what is
published; `written_query` counts what was written. Rules are those of `lakehouse.plan` and
`glue_scripts.clean_logs`, held equal by a test. Pure: run and checked in
`lakehouse.aws.clean_queries`. Internal columns begin with two underscores.

Each select names what the next one needs, for an engine may compute an expression once for each
mention. The first ones, from files to raw fields, stand in `lakehouse.csv_query`.
"""

from collections.abc import Iterable

from lakehouse.clean_query_limits import FINER_TIME, OPEN_QUOTE
from lakehouse.csv_query import (
    CleanQuery,
    cut_lines,
    field_names,
    known_headers,
    listed_files,
    raw_fields,
    raw_lines,
    read_columns,
)
from lakehouse.expressions.athena_typing import (
    athena_literal,
    athena_name,
    athena_type,
    finer,
    present,
    trimmed,
    typed,
    within_range,
    without_zone,
)
from lakehouse.expressions.expression import parse_expression
from lakehouse.source import LogSource
from lakehouse.source_fields import PARTITION_KEY, Column
from lakehouse.sql import GlueColumn, clean_columns, unload


def typed_statement(query: CleanQuery, location: str) -> str:
    """UNLOAD of every line that counts, typed and with its outcome."""
    steps = [
        ("files", listed_files(query)),
        ("headers", known_headers(query)),
        ("lines", raw_lines(query)),
        ("cut", cut_lines()),
        ("fields", raw_fields(query.source)),
        ("texts", _texts(query.source)),
        ("clocks", _clocks(query.source)),
        ("read_values", _read_values(query.source)),
        ("all_values", _all_values(query.source)),
        ("judged", _judged(query)),
    ]
    body = ",\n".join(f"{name} AS (\n{sql}\n)" for name, sql in steps)
    return unload(f"WITH {body}\n{_kept(query)}", location, compression="SNAPPY")


def typed_columns(source: LogSource) -> list[GlueColumn]:
    """The typed table's columns."""
    internal = dict.fromkeys(
        ("__event_date", "__outcome", "__reason", "__text", "__flaw"), "string"
    )
    kinds = {"__file_no": "int", **internal}
    own = [{"Name": name, "Type": kind} for name, kind in kinds.items()]
    return [*clean_columns(source), *own]


def counts_query(query: CleanQuery) -> str:
    """Rows by file number, event day, outcome, reason and flaw.

    Those of outcome `duplicate` are counted as `clean` too: who reads this takes them off there.
    """
    columns = "__file_no, __event_date, __outcome, __reason, __flaw"
    select = (
        f"SELECT {columns}, count(*) AS row_count\nFROM {query.typed_table}\nGROUP BY {columns}"
    )
    if not query.source.unique_key:
        return select
    return (
        f"WITH {_twins(query)}\n{select}\nUNION ALL\n"
        "SELECT __file_no, __event_date, 'duplicate', NULL, NULL, count(*)\n"
        "FROM twins WHERE __number > 1\nGROUP BY __file_no, __event_date"
    )


def clean_statement(query: CleanQuery, location: str) -> str:
    """UNLOAD of the clean rows, a folder for each day."""
    columns = ", ".join(f"t.{athena_name(name)}" for name in query.source.columns)
    select = f"SELECT {columns}, t.__event_date AS {PARTITION_KEY}\nFROM"
    whole = f"{select} {query.typed_table} t"
    clean = "WHERE t.__outcome = 'clean'"
    if query.source.unique_key:
        single = f"{whole} LEFT JOIN twice ON {_same_key(query)}\n{clean}"
        select = (
            f"WITH {_twins(query)}\n{single} AND twice.__event_date IS NULL\nUNION ALL\n"
            f"{select} twins t\nWHERE t.__number = 1"
        )
    else:
        select = f"{whole}\n{clean}"
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


# ---- typed values


def _raw(source: LogSource, column: Column) -> str:
    return f"__r{field_names(source).index(column.from_)}"


def _text(source: LogSource, column: Column) -> str:
    return f"__t{field_names(source).index(column.from_)}"


def _texts_of(source: LogSource, column: Column) -> tuple[str, str, str]:
    """A column's raw field, that without blanks, and its clock."""
    text = _text(source, column)
    return _raw(source, column), text, text.replace("__t", "__c")


def _texts(source: LogSource) -> str:
    """Beside each raw field that is more than a string, its text without blanks around it."""
    raws = dict.fromkeys(_raw(source, c) for _, c in read_columns(source) if _has_text(c))
    texts = [f"{trimmed(raw)} AS {raw.replace('__r', '__t')}" for raw in raws]
    return f"SELECT {', '.join(['*', *texts])}\nFROM fields"


def _clocks(source: LogSource) -> str:
    """Beside each text that says a time, its clock."""
    texts = dict.fromkeys(_text(source, c) for _, c in read_columns(source) if _has_clock(c))
    clocks = [f"{without_zone(text)} AS {text.replace('__t', '__c')}" for text in texts]
    return f"SELECT {', '.join(['*', *clocks])}\nFROM texts"


def _has_clock(column: Column) -> bool:
    return column.type == "timestamp" and column.format in (None, "iso8601")


def _has_text(column: Column) -> bool:
    return column.type not in ("string", "int", "bigint", "boolean")


def _read_values(source: LogSource) -> str:
    values = [
        f"{typed(*_texts_of(source, c), c.type, c.format)} AS {athena_name(name)}"
        for name, c in read_columns(source)
    ]
    return f"SELECT {', '.join(['*', *values])}\nFROM clocks"


def _all_values(source: LogSource) -> str:
    """Times within their years, and the computed columns; other columns as they are."""
    own = ["__text", "__file_no", "__file_day", "__built", "__header", "__malformed", "__open"]
    raws = [f"__r{at}" for at in range(len(field_names(source)))]
    times = [(name, c) for name, c in read_columns(source) if c.type == "timestamp"]
    flaws = [f"({athena_name(n)} IS NOT NULL AND {finer(*_texts_of(source, c)[1:], c.format)})"
             for n, c in times]  # fmt: skip
    values = [f"{_value(name, column)} AS {athena_name(name)}"
              for name, column in source.columns.items()]  # fmt: skip
    finest = f"{' OR '.join(flaws) or 'FALSE'} AS __finer"
    return f"SELECT {', '.join([*own, *raws, finest, *values])}\nFROM read_values"


def _value(name: str, column: Column) -> str:
    if column.expr is not None:
        return _computed(column)
    return within_range(athena_name(name), column.type, column.format)


def _computed(column: Column) -> str:
    expr = f"({parse_expression(column.expr or '').sql('athena')})"
    return f"TRY_CAST({expr} AS {athena_type(column.type)})"


# ---- judgement


def _judged(query: CleanQuery) -> str:
    source = query.source
    time = athena_name(source.event_time)
    keep = parse_expression(source.keep).sql("athena") if source.keep else "TRUE"
    return (
        f"SELECT *, COALESCE({keep}, FALSE) AS __keep, {_reason(source)} AS __reason, "
        f"CAST(CAST({time} AS date) AS varchar) AS __event_date\nFROM all_values"
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
    null, there = f"{athena_name(name)} IS NULL", present(_raw(source, column), column.type)
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
    days = ", ".join(athena_literal(day) for day in query.days)
    outcome = (
        "CASE WHEN __header THEN 'header' WHEN __reason IS NOT NULL THEN 'rejected' "
        f"WHEN __event_date NOT IN ({days}) THEN 'other_day' "
        "WHEN NOT __keep THEN 'filtered' ELSE 'clean' END"
    )
    flaw = (
        f"CASE WHEN __open THEN {athena_literal(OPEN_QUOTE)} "
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


# ---- what is read from the typed table


def _twins(query: CleanQuery) -> str:
    """The few clean rows whose day and key stand more than once, numbered: the first stays."""
    keys = _day_and_key(query)
    known = " AND ".join(f"{key} IS NOT NULL" for key in keys)
    columns = [athena_name(name) for name in query.source.columns]
    order = [athena_name(query.source.event_time), "__file_no"]
    order += [f"{column} NULLS FIRST" for column in columns]
    listed = ", ".join(f"t.{column}" for column in [*columns, "__file_no", "__event_date"])
    number = (
        f"row_number() OVER (PARTITION BY {', '.join(f't.{key}' for key in keys)} "
        f"ORDER BY {', '.join(f't.{column}' for column in order)})"
    )
    return (
        f"twice AS (\nSELECT {', '.join(keys)}\nFROM {query.typed_table}\n"
        f"WHERE __outcome = 'clean' AND {known}\nGROUP BY {', '.join(keys)}\n"
        "HAVING count(*) > 1\n),\n"
        f"twins AS (\nSELECT {listed}, {number} AS __number\nFROM {query.typed_table} t "
        f"JOIN twice ON {_same_key(query)}\n"
        "WHERE t.__outcome = 'clean'\n)"
    )


def _day_and_key(query: CleanQuery) -> list[str]:
    return ["__event_date", *(athena_name(name) for name in query.source.unique_key)]


def _same_key(query: CleanQuery) -> str:
    return " AND ".join(f"t.{key} = twice.{key}" for key in _day_and_key(query))
