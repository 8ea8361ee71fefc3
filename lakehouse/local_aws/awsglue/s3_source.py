"""Reading files by their format: what from_options, from_catalog and getSource have in common.

Formats csv, json, parquet and orc ("Data format options for inputs and outputs in AWS Glue for
Spark", checked 2026-11). Avro, XML, Ion and grokLog are refused by name: their readers are in jars
that PySpark does not bring.
"""

from collections.abc import Sequence

from pyspark.sql import SparkSession
from pyspark.sql import types as spark

from .csv_source import read_csv
from .gluetypes import Field, StructType
from .json_source import read_json
from .nodes import Typed, frame_of, no_rows, nodes_of
from .nodes import typed as as_frame
from .refusal import check_options, flag, unsupported
from .s3_files import Files, Options, attached, files_of

FORMATS = ("csv", "json", "parquet", "orc")
CONNECTIONS = ("s3", "file", "parquet", "orc")
_COLUMNAR_OPTIONS = ("useGlueParquetWriter", "attachFilename", "attachTimestamp")


class UnreadableRecords(Exception):
    """There are records that could not be read, and the source is to fail then (isFailFast)."""


def read_connection(
    session: SparkSession,
    connection_type: str,
    connection: Options,
    format_: str | None,
    options: Options,
) -> tuple[Typed, Typed | None]:
    """The frame of a connection and its errors. `parquet` and `orc` alone are connections too."""
    if connection_type not in CONNECTIONS:
        raise unsupported(f"connection type {connection_type!r}")
    kind = check_format(connection_type if connection_type in FORMATS else format_)
    files = files_of(session, connection)
    content, errors = read_files(session, files, kind, options)
    if flag(connection.get("isFailFast", False)) and errors is not None:
        fail_on(errors)
    return content, errors


def read_files(
    session: SparkSession,
    files: Files,
    format_: str,
    options: Options,
    columns: Sequence[Field] | None = None,
) -> tuple[Typed, Typed | None]:
    """The frame of some files and its errors. `columns`: the catalog's, which type CSV."""
    if not files.paths:
        return no_rows(session, StructType([*(columns or []), *files.keys])), None
    if format_ == "json":
        return read_json(session, files, options)
    if format_ == "csv":
        return read_csv(session, files, options, columns)
    return _read_columnar(session, files, format_, options), None


def check_format(format_: str | None) -> str:
    """The format. Raises NotImplementedError for another one."""
    if format_ not in FORMATS:
        raise unsupported(f"format {format_!r}")
    return format_


def fail_on(errors: Typed) -> None:
    """Raise UnreadableRecords if there are error records."""
    first = errors.data.first()
    if first is not None:
        raise UnreadableRecords(f"Unable to parse a record: {first['error']['msg']}")


def _read_columnar(session: SparkSession, files: Files, format_: str, options: Options) -> Typed:
    """The columns of all files: one that some files lack is null there."""
    check_options(f"format {format_}", options, _COLUMNAR_OPTIONS)
    merging = files.reader(session).option("mergeSchema", "true").format(format_)
    found = merging.load(list(files.paths)).schema
    keys = {key.name: key for key in files.keys}
    fields = [field for field in found.fields if field.name not in keys]
    fields += [spark.StructField(name, kind) for name, kind in files.key_schema()]
    reader = files.reader(session).schema(spark.StructType(fields))
    data = files.loaded(reader.format(format_))
    frame, extra = as_frame(data), attached(options)
    return frame_of(frame, [*nodes_of(frame), *extra]) if extra else frame
