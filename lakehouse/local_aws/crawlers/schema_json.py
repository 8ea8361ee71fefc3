"""Recognizes JSON and infers its columns: objects one after the other, or one array.

Pure. Structs and arrays are kept; whole numbers are `int`, or `bigint` beyond 32 bits, other
numbers `double`; what is always null is a string; types that do not meet are a string.

Source: https://docs.aws.amazon.com/glue/latest/dg/add-classifier.html and
custom-classifier.html#custom-classifier-json (a top-level array is one column; checked 2026-11).
Tables that real crawlers made have columns in lower case, nested field names and the SerDe's
`paths` as in the data, `paths` sorted.
"""

import json
from collections.abc import Iterator
from typing import Any

from lakehouse.local_aws.crawlers.file_sample import FileSample
from lakehouse.local_aws.crawlers.file_schema import FileSchema
from lakehouse.local_aws.crawlers.schema_types import (
    NOTHING,
    Array,
    Column,
    HiveType,
    Struct,
    merged_type,
)

_MOST = 0.9
_INT_LIMIT = 2**31
_BIGINT_LIMIT = 2**63
_BLANK = " \t\r\n"
_DECODER = json.JSONDecoder()


def json_schema(sample: FileSample) -> FileSchema | None:
    """Return the schema of a JSON file, None if fewer than nine in ten records are JSON."""
    text = sample.text.lstrip(_BLANK)
    if text.startswith("["):
        return _array_schema(sample, text)
    if not text.startswith("{"):
        return None
    records = list(_records(text))
    objects = [record for record in records if isinstance(record, dict)]
    if not objects or len(objects) < _MOST * len(records):
        return None
    return _object_schema(sample, objects)


def json_type(value: Any) -> HiveType:
    """Infer the type of one JSON value."""
    if value is None:
        return NOTHING
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return _integer_type(value)
    if isinstance(value, float):
        return "double"
    if isinstance(value, dict):
        fields = tuple((name, json_type(field)) for name, field in value.items())
        return Struct(fields) if fields else NOTHING
    if isinstance(value, list):
        return Array(_common_type(value))
    return "string"


def _integer_type(value: int) -> HiveType:
    if -_INT_LIMIT <= value < _INT_LIMIT:
        return "int"
    return "bigint" if -_BIGINT_LIMIT <= value < _BIGINT_LIMIT else "double"


def _common_type(values: list[Any]) -> HiveType:
    common: HiveType = NOTHING
    for value in values:
        common = merged_type(common, json_type(value))
    return common


def _object_schema(sample: FileSample, objects: list[dict[str, Any]]) -> FileSchema:
    row = _common_type(list(objects))
    fields = row.fields if isinstance(row, Struct) else ()
    columns: dict[str, HiveType] = {}
    for name, type_ in fields:
        columns[name.lower()] = merged_type(columns.get(name.lower(), NOTHING), type_)
    return FileSchema(
        "json",
        tuple(Column(name, type_) for name, type_ in columns.items()),
        compression=sample.compression,
        paths=tuple(sorted(name for name, _ in fields)),
        records=len(objects) / sample.share,
        bytes=len(sample.data) / sample.share,
    )


def _array_schema(sample: FileSample, text: str) -> FileSchema | None:
    """Return the one column `array` that Glue gives to a file that is one JSON array."""
    elements = list(_records(text[1:]))
    if not elements or any(isinstance(element, _Broken) for element in elements[:1]):
        return None
    good = [element for element in elements if not isinstance(element, _Broken)]
    return FileSchema(
        "json",
        (Column("array", Array(_common_type(good))),),
        compression=sample.compression,
        paths=("array",),
        records=1,
        bytes=len(sample.data) / sample.share,
    )


class _Broken:
    """Stands for a stretch of text that is not JSON, up to the end of its line."""


def _records(text: str) -> Iterator[Any]:
    """Decode values that follow one another, on one line or several, with or without commas."""
    at = 0
    while True:
        while at < len(text) and text[at] in _BLANK + ",]":
            at += 1
        if at >= len(text):
            return
        try:
            value, at = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError):
            newline = text.find("\n", at)
            at = len(text) if newline < 0 else newline + 1
            yield _Broken()
        else:
            yield value
