"""SearchTables: tables of all databases by text and properties, sorted.

Source: https://docs.aws.amazon.com/glue/latest/webapi/API_SearchTables.html, checked 2026-11: a
string property matches if one of its tokens, split at punctuation, is the value; a text in quotes
must be a whole value. What else a text matches is chosen: any part of a name, a description, a
comment or a parameter, in any case.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from lakehouse.local_aws.catalog.databases import Databases
from lakehouse.local_aws.catalog.paging import invalid_token, page, page_size, start_key
from lakehouse.local_aws.catalog.records import Document, invalid_input
from lakehouse.local_aws.catalog.tables import Tables
from lakehouse.local_aws.dispatch import Operation

_PAGE = 1000
_TIMES = ("CreateTime", "UpdateTime", "LastAccessTime", "LastAnalyzedTime")
_TEXTS = ("Name", "DatabaseName", "Description", "Owner", "TableType", "CatalogId")
_COMPARATORS: Mapping[str, Callable[[float, float], bool]] = {
    "EQUALS": lambda left, right: int(left) == int(right),
    "GREATER_THAN": lambda left, right: left > right,
    "LESS_THAN": lambda left, right: left < right,
    "GREATER_THAN_EQUALS": lambda left, right: left >= right,
    "LESS_THAN_EQUALS": lambda left, right: left <= right,
}


class TableSearch:
    """Searches over the tables of one account and region."""

    def __init__(self, databases: Databases, tables: Tables) -> None:
        self._databases = databases
        self._tables = tables

    def operations(self) -> dict[str, Operation]:
        """Name the API operations that this class answers."""
        return {"SearchTables": self.search}

    def search(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer SearchTables. A token holds a position: what is sorted has no stable key."""
        start = start_key(body)
        if start and not start.isdecimal():
            raise invalid_token()
        found = [] if body.get("ResourceShareType") == "FEDERATED" else self._matching(body)
        _sort(found, body.get("SortCriteria") or [])
        first = int(start) if start else 0
        entries = ((str(first + n), table) for n, table in enumerate(found[first:], start=1))
        return page(entries, "TableList", page_size(body, _PAGE))

    def _matching(self, body: Mapping[str, Any]) -> list[Document]:
        if body.get("ResourceShareType") == "FOREIGN":
            return []
        tests = [_property_test(given) for given in body.get("Filters") or []]
        if body.get("SearchText"):
            tests.append(_text_test(body["SearchText"]))
        return [
            table
            for database in self._databases.all()
            for table in self._tables.all(database["Name"])
            if all(test(table) for test in tests)
        ]


def _property_test(given: Mapping[str, Any]) -> Callable[[Document], bool]:
    if "Key" not in given or "Value" not in given:
        raise invalid_input("A filter has a Key and a Value.")
    key, value = given["Key"], given["Value"]
    if key in _TIMES:
        compare, bound = _COMPARATORS[given.get("Comparator", "EQUALS")], _seconds(value)
        return lambda table: key in table and compare(table[key], bound)
    wanted = value.lower()

    def test(table: Document) -> bool:
        text = table.get(key) if key in _TEXTS else table.get("Parameters", {}).get(key)
        return text is not None and wanted in (text.lower(), *re.split(r"[^\w]|_", text.lower()))

    return test


def _text_test(text: str) -> Callable[[Document], bool]:
    exact = re.fullmatch(r'"(.*)"', text)
    wanted = (exact.group(1) if exact else text).lower()
    if exact:
        return lambda table: wanted in (value.lower() for value in _texts(table))
    return lambda table: any(wanted in value.lower() for value in _texts(table))


def _texts(table: Document) -> Iterator[str]:
    yield from (table[field] for field in _TEXTS if field in table)
    yield from table.get("Parameters", {}).values()
    columns = table.get("StorageDescriptor", {}).get("Columns", [])
    for column in (*columns, *table["PartitionKeys"]):
        yield from (column[field] for field in ("Name", "Comment") if field in column)


def _seconds(value: str) -> float:
    """Seconds since 1970, from themselves or from ISO 8601, UTC if it names no zone."""
    try:
        return float(value)
    except ValueError:
        pass
    try:
        found = datetime.fromisoformat(value)
    except ValueError as error:
        raise invalid_input(f"{value} is not a time.") from error
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()


def _sort(tables: list[Document], criteria: list[Mapping[str, Any]]) -> None:
    for criterion in criteria:
        field = criterion.get("FieldName", "Name")
        if field not in (*_TIMES, *_TEXTS):
            raise invalid_input(f"{field} cannot be sorted by.")
        empty = 0.0 if field in _TIMES else ""
        reverse = criterion.get("Sort") == "DESC"
        tables.sort(key=lambda table: table.get(field, empty), reverse=reverse)
