"""Lines that SQL cannot take apart: OpenCSVSerde, RegexSerDe and GrokSerDe, in Python.

Each parser turns an Arrow array of lines into one array of texts per column; a line that does not
match is all NULL. Grok's own patterns stand in `grok`.
Source: Hive's OpenCSVSerde and RegexSerDe, AWS "Grok SerDe", checked 2026-11.
"""

import csv
from collections.abc import Iterable, Sequence
from typing import Any

import pyarrow as pa

from lakehouse.local_aws.athena import python_regexes
from lakehouse.local_aws.athena.errors import QueryError
from lakehouse.local_aws.athena.grok import compile_grok
from lakehouse.local_aws.athena.lines import RowParser

Row = Sequence[str | None]


def _columns(rows: Iterable[Row], width: int) -> list[pa.Array]:
    table: list[list[str | None]] = [[] for _ in range(width)]
    for row in rows:
        present = len(row)
        for index, column in enumerate(table):
            column.append(row[index] if index < present else None)
    return [pa.array(column, pa.string()) for column in table]


def open_csv(width: int, parameters: dict[str, str]) -> RowParser:
    """OpenCSVSerde: `separatorChar`, `quoteChar`, `escapeChar`; one row a line."""
    separator = parameters.get("separatorChar", ",")
    quote = parameters.get("quoteChar", '"')
    escape = parameters.get("escapeChar", "\\")
    options = {
        "delimiter": separator,
        "quotechar": quote,
        "escapechar": escape if escape != quote else None,
    }

    def parse(lines: pa.Array) -> list[pa.Array]:
        texts = lines.to_pylist()
        if not any(quote in text or escape in text for text in texts):
            return _columns((text.split(separator) for text in texts), width)
        return _columns((_csv_line(text, options) for text in texts), width)

    return parse


def _csv_line(text: str, options: dict[str, str | None]) -> Row:
    return next(csv.reader([text], **options), [""])  # type: ignore[arg-type]


def regex(width: int, parameters: dict[str, str]) -> RowParser:
    """RegexSerDe: `input.regex` must match the whole line; its groups are the columns.

    More groups than columns are allowed: AWS's own table of ALB logs has one, for fields to come.
    """
    pattern = parameters.get("input.regex", "")
    ignore_case = parameters.get("input.regex.case.insensitive") == "true"
    compiled = _compile(f"(?i){pattern}" if ignore_case else pattern)
    if compiled.groups < width:
        words = "Number of matching groups doesn't match the number of columns"
        raise QueryError("HIVE_CURSOR_ERROR", words)

    def parse(lines: pa.Array) -> list[pa.Array]:
        matches = (compiled.fullmatch(text) for text in lines.to_pylist())
        return _columns((m.groups() if m else () for m in matches), width)

    return parse


def grok(columns: Sequence[str], parameters: dict[str, str]) -> RowParser:
    """GrokSerDe: `input.format` with named captures; columns are found by their names."""
    custom = parameters.get("input.grokCustomPatterns", "")
    compiled, captures = compile_grok(parameters.get("input.format", ""), custom)
    groups = [captures.get(name.lower(), []) for name in columns]

    def row(text: str) -> Row:
        match = compiled.search(text)
        if match is None:
            return ()
        return [next((match[g] for g in names if match[g] is not None), None) for names in groups]

    def parse(lines: pa.Array) -> list[pa.Array]:
        return _columns((row(text) for text in lines.to_pylist()), len(columns))

    return parse


def _compile(pattern: str) -> Any:
    try:
        return python_regexes.compiled(pattern)
    except ValueError as error:
        words = f"input.regex cannot be compiled: {pattern}"
        raise QueryError("HIVE_INVALID_METADATA", words) from error
