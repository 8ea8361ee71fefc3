"""What SHOW CREATE TABLE and DESCRIBE print for a table of the catalog. Pure.

Source: results of the service, checked 2026-11.
"""

from collections.abc import Sequence
from typing import Any

Document = dict[str, Any]


def described(table: Document) -> tuple[str, ...]:
    """DESCRIBE: one tab-separated line a column, then the partition keys once more."""
    columns = table["StorageDescriptor"].get("Columns", [])
    keys = table.get("PartitionKeys") or []
    lines = [_described(column) for column in (*columns, *keys)]
    if keys:
        head = f"{'# col_name':<24}\t{'data_type':<20}\t{'comment':<20}"
        lines += ["\t \t ", "# Partition Information\t \t ", head, "\t \t ", *map(_described, keys)]
    return tuple(lines)


def _described(column: Document) -> str:
    return f"{column['Name']:<20}\t{column.get('Type', ''):<20}\t{column.get('Comment') or '':<20}"


def create_statement(table: Document) -> tuple[str, ...]:
    """SHOW CREATE TABLE, line by line."""
    storage = table["StorageDescriptor"]
    lines = [f"CREATE EXTERNAL TABLE `{table['DatabaseName']}.{table['Name']}`("]
    lines += _columns(storage.get("Columns", []))
    if table.get("Description"):
        lines += ["COMMENT ", f"  {_quoted(table['Description'])}"]
    if table.get("PartitionKeys"):
        lines += ["PARTITIONED BY ( ", *_columns(table["PartitionKeys"])]
    serde = storage.get("SerdeInfo", {})
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
