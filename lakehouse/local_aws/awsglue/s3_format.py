"""Reading from and writing to S3 paths with Glue's format options, carried over to Spark's.

Formats json, csv, parquet and orc ("Data format options for inputs and outputs in AWS Glue for
Spark", checked 2026-11). An option that is not in the tables is refused by name.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from pyspark.sql import DataFrame, SparkSession

from .catalog_source import data_paths
from .relationalize import quoted

Options = Mapping[str, Any]
FORMATS = ("json", "csv", "parquet", "orc")
_READ_OPTIONS = {
    "json": {"multiline": "multiLine"},
    "csv": {
        "separator": "sep",
        "quoteChar": "quote",
        "escaper": "escape",
        "withHeader": "header",
        "multiline": "multiLine",
    },
}
_WRITE_OPTIONS = {
    "csv": {
        "separator": "sep",
        "quoteChar": "quote",
        "escaper": "escape",
        "writeHeader": "header",
    },
    "parquet": {"compression": "compression"},
    "orc": {"compression": "compression"},
}
_READ_DEFAULTS = {"csv": {"header": "false"}}
_WRITE_DEFAULTS = {"csv": {"header": "true"}}
_IGNORED = {"useGlueParquetWriter", "optimizePerformance", "useSparkPartitioner"}  # speed only


def read_paths(
    session: SparkSession, connection: Options, format_: str | None, options: Options
) -> DataFrame:
    """The data below `paths`; the schema is found by Spark. A malformed record fails the job."""
    _check_connection("reading", connection, {"path", "paths", "recurse", "groupFiles"})
    kind = _check_format(format_)
    given = connection.get("paths") or [connection["path"]]
    paths = [path for location in given for path in _readable(location)]
    spark_options = {
        **_READ_DEFAULTS.get(kind, {}),
        **_translated(options, _READ_OPTIONS.get(kind, {}), kind),
    }
    if kind in ("json", "csv"):
        spark_options |= {"mode": "FAILFAST", "inferSchema": "false"}
    recursive = str(bool(connection.get("recurse"))).lower()
    reader = session.read.options(**spark_options, recursiveFileLookup=recursive)
    return reader.format(kind).load(paths)


def write_path(
    frame: DataFrame, connection: Options, format_: str | None, options: Options
) -> None:
    """Append the rows to `path`, in folders by `partitionKeys`, as Glue's sink does."""
    _check_connection("writing", connection, {"path", "partitionKeys", "compression"})
    kind = _check_format(format_)
    spark_options = {
        **_WRITE_DEFAULTS.get(kind, {}),
        **_translated(options, _WRITE_OPTIONS.get(kind, {}), kind),
    }
    if "compression" in connection:
        spark_options["compression"] = str(connection["compression"])
    writer = frame.write.mode("append").options(**spark_options)
    keys = _columns(frame, connection.get("partitionKeys") or [])
    (writer.partitionBy(*keys) if keys else writer).format(kind).save(connection["path"])


def _readable(location: str) -> Sequence[str]:
    """A bucket's root is read as what it contains; everything else is Spark's to find."""
    key = location.partition("://")[2].partition("/")[2]
    return [location] if key else data_paths(location)


def _columns(frame: DataFrame, keys: Sequence[str]) -> list[str]:
    missing = [key for key in keys if key not in frame.columns]
    if missing:
        raise ValueError(f"Partition column {', '.join(map(quoted, missing))} not found in schema")
    return list(keys)


def _check_connection(what: str, connection: Options, known: set[str]) -> None:
    unknown = sorted(set(connection) - known - _IGNORED)
    if unknown:
        raise NotImplementedError(
            f"awsglue: connection option {', '.join(unknown)} for {what} is not supported"
            " by the local AWS"
        )


def _check_format(format_: str | None) -> str:
    if format_ not in FORMATS:
        raise NotImplementedError(f"awsglue: format {format_!r} is not supported by the local AWS")
    return format_


def _translated(options: Options, table: Mapping[str, str], kind: str) -> dict[str, str]:
    unknown = sorted(set(options) - set(table) - _IGNORED)
    if unknown:
        raise NotImplementedError(
            f"awsglue: {kind} option {', '.join(unknown)} is not supported by the local AWS"
        )
    return {table[key]: _text(value) for key, value in options.items() if key in table}


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
