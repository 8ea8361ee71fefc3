"""The metadata object beside a result (`<id>.csv.metadata`, `<id>.txt.metadata`). Pure.

AWS documents it as binary and no more. It is a message of protocol buffers: 1 the id of the query,
4 a column each, whose fields are those of ColumnInfo in their order, empty texts left out. Source:
files of the service as readers of other clients take them apart (athena-jdbc), checked 2026-11.
"""

from collections.abc import Iterator, Sequence
from typing import Any

Document = dict[str, Any]
_QUERY_ID, _COLUMN = 1, 4
_FIELDS = {
    1: "CatalogName", 2: "SchemaName", 3: "TableName", 4: "Name", 5: "Label", 6: "Type",
    7: "Precision", 8: "Scale", 9: "Nullable", 10: "CaseSensitive",
}  # fmt: skip
_NULLABLE = {"NOT_NULL": 1, "NULLABLE": 2, "UNKNOWN": 3}


def encoded(query_id: str, columns: Sequence[Document]) -> bytes:
    """The metadata of a query whose columns are ColumnInfo documents."""
    parts = [_field(_COLUMN, b"".join(_column(column))) for column in columns]
    return _field(_QUERY_ID, query_id.encode()) + b"".join(parts)


def _column(column: Document) -> Iterator[bytes]:
    for number, name in _FIELDS.items():
        value = _NULLABLE[column[name]] if name == "Nullable" else column[name]
        if isinstance(value, int):
            yield _field(number, int(value))
        elif value:
            yield _field(number, value.encode())


def _field(number: int, value: int | bytes) -> bytes:
    """A field as it is written: its number and kind, then a number, or a length and bytes."""
    if isinstance(value, int):
        return _varint(number << 3) + _varint(value)
    return _varint(number << 3 | 2) + _varint(len(value)) + value


def _varint(value: int) -> bytes:
    """Seven bits a byte, the lowest first; the high bit says that another byte follows."""
    low, rest = value & 0x7F, value >> 7
    return bytes([low | 0x80]) + _varint(rest) if rest else bytes([low])
