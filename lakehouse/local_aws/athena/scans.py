"""Table references of a query: what translation needs to know of tables and what it says of each.

Data only: `translate` makes scans, `tables` turns them into relations over objects.
"""

from dataclasses import dataclass, field
from typing import Protocol

from lakehouse.local_aws.athena.types import Type


@dataclass(frozen=True)
class TableColumn:
    """A column of a table as the catalog declares it."""

    name: str
    type: Type
    is_partition_key: bool = False
    hidden: bool = False


@dataclass(frozen=True)
class TableShape:
    """What translation needs to know about a table or view (`view_query` is a view's SQL)."""

    database: str
    name: str
    columns: tuple[TableColumn, ...] = ()
    view_query: str | None = None


class Tables(Protocol):
    """The catalog, as translation sees it."""

    def shape(self, database: str | None, name: str, where: str) -> TableShape:
        """A table's shape. QueryError TABLE_NOT_FOUND or SCHEMA_NOT_FOUND."""


@dataclass
class Scan:
    """One reference to a table: its CTE name, shape, and conditions on its partition keys.

    A condition is DuckDB SQL over the partition keys, each written `p."key"`.
    """

    name: str
    shape: TableShape
    conditions: list[str] = field(default_factory=list)
