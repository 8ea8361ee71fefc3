"""Recognizes delimited text and infers delimiter, header and types by Glue's built-in rules.

Pure. Delimiters are comma, pipe, tab, semicolon and Ctrl-A; at least two columns and two rows; the
header rules are those of the AWS page below; columns without one are `col0`, `col1`, ... (what
crawlers write; the page says col1). Types are bigint, double, boolean and string.

Source: https://docs.aws.amazon.com/glue/latest/dg/add-classifier.html#classifier-builtin-rules
(checked 2026-11).
"""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from lakehouse.local_aws.crawlers.file_sample import FileSample
from lakehouse.local_aws.crawlers.file_schema import FileSchema
from lakehouse.local_aws.crawlers.schema_types import NOTHING, Column, HiveType, merged_type

_DELIMITERS = (",", "|", "\t", ";", "\x01")
_MOST = 0.7
_HEAD = 1000
_LONGEST_NAME = 150
_INTEGER = re.compile(r"[+-]?\d{1,19}")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_NAME = re.compile(r"[\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff\t]+")
_BIGINT_LIMIT = 2**63

Row = Sequence[str]


@dataclass(frozen=True)
class _Layout:
    """A way to cut the text into rows: those with `width` cells count, the others are broken."""

    delimiter: str
    width: int
    rows: Sequence[Row]
    share: float


def csv_schema(sample: FileSample) -> FileSchema | None:
    """Return the schema of delimited text, None if no delimiter gives two columns and rows."""
    if b"\x00" in sample.data:
        return None
    lines = sample.text.splitlines()
    layout = _best_layout(lines)
    if layout is None:
        return None
    header = has_header(layout.rows)
    data = layout.rows[1:] if header else layout.rows
    names = column_names(layout.rows[0]) if header else [f"col{i}" for i in range(layout.width)]
    return FileSchema(
        "csv",
        tuple(map(Column, names, column_types(data, layout.width))),
        compression=sample.compression,
        delimiter=layout.delimiter,
        header=header,
        quoted='"' in sample.text,
        records=len(lines) / sample.share - header,
        bytes=len(sample.data) / sample.share,
    )


def has_header(rows: Sequence[Row]) -> bool:
    """Tell whether the first row names the columns.

    Every cell of it is a string shorter than 150 characters and fit for a column name (the last
    may be empty), and some cell of the other rows is not a string. Rows of strings alone have no
    header that could be told from them.
    """
    first, others = rows[0], rows[1:]
    named = first[:-1] if first[-1] == "" else first
    if not named or not all(_may_be_name(cell) for cell in named):
        return False
    return any(cell_type(cell) not in ("string", NOTHING) for row in others for cell in row)


def column_names(cells: Row) -> list[str]:
    """Return header cells as column names: lower case, `col<i>` if empty, told apart if equal."""
    names: list[str] = []
    for position, cell in enumerate(cells):
        name = cell.strip().lower() or f"col{position}"
        names.append(f"{name}_{position}" if name in names else name)
    return names


def column_types(rows: Sequence[Row], width: int) -> list[HiveType]:
    """Infer each column's type: the one that all its non-empty cells have, or string."""
    return [_column_type(row[position] for row in rows) for position in range(width)]


def cell_type(cell: str) -> HiveType:
    """Infer the type of one cell; an empty cell fits every type."""
    text = cell.strip()
    if not text:
        return NOTHING
    if _INTEGER.fullmatch(text) and -_BIGINT_LIMIT <= int(text) < _BIGINT_LIMIT:
        return "bigint"
    if _NUMBER.fullmatch(text):
        return "double"
    return "boolean" if text.lower() in ("true", "false") else "string"


def _column_type(cells: Iterable[str]) -> HiveType:
    common: HiveType = NOTHING
    for cell in cells:
        common = merged_type(common, cell_type(cell))
        if common == "string":
            break
    return common


def _may_be_name(cell: str) -> bool:
    text = cell.strip()
    if len(text) >= _LONGEST_NAME or not _NAME.fullmatch(text):
        return False
    return cell_type(text) == "string"


def _best_layout(lines: Sequence[str]) -> _Layout | None:
    """Choose the delimiter that cuts most lines into equally many cells; ties go by order."""
    layouts = [layout for d in _DELIMITERS if (layout := _layout(lines, d)) is not None]
    return max(layouts, key=lambda layout: (layout.share, layout.width), default=None)


def _layout(lines: Sequence[str], delimiter: str) -> _Layout | None:
    """Cut the lines by one delimiter, None if it does not make a table of them.

    The first lines decide whether it does, so that four wrong delimiters cost little.
    """
    head = [row for row in _rows(lines[:_HEAD], delimiter) if row]
    widths = Counter(map(len, head))
    if not widths:
        return None
    width, count = widths.most_common(1)[0]
    if width < 2 or count < 2 or count < _MOST * len(head):
        return None
    fitting = [row for row in _rows(lines, delimiter) if len(row) == width]
    return _Layout(delimiter, width, fitting, count / len(head))


def _rows(lines: Iterable[str], delimiter: str) -> Iterator[Row]:
    """Cut every line on its own, so that one stray quote cannot swallow the lines after it."""
    for line in lines:
        if '"' not in line:
            yield line.split(delimiter) if line else []
            continue
        try:
            yield next(csv.reader([line], delimiter=delimiter), [])
        except csv.Error:
            yield []
