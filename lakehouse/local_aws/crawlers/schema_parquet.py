"""Recognizes Parquet and reads its columns from the footer.

Only the footer is read. Pure but for that; types that the catalog has no word for are refused.

Source: https://docs.aws.amazon.com/glue/latest/dg/add-classifier.html ("reads the schema at the
end of the file"), types of
https://docs.aws.amazon.com/athena/latest/ug/data-types.html (checked 2026-11).
"""

from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from lakehouse.local_aws.crawlers.file_sample import FileSample
from lakehouse.local_aws.crawlers.file_schema import FileSchema
from lakehouse.local_aws.crawlers.schema_types import Array, Column, HiveType, Struct, type_text
from lakehouse.local_aws.errors import AwsError

_MAGIC = b"PAR1"

_PRIMITIVES: dict[Any, str] = {
    pa.bool_(): "boolean",
    pa.int8(): "tinyint",
    pa.uint8(): "smallint",
    pa.int16(): "smallint",
    pa.uint16(): "int",
    pa.int32(): "int",
    pa.uint32(): "bigint",
    pa.int64(): "bigint",
    pa.float32(): "float",
    pa.float64(): "double",
    pa.string(): "string",
    pa.large_string(): "string",
    pa.binary(): "binary",
    pa.large_binary(): "binary",
    pa.date32(): "date",
}


def parquet_schema(sample: FileSample) -> FileSchema | None:
    """Return the schema in the footer, None if this is no Parquet file."""
    if not sample.data.startswith(_MAGIC):
        return None
    try:
        metadata = pq.read_metadata(sample.path)
        fields = list(metadata.schema.to_arrow_schema())
    except (pa.ArrowException, OSError) as error:
        message = f"The Parquet footer cannot be read: {error}"
        raise AwsError("InvalidInputException", message) from error
    return FileSchema(
        "parquet",
        tuple(Column(field.name.lower(), hive_type(field.type)) for field in fields),
        records=metadata.num_rows,
        bytes=sample.size,
    )


def hive_type(type_: Any) -> HiveType:
    """Translate an Arrow type. Raises AwsError for one that the catalog has no word for."""
    if type_ in _PRIMITIVES:
        return _PRIMITIVES[type_]
    if pa.types.is_timestamp(type_):
        return "timestamp"
    if pa.types.is_decimal(type_):
        return f"decimal({type_.precision},{type_.scale})"
    if pa.types.is_dictionary(type_):
        return hive_type(type_.value_type)
    if pa.types.is_list(type_) or pa.types.is_large_list(type_):
        return Array(hive_type(type_.value_type))
    if pa.types.is_struct(type_):
        return Struct(tuple((field.name.lower(), hive_type(field.type)) for field in type_))
    if pa.types.is_map(type_):
        return _map_type(type_)
    if pa.types.is_fixed_size_binary(type_):
        return "binary"
    raise AwsError("InvalidInputException", f"Parquet type {type_} is not supported.")


def _map_type(type_: Any) -> HiveType:
    return f"map<{type_text(hive_type(type_.key_type))},{type_text(hive_type(type_.item_type))}>"
