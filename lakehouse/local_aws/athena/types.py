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
TIME = Type("time", (3,))
DAY_INTERVAL, YEAR_INTERVAL = Type("interval day to second"), Type("interval year to month")

INTEGERS = ("tinyint", "smallint", "integer", "bigint")
_NUMERIC_ORDER = ("tinyint", "smallint", "integer", "bigint", "decimal", "real", "double")
_INTEGER_DIGITS = {"tinyint": 3, "smallint": 5, "integer": 10, "bigint": 19}
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


def is_numeric(kind: Type) -> bool:
    """Whether arithmetic applies."""
    return kind.name in _NUMERIC_ORDER


def as_decimal(kind: Type) -> Type:
    """The decimal an integer type becomes beside a decimal."""
    return kind if kind.name == "decimal" else decimal(_INTEGER_DIGITS[kind.name], 0)


def common_type(left: Type, right: Type) -> Type | None:
    """The type both coerce to implicitly, or None (Trino's TypeCoercion)."""
    if left == right or right.name == "unknown":
        return left
    if left.name == "unknown":
        return right
    if is_numeric(left) and is_numeric(right):
        return _common_numeric(left, right)
    if {left.name, right.name} <= {"varchar", "char"}:
        return _common_text(left, right)
    if left.name == right.name and left.items and len(left.items) == len(right.items):
        return _common_nested(left, right)
    return _common_temporal(left, right)


def _common_numeric(left: Type, right: Type) -> Type:
    low, high = sorted((left, right), key=lambda kind: _NUMERIC_ORDER.index(kind.name))
    if high.name != "decimal":
        return high
    one, two = as_decimal(low), as_decimal(high)
    scale = max(one.params[1], two.params[1])
    whole = max(one.params[0] - one.params[1], two.params[0] - two.params[1])
    return decimal(min(38, whole + scale), scale)


def _common_text(left: Type, right: Type) -> Type:
    if not left.params or not right.params:
        return VARCHAR
    return varchar(max(left.params[0], right.params[0]))


def _common_nested(left: Type, right: Type) -> Type | None:
    items = [common_type(a, b) for a, b in zip(left.items, right.items, strict=True)]
    if any(item is None for item in items):
        return None
    names = tuple(a if a == b else None for a, b in zip(left.names, right.names, strict=True))
    return Type(left.name, left.params, tuple(i for i in items if i), names)


def _common_temporal(left: Type, right: Type) -> Type | None:
    order = ("date", "timestamp", "timestamp with time zone")
    if left.name in order and right.name in order:
        return max(left, right, key=lambda kind: order.index(kind.name))
    return None


def coerces(source: Type, target: Type) -> bool:
    """Whether a value of `source` stands where `target` is wanted."""
    if target.name == "varchar" and source.name in ("varchar", "char"):
        return True
    if source.name == "decimal" and target.name in ("real", "double"):
        return True
    common = common_type(source, target)
    return common is not None and (common == target or (common.name == target.name == "timestamp"))


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
