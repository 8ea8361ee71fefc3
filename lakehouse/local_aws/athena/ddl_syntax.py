"""Reads Athena's DDL (Hive's grammar) from tokens into the classes of `hive_statements`.

sqlglot's grammar keeps most of these statements as opaque commands, so they are read here, word by
word; what is left over or unknown is refused with its line and column. Nothing is executed here.
Source: AWS "DDL statements" of the Athena reference, checked 2026-11.
"""

from lakehouse.local_aws.athena import hive_statements as ddl
from lakehouse.local_aws.athena import show_syntax, storage_formats
from lakehouse.local_aws.athena.ddl_reader import Reader, properties, table_name
from lakehouse.local_aws.athena.errors import refused
from lakehouse.local_aws.athena.type_syntax import parse_type
from lakehouse.local_aws.athena.types import TypeSyntaxError, glue_name


def parse(sql: str) -> ddl.HiveStatement:
    """The statement of `sql`. AwsError InvalidRequestException when it is not understood."""
    reader = Reader(sql)
    statement = _statement(reader)
    if reader.here is not None:
        reader.fail()
    return statement


def _statement(reader: Reader) -> ddl.HiveStatement:
    if reader.take("CREATE"):
        return _create(reader)
    if reader.take("DROP"):
        return _drop(reader)
    if reader.take("SHOW"):
        return show_syntax.show(reader)
    if reader.take("MSCK", "REPAIR", "TABLE"):
        return ddl.RepairTable(table_name(reader))
    if reader.take("ALTER", "TABLE"):
        return _alter(reader, table_name(reader))
    if reader.take("ALTER", "DATABASE") or reader.take("ALTER", "SCHEMA"):
        name = reader.identifier()
        reader.need("SET", "DBPROPERTIES")
        return ddl.SetDatabaseProperties(name, properties(reader))
    if reader.take("DESCRIBE") or reader.take("DESC"):
        return show_syntax.describe(reader)
    raise reader.failure()


def _create(reader: Reader) -> ddl.HiveStatement:
    if reader.take("DATABASE") or reader.take("SCHEMA"):
        return _create_database(reader)
    if reader.take("TABLE"):
        raise refused(
            "CREATE TABLE without EXTERNAL and without AS is for Iceberg tables, which are not "
            "supported by the local AWS"
        )
    if not reader.take("EXTERNAL", "TABLE"):
        reader.fail("EXTERNAL TABLE")
    return _create_table(reader)


def _create_database(reader: Reader) -> ddl.CreateDatabase:
    exists = reader.take("IF", "NOT", "EXISTS")
    name = reader.identifier()
    comment = reader.string() if reader.take("COMMENT") else None
    location = reader.string() if reader.take("LOCATION") else None
    found = properties(reader) if reader.take("WITH", "DBPROPERTIES") else {}
    return ddl.CreateDatabase(name, exists, comment, location, found)


def _create_table(reader: Reader) -> ddl.CreateTable:
    exists = reader.take("IF", "NOT", "EXISTS")
    table = table_name(reader)
    columns = _columns(reader)
    comment = reader.string() if reader.take("COMMENT") else None
    keys = _columns(reader) if reader.take("PARTITIONED", "BY") else ()
    if reader.take("CLUSTERED"):
        raise refused("CLUSTERED BY is not supported by the local AWS")
    row_format = _row_format(reader)
    reader.need("LOCATION")
    location = reader.string()
    found = properties(reader) if reader.take("TBLPROPERTIES") else {}
    return ddl.CreateTable(table, columns, keys, row_format, location, found, comment, exists)


def _columns(reader: Reader) -> tuple[ddl.Column, ...]:
    reader.need("(")
    columns = [_column(reader)]
    while reader.take(","):
        columns.append(_column(reader))
    reader.need(")")
    return tuple(columns)


def _column(reader: Reader) -> ddl.Column:
    name = reader.identifier()
    start, depth = reader.here, 0
    end = start
    while (token := reader.here) is not None:
        if depth == 0 and token.text.upper() in (",", ")", "COMMENT", "FIRST", "AFTER"):
            break
        depth += {"(": 1, "<": 1, ")": -1, ">": -1}.get(token.text, 0)
        end = reader.next()
    if start is None or end is None:
        reader.fail("a type")
    text = reader.sql[start.start : end.end + 1].replace("`", "")
    try:
        kind = parse_type(text.lower())
    except TypeSyntaxError as error:
        raise refused(
            f"FAILED: ParseException: type '{text}' of column {name} is not known"
        ) from error
    comment = reader.string() if reader.take("COMMENT") else None
    return ddl.Column(name, kind, glue_name(kind), comment)


