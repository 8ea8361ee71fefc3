"""Result files as Athena writes them, and reading pages of them back for GetQueryResults.

`<id>.csv`: every value quoted, NULL is nothing at all; `<id>.txt`: DDL's lines. The object with
their metadata belongs to `result_metadata`.
Source: AWS "Query results and recent queries" and files of the service, checked 2026-11.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lakehouse.local_aws.athena import text
from lakehouse.local_aws.athena.types import Type, athena_name

Columns = Sequence[tuple[str, Type]]
Row = list[str | None]

_PRECISION = {"tinyint": 3, "smallint": 5, "integer": 10, "bigint": 19, "double": 17, "real": 17,
              "timestamp": 3, "timestamp with time zone": 3, "varchar": 2147483647,
              "varbinary": 1073741824}  # fmt: skip
_BLOCK = 1 << 18  # bytes
_CELL = re.compile(rb'(?:"((?:[^"]|"")*)"|)(,|\n|$)')


def column_info(name: str, kind: Type) -> dict[str, Any]:
    """A ColumnInfo of ResultSetMetadata."""
    precision = kind.params[0] if kind.params else _PRECISION.get(kind.name, 0)
    return {
        "CatalogName": "hive",
        "SchemaName": "",
        "TableName": "",
        "Name": name,
        "Label": name,
        "Type": athena_name(kind),
        "Precision": precision,
        "Scale": kind.params[1] if kind.name == "decimal" else 0,
        "Nullable": "UNKNOWN",
        "CaseSensitive": kind.name in ("varchar", "char"),
    }


def csv_blocks(columns: Columns, blocks: Iterable[Sequence[Sequence[Any]]]) -> Iterator[bytes]:
    """The bytes of a CSV result: the header, then each block of rows."""
    yield _line([name for name, _ in columns]).encode()
    writers = [text.formatter(kind) for _, kind in columns]
    for block in blocks:
        rows = (
            [None if v is None else w(v) for v, w in zip(row, writers, strict=True)]
            for row in block
        )
        yield "".join(map(_line, rows)).encode("utf-8", "surrogateescape")


def _line(row: Sequence[str | None]) -> str:
    return ",".join("" if v is None else '"' + v.replace('"', '""') + '"' for v in row) + "\n"


@dataclass(frozen=True)
class Page:
    """Some rows of a result; `next_offset` is where the next page starts, None at the end."""

    rows: list[Row]
    next_offset: int | None


def read_csv_page(path: Path, offset: int, count: int, width: int) -> Page:
    """Up to `count` rows from byte `offset` of a CSV result, of which no more is read than needed.

    ValueError when the file is not such a result.
    """
    rows: list[Row] = []
    with path.open("rb") as stream:
        stream.seek(offset)
        data, position, ended = b"", 0, False
        while len(rows) < count and not (ended and position == len(data)):
            row, end = _read_row(data, position, width, ended)
            if row is None:
                block = stream.read(max(_BLOCK, len(data)))
                offset += position
                data, position, ended = data[position:] + block, 0, not block
            else:
                rows.append(row)
                position = end
        more = position < len(data) or bool(stream.read(1))
    return Page(rows, offset + position if more else None)


def _read_row(data: bytes, position: int, width: int, ended: bool) -> tuple[Row | None, int]:
    """A row and where it ends; None when it may go on behind `data`."""
    row: Row = []
    for _ in range(width):
        match = _CELL.match(data, position)
        if match is None and ended:
            raise ValueError("not a result file of Athena")
        if match is None or (not match.group(2) and not ended):
            return None, position
        position = match.end()
        value = match.group(1)
        row.append(None if value is None else value.replace(b'""', b'"').decode())
    return row, position


def read_text_page(path: Path, offset: int, count: int) -> Page:
    """Up to `count` lines from byte `offset` of a text result."""
    with path.open("rb") as stream:
        stream.seek(offset)
        lines = [line for _, line in zip(range(count), stream, strict=False)]
        position = offset + sum(map(len, lines))
        more = bool(stream.read(1))
    rows: list[Row] = [[line.decode().removesuffix("\n")] for line in lines]
    return Page(rows, position if more else None)
