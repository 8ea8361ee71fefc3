"""ORC objects as DuckDB relations, read by pyarrow: columns by position or by name.

Athena finds ORC columns by position unless `orc.column.index.access` is false. pyarrow does not
say how many bytes a column takes, so the whole object counts as scanned.
Source: AWS "ORC SerDe" and "Handling schema updates", checked 2026-11.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.dataset as ds

from lakehouse.local_aws.athena import types as t
from lakehouse.local_aws.athena.errors import QueryError, no_such_split
from lakehouse.local_aws.athena.parquet_files import fits
from lakehouse.local_aws.athena.serdes import StoredColumn


@dataclass(frozen=True)
class OrcSource:
    """An object's dataset and each declared column's SQL over it."""

    data: Any
    columns: list[str]


def source(
    path: Path, uri: str, columns: Sequence[StoredColumn], parameters: dict[str, str]
) -> OrcSource:
    """The relation over an ORC object. QueryError HIVE_BAD_DATA when a stored type differs."""
    try:
        data = ds.dataset(str(path), format="orc")
    except FileNotFoundError as error:
        raise no_such_split(uri) from error
    except (pa.ArrowInvalid, OSError) as error:
        words = f"Error opening Hive split {uri}: Not a valid ORC file"
        raise QueryError("HIVE_CANNOT_OPEN_SPLIT", words) from error
    by_index = parameters.get("orc.column.index.access", "true").lower() != "false"
    fields = list(data.schema)
    by_name = {field.name.lower(): field for field in fields}
    found = []
    for index, column in enumerate(columns):
        in_range = fields[index] if index < len(fields) else None
        stored = in_range if by_index else by_name.get(column.name)
        found.append(_value(column, stored, uri))
    return OrcSource(data, found)


def _value(column: StoredColumn, stored: pa.Field | None, uri: str) -> str:
    target = t.duckdb_name(column.type)
    if stored is None:
        return f"CAST(NULL AS {target})"
    if not fits(stored.type, column.type):
        words = (
            f"Field {column.name}'s type {str(stored.type).upper()} in ORC file {uri} is "
            f"incompatible with type {column.type} defined in table schema"
        )
        raise QueryError("HIVE_BAD_DATA", words)
    return f"CAST({t.duckdb_identifier(stored.name)} AS {target})"
