"""Recognizes JSON and infers its columns: objects one after the other, or one array.

Pure. Structs and arrays are kept; whole numbers are `int`, or `bigint` beyond 32 bits, other
numbers `double`; what is always null is a string; types that do not meet are a string.

Source: https://docs.aws.amazon.com/glue/latest/dg/add-classifier.html and
custom-classifier.html#custom-classifier-json (a top-level array is one column; checked 2026-11).
How much is read: https://repost.aws/knowledge-center/glue-crawler-detect-schema. Tables that real
crawlers made have columns in lower case, nested field names and the SerDe's `paths` as in the data,
`paths` sorted.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from lakehouse.local_aws.crawlers.formats.sample import FileSample
from lakehouse.local_aws.crawlers.formats.schema import FileSchema, JsonFields
from lakehouse.local_aws.crawlers.formats.types import (
    NOTHING,
    Array,
    Column,
    HiveType,
    Struct,
    merged_type,
)

_MOST = 0.9
_LONGEST_RECORD = 10_000_000  # bytes
_INT_LIMIT = 2**31
_BIGINT_LIMIT = 2**63
_BLANK = " \t\r\n"
_DECODER = json.JSONDecoder()


def json_schema(sample: FileSample) -> FileSchema | None:
    """Return the schema of a JSON file, None if fewer than nine in ten records are JSON."""
    start = sample.text[:1000].lstrip(_BLANK)[:1]
    if start not in ("{", "["):
        return None
    schema = _schema(sample, start)
    if schema is None and sample.share < 1.0 and len(sample.data) < _LONGEST_RECORD:
        # One record may be longer than what was read: Glue reads on, up to ten megabytes.
        return _schema(sample.longer(_LONGEST_RECORD), start)
    return schema


def _schema(sample: FileSample, start: str) -> FileSchema | None:
    if start == "[":
        return _array_schema(sample)
    records = list(json_values(sample.text, sample.share < 1.0))
    objects = [record for record in records if isinstance(record, dict)]
    if not objects or len(objects) < _MOST * len(records):
        return None
    return object_schema(sample, objects)


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
        return Array(common_type(value))
    return "string"


def _integer_type(value: int) -> HiveType:
    if -_INT_LIMIT <= value < _INT_LIMIT:
        return "int"
    return "bigint" if -_BIGINT_LIMIT <= value < _BIGINT_LIMIT else "double"


def common_type(values: Iterable[Any]) -> HiveType:
    """Infer the one type of several values."""
    common: HiveType = NOTHING
    for value in values:
        common = merged_type(common, json_type(value))
    return common


def object_schema(
    sample: FileSample, objects: Sequence[dict[str, Any]], json_path: str = ""
) -> FileSchema:
    """Build the schema of records that are objects, one column for each of their fields."""
    row = common_type(objects)
    fields = row.fields if isinstance(row, Struct) else ()
    columns: dict[str, HiveType] = {}
    for name, type_ in fields:
        columns[name.lower()] = merged_type(columns.get(name.lower(), NOTHING), type_)
    names = tuple(sorted(name for name, _ in fields))
    return value_schema(sample, columns, names, len(objects), json_path)


def value_schema(
    sample: FileSample,
    columns: Mapping[str, HiveType],
    paths: tuple[str, ...],
    records: int,
    json_path: str = "",
) -> FileSchema:
    """Build the schema of JSON with these columns; `records` were seen in the sample."""
    return FileSchema(
        "json",
        tuple(Column(name, type_) for name, type_ in columns.items()),
        compression=sample.compression,
        details=JsonFields(paths, json_path),
        records=sample.estimated(records),
        bytes=sample.estimated(len(sample.data)),
    )


def _array_schema(sample: FileSample) -> FileSchema | None:
    """Return the one column `array` that Glue gives to a file that is one JSON array."""
    elements = list(array_elements(sample.text))
    if not elements or isinstance(elements[-1], Broken):
        return None
    schema = value_schema(sample, {"array": Array(common_type(elements))}, ("array",), 1)
    return replace(schema, records=1)


class Broken:
    """Stands for a stretch of text that is not JSON, up to the end of its line."""


def array_elements(text: str) -> Iterator[Any]:
    """Decode the elements of a text that is one JSON array, perhaps cut off in an element.

    What is not JSON is a last, `Broken` element.
    """
    at = _after_blanks(text, 0) + 1
    while (at := _after_blanks(text, at)) < len(text) and text[at] != "]":
        try:
            value, at = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            if not _is_cut(error, text):
                yield Broken()
            return
        yield value
        at = _after_blanks(text, at)
        if text[at : at + 1] not in (",", "]", ""):
            yield Broken()
            return
        at += text[at : at + 1] == ","
    if text[at + 1 :].strip(_BLANK):
        yield Broken()


def _after_blanks(text: str, at: int) -> int:
    while at < len(text) and text[at] in _BLANK:
        at += 1
    return at


def json_values(text: str, cut: bool = False) -> Iterator[Any]:
    """Decode values that follow one another, on one line or several, with or without commas.

    With `cut` the text may end within a value, which is then left out.
    """
    at = 0
    while True:
        while at < len(text) and text[at] in _BLANK + ",":
            at += 1
        if at >= len(text):
            return
        try:
            value, at = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            if cut and _is_cut(error, text):
                return
            newline = text.find("\n", at)
            at = len(text) if newline < 0 else newline + 1
            yield Broken()
        else:
            yield value


def _is_cut(error: Exception, text: str) -> bool:
    """Tell whether a value could not be decoded because the text ends in it."""
    if not isinstance(error, json.JSONDecodeError):
        return False
    return error.msg.startswith("Unterminated string") or not text[error.pos :].strip(_BLANK)
