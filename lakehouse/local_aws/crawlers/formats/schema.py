"""The outcome of classifying files: `FileSchema`, plain data that all crawler modules share.

Belongs here: what each format adds to the columns, when two schemas are compatible or similar,
what they become together. How a schema is found belongs to the modules of the formats, what table
it makes to `table`.

Source: https://repost.aws/knowledge-center/glue-crawler-detect-schema and
https://docs.aws.amazon.com/glue/latest/dg/crawler-grouping-policy.html (checked 2026-11).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from lakehouse.local_aws.crawlers.formats.types import Column, merged_columns

UNKNOWN = "UNKNOWN"
"""Glue's classification of what no classifier recognizes."""

_SIMILAR = 0.7


@dataclass(frozen=True)
class Delimited:
    """Delimited text: how it is cut, whether its first row names the columns.

    `quote` is the symbol of a custom classifier; `open_csv` says that OpenCSVSerDe reads it.
    """

    delimiter: str
    header: bool = False
    quoted: bool = False
    quote: str = ""
    open_csv: bool = False


@dataclass(frozen=True)
class JsonFields:
    """JSON: the top-level field names as in the data, sorted; a custom classifier's path."""

    paths: tuple[str, ...]
    json_path: str = ""


@dataclass(frozen=True)
class Grok:
    """Text lines: the grok pattern that takes them apart, and the patterns it refers to."""

    pattern: str
    custom_patterns: str = ""


@dataclass(frozen=True)
class AvroSchema:
    """Avro: the writer's schema as it stands in the file."""

    text: str


Details = Delimited | JsonFields | Grok | AvroSchema


@dataclass(frozen=True)
class FileSchema:
    """Format and columns of one file, or of several that were merged.

    `records` and `bytes` are estimates for the whole files, `bytes` after decompression.
    """

    classification: str
    columns: tuple[Column, ...] = ()
    compression: str = "none"
    details: Details | None = None
    records: float = 0.0
    bytes: float = 0.0

    @property
    def names(self) -> frozenset[str]:
        """The names of the columns."""
        return frozenset(column.name for column in self.columns)


def compatible(left: FileSchema, right: FileSchema) -> bool:
    """Tell whether two schemas may share a table at all: format, compression, how text is cut."""
    if left.classification != right.classification or left.compression != right.compression:
        return False
    one, other = left.details, right.details
    if isinstance(one, Delimited) and isinstance(other, Delimited):
        return one.delimiter == other.delimiter
    if isinstance(one, Grok) and isinstance(other, Grok):
        return one == other
    return True


def similar(left: FileSchema, right: FileSchema) -> bool:
    """Tell whether two compatible schemas are variants of one.

    At least 70% of the smaller one's columns are in both: how Glue measures likeness of two
    schemas is not documented, 70% is the threshold that it documents for their number.
    """
    smaller = min(len(left.names), len(right.names))
    return smaller == 0 or len(left.names & right.names) >= _SIMILAR * smaller


def merged_schema(left: FileSchema, right: FileSchema) -> FileSchema:
    """Merge the schemas of two compatible files: columns united, record counts added."""
    return replace(
        left,
        columns=merged_columns(left.columns, right.columns),
        details=_merged_details(left.details, right.details),
        records=left.records + right.records,
        bytes=left.bytes + right.bytes,
    )


def merged_schemas(schemas: Sequence[FileSchema]) -> FileSchema:
    """Merge one schema or more; the first decides what cannot be merged."""
    merged = schemas[0]
    for schema in schemas[1:]:
        merged = merged_schema(merged, schema)
    return merged


def _merged_details(left: Details | None, right: Details | None) -> Details | None:
    if isinstance(left, JsonFields) and isinstance(right, JsonFields):
        return replace(left, paths=tuple(sorted({*left.paths, *right.paths})))
    if isinstance(left, Delimited) and isinstance(right, Delimited):
        return replace(left, quoted=left.quoted or right.quoted)
    return left
