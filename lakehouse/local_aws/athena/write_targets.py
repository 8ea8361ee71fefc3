"""Where and how rows are written: what WITH (...) and a table of the catalog say about it. Pure.

Source: AWS "CREATE TABLE AS", "UNLOAD" and "Compression support", checked 2026-11. GZIP is the
default of CREATE TABLE AS and UNLOAD, ZLIB that of ORC; what INSERT INTO a table without a
compression property uses is not documented: SNAPPY for Parquet (chosen).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

from lakehouse.local_aws.athena.errors import QueryError, not_supported
from lakehouse.local_aws.athena.statements import PropertyValue
from lakehouse.local_aws.athena.storage_formats import SERDES, Format
from lakehouse.local_aws.athena.types import Type

Document = dict[str, Any]
OutputFormat = Literal["PARQUET", "ORC", "TEXTFILE", "JSON"]
COMPRESSIONS: Mapping[OutputFormat, Mapping[str, str]] = {
    "PARQUET": {
        "GZIP": "gzip",
        "SNAPPY": "snappy",
        "ZSTD": "zstd",
        "LZ4": "lz4_raw",
        "NONE": "uncompressed",
    },
    "ORC": {
        "ZLIB": "zlib",
        "SNAPPY": "snappy",
        "ZSTD": "zstd",
        "LZ4": "lz4",
        "NONE": "uncompressed",
    },
    "JSON": {"GZIP": "gzip", "NONE": "none", "ZSTD": "zstd"},
    "TEXTFILE": {"GZIP": "gzip", "NONE": "none", "ZSTD": "zstd"},
}
_DEFAULTS = {"PARQUET": "GZIP", "ORC": "ZLIB", "JSON": "GZIP", "TEXTFILE": "GZIP"}
_ALIASES = {("ORC", "GZIP"): "ZLIB", ("PARQUET", "UNCOMPRESSED"): "NONE"}


@dataclass(frozen=True)
class Target:
    """Where and how rows are written; `partitioned_by` names the last columns, in order."""

    location: str
    format: OutputFormat = "PARQUET"
    compression: str = "GZIP"
    partitioned_by: tuple[str, ...] = ()
    delimiter: str = "\x01"
    level: int | None = None


_COMPRESSION_NAMES = {
    "PARQUET": ("write_compression", "parquet_compression"),
    "ORC": ("write_compression", "orc_compression"),
    "JSON": ("write_compression",),
    "TEXTFILE": ("write_compression",),
}
_TABLE_PROPERTIES = (
    "format", "external_location", "location", "table_type", "is_external", "partitioned_by",
    "write_compression", "parquet_compression", "orc_compression", "compression_level",
    "field_delimiter",
)  # fmt: skip
_UNLOAD_PROPERTIES = (
    "format", "compression", "compression_level", "field_delimiter", "partitioned_by",
)  # fmt: skip


def table_target(properties: Mapping[str, PropertyValue], location: str) -> Target:
    """The target of CREATE TABLE AS. QueryError for a property that is not supported."""
    _only(properties, _TABLE_PROPERTIES)
    if str(properties.get("table_type", "HIVE")).upper() != "HIVE":
        raise not_supported(f"The table type {properties['table_type']}")
    if properties.get("is_external", True) is not True:
        raise not_supported("A table that is not external")
    kind = _format(properties.get("format", "PARQUET"))
    names = [n for n in _COMPRESSION_NAMES[kind] if n in properties]
    return _target(properties, location, kind, properties[names[0]] if names else None)


def unload_target(properties: Mapping[str, PropertyValue], location: str) -> Target:
    """The target of UNLOAD. QueryError for a property that is not supported."""
    _only(properties, _UNLOAD_PROPERTIES)
    if "format" not in properties:
        raise QueryError("INVALID_TABLE_PROPERTY", "UNLOAD needs the property 'format'")
    kind = _format(properties["format"])
    return _target(properties, location, kind, properties.get("compression"))


def _only(properties: Mapping[str, PropertyValue], known: Sequence[str]) -> None:
    for name in properties:
        if name not in known:
            raise not_supported(f"The property '{name}'")


def _format(value: PropertyValue) -> OutputFormat:
    kind = str(value).upper()
    if kind not in COMPRESSIONS:
        raise not_supported(f"Writing the format {kind}")
    return cast(OutputFormat, kind)


def _target(
    properties: Mapping[str, PropertyValue],
    location: str,
    kind: OutputFormat,
    compression: PropertyValue | None,
) -> Target:
    keys = properties.get("partitioned_by", ())
    names = (keys.lower(),) if isinstance(keys, str) else cast(tuple[str, ...], keys)
    delimiter = str(properties.get("field_delimiter", "\x01"))
    if len(delimiter) != 1:
        words = "field_delimiter must be a single character"
        raise QueryError("INVALID_TABLE_PROPERTY", words)
    if "field_delimiter" in properties and kind != "TEXTFILE":
        words = f"Cannot specify field_delimiter table property for storage format: {kind}"
        raise QueryError("INVALID_TABLE_PROPERTY", words)
    codec = compression_of(kind, str(compression or _DEFAULTS[kind]))
    return Target(location, kind, codec, names, delimiter, _level(properties, codec))


def _level(properties: Mapping[str, PropertyValue], compression: str) -> int | None:
    level = properties.get("compression_level")
    if level is None:
        return None
    if compression != "ZSTD" or not isinstance(level, int) or not 1 <= level <= 22:
        words = f"compression_level {level} is only valid from 1 to 22 and for ZSTD"
        raise QueryError("INVALID_TABLE_PROPERTY", words)
    return level


def compression_of(kind: OutputFormat, name: str) -> str:
    """A compression's name in `COMPRESSIONS`. QueryError for one that is not written."""
    codec = _ALIASES.get((kind, name.upper()), name.upper())
    if codec not in COMPRESSIONS[kind]:
        raise not_supported(f"Compression {codec} for {kind}")
    return codec


