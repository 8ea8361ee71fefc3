"""Recognizes Avro and reads its columns from the schema in the header, without a library.

Pure. The header is a map of byte strings after the magic; its `avro.schema` is JSON. A nullable
type is a union with null; logical types are dates, timestamps and decimals.

Source: https://avro.apache.org/docs/1.12.0/specification/#object-container-files, types of
https://docs.aws.amazon.com/athena/latest/ug/avro-serde.html (checked 2026-11).
"""

import json
from collections.abc import Mapping
from typing import Any

from lakehouse.local_aws.crawlers.formats.parquet import UnreadableFile
from lakehouse.local_aws.crawlers.formats.sample import FileSample
from lakehouse.local_aws.crawlers.formats.schema import AvroSchema, FileSchema
from lakehouse.local_aws.crawlers.formats.types import Array, Column, HiveType, Struct, type_text

_MAGIC = b"Obj\x01"
_PRIMITIVES: Mapping[str, str] = {
    "null": "string",
    "boolean": "boolean",
    "int": "int",
    "long": "bigint",
    "float": "float",
    "double": "double",
    "bytes": "binary",
    "fixed": "binary",
    "string": "string",
    "enum": "string",
}
_LOGICAL: Mapping[str, str] = {
    "date": "date",
    "timestamp-millis": "timestamp",
    "timestamp-micros": "timestamp",
}


def avro_schema(sample: FileSample) -> FileSchema | None:
    """Return the schema in the header, None if this is no Avro file. Raises UnreadableFile."""
    if not sample.data.startswith(_MAGIC):
        return None
    try:
        text = header(sample.data)["avro.schema"].decode()
        record = json.loads(text)
        columns = tuple(
            Column(field["name"].lower(), hive_type(field["type"])) for field in record["fields"]
        )
    except (LookupError, ValueError, TypeError) as error:
        raise UnreadableFile(f"The Avro header cannot be read: {error!r}") from error
    return FileSchema("avro", columns, details=AvroSchema(text), bytes=sample.size)


def header(data: bytes) -> dict[str, bytes]:
    """Decode the metadata map of an object container file. Raises IndexError if it is cut off."""
    entries: dict[str, bytes] = {}
    at = len(_MAGIC)
    while True:
        count, at = _long(data, at)
        if count == 0:
            return entries
        if count < 0:
            count, (_, at) = -count, _long(data, at)
        for _ in range(count):
            key, at = _bytes(data, at)
            entries[key.decode()], at = _bytes(data, at)


def hive_type(schema: Any) -> HiveType:
    """Translate an Avro type; a union of several types besides null is a string."""
    if isinstance(schema, str):
        return _PRIMITIVES.get(schema, "string")
    if isinstance(schema, list):
        others = [kind for kind in schema if kind != "null"]
        return hive_type(others[0]) if len(others) == 1 else "string"
    logical = schema.get("logicalType")
    if logical == "decimal":
        return f"decimal({schema['precision']},{schema.get('scale', 0)})"
    return _LOGICAL.get(logical) or _complex_type(schema)


def _complex_type(schema: Mapping[str, Any]) -> HiveType:
    kind = schema["type"]
    if kind == "record":
        return Struct(tuple((f["name"].lower(), hive_type(f["type"])) for f in schema["fields"]))
    if kind == "array":
        return Array(hive_type(schema["items"]))
    if kind == "map":
        return f"map<string,{type_text(hive_type(schema['values']))}>"
    return hive_type(kind)


def _long(data: bytes, at: int) -> tuple[int, int]:
    """Decode a zig-zag number; return it and where the next thing starts."""
    value, shift = 0, 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return (value >> 1) ^ -(value & 1), at


def _bytes(data: bytes, at: int) -> tuple[bytes, int]:
    length, at = _long(data, at)
    if length < 0 or at + length > len(data):
        raise IndexError("the header is cut off")
    return data[at : at + length], at + length
