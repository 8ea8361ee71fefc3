"""What SHOW CREATE, DESCRIBE and MSCK REPAIR TABLE print for a table of the catalog. Pure.

Layouts are Hive's (MetaDataFormatUtils): columns of 20 characters, tabs between them.
Source: AWS "DESCRIBE", "SHOW CREATE TABLE" and Hive's source, checked 2026-11.
"""

import time
from collections.abc import Iterator, Sequence
from typing import Any, Literal

from lakehouse.local_aws.athena.errors import QueryError
from lakehouse.local_aws.athena.storage_formats import LAZY_SIMPLE, ORC, PARQUET
from lakehouse.local_aws.athena.view_definitions import View

Document = dict[str, Any]
_BLANK = "\t \t "
_HEADER = f"# {'col_name':<20}\t{'data_type':<20}\t{'comment':<20}"
_KNOWN_TO_METASTORE = (LAZY_SIMPLE, ORC, PARQUET, "")


def _serde(table: Document) -> Document:
    found: Document = table["StorageDescriptor"].get("SerdeInfo") or {}
    return found


def described(table: Document, style: Literal["plain", "extended", "formatted"]) -> tuple[str, ...]:
    """DESCRIBE: a line a column, the partition keys once more, and details if they are wanted."""
    keys = table.get("PartitionKeys") or []
    lines = [*_column_lines(table), *(_described(key) for key in keys)]
    if keys:
        lines += [_BLANK, f"# Partition Information{_BLANK}", _HEADER, _BLANK]
        lines += [_described(key) for key in keys]
    if style == "formatted":
        lines += [_BLANK, *_details(table)]
    if style == "extended":
        lines += [_BLANK, f"Detailed Table Information\t{_thrift(table)}\t"]
    return tuple(lines)


def _column_lines(table: Document) -> Iterator[str]:
    unknown = _serde(table).get("SerializationLibrary", "") not in _KNOWN_TO_METASTORE
    for column in table["StorageDescriptor"].get("Columns", []):
        comment = column.get("Comment") or ("from deserializer" if unknown else "")
        yield _described({**column, "Comment": comment})


def _described(column: Document) -> str:
    return f"{column['Name']:<20}\t{column.get('Type', ''):<20}\t{column.get('Comment') or '':<20}"


def described_column(table: Document, name: str) -> tuple[str, ...]:
    """DESCRIBE table column."""
    keys = table.get("PartitionKeys") or []
    columns = [*_column_lines(table), *(_described(key) for key in keys)]
    for line in columns:
        if line.split("\t")[0].strip().lower() == name:
            return (line,)
    words = f"cannot find field {name} in the table {table['DatabaseName']}.{table['Name']}"
    raise QueryError("", f"FAILED: Execution Error, return code 1. {words}")


def _details(table: Document) -> Iterator[str]:
    storage = table["StorageDescriptor"]
    yield f"# Detailed Table Information{_BLANK}"
    yield _pair("Database:", table["DatabaseName"])
    yield _pair("Owner:", table.get("Owner") or "hadoop")
    yield _pair("CreateTime:", _time_text(table.get("CreateTime")))
    yield _pair("LastAccessTime:", "UNKNOWN")
    yield _pair("Protect Mode:", "None")
    yield _pair("Retention:", str(table.get("Retention", 0)))
    yield _pair("Location:", storage.get("Location", ""))
    yield _pair("Table Type:", table.get("TableType", "EXTERNAL_TABLE"))
    yield f"Table Parameters:{_BLANK}"
    yield from _parameters(table.get("Parameters") or {})
    yield _BLANK
    yield f"# Storage Information{_BLANK}"
    yield _pair("SerDe Library:", _serde(table).get("SerializationLibrary", ""))
    yield _pair("InputFormat:", storage.get("InputFormat", ""))
    yield _pair("OutputFormat:", storage.get("OutputFormat", ""))
    yield _pair("Compressed:", "Yes" if storage.get("Compressed") else "No")
    yield _pair("Num Buckets:", str(storage.get("NumberOfBuckets", -1)))
    yield _pair("Bucket Columns:", f"[{', '.join(storage.get('BucketColumns') or [])}]")
    sorting = (column["Column"] for column in storage.get("SortColumns") or [])
    yield _pair("Sort Columns:", f"[{', '.join(sorting)}]")
    yield f"Storage Desc Params:{_BLANK}"
    yield from _parameters(_serde(table).get("Parameters") or {})


def _pair(name: str, value: str) -> str:
    return f"{name:<20}\t{value:<20}\t "


def _parameters(parameters: dict[str, str]) -> Iterator[str]:
    for name, value in sorted(parameters.items()):
        yield f"\t{name:<20}\t{value:<20}"


def _time_text(seconds: Any) -> str:
    return time.strftime("%a %b %d %H:%M:%S UTC %Y", time.gmtime(float(seconds or 0)))


