"""Table references of a query: what translation needs to know of tables and what it says of each.

Data only: `translate` makes scans, `tables` turns them into relations over objects.
"""

from dataclasses import dataclass, field
from typing import Protocol

from lakehouse.local_aws.athena.types import Type
from lakehouse.local_aws.athena.view_definitions import View


@dataclass(frozen=True)
class TableColumn:
    """A column of a table as the catalog declares it."""

    name: str
    type: Type
    is_partition_key: bool = False
    hidden: bool = False


@dataclass(frozen=True)
class TableShape:
    """What translation needs to know about a table or view.

    `view_query` is a view's SQL; `view` says in which database its names stand, and its columns.
    """

    database: str
    name: str
    columns: tuple[TableColumn, ...] = ()
    view_query: str | None = None
    view: View | None = None


class Tables(Protocol):
    """The catalog, as translation sees it."""

    def shape(self, database: str | None, name: str, where: str) -> TableShape:
        """A table's shape. QueryError TABLE_NOT_FOUND or SCHEMA_NOT_FOUND."""

    def within(self, database: str) -> "Tables":
        """The same tables, with another database for unqualified names."""


@dataclass
class Scan:
    """One reference to a table: its CTE name, shape, and conditions on its partition keys.

    A condition is DuckDB SQL over the partition keys, each written `p."key"`. `pinned` holds, by
    key, the alternatives (SQL of constants) of each condition that is an equality or an IN.
    """

    name: str
    shape: TableShape
    conditions: list[str] = field(default_factory=list)
    pinned: dict[str, list[list[str]]] = field(default_factory=dict)
