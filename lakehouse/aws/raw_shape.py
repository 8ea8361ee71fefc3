"""The shape of a raw file, read from its first bytes: how we know that a crawl is needed.

A shape is a CSV file's header line or the field names of a JSON file's first lines; an access log
has one shape. A crawl costs ten billed minutes, this a ranged GET. What the columns' types are is
the crawler's to say.
"""

import csv
import json
import zlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from lakehouse.aws.inventory import LIST_THREADS, DayFiles
from lakehouse.aws.s3 import S3, S3Object
from lakehouse.source import LogSource

HEAD_BYTES = 64 * 1024
FILES_LOOKED_AT = 4  # of a day: first, last and between; a crawl samples no more either
JSON_LINES = 20


def shapes_of(s3: S3, source: LogSource, day: DayFiles) -> set[str]:
    """The distinct shapes of a sample of the day's files."""
    return {file_shape(source.raw.format, _head(s3, file)) for file in _sample(day)} - {""}


def shapes_of_days(s3: S3, source: LogSource, days: Sequence[DayFiles]) -> list[set[str]]:
    """The shapes of each day, many days read at once."""
    with ThreadPoolExecutor(LIST_THREADS) as pool:
        return list(pool.map(lambda day: shapes_of(s3, source, day), days))


def _sample(day: DayFiles) -> list[S3Object]:
    count = len(day.files)
    wanted = {round(i * (count - 1) / (FILES_LOOKED_AT - 1)) for i in range(FILES_LOOKED_AT)}
    return [day.files[index] for index in sorted(wanted) if 0 <= index < count]


def _head(s3: S3, file: S3Object) -> str:
    if not file.size:
        return ""
    head = s3.head_bytes(file.bucket, file.key, HEAD_BYTES)
    if file.key.endswith(".gz"):
        try:
            head = zlib.decompressobj(wbits=31).decompress(head, HEAD_BYTES)
        except zlib.error:  # not packed at all: the job names the file
            return ""
    return head.decode("utf-8-sig", errors="replace")


def file_shape(file_format: str, head: str) -> str:
    """The shape of a file whose first characters are `head`; empty for an empty file."""
    lines = head.splitlines()
    if not lines:
        return ""
    match file_format:
        case "csv":
            return f"csv:{lines[0].strip()}"
        case "json":
            return "json:" + ",".join(sorted(_field_names(lines[:JSON_LINES])))
        case _:
            return file_format


def fields_of(shape: str) -> list[str]:
    """The field names in a shape: a CSV header's cells, or the paths of a JSON file's values."""
    kind, _, names = shape.partition(":")
    cells = next(csv.reader([names]), []) if kind == "csv" else names.split(",")
    return [cell.strip() for cell in cells if cell.strip()]


def _field_names(lines: list[str]) -> set[str]:
    names: set[str] = set()
    for line in lines:
        try:
            names |= set(_paths(json.loads(line)))
        except ValueError:  # a malformed line, or the cut last one, says nothing about the shape
            continue
    return names


def _paths(value: object, prefix: str = "") -> list[str]:
    if not isinstance(value, dict):
        return [prefix] if prefix else []
    return [
        path
        for key, inner in value.items()
        for path in _paths(inner, f"{prefix}.{key}" if prefix else str(key))
    ]
