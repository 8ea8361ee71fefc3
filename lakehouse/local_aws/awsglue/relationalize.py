"""Relationalize: nested structs to dotted columns, arrays to frames of their own.

As Glue does ("Relationalize class", checked 2026-11): a struct field becomes `outer.inner`; an
array column becomes a number that is `id` in the child frame `<root>_<column>`, whose rows have
`id`, `index` (from 0) and `<column>.val` or, for structs, `<column>.val.<field>`. Spark only.
"""

from collections.abc import Iterator

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F  # noqa: N812  Spark's own convention
from pyspark.sql.types import ArrayType, MapType, StructField, StructType


def relationalized(frame: DataFrame, root: str) -> dict[str, DataFrame]:
    """The flat root frame and one frame for each array, at any depth, by name."""
    return _frames(frame, root, root)


def _frames(frame: DataFrame, name: str, root: str) -> dict[str, DataFrame]:
    flat = flattened(frame)
    arrays = [field.name for field in flat.schema.fields if isinstance(field.dataType, ArrayType)]
    if not arrays:
        return {name: flat}
    # Kept, so that the ids of root and children come from one and the same evaluation.
    numbered = _numbered(flat, arrays).persist()
    frames = {name: numbered.select(*_root_columns(flat, arrays))}
    for array in arrays:
        frames |= _frames(_child(numbered, array), f"{root}_{array}", root)
    return frames


def flattened(frame: DataFrame) -> DataFrame:
    """All struct fields as columns with dotted names."""
    return frame.select(*_columns(frame.schema, None, ""))


def quoted(name: str) -> str:
    """A column name in Spark SQL: dots in it do not mean nesting."""
    return "`" + name.replace("`", "``") + "`"


def _columns(schema: StructType, parent: Column | None, prefix: str) -> Iterator[Column]:
    for field in schema.fields:
        name = prefix + field.name
        column = F.col(quoted(field.name)) if parent is None else parent.getField(field.name)
        if isinstance(field.dataType, StructType):
            yield from _columns(field.dataType, column, f"{name}.")
        else:
            _refuse_map(field, name)
            yield column.alias(name)


def _refuse_map(field: StructField, name: str) -> None:
    if isinstance(field.dataType, MapType):
        message = f"awsglue: relationalize of the map column {name} is not supported"
        raise NotImplementedError(f"{message} by the local AWS")


def _numbered(flat: DataFrame, arrays: list[str]) -> DataFrame:
    """The flat frame with, for each array column, the id that links its rows to it."""
    number = F.monotonically_increasing_id() + F.lit(1)
    ids = [F.when(F.col(quoted(name)).isNotNull(), number).alias(_id(name)) for name in arrays]
    return flat.select("*", *ids)


def _id(name: str) -> str:
    return f"{name}\x1fid"


def _root_columns(flat: DataFrame, arrays: list[str]) -> list[Column]:
    return [
        F.col(quoted(_id(name) if name in arrays else name)).alias(name) for name in flat.columns
    ]


def _child(numbered: DataFrame, name: str) -> DataFrame:
    values = F.posexplode(F.col(quoted(name))).alias("index", f"{name}.val")
    return numbered.select(F.col(quoted(_id(name))).alias("id"), values)
