"""From raw CSV files to raw fields, in Athena SQL: which files, with which headers, cut how.

The first selects of `lakehouse.clean_query`. A line is one row of the lines table, whatever stands
in it; columns are found by the names in each file's own header. What a field means, others say.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from lakehouse.expressions.athena_typing import athena_literal, athena_name
from lakehouse.source import LogSource
from lakehouse.source_fields import Column

LINE: Final = "line"
FILE_DAY: Final = "file_day"
_MARK: Final = "'\ufeff'"  # a byte order mark is no part of a file's first line
_REPLACED: Final = "'\ufffd'"  # what stands for bytes that are not UTF-8
_RECORD: Final = r'\A(?:,(?:"(?:[^"]|"")*"|[^",][^,]*|))+\z'
_FIELD: Final = r',(?:"(?:[^"]|"")*"|[^,]*)'


@dataclass(frozen=True)
class RawFile:
    """A raw file to read: its address, its day, and its first line (None if it is empty).

    `exact` is whether that line is UTF-8: else no line of the file equals it.
    """

    uri: str
    day: str
    header: str | None
    exact: bool = True


@dataclass(frozen=True)
class CleanQuery:
    """What one run asks of Athena: days to build from files (ordered by day and address)."""

    source: LogSource
    days: Sequence[str]
    files: Sequence[RawFile]
    lines_table: str
    typed_table: str
    twins_table: str
    """All as statements write them: quoted, with their database."""


def typed_root(source: LogSource) -> str:
    """The prefix, in the bucket of Athena's results, under which each run has its typed rows."""
    return f"typed/{source.name}/"


def own_table(source: LogSource, what: str, run_id: str) -> str:
    """Name of a table that one run makes for itself: of its typed, twin, clean or rejected rows."""
    return f"{source.name}_{what}_{run_id.replace('-', '_')}"


def own_tables(source: LogSource, run_id: str) -> tuple[str, ...]:
    """Names of all tables that one run makes for itself."""
    kinds = ("typed", "twins", "clean", "rejected")
    return tuple(own_table(source, kind, run_id) for kind in kinds)


def table_name(database: str, table: str) -> str:
    """A table as a statement writes it."""
    return f"{athena_name(database)}.{athena_name(table)}"


def header_names(header: str | None) -> list[str]:
    """The column names in a CSV header line; none for an empty file or a line with a break."""
    if header and header.count('"') % 2:
        return []
    return [name.strip() for name in next(csv.reader([header or ""]), [])]


def listed_files(query: CleanQuery) -> str:
    """The files as rows: address, number, day, whether it is built, kind of header."""
    kinds = {header: at for at, header in enumerate(_distinct_headers(query))}
    rows = [
        f"({athena_literal(file.uri)}, {number}, DATE {athena_literal(file.day)}, "
        f"{'TRUE' if file.day in query.days else 'FALSE'}, {kinds[file.header, file.exact]})"
        for number, file in enumerate(query.files)
    ]
    listed = ",\n".join(rows)
    return f"SELECT * FROM (VALUES\n{listed}\n) AS f (path, file_no, day, built, kind)"


def _distinct_headers(query: CleanQuery) -> list[tuple[str | None, bool]]:
    return list(dict.fromkeys((file.header, file.exact) for file in query.files))


def known_headers(query: CleanQuery) -> str:
    """For each kind of header its text, its width and the place of each field, from 1."""
    fields = field_names(query.source)
    rows = []
    for at, (header, exact) in enumerate(_distinct_headers(query)):
        names = header_names(header)
        places = {name: place for place, name in reversed(list(enumerate(names, 1)))}
        known = _is_header(query.source, names)
        text = athena_literal(header) if known and exact and header is not None else None
        cells = [places.get(name) if known else None for name in fields]
        values = [len(names) if known else None, *cells]
        rows.append(
            f"({at}, CAST({text or 'NULL'} AS varchar), "
            + ", ".join(f"CAST({'NULL' if v is None else v} AS integer)" for v in values)
            + ")"
        )
    columns = ", ".join(["kind", "header", "width", *(f"p{n}" for n in range(len(fields)))])
    return "SELECT * FROM (VALUES\n" + ",\n".join(rows) + f"\n) AS h ({columns})"


