"""Views as Athena keeps them in the catalog: a base64 document inside a comment. Pure.

Source: entries of the Data Catalog that Athena made (`/* Presto View: <base64> */`), checked
2026-11.
"""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lakehouse.local_aws.athena.errors import QueryError
from lakehouse.local_aws.athena.types import Type, trino_name

Document = dict[str, Any]
_MARK = "/* Presto View: "


@dataclass(frozen=True)
class View:
    """A view: its query, the schema it was made in, and the names and types of its columns."""

    sql: str
    database: str
    columns: tuple[tuple[str, str], ...] = ()


def view_of(table: Document) -> View:
    """The view of a catalog entry. QueryError INVALID_VIEW when Athena did not make it."""
    text = table.get("ViewOriginalText") or ""
    name = f"{table.get('DatabaseName')}.{table['Name']}"
    if not text.startswith(_MARK):
        raise QueryError("INVALID_VIEW", f"View '{name}' is not an Athena view")
    try:
        definition = json.loads(base64.b64decode(text.removeprefix(_MARK).removesuffix(" */")))
        columns = tuple((c["name"], c["type"]) for c in definition.get("columns", ()))
        schema = definition.get("schema") or table["DatabaseName"]
        return View(str(definition["originalSql"]), str(schema), columns)
    except (binascii.Error, ValueError, KeyError) as error:
        raise QueryError("INVALID_VIEW", f"Invalid view JSON of view '{name}'") from error


def encoded(sql: str, database: str, columns: Sequence[tuple[str, Type]]) -> str:
    """The ViewOriginalText of a view."""
    definition = {
        "originalSql": sql,
        "catalog": "awsdatacatalog",
        "schema": database,
        "columns": [{"name": name, "type": trino_name(kind)} for name, kind in columns],
    }
    return f"{_MARK}{base64.b64encode(json.dumps(definition).encode()).decode()} */"
