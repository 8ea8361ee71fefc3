"""Schemas of self-describing records: merging what was found, and printing it as Glue does.

Records of one frame may disagree about a field; the schema then has a choice of the types found,
one of a kind: two structs, two arrays or two decimals are merged instead. Choices are in the order
of their names, as the schemas in Glue's documentation show them. Pure.
"""

from collections.abc import Iterable, Iterator

from .gluetypes import (
    ArrayType,
    ChoiceType,
    DataType,
    DecimalType,
    Field,
    MapType,
    NullType,
    StructType,
    UnknownType,
)


def merged(one: DataType, other: DataType) -> DataType:
    """The type of values that are of the one or of the other type."""
    if isinstance(one, NullType | UnknownType):
        return other
    if isinstance(other, NullType | UnknownType) or one == other:
        return one
    if isinstance(one, ChoiceType) or isinstance(other, ChoiceType):
        return _choice([*choices(one), *choices(other)])
    if one.typeName() != other.typeName():
        return _choice([one, other])
    return _same_kind(one, other)


def choices(kind: DataType) -> list[DataType]:
    """The types a value may have: several for a choice."""
    return kind.choices if isinstance(kind, ChoiceType) else [kind]


def merged_all(kinds: Iterable[DataType]) -> DataType:
    """The type of values of any of these types."""
    found: DataType = UnknownType()
    for kind in kinds:
        found = merged(found, kind)
    return found


def has_choice(kind: DataType) -> bool:
    """Whether there is a choice anywhere inside."""
    return isinstance(kind, ChoiceType) or any(has_choice(part) for part in parts(kind))


def parts(kind: DataType) -> list[DataType]:
    """The types directly inside a type."""
    match kind:
        case StructType():
            return [field.dataType for field in kind]
        case ArrayType():
            return [kind.elementType]
        case MapType():
            return [kind.valueType]
        case ChoiceType():
            return kind.choices
    return []


def tree_text(schema: StructType) -> str:
    """The schema as printSchema prints it."""
    return "\n".join(["root", *_lines(schema, "|")])


def _same_kind(one: DataType, other: DataType) -> DataType:
    match one, other:
        case StructType(), StructType():
            return _merged_struct(one, other)
        case ArrayType(), ArrayType():
            return ArrayType(merged(one.elementType, other.elementType))
        case MapType(), MapType():
            return MapType(merged(one.valueType, other.valueType))
        case DecimalType(), DecimalType():
            return _wider(one, other)
    return one


def _merged_struct(one: StructType, other: StructType) -> StructType:
    fields = {field.name: field.dataType for field in one}
    for field in other:
        found = fields.get(field.name)
        fields[field.name] = field.dataType if found is None else merged(found, field.dataType)
    return StructType([Field(name, kind) for name, kind in fields.items()])


def _wider(one: DecimalType, other: DecimalType) -> DecimalType:
    scale = max(one.scale, other.scale)
    whole = max(one.precision - one.scale, other.precision - other.scale)
    return DecimalType(min(whole + scale, 38), scale)


def _choice(kinds: Iterable[DataType]) -> DataType:
    by_name: dict[str, DataType] = {}
    for kind in kinds:
        name = kind.typeName()
        by_name[name] = merged(by_name[name], kind) if name in by_name else kind
    return ChoiceType([by_name[name] for name in sorted(by_name)])


def _lines(kind: DataType, indent: str) -> Iterator[str]:
    match kind:
        case StructType():
            for field in kind:
                yield from _named(field.name, field.dataType, indent)
        case ArrayType():
            yield from _named("element", kind.elementType, indent)
        case MapType():
            yield f"{indent}-- keyType: string"
            yield from _named("valueType", kind.valueType, indent)
        case ChoiceType():
            for choice in kind.choices:
                yield f"{indent}-- {_word(choice)}"
                yield from _lines(choice, f"{indent}    |")


def _named(name: str, kind: DataType, indent: str) -> Iterator[str]:
    yield f"{indent}-- {name}: {_word(kind)}"
    yield from _lines(kind, f"{indent}    |")


def _word(kind: DataType) -> str:
    return "null" if isinstance(kind, UnknownType) else kind.typeName()
