"""The statements of Athena's DDL as plain data: what `ddl_syntax` reads and `ddl` executes."""

from dataclasses import dataclass, field
from typing import Literal

from lakehouse.local_aws.athena.types import Type


@dataclass(frozen=True)
class Name:
    """A table's or view's name; without a database it stands in the query's own."""

    database: str | None
    name: str


@dataclass(frozen=True)
class Column:
    """A declared column; `glue_type` is the Data Catalog's spelling of its type."""

    name: str
    type: Type
    glue_type: str
    comment: str | None = None


@dataclass(frozen=True)
class RowFormat:
    """ROW FORMAT, STORED AS and their properties, as the Data Catalog keeps them."""

    library: str
    parameters: dict[str, str]
    input_format: str
    output_format: str


@dataclass(frozen=True)
class CreateDatabase:
    """CREATE DATABASE | SCHEMA."""

    name: str
    if_not_exists: bool = False
    comment: str | None = None
    location: str | None = None
    properties: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class DropDatabase:
    """DROP DATABASE | SCHEMA [CASCADE]."""

    name: str
    if_exists: bool = False
    cascade: bool = False


@dataclass(frozen=True)
class CreateTable:
    """CREATE EXTERNAL TABLE."""

    table: Name
    columns: tuple[Column, ...]
    partition_keys: tuple[Column, ...]
    row_format: RowFormat
    location: str
    properties: dict[str, str]
    comment: str | None = None
    if_not_exists: bool = False


@dataclass(frozen=True)
class DropTable:
    """DROP TABLE."""

    table: Name
    if_exists: bool = False


@dataclass(frozen=True)
class PartitionSpec:
    """One PARTITION (key = 'value', ...) with its LOCATION, if one is given."""

    values: dict[str, str]
    location: str | None = None


@dataclass(frozen=True)
class AddPartitions:
    """ALTER TABLE ... ADD [IF NOT EXISTS] PARTITION ..."""

    table: Name
    partitions: tuple[PartitionSpec, ...]
    if_not_exists: bool = False


@dataclass(frozen=True)
class DropPartitions:
    """ALTER TABLE ... DROP [IF EXISTS] PARTITION ..."""

    table: Name
    partitions: tuple[PartitionSpec, ...]
    if_exists: bool = False


@dataclass(frozen=True)
class SetProperties:
    """ALTER TABLE ... SET TBLPROPERTIES (...)."""

    table: Name
    properties: dict[str, str]


@dataclass(frozen=True)
class SetDatabaseProperties:
    """ALTER DATABASE ... SET DBPROPERTIES (...)."""

    name: str
    properties: dict[str, str]


@dataclass(frozen=True)
class RenamePartition:
    """ALTER TABLE ... PARTITION (...) RENAME TO PARTITION (...)."""

    table: Name
    old: PartitionSpec
    new: PartitionSpec


@dataclass(frozen=True)
class SetLocation:
    """ALTER TABLE ... [PARTITION (...)] SET LOCATION '...'."""

    table: Name
    location: str
    partition: PartitionSpec | None = None


@dataclass(frozen=True)
class AlterColumns:
    """ALTER TABLE ... ADD | REPLACE COLUMNS (...)."""

    table: Name
    columns: tuple[Column, ...]
    replace: bool = False


@dataclass(frozen=True)
class ChangeColumn:
    """ALTER TABLE ... CHANGE [COLUMN] old new type [COMMENT '...'] [FIRST | AFTER column].

    `after` is None for "where it is", "" for FIRST.
    """

    table: Name
    old: str
    column: Column
    after: str | None = None


@dataclass(frozen=True)
class RepairTable:
    """MSCK REPAIR TABLE."""

    table: Name


@dataclass(frozen=True)
class Show:
    """SHOW DATABASES | TABLES | VIEWS, with Hive's pattern."""

    what: Literal["databases", "tables", "views"]
    database: str | None = None
    pattern: str | None = None


@dataclass(frozen=True)
class ShowTable:
    """SHOW PARTITIONS | COLUMNS | CREATE TABLE | CREATE VIEW | TBLPROPERTIES of one table.

    `key` is the property of TBLPROPERTIES('...') that is asked for.
    """

    what: Literal["partitions", "columns", "create", "create_view", "properties"]
    table: Name
    key: str | None = None


@dataclass(frozen=True)
class Describe:
    """DESCRIBE [EXTENDED | FORMATTED] table [column]."""

    table: Name
    style: Literal["plain", "extended", "formatted"] = "plain"
    column: str | None = None


HiveStatement = (
    CreateDatabase
    | DropDatabase
    | CreateTable
    | DropTable
    | AddPartitions
    | DropPartitions
    | SetProperties
    | SetDatabaseProperties
    | RenamePartition
    | SetLocation
    | AlterColumns
    | ChangeColumn
    | RepairTable
    | Show
    | ShowTable
    | Describe
)