def _row_format(reader: Reader) -> ddl.RowFormat:
    library, parameters, stored = "", {}, "TEXTFILE"
    formats: tuple[str, str] | None = None
    if reader.take("ROW", "FORMAT", "SERDE"):
        library = reader.string()
        parameters = properties(reader) if reader.take("WITH", "SERDEPROPERTIES") else {}
    elif reader.take("ROW", "FORMAT", "DELIMITED"):
        parameters = _delimiters(reader)
    if reader.take("STORED", "AS", "INPUTFORMAT"):
        first = reader.string()
        reader.need("OUTPUTFORMAT")
        formats = (first, reader.string())
    elif reader.take("STORED", "AS"):
        stored = reader.identifier().upper()
    return storage_formats.row_format(library, parameters, stored, formats)


def _delimiters(reader: Reader) -> dict[str, str]:
    found: dict[str, str] = {}
    while True:
        if reader.take("FIELDS", "TERMINATED", "BY"):
            found["field.delim"] = found["serialization.format"] = _delimiter(reader.string())
        elif reader.take("ESCAPED", "BY"):
            found["escape.delim"] = _delimiter(reader.string())
        elif reader.take("COLLECTION", "ITEMS", "TERMINATED", "BY"):
            found["collection.delim"] = _delimiter(reader.string())
        elif reader.take("MAP", "KEYS", "TERMINATED", "BY"):
            found["mapkey.delim"] = _delimiter(reader.string())
        elif reader.take("LINES", "TERMINATED", "BY"):
            found["line.delim"] = _delimiter(reader.string())
        elif reader.take("NULL", "DEFINED", "AS"):
            found["serialization.null.format"] = reader.string()
        else:
            return found


def _delimiter(text: str) -> str:
    known = {"\\t": "\t", "\\n": "\n", "\\\\": "\\", "\\|": "|"}
    if text in known:
        return known[text]
    digits = text.removeprefix("\\")
    is_octal = digits.isdigit() and (len(digits) == 3 or text != digits)
    return chr(int(digits.removeprefix("u"), 8)) if is_octal else text


def _drop(reader: Reader) -> ddl.HiveStatement:
    if reader.take("DATABASE") or reader.take("SCHEMA"):
        exists = reader.take("IF", "EXISTS")
        name = reader.identifier()
        cascade = reader.take("CASCADE")
        reader.take("RESTRICT")
        return ddl.DropDatabase(name, exists, cascade)
    reader.need("TABLE")
    exists = reader.take("IF", "EXISTS")
    return ddl.DropTable(table_name(reader), exists)


def _alter(reader: Reader, table: ddl.Name) -> ddl.HiveStatement:
    if reader.take("ADD", "COLUMNS"):
        return ddl.AlterColumns(table, _columns(reader))
    if reader.take("REPLACE", "COLUMNS"):
        return ddl.AlterColumns(table, _columns(reader), replace=True)
    if reader.take("ADD"):
        exists = reader.take("IF", "NOT", "EXISTS")
        return ddl.AddPartitions(table, _partitions(reader), exists)
    if reader.take("DROP"):
        exists = reader.take("IF", "EXISTS")
        return ddl.DropPartitions(table, _partitions(reader), exists)
    if reader.take("CHANGE"):
        return _change(reader, table)
    if reader.take("SET", "TBLPROPERTIES"):
        return ddl.SetProperties(table, properties(reader))
    return _alter_place(reader, table)


def _alter_place(reader: Reader, table: ddl.Name) -> ddl.HiveStatement:
    partition = None
    if reader.take("PARTITION"):
        partition = ddl.PartitionSpec(_partition_values(reader))
    if partition is not None and reader.take("RENAME", "TO", "PARTITION"):
        new = ddl.PartitionSpec(_partition_values(reader))
        return ddl.RenamePartition(table, partition, new)
    if reader.take("SET", "LOCATION"):
        return ddl.SetLocation(table, reader.string(), partition)
    raise reader.failure()


def _change(reader: Reader, table: ddl.Name) -> ddl.ChangeColumn:
    reader.take("COLUMN")
    old = reader.identifier()
    column = _column(reader)
    after = None
    if reader.take("FIRST"):
        after = ""
    elif reader.take("AFTER"):
        after = reader.identifier()
    return ddl.ChangeColumn(table, old, column, after)


def _partitions(reader: Reader) -> tuple[ddl.PartitionSpec, ...]:
    found = []
    while reader.take("PARTITION"):
        values = _partition_values(reader)
        location = reader.string() if reader.take("LOCATION") else None
        found.append(ddl.PartitionSpec(values, location))
        reader.take(",")
    if not found:
        reader.fail("PARTITION")
    return tuple(found)


def _partition_values(reader: Reader) -> dict[str, str]:
    reader.need("(")
    values: dict[str, str] = {}
    while True:
        key = reader.identifier()
        reader.need("=")
        values[key] = reader.next().text
        if not reader.take(","):
            break
    reader.need(")")
    return values