_WRITTEN: Mapping[Format, OutputFormat] = {
    "parquet": "PARQUET",
    "orc": "ORC",
    "delimited": "TEXTFILE",
    "json_openx": "JSON",
    "json_hive": "JSON",
}
_COMPRESSION_PROPERTIES = (
    "write.compression", "write_compression", "parquet.compression", "orc.compress",
    "parquet.compress", "compressionType",
)  # fmt: skip
_INSERT_DEFAULTS = {"PARQUET": "SNAPPY", "ORC": "ZLIB", "JSON": "GZIP", "TEXTFILE": "GZIP"}


def insert_target(table: Document) -> Target:
    """The target of INSERT INTO: the table's own format. QueryError when it is only read."""
    if table.get("TableType") == "VIRTUAL_VIEW":
        raise QueryError("NOT_SUPPORTED", "Inserting into views is not supported")
    serde = table["StorageDescriptor"].get("SerdeInfo", {})
    library, parameters = serde.get("SerializationLibrary", ""), serde.get("Parameters") or {}
    kind = _WRITTEN.get(SERDES.get(library, "opencsv"))
    if kind is None:
        raise not_supported(f"INSERT INTO a table of SerDe {library}")
    if kind == "TEXTFILE" and parameters.get("escape.delim"):
        raise not_supported("INSERT INTO a table whose fields are escaped")
    properties = table.get("Parameters", {})
    named = [properties[n] for n in _COMPRESSION_PROPERTIES if properties.get(n)]
    codec = compression_of(kind, named[0]) if named else _INSERT_DEFAULTS[kind]
    given = parameters.get("field.delim") or parameters.get("serialization.format") or "\x01"
    delimiter = "\x01" if given == "1" and "field.delim" not in parameters else given
    keys = tuple(key["Name"].lower() for key in table.get("PartitionKeys") or [])
    location = table["StorageDescriptor"]["Location"]
    return Target(location, kind, codec, keys, delimiter)


def check_columns(columns: Sequence[tuple[str, Type]], partitioned_by: Sequence[str]) -> None:
    """Partition columns must come last, no name twice, and every type be storable."""
    names = [name for name, _ in columns]
    if len(set(names)) != len(names):
        twice = next(n for n in names if names.count(n) > 1)
        raise QueryError("DUPLICATE_COLUMN_NAME", f"Column name '{twice}' specified more than once")
    if partitioned_by and tuple(names[-len(partitioned_by) :]) != tuple(partitioned_by):
        raise QueryError(
            "HIVE_COLUMN_ORDER_MISMATCH",
            "Partition keys must be the last columns in the table and in the same order as the "
            f"table properties: [{', '.join(partitioned_by)}]",
        )
    if len(partitioned_by) >= len(names):
        raise QueryError("INVALID_TABLE_PROPERTY", "Table contains only partition columns")
    for name, kind in columns:
        if _unstorable(kind):
            raise QueryError("NOT_SUPPORTED", f"Unsupported Hive type: {kind} (column {name})")


_UNSTORABLE = (
    "unknown", "json", "time", "timestamp with time zone", "interval day to second",
    "interval year to month",
)  # fmt: skip


def _unstorable(kind: Type) -> bool:
    return kind.name in _UNSTORABLE or any(_unstorable(item) for item in kind.items)
