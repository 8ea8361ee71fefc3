"""Tables of the Data Catalog as frames: the catalog says where, in what format, which partitions.

JSON, Parquet and ORC describe themselves; the columns' types in the catalog count for CSV only (and
for `useCatalogSchema`). From "create_dynamic_frame_from_catalog" and "Managing partitions for ETL
output" of the Glue developer guide (checked 2026-11).
"""

from collections.abc import Sequence
from typing import Any

from pyspark.errors import AnalysisException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812  Spark's own convention

from .catalog import Document, fields_of, get_partitions, get_table, table_format, table_settings
from .combining import united
from .gluetypes import Field, StructType
from .hadoop_files import exists, files_below, partition_folder
from .nodes import Node, Typed, frame_of, no_rows, nodes_of
from .paths import quoted
from .refusal import check_options, flag, unsupported
from .s3_files import ONLY_SPEED, READING, Files, Options, located
from .s3_source import fail_on, read_files
from .spark_types import struct_to_spark, to_spark

CATALOG_PREDICATE = "catalogPartitionPredicate"
_PLACE, _FILE = "\x1fplace", "\x1ffile"


def read_table(
    session: SparkSession,
    database: str,
    name: str,
    push_down_predicate: str = "",
    options: Options | None = None,
) -> tuple[Typed, Typed | None]:
    """A table with its partition columns, and what could not be read.

    `push_down_predicate`: Spark SQL over the partition columns. Raises NotImplementedError.
    """
    options = dict(options or {})
    where = options.pop(CATALOG_PREDICATE, None)
    check_options("from_catalog", options, (*READING, *ONLY_SPEED, "mergeSchema"))
    table = get_table(database, name)
    keys = fields_of(table.get("PartitionKeys", []))
    if not keys:
        return _read_whole(session, table, options)
    partitions = list(get_partitions(table, where))
    chosen = selected_partitions(session, keys, partitions, push_down_predicate)
    return _read_partitions(session, table, keys, chosen, options)


def selected_partitions(
    session: SparkSession,
    keys: Sequence[Field],
    partitions: Sequence[Document],
    predicate: str,
) -> list[Document]:
    """The partitions for which a Spark SQL predicate over their values is true."""
    if not predicate:
        return list(partitions)
    rows = [(index, *found["Values"]) for index, found in enumerate(partitions)]
    schema = ", ".join([f"`{_PLACE}` int", *[f"{quoted(key.name)} string" for key in keys]])
    typed = [node.column.alias(node.name) for node in map(_key_node, keys)]
    values = session.createDataFrame(rows, schema).select(quoted(_PLACE), *typed)
    try:
        chosen = values.where(predicate).collect()
    except AnalysisException as error:
        columns = ", ".join(key.name for key in keys)
        raise ValueError(
            f"User's pushdown predicate: {predicate} can not be resolved against partition "
            f"columns: [{columns}]"
        ) from error
    return [partitions[row[0]] for row in chosen]


def read_with_spark(
    session: SparkSession, database: str, name: str, predicate: str, options: Options
) -> DataFrame:
    """A table through Spark's own data source (`useSparkDataSource`), with its options."""
    options = {key: value for key, value in options.items() if key != "useSparkDataSource"}
    by_catalog = flag(options.pop("useCatalogSchema", False))
    table = get_table(database, name)
    keys = fields_of(table.get("PartitionKeys", []))
    columns = [*fields_of(table["StorageDescriptor"]["Columns"]), *keys]
    paths = [table["StorageDescriptor"]["Location"]]
    if keys:
        chosen = selected_partitions(session, keys, list(get_partitions(table)), predicate)
        paths = [found["StorageDescriptor"]["Location"] for found in chosen]
    if not paths:
        return no_rows(session, StructType(columns)).data
    reader = session.read.options(**{key: _text(value) for key, value in options.items()})
    if keys:
        reader = reader.option("basePath", table["StorageDescriptor"]["Location"])
    if by_catalog:
        reader = reader.schema(struct_to_spark(StructType(columns)))
    return reader.format(table_format(table)).load(paths)


def _read_whole(
    session: SparkSession, table: Document, options: Options
) -> tuple[Typed, Typed | None]:
    location = table["StorageDescriptor"]["Location"]
    files = located(session, [location] if exists(session, location) else [], options)
    return _read(session, table, files, options)