def _thrift(table: Document) -> str:
    storage, serde = table["StorageDescriptor"], _serde(table)
    columns = _schemas(storage.get("Columns", []))
    info = (
        f"SerDeInfo(name:null, serializationLib:{serde.get('SerializationLibrary', '')}, "
        f"parameters:{_map(serde.get('Parameters') or {})})"
    )
    descriptor = (
        f"StorageDescriptor(cols:[{columns}], location:{storage.get('Location', '')}, "
        f"inputFormat:{storage.get('InputFormat', '')}, "
        f"outputFormat:{storage.get('OutputFormat', '')}, compressed:false, "
        f"numBuckets:{storage.get('NumberOfBuckets', -1)}, serdeInfo:{info}, bucketCols:[], "
        "sortCols:[], parameters:{}, storedAsSubDirectories:false)"
    )
    return (
        f"Table(tableName:{table['Name']}, dbName:{table['DatabaseName']}, "
        f"owner:{table.get('Owner') or 'hadoop'}, createTime:{int(table.get('CreateTime') or 0)}, "
        f"lastAccessTime:0, retention:0, sd:{descriptor}, "
        f"partitionKeys:[{_schemas(table.get('PartitionKeys') or [])}], "
        f"parameters:{_map(table.get('Parameters') or {})}, viewOriginalText:null, "
        f"viewExpandedText:null, tableType:{table.get('TableType', 'EXTERNAL_TABLE')})"
    )


def _schemas(columns: Sequence[Document]) -> str:
    return ", ".join(
        f"FieldSchema(name:{c['Name']}, type:{c.get('Type', '')}, "
        f"comment:{c.get('Comment') or 'null'})"
        for c in columns
    )


def _map(parameters: dict[str, str]) -> str:
    return "{" + ", ".join(f"{k}={v}" for k, v in sorted(parameters.items())) + "}"


def repaired(
    table: str,
    keys: Sequence[str],
    added: Sequence[Sequence[str]],
    empty: Sequence[Sequence[str]],
) -> tuple[str, ...]:
    """MSCK REPAIR TABLE: what was added, and partitions without a folder, which stay."""
    lines = []
    for words, partitions in (
        ("Partitions not in metastore:", added),
        ("Partitions missing from filesystem:", empty),
    ):
        labels = [f"{table}:{_label(keys, values)}" for values in partitions]
        lines += ["\t".join([words, *labels])] if labels else []
    text = "Repair: Added partition to metastore"
    return (*lines, *(f"{text} {table}:{_label(keys, values)}" for values in added))


def _label(keys: Sequence[str], values: Sequence[str]) -> str:
    return "/".join(f"{k}={v}" for k, v in zip(keys, values, strict=True))


def view_statement(name: str, view: View) -> tuple[str, ...]:
    """SHOW CREATE VIEW, line by line."""
    return (f"CREATE VIEW {name} AS", *view.sql.splitlines())


def create_statement(table: Document) -> tuple[str, ...]:
    """SHOW CREATE TABLE, line by line."""
    storage = table["StorageDescriptor"]
    lines = [f"CREATE EXTERNAL TABLE `{table['DatabaseName']}.{table['Name']}`("]
    lines += _columns(storage.get("Columns", []))
    if table.get("Description"):
        lines += ["COMMENT ", f"  {_quoted(table['Description'])}"]
    if table.get("PartitionKeys"):
        lines += ["PARTITIONED BY ( ", *_columns(table["PartitionKeys"])]
    serde = _serde(table)
    lines += ["ROW FORMAT SERDE ", f"  {_quoted(serde.get('SerializationLibrary', ''))} "]
    if serde.get("Parameters"):
        lines += ["WITH SERDEPROPERTIES ( ", *_properties(serde["Parameters"])]
    lines += ["STORED AS INPUTFORMAT ", f"  {_quoted(storage.get('InputFormat', ''))} "]
    lines += ["OUTPUTFORMAT ", f"  {_quoted(storage.get('OutputFormat', ''))}"]
    lines += ["LOCATION", f"  {_quoted(storage.get('Location', ''))}"]
    properties = {k: v for k, v in table.get("Parameters", {}).items() if k != "EXTERNAL"}
    return tuple([*lines, "TBLPROPERTIES (", *_properties(properties)] if properties else lines)


def _columns(columns: Sequence[Document]) -> list[str]:
    lines = [f"  `{c['Name']}` {c.get('Type', '')}{_comment(c)}" for c in columns]
    return [f"{line}, " for line in lines[:-1]] + [f"{lines[-1]})"] if lines else [")"]


def _comment(column: Document) -> str:
    return f" COMMENT {_quoted(column['Comment'])}" if column.get("Comment") else ""


def _properties(properties: dict[str, str]) -> list[str]:
    lines = [f"  {_quoted(k)}={_quoted(v)}" for k, v in sorted(properties.items())]
    return [f"{line}, " for line in lines[:-1]] + [f"{lines[-1]})"]


def _quoted(text: str) -> str:
    escaped = (
        text.replace("\\", "\\\\").replace("'", "\\'").replace("\t", "\\t").replace("\n", "\\n")
    )
    return f"'{escaped}'"
