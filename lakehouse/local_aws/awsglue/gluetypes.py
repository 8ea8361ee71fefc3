"""Glue's own types: what `DynamicFrame.schema()` is made of, choice types included.

Names, arguments and methods follow "PySpark extension types" of the Glue developer guide
(https://docs.aws.amazon.com/glue/latest/dg/aws-glue-api-crawler-pyspark-extensions-types.html,
checked 2026-11). Only the standard library; how they become Spark's types is spark_types.py.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NoReturn

from .refusal import unsupported

Properties = Mapping[str, Any] | None


class DataType:
    """The base of all types. Types are equal if their JSON is."""

    def __init__(self, properties: Properties = None) -> None:
        self.properties = dict(properties or {})

    @classmethod
    def typeName(cls) -> str:
        """The name of the type, as printSchema shows it."""
        return cls.__name__.removesuffix("Type").lower()

    def jsonValue(self) -> dict[str, Any]:
        """The type as JSON: dataType and properties, for some types more."""
        return {"dataType": self.typeName(), "properties": self.properties}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DataType) and self.jsonValue() == other.jsonValue()

    def __hash__(self) -> int:
        return hash(json.dumps(self.jsonValue(), sort_keys=True, default=str))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(self._arguments())})"

    def _arguments(self) -> list[str]:
        return []


class AtomicType(DataType):
    """The base of the types without parts."""

    @classmethod
    def fromJsonValue(cls, json_value: Mapping[str, Any]) -> "AtomicType":
        """The type with the properties of its JSON."""
        return cls(json_value.get("properties"))


class BinaryType(AtomicType):
    """Bytes."""


class BooleanType(AtomicType):
    """True or false."""


class ByteType(AtomicType):
    """A whole number of 8 bits."""


class DateType(AtomicType):
    """A day."""


class DoubleType(AtomicType):
    """A floating-point number of 64 bits."""


class FloatType(AtomicType):
    """A floating-point number of 32 bits."""


class IntegerType(AtomicType):
    """A whole number of 32 bits."""

    @classmethod
    def typeName(cls) -> str:
        """`int`, the word in schemas and in the names that make_cols makes."""
        return "int"


class LongType(AtomicType):
    """A whole number of 64 bits."""


class NullType(AtomicType):
    """No value in any record."""


class ShortType(AtomicType):
    """A whole number of 16 bits."""


class StringType(AtomicType):
    """Text."""


class TimestampType(AtomicType):
    """A moment."""


class UnknownType(AtomicType):
    """Not known yet, as the elements of an array that never has any."""


class DecimalType(AtomicType):
    """A decimal number."""

    def __init__(self, precision: int = 10, scale: int = 2, properties: Properties = None) -> None:
        super().__init__(properties)
        self.precision = precision
        self.scale = scale

    @classmethod
    def fromJsonValue(cls, json_value: Mapping[str, Any]) -> "DecimalType":
        """The type with the digits of its JSON."""
        precision, scale = int(json_value["precision"]), int(json_value["scale"])
        return cls(precision, scale, json_value.get("properties"))

    def jsonValue(self) -> dict[str, Any]:
        """The type as JSON, with precision and scale."""
        return {**super().jsonValue(), "precision": self.precision, "scale": self.scale}

    def _arguments(self) -> list[str]:
        return [str(self.precision), str(self.scale)]


class EnumType(AtomicType):
    """One of some words."""

    def __init__(self, options: Iterable[str]) -> None:
        super().__init__()
        self.options = list(options)

    def jsonValue(self) -> dict[str, Any]:
        """The type as JSON, with its options."""
        return {**super().jsonValue(), "options": self.options}


class ArrayType(DataType):
    """A list of elements of one type."""

    def __init__(self, elementType: DataType | None = None, properties: Properties = None) -> None:
        super().__init__(properties)
        self.elementType = elementType or UnknownType()

    def jsonValue(self) -> dict[str, Any]:
        """The type as JSON, with that of its elements."""
        return {**super().jsonValue(), "elementType": self.elementType.jsonValue()}

    def _arguments(self) -> list[str]:
        return [repr(self.elementType)]


class MapType(DataType):
    """Values of one type by a string."""

    def __init__(self, valueType: DataType | None = None, properties: Properties = None) -> None:
        super().__init__(properties)
        self.valueType = valueType or UnknownType()

    def jsonValue(self) -> dict[str, Any]:
        """The type as JSON, with that of its values."""
        return {**super().jsonValue(), "valueType": self.valueType.jsonValue()}

    def _arguments(self) -> list[str]:
        return [repr(self.valueType)]


class ChoiceType(DataType):
    """Different types in different records."""

    def __init__(self, choices: Iterable[DataType] = (), properties: Properties = None) -> None:
        super().__init__(properties)
        self.choices = list(choices)

    def add(self, new_choice: DataType) -> None:
        """Add a possible type, once."""
        if new_choice not in self.choices:
            self.choices.append(new_choice)

    def merge(self, new_choices: Iterable[DataType]) -> None:
        """Add several possible types."""
        for choice in new_choices:
            self.add(choice)

    def jsonValue(self) -> dict[str, Any]:
        """The type as JSON, with its choices."""
        return {**super().jsonValue(), "choices": [choice.jsonValue() for choice in self.choices]}

    def _arguments(self) -> list[str]:
        return [repr(choice) for choice in self.choices]


class Field:
    """A named part of a struct."""

    def __init__(self, name: str, dataType: DataType, properties: Properties = None) -> None:
        self.name = name
        self.dataType = dataType
        self.properties = dict(properties or {})

    def jsonValue(self) -> dict[str, Any]:
        """The field as JSON; the type is its `container`."""
        container = self.dataType.jsonValue()
        return {"name": self.name, "container": container, "properties": self.properties}

    def __repr__(self) -> str:
        return f"Field({self.name!r}, {self.dataType!r})"


class StructType(DataType):
    """Named fields; iterating gives them in order."""

    def __init__(self, fields: Iterable[Field] = (), properties: Properties = None) -> None:
        super().__init__(properties)
        self.fields = list(fields)

    def add(self, field: Field) -> None:
        """Append a field."""
        self.fields.append(field)

    def hasField(self, field: str | Field) -> bool:
        """Whether there is a field of that name."""
        return self.getField(field) is not None

    def getField(self, field: str | Field) -> Field | None:
        """The field of that name, if there is one."""
        name = field.name if isinstance(field, Field) else field
        return next((found for found in self.fields if found.name == name), None)

    def jsonValue(self) -> dict[str, Any]:
        """The type as JSON, with its fields."""
        return {**super().jsonValue(), "fields": [field.jsonValue() for field in self.fields]}

    def __iter__(self) -> Iterator[Field]:
        return iter(self.fields)

    def _arguments(self) -> list[str]:
        return [repr(field) for field in self.fields]


class EntityType(DataType):
    """Documented as not implemented."""

    def __init__(self, *_: Any, **__: Any) -> NoReturn:
        raise unsupported("EntityType")


ATOMIC: dict[str, type[AtomicType]] = {
    kind.typeName(): kind
    for kind in (
        BinaryType,
        BooleanType,
        ByteType,
        DateType,
        DecimalType,
        DoubleType,
        FloatType,
        IntegerType,
        LongType,
        NullType,
        ShortType,
        StringType,
        TimestampType,
        UnknownType,
    )
}
"""The atomic types by name."""


def type_from_json(value: Mapping[str, Any]) -> DataType:
    """The type that gives this `jsonValue()`. Raises NotImplementedError for other names."""
    kind, properties = value["dataType"], value.get("properties")
    if kind == "struct":
        fields = [
            Field(field["name"], type_from_json(field["container"])) for field in value["fields"]
        ]
        return StructType(fields, properties)
    if kind == "array":
        return ArrayType(type_from_json(value["elementType"]), properties)
    if kind == "map":
        return MapType(type_from_json(value["valueType"]), properties)
    if kind == "choice":
        return ChoiceType([type_from_json(choice) for choice in value["choices"]], properties)
    if kind not in ATOMIC:
        raise unsupported(f"type {kind}")
    return ATOMIC[kind].fromJsonValue(value)
