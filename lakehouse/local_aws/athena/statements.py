"""The statements of Athena's SQL beside Hive's DDL, as plain data: what `statement` reads.

Also says what GetQueryExecution calls each of them. Executing them belongs to `run`.
Source: AWS "SQL reference for Athena", checked 2026-11; the API reference names SubstatementType
without listing its values: those seen in the wild are used, others follow their pattern (chosen).
"""

from dataclasses import dataclass, field
from typing import Literal

from sqlglot import exp

from lakehouse.local_aws.athena import hive_statements as hive
from lakehouse.local_aws.athena.hive_statements import HiveStatement, Name

StatementType = Literal["DDL", "DML", "UTILITY"]
PropertyValue = str | bool | int | tuple[str, ...]
ExplainType = Literal["LOGICAL", "DISTRIBUTED", "VALIDATE", "IO"]


@dataclass(frozen=True)
class Select:
    """A query whose rows are the result."""

    tree: exp.Query


@dataclass(frozen=True)
class Unload:
    """UNLOAD (query) TO 's3://...' WITH (...)."""

    tree: exp.Query
    location: str
    properties: dict[str, PropertyValue]


@dataclass(frozen=True)
class CreateTableAs:
    """CREATE TABLE ... WITH (...) AS query."""

    table: Name
    tree: exp.Query
    properties: dict[str, PropertyValue] = field(default_factory=dict)
    if_not_exists: bool = False
    with_data: bool = True


@dataclass(frozen=True)
class InsertInto:
    """INSERT INTO table [(columns)] query."""

    table: Name
    tree: exp.Query
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class CreateView:
    """CREATE [OR REPLACE] VIEW name AS query; `query_text` is the query as written."""

    view: Name
    tree: exp.Query
    query_text: str
    replace: bool = False


@dataclass(frozen=True)
class DropView:
    """DROP VIEW [IF EXISTS] name."""

    view: Name
    if_exists: bool


@dataclass(frozen=True)
class Prepare:
    """PREPARE name FROM statement; `text` is the statement as written."""

    name: str
    text: str


@dataclass(frozen=True)
class Execute:
    """EXECUTE name [USING value, ...]."""

    name: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Deallocate:
    """DEALLOCATE PREPARE name."""

    name: str


QueryStatement = Select | Unload | CreateTableAs | InsertInto


@dataclass(frozen=True)
class Explain:
    """EXPLAIN [(TYPE ..., FORMAT ...)] statement."""

    statement: QueryStatement
    type: ExplainType = "LOGICAL"
    format: Literal["TEXT", "JSON"] = "TEXT"


Statement = (
    QueryStatement
    | CreateView
    | DropView
    | HiveStatement
    | Prepare
    | Execute
    | Deallocate
    | Explain
)

_KINDS: dict[type, tuple[StatementType, str]] = {
    Select: ("DML", "SELECT"),
    Unload: ("DML", "UNLOAD"),
    InsertInto: ("DML", "INSERT"),
    CreateTableAs: ("DDL", "CREATE_TABLE_AS_SELECT"),
    CreateView: ("DDL", "CREATE_VIEW"),
    DropView: ("DDL", "DROP_VIEW"),
    Prepare: ("DDL", "PREPARE"),
    Execute: ("DML", "EXECUTE"),
    Deallocate: ("DDL", "DEALLOCATE_PREPARE"),
    Explain: ("UTILITY", "EXPLAIN"),
    hive.CreateDatabase: ("DDL", "CREATE_DATABASE"),
    hive.DropDatabase: ("DDL", "DROP_DATABASE"),
    hive.CreateTable: ("DDL", "CREATE_TABLE"),
    hive.DropTable: ("DDL", "DROP_TABLE"),
    hive.RepairTable: ("DDL", "MSCK_REPAIR"),
    hive.Show: ("UTILITY", "SHOW_"),
    hive.ShowTable: ("UTILITY", "SHOW_"),
    hive.Describe: ("UTILITY", "DESCRIBE_TABLE"),
    hive.SetDatabaseProperties: ("DDL", "ALTER_DATABASE"),
}
_SHOWN = {
    "create": "CREATE_TABLE",
    "create_view": "CREATE_VIEW",
    "properties": "TBLPROPERTIES",
}


def statement_type(statement: Statement) -> tuple[StatementType, str]:
    """StatementType and SubstatementType of GetQueryExecution."""
    kind, name = _KINDS.get(type(statement), ("DDL", "ALTER_TABLE"))
    if isinstance(statement, hive.Show | hive.ShowTable):
        name += _SHOWN.get(statement.what, statement.what.upper())
    return kind, name
