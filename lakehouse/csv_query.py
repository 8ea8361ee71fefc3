"""From raw CSV lines to raw fields, in Athena SQL: columns are found by each file's own header.

The first selects of `lakehouse.clean_query`. What a field means, `field_values` says; that a line
is one row, `raw_lines`.
"""

import csv
from collections.abc import Sequence
from typing import Final

from lakehouse.clean_query_limits import OPEN_QUOTE
from lakehouse.expressions.athena_typing import athena_literal
from lakehouse.raw_lines import (
    REPLACED,
    CleanQuery,
    field_names,
    first_lines,
    read_columns,
    readable_lines,
)
from lakehouse.source import LogSource

_RECORD: Final = r'\A(?:,(?:"(?:[^"]|"")*"|[^",][^,]*|))+\z'
_FIELD: Final = r',(?:"(?:[^"]|"")*"|[^,]*)'


def csv_steps(query: CleanQuery) -> list[tuple[str, str]]:
    """The selects by name, from the files to `fields`."""
    return [
        ("headers", known_headers(query)),
        ("lines", _lines(query)),
        ("cut", _cut_lines()),
        ("fields", _raw_fields(query.source)),
    ]


def header_names(header: str | None) -> list[str]:
    """The column names in a CSV header line; none for an empty file or a line with a break."""
    if header and header.count('"') % 2:
        return []
    return [name.strip() for name in next(csv.reader([header or ""]), [])]


def known_headers(query: CleanQuery) -> str:
    """For each kind of header its text, its width and the place of each field, from 1."""
    fields = field_names(query.source)
    rows = []
    for at, (header, exact) in enumerate(first_lines(query)):
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


def _lines(query: CleanQuery) -> str:
    """The lines, each with what its file's header says."""
    places = [f"p{at}" for at in range(len(field_names(query.source)))]
    known = ["h.header", "h.width", *places]
    return readable_lines(query, known, "JOIN headers h ON f.kind = h.kind\n")


def _cut_lines() -> str:
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


def _raw_fields(source: LogSource) -> str:
    """The raw fields, and what is known of the line as a whole."""
    fields = [f"{_cell(source, at)} AS __r{at}" for at in range(len(field_names(source)))]
    blank = "CASE WHEN substr(__text, 1, 1) > ' ' THEN FALSE ELSE replace(__text, ' ', '') = '' END"
    malformed = (
        "width IS NULL OR __cut IS NULL OR cardinality(__cut) <> width "
        f"OR {blank} OR strpos(__text, {REPLACED}) > 0 "
    )
    quotes = "length(__text) - length(replace(__text, '\"', ''))"
    odd = f"width IS NOT NULL AND (__cut IS NULL OR mod({quotes}, 2) = 1)"
    whole = [
        "COALESCE(__text = header, FALSE) AS __header",
        f"COALESCE({malformed}, TRUE) AS __malformed",
        f"CASE WHEN strpos(__text, '\"') > 0 THEN CASE WHEN {odd} "
        f"THEN {athena_literal(OPEN_QUOTE)} END END AS __line_flaw",
    ]
    columns = ", ".join(["__text", "__file_no", "__file_day", "__built", *whole, *fields])
    return f"SELECT {columns}\nFROM cut"


def _cell(source: LogSource, at: int) -> str:
    """A field's text; an empty one that a column of texts reads is NULL."""
    cell, name = f"element_at(__cut, p{at})", field_names(source)[at]
    is_text = any(c.from_ == name and c.type == "string" for _, c in read_columns(source))
    return f"NULLIF({cell}, '')" if is_text else cell
