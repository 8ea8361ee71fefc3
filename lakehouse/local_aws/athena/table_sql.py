"""SQL of a table's files: a SELECT over the lines or Parquet columns of like files. Pure.

Which files those are belongs to `tables`; how text becomes values to `serdes`.
"""

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lakehouse.local_aws.athena import json_keys, orc_files, parquet_files, row_parsers, serdes
from lakehouse.local_aws.athena import types as t
from lakehouse.local_aws.athena.errors import QueryError, not_supported
from lakehouse.local_aws.athena.lines import LineSource, TextFile, compression_of
from lakehouse.local_aws.athena.scans import TableShape
from lakehouse.local_aws.athena.serdes import StoredColumn
from lakehouse.local_aws.athena.storage_formats import Format
from lakehouse.local_aws.athena.type_syntax import parse_type
from lakehouse.local_aws.athena.types import TypeSyntaxError

Document = dict[str, Any]
PATH = "$path"  # the hidden column with the address of a row's object
_LINE_BYTES = 100  # a guess, to tell large tables of text from small ones
_MOST_ROWS = 1_000_000  # of a guess: making that many takes DuckDB a few milliseconds


@dataclass(frozen=True)
class DataFile:
    """An object of a table: its file, address, size in bytes and partition values."""

    path: Path
    uri: str
    key: str
    size: int
    etag: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Relation:
    """A scan ready to run: its SQL, the Arrow streams it names, and what it reads."""

    name: str
    sql: str
    streams: dict[str, Any] = field(default_factory=dict)
    text_bytes: int = 0
    parquet: tuple[DataFile, ...] = ()


@dataclass(frozen=True)
class Group:
    """Files of one storage format; partitions of a table may differ."""

    format: Format
    parameters: dict[str, str]
    files: tuple[DataFile, ...]


def declared_columns(columns: Sequence[Document]) -> list[StoredColumn]:
    """Columns of the catalog with their types. QueryError for a type that is not known."""
    found = []
    for column in columns:
        try:
            kind = parse_type(column.get("Type", "string").lower())
        except TypeSyntaxError as error:
            words = f"Unsupported type '{column.get('Type')}' of column {column['Name']}"
            raise QueryError("HIVE_INVALID_METADATA", words) from error
        found.append(StoredColumn(column["Name"].lower(), kind))
    return found


def stored_columns(table: Document) -> list[StoredColumn]:
    """The columns that stand in the files."""
    return declared_columns(table.get("StorageDescriptor", {}).get("Columns") or [])


def partition_keys(table: Document) -> list[StoredColumn]:
    """The partition keys."""
    return declared_columns(table.get("PartitionKeys") or [])


def partition_value(text: str, key: StoredColumn) -> str:
    """SQL of a partition key's value from its text in the catalog. QueryError if it is none."""
    kind = key.type
    if kind.name in t.INTEGERS and not re.fullmatch(r"[+-]?\d+|__HIVE_DEFAULT_PARTITION__", text):
        words = (
            f"Invalid partition value '{text}' for {kind.name.upper()} partition key: {key.name}"
        )
        raise QueryError("HIVE_INVALID_PARTITION_VALUE", words)
    if text == "__HIVE_DEFAULT_PARTITION__":
        return f"CAST(NULL AS {t.duckdb_name(kind)})"
    return f"CAST({t.duckdb_string(text)} AS {t.duckdb_name(kind)})"


def empty(shape: TableShape) -> str:
    """A relation of that shape without rows."""
    columns = ", ".join(
        f"CAST(NULL AS {t.duckdb_name(c.type)}) AS {t.duckdb_identifier(c.name)}"
        for c in shape.columns
    )
    return f"SELECT {columns} WHERE FALSE"


def group_sql(name: str, table: Document, group: Group, named: Container[str]) -> Relation:
    """The relation of one group of files; `name` is its stream\'s, if it has one.

    Of the table's columns only those in `named` are in it.
    """
    columns, keys = stored_columns(table), _NamedKeys(partition_keys(table), named)
    if group.format == "parquet":
        by_index = group.parameters.get("parquet.column.index.access", "").lower() == "true"
        source = parquet_files.source(group.files, columns, named, by_index)
        sql = _select(source.columns, keys, source.sql, group, "file_index")
        return Relation(name, sql, parquet=group.files)
    if group.format == "orc":
        return _orc(name, group, columns, keys)
    stream, values, source_sql = _text_source(name, table, group, columns)
    sql = _select(_named(columns, values, named), keys, source_sql, group, "file")
    return Relation(name, sql, {name: stream}, sum(f.size for f in group.files))


@dataclass(frozen=True)
class _NamedKeys:
    """The partition keys of a table, and which columns a query names."""

    keys: list[StoredColumn]
    named: Container[str]


def _named(
    columns: Sequence[StoredColumn], values: Sequence[str], named: Container[str]
) -> dict[str, str]:
    """SQL of each column that is named."""
    return {c.name: v for c, v in zip(columns, values, strict=True) if c.name in named}


