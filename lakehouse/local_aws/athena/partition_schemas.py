"""Whether a partition's own columns can be read as the table's: HIVE_PARTITION_SCHEMA_MISMATCH.

Parquet's and ORC's columns are compared by name, those of text by position; a type may differ where
Hive converts it. Reading belongs to `table_sql`. All pure.
Source: Trino's HivePartitionManager and HiveCoercionPolicy, AWS "Handle schema updates", checked
2026-11.
"""

from itertools import pairwise
from typing import Any

from lakehouse.local_aws.athena import types as t
from lakehouse.local_aws.athena.errors import QueryError
from lakehouse.local_aws.athena.storage_formats import SERDES
from lakehouse.local_aws.athena.type_syntax import parse_type
from lakehouse.local_aws.athena.types import Type

Document = dict[str, Any]

_BY_NAME = ("parquet", "orc")
_WIDER = set(pairwise(("real", "double"))) | {("double", "real")}


def check_schema(table: Document, storage: Document, values: tuple[str, ...]) -> None:
    """QueryError for the first column whose type cannot be converted to the table's."""
    own = storage.get("Columns") or []
    declared = table["StorageDescriptor"].get("Columns") or []
    if not values or own == declared:
        return
    library = (storage.get("SerdeInfo") or {}).get("SerializationLibrary") or ""
    for mine, theirs in _pairs(declared, own, SERDES.get(library) in _BY_NAME):
        wanted, found = (parse_type(c.get("Type", "string").lower()) for c in (mine, theirs))
        if not _converts(found, wanted):
            keys = [key["Name"] for key in table.get("PartitionKeys") or []]
            name = "/".join(f"{k}={v}" for k, v in zip(keys, values, strict=False))
            raise QueryError("HIVE_PARTITION_SCHEMA_MISMATCH", _words(table, mine, name, theirs))


def _pairs(
    declared: list[Document], own: list[Document], by_name: bool
) -> list[tuple[Document, Document]]:
    if not by_name:
        return list(zip(declared, own, strict=False))
    named = {column["Name"].lower(): column for column in own}
    return [(c, named[c["Name"].lower()]) for c in declared if c["Name"].lower() in named]


def _words(table: Document, mine: Document, partition: str, theirs: Document) -> str:
    return (
        "There is a mismatch between the table and partition schemas. The types are incompatible "
        f"and cannot be coerced. The column '{mine['Name']}' in table "
        f"'{table['DatabaseName']}.{table['Name']}' is declared as type '{mine['Type']}', but "
        f"partition '{partition}' declared column '{theirs['Name']}' as type '{theirs['Type']}'."
    )


def _converts(source: Type, target: Type) -> bool:
    if source.items or target.items:
        return source.name == target.name and _nested_converts(source, target)
    if source == target or (source.name, target.name) in _WIDER:
        return True
    if source.name in t.INTEGERS and target.name in t.INTEGERS:
        return t.INTEGERS.index(source.name) <= t.INTEGERS.index(target.name)
    if {source.name, target.name} <= {"varchar", "char"}:
        return True
    if "decimal" in (source.name, target.name):
        return {source.name, target.name} <= {"decimal", "real", "double"}
    return {source.name, target.name} <= {"varchar", *t.INTEGERS}


def _nested_converts(source: Type, target: Type) -> bool:
    if source.name != "row":
        return all(map(_converts, source.items, target.items))
    names = zip(source.names, target.names, strict=False)
    return all(a == b for a, b in names) and all(map(_converts, source.items, target.items))
