"""Reads SHOW and DESCRIBE from tokens into the classes of `hive_statements`.

Statements that change something are read by `ddl_syntax`.
Source: AWS "DDL statements" of the Athena reference, checked 2026-11.
"""

from typing import Literal

from lakehouse.local_aws.athena import hive_statements as ddl
from lakehouse.local_aws.athena.ddl_reader import Reader, table_name
from lakehouse.local_aws.athena.errors import refused


def show(reader: Reader) -> ddl.HiveStatement:
    """What follows SHOW."""
    if reader.take("DATABASES") or reader.take("SCHEMAS"):
        reader.take("LIKE")
        return ddl.Show("databases", None, reader.string() if reader.here else None)
    if reader.take("TABLES"):
        return _show_names(reader, "tables")
    if reader.take("VIEWS"):
        return _show_names(reader, "views")
    if reader.take("CREATE", "TABLE"):
        return ddl.ShowTable("create", table_name(reader))
    if reader.take("CREATE", "VIEW"):
        return ddl.ShowTable("create_view", table_name(reader))
    if reader.take("TBLPROPERTIES"):
        return _show_properties(reader)
    if reader.take("PARTITIONS"):
        return ddl.ShowTable("partitions", table_name(reader))
    reader.need("COLUMNS")
    if not (reader.take("IN") or reader.take("FROM")):
        reader.fail("IN")
    table = table_name(reader)
    if table.database is None and (reader.take("IN") or reader.take("FROM")):
        table = ddl.Name(reader.identifier(), table.name)
    return ddl.ShowTable("columns", table)


def _show_properties(reader: Reader) -> ddl.ShowTable:
    table, key = table_name(reader), None
    if reader.take("("):
        key = reader.string()
        reader.need(")")
    return ddl.ShowTable("properties", table, key)


def _show_names(reader: Reader, what: Literal["tables", "views"]) -> ddl.Show:
    database = reader.identifier() if reader.take("IN") or reader.take("FROM") else None
    reader.take("LIKE")
    return ddl.Show(what, database, reader.string() if reader.here else None)


def describe(reader: Reader) -> ddl.Describe:
    """What follows DESCRIBE."""
    style: Literal["plain", "extended", "formatted"] = "plain"
    if reader.take("FORMATTED"):
        style = "formatted"
    elif reader.take("EXTENDED"):
        style = "extended"
    table = table_name(reader)
    if reader.take("PARTITION"):
        raise refused("DESCRIBE of a partition is not supported by the local AWS")
    column = reader.identifier() if reader.here is not None else None
    return ddl.Describe(table, style, column)