def _read_partitions(
    session: SparkSession,
    table: Document,
    keys: Sequence[Field],
    partitions: Sequence[Document],
    options: Options,
) -> tuple[Typed, Typed | None]:
    """Spark reads values from folders' names where they stand there, else they are joined."""
    hive, others = _by_layout(session, table, keys, partitions, options)
    read = []
    if hive or not others:
        root = f"{table['StorageDescriptor']['Location'].rstrip('/')}/"
        files = Files(tuple(map(_place, hive)), base=root, keys=tuple(keys))
        read.append(_read(session, table, files, options))
    if others:
        read.append(_read_elsewhere(session, table, keys, others, options))
    failures = [errors for _, errors in read if errors is not None]
    content = _united([content for content, _ in read])
    return content, _united(failures) if failures else None


def _by_layout(
    session: SparkSession,
    table: Document,
    keys: Sequence[Field],
    partitions: Sequence[Document],
    options: Options,
) -> tuple[list[Document], list[Document]]:
    """The partitions that have data: those at `<table>/<key>=<value>/...`, and the others."""
    root = f"{table['StorageDescriptor']['Location'].rstrip('/')}/"
    listed = any(options.get(name) for name in ("recurse", "exclusions", "excludeStorageClasses"))
    hive: list[Document] = []
    others: list[Document] = []
    for found in partitions:
        if not exists(session, _place(found)):
            continue
        pairs = zip(keys, found["Values"], strict=True)
        folder = "/".join(partition_folder(session, key.name, value) for key, value in pairs)
        (hive if _place(found) == root + folder and not listed else others).append(found)
    return hive, others


def _read_elsewhere(
    session: SparkSession,
    table: Document,
    keys: Sequence[Field],
    partitions: Sequence[Document],
    options: Options,
) -> tuple[Typed, Typed | None]:
    """Partitions in any folders: the values are joined by the file or the folder a row is from."""
    recurse = flag(options.get("recurse", False))
    files = located(session, [_place(found) for found in partitions], options)
    content, errors = _read(session, table, files, options, attach=_FILE)
    places = [
        (place, *found["Values"])
        for found in partitions
        for place in (files_below(session, _place(found)) if recurse else [_place(found)])
    ]
    schema = ", ".join([f"`{_PLACE}` string", *[f"{quoted(key.name)} string" for key in keys]])
    values = F.broadcast(session.createDataFrame(places, schema))
    file = F.col(quoted(_FILE))
    place = file if recurse else F.regexp_replace(file, "/[^/]*$", "")
    joined = content.data.join(values, place == F.col(quoted(_PLACE)))
    own = [node for node in nodes_of(content) if node.name != _FILE]
    return frame_of(Typed(joined, content.type), [*own, *map(_key_node, keys)]), errors


def _key_node(key: Field) -> Node:
    return Node(key.name, F.col(quoted(key.name)).cast(to_spark(key.dataType)), key.dataType)


def _place(found: Document) -> str:
    place: str = found["StorageDescriptor"]["Location"]
    return place.rstrip("/")


def _read(
    session: SparkSession, table: Document, files: Files, options: Options, attach: str = ""
) -> tuple[Typed, Typed | None]:
    columns = fields_of(table["StorageDescriptor"]["Columns"])
    format_ = table_format(table)
    settings = {**_format_options(table, format_), "attachFilename": attach}
    content, errors = read_files(session, files, format_, settings, columns)
    if flag(options.get("isFailFast", False)) and errors is not None:
        fail_on(errors)
    return content, errors


def _united(frames: Sequence[Typed]) -> Typed:
    whole = frames[0]
    for frame in frames[1:]:
        whole = united(whole, frame)
    return whole


def _format_options(table: Document, format_: str) -> dict[str, Any]:
    """The format options that the table's properties stand for."""
    settings = table_settings(table)
    multiline = settings.get("multiLine", settings.get("multiline", "false"))
    if format_ == "json":
        return {"multiline": multiline, "jsonPath": settings.get("jsonPath", "")}
    if format_ != "csv":
        return {}
    skipped = settings.get("skip.header.line.count", "0")
    if skipped not in ("0", "1"):
        raise unsupported(f"table {table['Name']}: skip.header.line.count {skipped}")
    delimiter = settings.get("field.delim", settings.get("delimiter", ","))
    return {
        "separator": settings.get("separatorChar", delimiter),
        "quoteChar": settings.get("quoteChar", '"'),
        "escaper": settings.get("escapeChar", settings.get("escape.delim", "none")),
        "skipFirst": skipped == "1",
        "multiline": multiline,
    }


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
