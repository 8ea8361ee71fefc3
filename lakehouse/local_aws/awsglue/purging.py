"""purge_table and purge_s3_path: deleting what is older than a retention period.

From "purge_table" and "purge_s3_path", GlueContext class of the Glue developer guide (checked
2026-11). Objects go through S3's API, partitions that lost all their files through the catalog's.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
from pyspark.sql import SparkSession

from .catalog import Document, fields_of, get_partitions, get_table
from .catalog_source import selected_partitions
from .refusal import check_options

Options = Mapping[str, Any]
DEFAULT_RETENTION = 168  # hours
_BATCH = 1_000  # objects in one DeleteObjects
_PARTITIONS = 25  # in one BatchDeletePartition
_OPTIONS = ("retentionPeriod", "excludeStorageClasses", "manifestFilePath")


def purge_path(path: str, options: Options, context: str) -> None:
    """Delete the old objects below a path; write the manifest that is asked for."""
    check_options("purge_s3_path", options, _OPTIONS)
    _write_manifest(options, context, *_purge(path, options))


def purge_table(
    session: SparkSession, database: str, name: str, options: Options, context: str
) -> None:
    """Delete the old objects of a table, and the partitions that have none left."""
    check_options("purge_table", options, (*_OPTIONS, "partitionPredicate"))
    table = get_table(database, name)
    keys = fields_of(table.get("PartitionKeys", []))
    if not keys:
        purged = _purge(table["StorageDescriptor"]["Location"], options)
        _write_manifest(options, context, *purged)
        return
    predicate = str(options.get("partitionPredicate", ""))
    chosen = selected_partitions(session, keys, list(get_partitions(table)), predicate)
    _write_manifest(options, context, *_purge_partitions(table, chosen, options))


def _purge_partitions(
    table: Document, chosen: Sequence[Document], options: Options
) -> tuple[list[str], list[str]]:
    deleted: list[str] = []
    failed: list[str] = []
    empty = []
    for partition in chosen:
        location = partition["StorageDescriptor"]["Location"]
        done, not_done = _purge(location, options)
        deleted += done
        failed += not_done
        if next(_objects(location), None) is None:
            empty.append({"Values": partition["Values"]})
    glue: Any = boto3.client("glue")
    for start in range(0, len(empty), _PARTITIONS):
        glue.batch_delete_partition(
            DatabaseName=table["DatabaseName"],
            TableName=table["Name"],
            PartitionsToDelete=empty[start : start + _PARTITIONS],
        )
    return deleted, failed


def _purge(path: str, options: Options) -> tuple[list[str], list[str]]:
    """The URIs that were deleted and those that could not be."""
    bucket = _parts(path)[0]
    keys = [found["Key"] for found in _objects(path) if _is_old(found, options)]
    failed: set[str] = set()
    s3: Any = boto3.client("s3")
    for start in range(0, len(keys), _BATCH):
        batch = [{"Key": key} for key in keys[start : start + _BATCH]]
        answer = s3.delete_objects(Bucket=bucket, Delete={"Objects": batch})
        failed |= {error["Key"] for error in answer.get("Errors", [])}
    uris = {key: f"s3://{bucket}/{key}" for key in keys}
    return (
        [uri for key, uri in uris.items() if key not in failed],
        [uri for key, uri in uris.items() if key in failed],
    )


def _is_old(found: Mapping[str, Any], options: Options) -> bool:
    hours = float(options.get("retentionPeriod", DEFAULT_RETENTION))
    oldest: datetime = datetime.now(UTC) - timedelta(hours=hours)
    kept = options.get("excludeStorageClasses") or ()
    modified: datetime = found["LastModified"]
    return modified <= oldest and found.get("StorageClass", "STANDARD") not in kept


def _objects(path: str) -> Iterator[Mapping[str, Any]]:
    bucket, prefix = _parts(path)
    pages = boto3.client("s3").get_paginator("list_objects_v2")
    for page in pages.paginate(Bucket=bucket, Prefix=prefix):
        yield from page.get("Contents", [])


def _parts(path: str) -> tuple[str, str]:
    """Bucket and prefix; the prefix ends with a slash, so that `a` is not `ab`."""
    bucket, _, prefix = path.partition("://")[2].partition("/")
    return bucket, f"{prefix.rstrip('/')}/" if prefix else ""


def _write_manifest(
    options: Options, context: str, deleted: Iterable[str], failed: Iterable[str]
) -> None:
    place = options.get("manifestFilePath")
    if not place:
        return
    bucket, prefix = _parts(str(place))
    for name, uris in (("Success.csv", deleted), ("Failed.csv", failed)):
        text = io.StringIO()
        csv.writer(text).writerows([uri] for uri in uris)
        key = f"{prefix}{f'{context}/' if context else ''}{name}"
        boto3.client("s3").put_object(Bucket=bucket, Key=key, Body=text.getvalue().encode())
