"""Result files as Athena writes them, and reading pages of them back for GetQueryResults.

`<id>.csv`: every value quoted, NULL is nothing at all; `<id>.txt`: DDL's lines. The metadata file
beside them is in a format of AWS's own on AWS; here it is the JSON of ResultSetMetadata.
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
    """Up to `count` rows from byte `offset` of a CSV result."""
    with path.open("rb") as stream:
        stream.seek(offset)
        data = stream.read()
    rows: list[Row] = []
    position = 0
    while len(rows) < count and position < len(data):
        row, position = _read_row(data, position, width)
        rows.append(row)
    return Page(rows, offset + position if position < len(data) else None)


def _read_row(data: bytes, position: int, width: int) -> tuple[Row, int]:
    row: Row = []
    for _ in range(width):
        match = _CELL.match(data, position)
        if match is None:
            raise ValueError("not a result file of Athena")
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