def _orc(name: str, group: Group, columns: list[StoredColumn], keys: _NamedKeys) -> Relation:
    parts, streams = [], {}
    for index, file in enumerate(group.files):
        source = orc_files.source(file.path, file.uri, columns, group.parameters)
        stream = f"{name} {index}"
        streams[stream] = source.data
        one = Group(group.format, group.parameters, (file,))
        values = _named(columns, source.columns, keys.named)
        parts.append(_select(values, keys, t.duckdb_identifier(stream), one, "0"))
    return Relation(name, " UNION ALL ".join(parts), streams, sum(f.size for f in group.files))


def _select(
    columns: dict[str, str], keys: _NamedKeys, source: str, group: Group, index: str
) -> str:
    values = dict(columns)
    for position, key in enumerate(keys.keys):
        if key.name in keys.named:
            by_file = [partition_value(f.values[position], key) for f in group.files]
            values[key.name] = _per_file(by_file, index)
    if PATH in keys.named:
        values[PATH] = _per_file([t.duckdb_string(f.uri) for f in group.files], index)
    selected = [f"{value} AS {t.duckdb_identifier(name)}" for name, value in values.items()]
    return f"SELECT {', '.join(selected) or 'NULL'} FROM {source}"


def _per_file(values: list[str], index: str) -> str:
    if len(set(values)) == 1:
        return values[0]
    return f"([{', '.join(values)}])[CAST({index} AS BIGINT) + 1]"


def _text_source(
    name: str, table: Document, group: Group, columns: list[StoredColumn]
) -> tuple[LineSource, list[str], str]:
    parameters = {**table.get("Parameters", {}), **group.parameters}
    files = [TextFile(f.path, f.uri, compression_of(f.key)) for f in group.files]
    _check_parameters(parameters)
    skip = int(parameters.get("skip.header.line.count") or 0)
    size = sum(file.size for file in group.files)
    if group.format == "delimited":
        stream = sized(name, 1, size)
        parts = serdes.delimited_parts("c0", parameters)
        source = f"(SELECT {parts} AS parts, file FROM {stream}) AS l"
        return LineSource(files, skip), serdes.delimited(columns, group.parameters), source
    if group.format in ("json_openx", "json_hive", "cloudtrail"):
        stream = sized(name, 1, size)
        return _json_source(stream, files, skip, parameters, columns, group.format)
    names = tuple(c.name for c in columns)
    parser = {
        "opencsv": lambda: row_parsers.open_csv(len(names), group.parameters),
        "regex": lambda: row_parsers.regex(len(names), group.parameters),
        "grok": lambda: row_parsers.grok(names, group.parameters),
    }[group.format]()
    values = [serdes.scalar(f"c{i}", c.type) for i, c in enumerate(columns)]
    if group.format == "opencsv":
        values = [serdes.open_csv_value(f"c{i}", c.type, i) for i, c in enumerate(columns)]
    return LineSource(files, skip, names, parser), values, sized(name, len(names), size)


def sized(stream: str, columns: int, size: int) -> str:
    """The relation of a `LineSource` with `columns` texts, of files of `size` bytes.

    DuckDB takes any stream for a single row, would build a join's hash table of it and probe that
    with the smaller side, in one thread. Rows that are generated and passed over, as many as there
    may be lines, tell it better. OFFSET keeps conditions on the lines from being tried on them.
    """
    rows = min(size // _LINE_BYTES, _MOST_ROWS)
    texts = "'', " * columns
    guess = f"SELECT {texts}CAST(i AS INTEGER) FROM range({rows}) AS r(i) OFFSET {rows}"
    return f"(SELECT * FROM {t.duckdb_identifier(stream)} UNION ALL ({guess})) AS s"


def _check_parameters(parameters: dict[str, str]) -> None:
    """Refuse what would change how text is read and is not done here."""
    for name in ("timestamp.formats", "skip.footer.line.count"):
        if parameters.get(name, "0") != "0":
            raise not_supported(f"The SerDe property '{name}'")
    if parameters.get("line.delim", "\n") != "\n":
        raise not_supported("Another line delimiter than \\n")
    encoding = parameters.get("serialization.encoding", "UTF-8")
    if encoding.upper().replace("-", "") != "UTF8":
        raise not_supported(f"The encoding {encoding}")


def _json_source(
    stream: str,
    files: list[TextFile],
    skip: int,
    parameters: dict[str, str],
    columns: list[StoredColumn],
    stored_as: Format,
) -> tuple[LineSource, list[str], str]:
    mapping = {k[8:].lower(): v for k, v in parameters.items() if k.startswith("mapping.")}
    keep_case = parameters.get("case.insensitive", "true").lower() == "false"
    mapping = mapping if keep_case else {k: v.lower() for k, v in mapping.items()}
    strict = stored_as == "json_hive"
    ignore = parameters.get("ignore.malformed.json", "").lower() == "true"
    parsed = serdes.json_object("c0", serdes.json_structure(columns, mapping), ignore)
    values = [
        serdes.json_column(
            f"struct_extract(j, {t.duckdb_string(mapping.get(c.name, c.name))})", c.type, strict
        )
        for c in columns
    ]
    source = f"(SELECT {parsed} AS j, file FROM {stream}) AS l"
    dots = parameters.get("dots.in.keys", "").lower() == "true"
    rewrite = json_keys.key_rewrite(columns, mapping, lower=not keep_case, dots=dots)
    documents = json_keys.records if stored_as == "cloudtrail" else None
    return LineSource(files, skip, rewrite=rewrite, documents=documents), values, source
