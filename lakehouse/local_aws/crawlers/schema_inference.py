"""What a file is and which columns it has: Glue's built-in classifiers, in Glue's order.

Belongs here: the order, the outcome (`FileSchema`) and how schemas of several files are compared
and merged. How one format is recognized belongs to `schema_parquet`, `schema_json`, `schema_log`
and `schema_csv`.

Source: https://docs.aws.amazon.com/glue/latest/dg/add-classifier.html (checked 2026-11): the first
classifier that is certain wins; here Parquet, JSON, combined Apache log, Apache log, CSV.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from lakehouse.local_aws.crawlers.file_sample import FileSample
from lakehouse.local_aws.crawlers.file_schema import UNKNOWN, FileSchema
from lakehouse.local_aws.crawlers.schema_csv import csv_schema
from lakehouse.local_aws.crawlers.schema_json import json_schema
from lakehouse.local_aws.crawlers.schema_log import log_schema
from lakehouse.local_aws.crawlers.schema_parquet import parquet_schema
from lakehouse.local_aws.crawlers.schema_types import merged_columns

_CLASSIFIERS: Sequence[Callable[[FileSample], FileSchema | None]] = (
    parquet_schema,
    json_schema,
    log_schema,
    csv_schema,
)
_SIMILAR = 0.7


def classify(sample: FileSample) -> FileSchema:
    """Return the schema of the first classifier that recognizes the file, or UNKNOWN's.

    Raises AwsError for a file that claims to be of a format but cannot be read as such.
    """
    for classifier in _CLASSIFIERS:
        schema = classifier(sample)
        if schema is not None:
            return schema
    return FileSchema(UNKNOWN, (), compression=sample.compression)


def similar(left: FileSchema, right: FileSchema) -> bool:
    """Tell whether two schemas may belong to one table.

    The same classification and at least 70% of the smaller one's columns in common. Glue documents
    the word "similar" alone
    (https://docs.aws.amazon.com/glue/latest/dg/crawler-s3-folder-table-partition.html).
    """
    if left.classification != right.classification or left.delimiter != right.delimiter:
        return False
    names = {column.name for column in left.columns}
    others = {column.name for column in right.columns}
    smaller = min(len(names), len(others))
    return smaller == 0 or len(names & others) >= _SIMILAR * smaller


def merged_schema(left: FileSchema, right: FileSchema) -> FileSchema:
    """Merge the schemas of two similar files: columns united, record counts added."""
    return replace(
        left,
        columns=merged_columns(left.columns, right.columns),
        paths=tuple(sorted({*left.paths, *right.paths})),
        header=left.header and right.header,
        quoted=left.quoted or right.quoted,
        records=left.records + right.records,
        bytes=left.bytes + right.bytes,
        compression=left.compression,
    )
