"""Recognizes delimited text and infers delimiter, header and types by Glue's built-in rules.

Pure. Delimiters are comma, pipe, tab, semicolon and Ctrl-A; at least two columns and two rows; the
header rules are those of the first page; the first 1,000 records decide, as the second page says.
Columns without a header are `col0`, `col1`, ... (what crawlers write; the page says col1). Types
are bigint, double, boolean and string. What a custom classifier changes is in `custom_csv`.

Source: https://docs.aws.amazon.com/glue/latest/dg/add-classifier.html#classifier-builtin-rules
and https://repost.aws/knowledge-center/glue-crawler-detect-schema (checked 2026-11).
"""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce

from lakehouse.local_aws.crawlers.formats.sample import FileSample
from lakehouse.local_aws.crawlers.formats.schema import Delimited, FileSchema
from lakehouse.local_aws.crawlers.formats.types import NOTHING, Column, HiveType, merged_type

RECORDS = 1000
"""How many records of a file decide."""

_DELIMITERS = (",", "|", "\t", ";", "\x01")
_MOST = 0.7
_LONGEST_NAME = 150
_NUMBER_STARTS = frozenset("0123456789+-.")
_INTEGER = re.compile(r"[+-]?\d{1,19}")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_NAME = re.compile(r"[\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff\t]+")
_BIGINT_LIMIT = 2**63

Row = Sequence[str]


@dataclass(frozen=True)
class Layout:
    """A way to cut the text into rows: those with `width` cells count, the others are broken.

    `share` is the part of all rows that count.
    """

    delimiter: str
    width: int
    rows: Sequence[Row]
    share: float


def csv_schema(sample: FileSample) -> FileSchema | None:
    """Return the schema of delimited text, None if no delimiter gives two columns and rows."""
    if b"\x00" in sample.data:
        return None
    layout = _best_layout(sample.lines[:RECORDS])
    if layout is None:
        return None
    header = has_header(layout.rows)
    data = layout.rows[1:] if header else layout.rows
    names = column_names(layout.rows[0]) if header else numbered_names(layout.width)
    return FileSchema(
        "csv",
        tuple(map(Column, names, column_types(data, layout.width))),
        compression=sample.compression,
        details=Delimited(layout.delimiter, header, quoted='"' in sample.text),
        records=sample.estimated(len(sample.lines)) - header,
        bytes=sample.estimated(len(sample.data)),
    )


def has_header(rows: Sequence[Row]) -> bool:
    """Tell whether the first row names the columns.

    Every cell of it is a string that is fit for a column name, with fewer than 150 characters (the
    last may be longer, or empty), and some cell of the other rows is not a string. Rows of strings
    alone have no header that could be told from them.
    """
    first, others = rows[0], rows[1:]
    if not all(_may_be_name(cell) and len(cell.strip()) < _LONGEST_NAME for cell in first[:-1]):
        return False
    if first[-1].strip() and not _may_be_name(first[-1]):
        return False
    return any(cell_type(cell) not in ("string", NOTHING) for row in others for cell in row)


def column_names(cells: Row) -> list[str]:
    """Return header cells as column names: lower case, `col<i>` if empty, told apart if equal."""
    names: list[str] = []
    for position, cell in enumerate(cells):
        name = cell.strip().lower() or f"col{position}"
        names.append(f"{name}_{position}" if name in names else name)
    return names


def numbered_names(width: int) -> list[str]:
    """Return the names of columns without a header."""
    return [f"col{position}" for position in range(width)]


def column_types(rows: Sequence[Row], width: int, trimmed: bool = True) -> list[HiveType]:
    """Infer each column's type: the one that all its non-empty cells have, or string."""
    return [_column_type((row[at] for row in rows), trimmed) for at in range(width)]


def cell_type(cell: str, trimmed: bool = True) -> HiveType:
    """Infer the type of one cell, white space around it aside; an empty cell fits every type."""
    text = cell.strip()
    if not text:
        return NOTHING
    if not trimmed and text != cell:
        return "string"
    if text[0] in _NUMBER_STARTS:
        if _INTEGER.fullmatch(text) and -_BIGINT_LIMIT <= int(text) < _BIGINT_LIMIT:
            return "bigint"
        return "double" if _NUMBER.fullmatch(text) else "string"
    return "boolean" if text.lower() in ("true", "false") else "string"


def rows_layout(lines: Sequence[str], delimiter: str, quote: str = '"') -> Layout | None:
    """Cut lines by one delimiter; the most frequent number of cells is the width."""
    rows = [row for row in cut_rows(lines, delimiter, quote) if row]
    if not rows:
        return None
    width, count = Counter(map(len, rows)).most_common(1)[0]
    fitting = [row for row in rows if len(row) == width] if count < len(rows) else rows
    return Layout(delimiter, width, fitting, count / len(rows))


def cut_rows(lines: Iterable[str], delimiter: str, quote: str = '"') -> Iterator[Row]:
    """Cut every line on its own, so that one stray quote cannot swallow the lines after it."""
    for line in lines:
        if not quote or quote not in line:
            yield line.split(delimiter) if line else []
            continue
        try:
            yield next(csv.reader([line], delimiter=delimiter, quotechar=quote), [])
        except csv.Error:
            yield []


def _column_type(cells: Iterable[str], trimmed: bool) -> HiveType:
    found: set[HiveType] = set()
    for cell in set(cells):
        type_ = cell_type(cell, trimmed)
        if type_ == "string":
            return type_
        found.add(type_)
    nothing: HiveType = NOTHING
    return reduce(merged_type, found, nothing)


def _may_be_name(cell: str) -> bool:
    text = cell.strip()
    return bool(_NAME.fullmatch(text)) and cell_type(text) == "string"


def _best_layout(lines: Sequence[str]) -> Layout | None:
    """Choose the delimiter that cuts most lines into equally many cells; ties go by order."""
    layouts = [rows_layout(lines, d) for d in _DELIMITERS if any(d in line for line in lines)]
    tables = [found for found in layouts if found is not None and _is_table(found)]
    return max(tables, key=lambda layout: (layout.share, layout.width), default=None)


def _is_table(layout: Layout) -> bool:
    return layout.width >= 2 and len(layout.rows) >= 2 and layout.share >= _MOST
