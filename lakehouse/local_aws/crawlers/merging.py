"""What MergeNewColumns makes of a table or partition that is there and of what was found.

Pure. Columns and nested fields are added, nothing is changed or removed; where the format itself
changed there is nothing to merge.

Source: https://docs.aws.amazon.com/glue/latest/dg/crawler-schema-changes-prevent.html
(checked 2026-11).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from lakehouse.local_aws.crawlers.formats.types import extended_type, parse_type, type_text

Document = dict[str, Any]

_FUNDAMENTAL = ("classification", "compressionType", "delimiter")


def changed_attribute(known: Mapping[str, str], found: Mapping[str, str]) -> str | None:
    """Return the name of a fundamental parameter that is another one now, None if none is."""
    return next((n for n in _FUNDAMENTAL if n in known and known[n] != found.get(n)), None)


def merged_partition(present: Document, found: Document) -> Document:
    """Merge what was found of a partition into the one that is there."""
    known, fresh = present["StorageDescriptor"], found["StorageDescriptor"]
    if changed_attribute(known.get("Parameters", {}), fresh["Parameters"]):
        return {**found, "StorageDescriptor": known}
    columns = merged_table_columns(known.get("Columns", []), fresh["Columns"])
    kept = {**known, "Columns": columns, "Parameters": fresh["Parameters"]}
    return {**found, "StorageDescriptor": kept}


def merged_table_columns(known: Sequence[Document], found: Sequence[Document]) -> list[Document]:
    """Return the known columns, with nested fields and columns that only `found` has added."""
    new = {column["Name"]: column for column in found}
    merged = [
        {**column, "Type": _extended(column["Type"], new.pop(column["Name"], column)["Type"])}
        for column in known
    ]
    return [*merged, *new.values()]


def _extended(known: str, found: str) -> str:
    if known == found:
        return known
    return type_text(extended_type(parse_type(known), parse_type(found)))