def _is_header(source: LogSource, names: Sequence[str]) -> bool:
    """Whether a first line names the field of the event time, or any field if that is computed."""
    column = source.columns[source.event_time]
    needed = {column.from_} if column.expr is None else set(field_names(source))
    return bool(needed & set(names))


def raw_lines(query: CleanQuery) -> str:
    """The lines of the files as readable text, each with what its file's header says."""
    days = ", ".join(athena_literal(day) for day in sorted({file.day for file in query.files}))
    places = _places(query.source)
    marked = f"substr({LINE}, 1, 1) = {_MARK}"
    unmarked = f"CASE WHEN {marked} THEN substr({LINE}, 2) ELSE {LINE} END"
    return (
        f"SELECT from_utf8(to_utf8({unmarked})) AS __text, f.file_no AS __file_no, "
        f"f.day AS __file_day, f.built AS __built, h.header, h.width{places}\n"
        f'FROM {query.lines_table} l JOIN files f ON l."$path" = f.path\n'
        f"JOIN headers h ON f.kind = h.kind\nWHERE l.{FILE_DAY} IN ({days})"
    )


def _places(source: LogSource) -> str:
    return "".join(f", p{at}" for at in range(len(field_names(source))))


def cut_lines() -> str:
    """Fields as texts: a line without quotes is split, one with quotes is a record or nothing."""
    pieces = f"regexp_extract_all(concat(',', __text), {athena_literal(_FIELD)})"
    unquoted = (
        "CASE WHEN starts_with(c, ',\"') THEN replace(substr(c, 3, length(c) - 3), '\"\"', '\"') "
        "ELSE substr(c, 2) END"
    )
    record = f"regexp_like(concat(',', __text), {athena_literal(_RECORD)})"
    return (
        "SELECT *, CASE WHEN strpos(__text, '\"') = 0 THEN split(__text, ',') "
        f"WHEN {record} THEN transform({pieces}, c -> {unquoted}) END AS __cut\nFROM lines"
    )


def raw_fields(source: LogSource) -> str:
    """The raw fields, and what is known of the line as a whole."""
    fields = [f"element_at(__cut, p{at}) AS __r{at}" for at in range(len(field_names(source)))]
    blank = "CASE WHEN substr(__text, 1, 1) > ' ' THEN FALSE ELSE replace(__text, ' ', '') = '' END"
    malformed = (
        "width IS NULL OR __cut IS NULL OR cardinality(__cut) <> width "
        f"OR {blank} OR strpos(__text, {_REPLACED}) > 0 "
    )
    quotes = "length(__text) - length(replace(__text, '\"', ''))"
    odd = (
        "CASE WHEN strpos(__text, '\"') > 0 THEN "
        f"width IS NOT NULL AND (__cut IS NULL OR mod({quotes}, 2) = 1) ELSE FALSE END"
    )
    whole = [
        "COALESCE(__text = header, FALSE) AS __header",
        f"COALESCE({malformed}, TRUE) AS __malformed",
        f"{odd} AS __open",
    ]
    columns = ", ".join(["__text", "__file_no", "__file_day", "__built", *whole, *fields])
    return f"SELECT {columns}\nFROM cut"


def field_names(source: LogSource) -> list[str]:
    """The fields that columns are read from, each once."""
    return list(dict.fromkeys(column.from_ for _, column in read_columns(source)))


def read_columns(source: LogSource) -> list[tuple[str, Column]]:
    """The columns that are read from the file."""
    return [(name, column) for name, column in source.columns.items() if column.expr is None]
