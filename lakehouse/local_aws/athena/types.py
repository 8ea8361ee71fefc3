"""Types: Glue's (Hive) spelling, Trino's, Athena's result metadata and DuckDB's, in one table.

A `Type` is Trino's view of a value. Reading and writing spellings belongs here; turning values into
text belongs to `text`, turning stored text into values to `serdes`.
Source: AWS "Data types in Amazon Athena" and Trino's "Data types", checked 2026-11.
"""

import re
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Type:
    """A Trino type: `params` lengths and precisions, `items` types inside, `names` a row's fields.

    `zone` is the zone in which a `timestamp with time zone` is shown; it is no part of the type.
    An empty one means that every value brings its own: a struct of the moment and the zone.
    """

    name: str
    params: tuple[int, ...] = ()
    items: tuple["Type", ...] = ()
    names: tuple[str | None, ...] = ()
    zone: str = field(default="UTC", compare=False)

    def __str__(self) -> str:
        return trino_name(self)


UNKNOWN = Type("unknown")
BOOLEAN = Type("boolean")
TINYINT, SMALLINT, INTEGER, BIGINT = (Type(n) for n in ("tinyint", "smallint", "integer", "bigint"))
REAL, DOUBLE = Type("real"), Type("double")
VARCHAR, VARBINARY, JSON, DATE = (Type(n) for n in ("varchar", "varbinary", "json", "date"))
TIMESTAMP = Type("timestamp", (3,))
TIMESTAMP_TZ = Type("timestamp with time zone", (3,))
OWN_ZONE = ""
ZONED = Type("timestamp with time zone", (3,), zone=OWN_ZONE)
TIME = Type("time", (3,))
UUID, IPADDRESS = Type("uuid"), Type("ipaddress")
DAY_INTERVAL, YEAR_INTERVAL = Type("interval day to second"), Type("interval year to month")

INTEGERS = ("tinyint", "smallint", "integer", "bigint")
NUMBERS = (*INTEGERS, "decimal", "real", "double")
TEMPORAL = ("date", "timestamp", "timestamp with time zone")
TEXTS = ("varchar", "char", "unknown")
ALIASES = {
    "string": "varchar",
    "int": "integer",
    "float": "real",
    "binary": "varbinary",
    "struct": "row",
    "numeric": "decimal",
}
PLAIN_TYPES = {
    "unknown": "VARCHAR",
    "boolean": "BOOLEAN",
    "tinyint": "TINYINT",
    "smallint": "SMALLINT",
    "integer": "INTEGER",
    "bigint": "BIGINT",
    "real": "FLOAT",
    "double": "DOUBLE",
    "varchar": "VARCHAR",
    "char": "VARCHAR",
    "varbinary": "BLOB",
    "json": "VARCHAR",
    "date": "DATE",
    "time": "TIME",
    "timestamp": "TIMESTAMP",
    "timestamp with time zone": "TIMESTAMPTZ",
    "interval day to second": "INTERVAL",
    "interval year to month": "INTERVAL",
    "uuid": "UUID",
    "ipaddress": "BLOB",
}
_GLUE = {
    "integer": "int",
    "real": "float",
    "varchar": "string",
    "varbinary": "binary",
}


class TypeSyntaxError(ValueError):
    """A type's spelling is not known."""


def array_of(item: Type) -> Type:
    """ARRAY(item)."""
    return Type("array", items=(item,))


def map_of(key: Type, value: Type) -> Type:
    """MAP(key, value)."""
    return Type("map", items=(key, value))


def row_of(items: list[tuple[str | None, Type]]) -> Type:
    """ROW with named or nameless fields."""
    return Type("row", items=tuple(t for _, t in items), names=tuple(n for n, _ in items))


def decimal(precision: int, scale: int) -> Type:
    """DECIMAL(precision, scale)."""
    return Type("decimal", (precision, scale))


def varchar(length: int) -> Type:
    """VARCHAR(length)."""
    return Type("varchar", (length,))


def timestamp(precision: int) -> Type:
    """TIMESTAMP(precision)."""
    return Type("timestamp", (precision,))


def timestamp_tz(precision: int, zone: str = "UTC") -> Type:
    """TIMESTAMP(precision) WITH TIME ZONE, shown in `zone`."""
    return Type("timestamp with time zone", (precision,), zone=zone)


def is_numeric(kind: Type) -> bool:
    """Whether arithmetic applies."""
    return kind.name in NUMBERS


def trino_name(kind: Type) -> str:
    """Trino's spelling: `row(a integer, b varchar(3))`, `timestamp(3)`."""
    if kind.name == "row":
        fields = zip(kind.names, kind.items, strict=True)
        return f"row({', '.join(f'{_field(n)}{t}' for n, t in fields)})"
    if kind.items:
        return f"{kind.name}({', '.join(str(item) for item in kind.items)})"
    if kind.name == "timestamp with time zone":
        return f"timestamp({kind.params[0]}) with time zone"
    if kind.params:
        return f"{kind.name}({','.join(str(p) for p in kind.params)})"
    return kind.name


def _field(name: str | None) -> str:
    return (
        ""
        if name is None
        else (f"{name} " if re.fullmatch(r"[a-z_][a-z0-9_]*", name) else f'"{name}" ')
    )


def athena_name(kind: Type) -> str:
    """The Type of ColumnInfo: `varchar`, `integer`, `row`, `float` for REAL."""
    return {"real": "float"}.get(kind.name, kind.name)


def glue_name(kind: Type) -> str:
    """The Data Catalog's spelling: `struct<a:int>`, `decimal(10,2)`."""
    if kind.name == "row":
        fields = zip(kind.names, kind.items, strict=True)
        return f"struct<{','.join(f'{n}:{glue_name(t)}' for n, t in fields)}>"
    if kind.items:
        return f"{kind.name}<{','.join(glue_name(item) for item in kind.items)}>"
    if kind.name in ("decimal", "char") or (kind.name == "varchar" and kind.params):
        return f"{kind.name}({','.join(str(p) for p in kind.params)})"
    return _GLUE.get(kind.name, kind.name)


def duckdb_name(kind: Type) -> str:
    """DuckDB's spelling."""
    if kind.name == "array":
        return f"{duckdb_name(kind.items[0])}[]"
    if kind.name == "map":
        return f"MAP({duckdb_name(kind.items[0])}, {duckdb_name(kind.items[1])})"
    if kind.name == "row":
        fields = ", ".join(
            f"{duckdb_identifier(field_name(kind, i))} {duckdb_name(t)}"
            for i, t in enumerate(kind.items)
        )
        return f"STRUCT({fields})"
    if kind.name == "decimal":
        return f"DECIMAL({kind.params[0]}, {kind.params[1]})"
    if kind.name == "timestamp with time zone" and kind.zone == OWN_ZONE:
        return "STRUCT(at TIMESTAMPTZ, zone VARCHAR)"
    return PLAIN_TYPES[kind.name]


def duckdb_identifier(name: str) -> str:
    """A quoted identifier."""
    return '"' + name.replace('"', '""') + '"'


def duckdb_string(text: str) -> str:
    """A string literal (DuckDB has no escape but the doubled quote)."""
    return "'" + text.replace("'", "''") + "'"


def field_name(kind: Type, index: int) -> str:
    """The name a row's field has inside DuckDB (nameless fields are `field0`, `field1`...)."""
    return kind.names[index] or f"field{index}"
