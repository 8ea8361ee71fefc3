"""Glue's types and Spark's: what a DynamicFrame is on a DataFrame, and names of types in scripts.

A choice is a struct in the DataFrame, with one field for each type, of which one has the value:
what `toDF()` shows on Glue too ("Example: Use resolveChoice", DynamicFrame class, checked 2026-11).
"""

from pyspark.errors import ParseException
from pyspark.sql import types as spark

from . import gluetypes as glue
from .refusal import unsupported

_ATOMIC: dict[str, spark.DataType] = {
    "binary": spark.BinaryType(),
    "boolean": spark.BooleanType(),
    "byte": spark.ByteType(),
    "date": spark.DateType(),
    "double": spark.DoubleType(),
    "float": spark.FloatType(),
    "int": spark.IntegerType(),
    "long": spark.LongType(),
    "null": spark.NullType(),
    "short": spark.ShortType(),
    "string": spark.StringType(),
    "timestamp": spark.TimestampType(),
    "unknown": spark.NullType(),
}
_OTHER_NAMES = {
    "bigint": "long",
    "bool": "boolean",
    "char": "string",
    "integer": "int",
    "smallint": "short",
    "tinyint": "byte",
    "varchar": "string",
    "void": "null",
}
"""Names of Hive and Spark for Glue's types."""
_ANY: dict[str, glue.DataType] = {
    "array": glue.ArrayType(),
    "map": glue.MapType(),
    "struct": glue.StructType(),
}
"""Names that stand for any type of their kind."""


def to_spark(kind: glue.DataType) -> spark.DataType:
    """The type of a column that holds values of a type."""
    match kind:
        case glue.StructType():
            return struct_to_spark(kind)
        case glue.ChoiceType():
            members = [glue.Field(choice.typeName(), choice) for choice in kind.choices]
            return struct_to_spark(glue.StructType(members))
        case glue.ArrayType():
            return spark.ArrayType(to_spark(kind.elementType))
        case glue.MapType():
            return spark.MapType(spark.StringType(), to_spark(kind.valueType))
        case glue.DecimalType():
            return spark.DecimalType(kind.precision, kind.scale)
    if kind.typeName() not in _ATOMIC:
        raise unsupported(f"type {kind.typeName()} in a frame")
    return _ATOMIC[kind.typeName()]


def struct_to_spark(kind: glue.StructType) -> spark.StructType:
    """The schema of a DataFrame that holds records of a type."""
    fields = [spark.StructField(field.name, to_spark(field.dataType)) for field in kind]
    return spark.StructType(fields)


def from_spark(kind: spark.DataType) -> glue.DataType:
    """Glue's type of a column. Raises NotImplementedError for intervals and user-defined types."""
    match kind:
        case spark.StructType():
            return struct_from_spark(kind)
        case spark.ArrayType():
            return glue.ArrayType(from_spark(kind.elementType))
        case spark.MapType() if isinstance(kind.keyType, spark.StringType):
            return glue.MapType(from_spark(kind.valueType))
        case spark.DecimalType():
            return glue.DecimalType(kind.precision, kind.scale)
        case spark.CharType() | spark.VarcharType():
            return glue.StringType()
    for name, column in _ATOMIC.items():
        if column == kind:
            return glue.ATOMIC[name]()
    raise unsupported(f"a column of type {kind.simpleString()} in a DynamicFrame")


def struct_from_spark(kind: spark.StructType) -> glue.StructType:
    """Glue's type of the rows of a DataFrame."""
    fields = [glue.Field(field.name, from_spark(field.dataType)) for field in kind.fields]
    return glue.StructType(fields)


def type_named(text: str) -> glue.DataType:
    """The type a script or the catalog names: `Long`, `bigint`, `decimal(10,2)`, `array<int>`.

    `array` and `struct` alone stand for any. Raises NotImplementedError for a name nobody knows.
    """
    name = text.strip().lower()
    word = _OTHER_NAMES.get(name.partition("(")[0], name)
    if word in glue.ATOMIC:
        return glue.ATOMIC[word]()
    if word in _ANY:
        return _ANY[word]
    try:
        return from_spark(spark._parse_datatype_string(text.strip()))
    except ParseException as error:
        raise unsupported(f"type {text}") from error
