"""Arrow types, as pyarrow reads them from Parquet and ORC, in the words of the Data Catalog.

Pure. Types that the catalog has no word for become that of their stored numbers (chosen).

Source: https://docs.aws.amazon.com/athena/latest/ug/data-types.html (checked 2026-11).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pyarrow as pa

from lakehouse.local_aws.crawlers.formats.types import Array, Column, HiveType, Struct, type_text

_PRIMITIVES: Mapping[Any, str] = {
    pa.bool_(): "boolean",
    pa.int8(): "tinyint",
    pa.uint8(): "smallint",
    pa.int16(): "smallint",
    pa.uint16(): "int",
    pa.int32(): "int",
    pa.uint32(): "bigint",
    pa.int64(): "bigint",
    pa.uint64(): "bigint",
    pa.float16(): "float",
    pa.float32(): "float",
    pa.float64(): "double",
    pa.string(): "string",
    pa.large_string(): "string",
    pa.binary(): "binary",
    pa.large_binary(): "binary",
    pa.date32(): "date",
    pa.null(): "string",
}

_FAMILIES: Sequence[tuple[Callable[[Any], bool], str]] = (
    (pa.types.is_timestamp, "timestamp"),
    (pa.types.is_time32, "int"),
    (pa.types.is_time64, "bigint"),
    (pa.types.is_duration, "bigint"),
    (pa.types.is_fixed_size_binary, "binary"),
)


def arrow_columns(schema: Any) -> tuple[Column, ...]:
    """Return the columns of an Arrow schema, names in lower case."""
    return tuple(Column(field.name.lower(), hive_type(field.type)) for field in schema)


def hive_type(type_: Any) -> HiveType:
    """Translate an Arrow type; one that is not known is a string."""
    if type_ in _PRIMITIVES:
        return _PRIMITIVES[type_]
    if pa.types.is_decimal(type_):
        return f"decimal({type_.precision},{type_.scale})"
    if pa.types.is_dictionary(type_):
        return hive_type(type_.value_type)
    if pa.types.is_list(type_) or pa.types.is_large_list(type_):
        return Array(hive_type(type_.value_type))
    if pa.types.is_struct(type_):
        return Struct(tuple((field.name.lower(), hive_type(field.type)) for field in type_))
    if pa.types.is_map(type_):
        key, item = hive_type(type_.key_type), hive_type(type_.item_type)
        return f"map<{type_text(key)},{type_text(item)}>"
    return next((name for is_family, name in _FAMILIES if is_family(type_)), "string")
