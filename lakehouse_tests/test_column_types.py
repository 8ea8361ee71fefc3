"""Column types: their one spelling, and their parts."""

import pytest

from lakehouse.column_types import decimal_digits, is_nested, normal_type, struct_fields

NORMAL = {
    "INT": "int",
    " bigint ": "bigint",
    "decimal( 10 , 2 )": "decimal(10,2)",
    "array<struct<a:int, b: array<string>>>": "array<struct<a:int,b:array<string>>>",
    "Struct<A:STRING>": "struct<a:string>",
}
WRONG = {
    "": "unknown type ''",
    "int x": "'x' is left over",
    "decimal": "'(' expected, found ''",
    "decimal(39,2)": "1 <= precision <= 38",
    "varchar": "did you mean 'string'?",
    "map<string,string>": "unknown type 'map'",
    "struct<>": "'>' is not a new field name",
    "struct<a:int,a:int>": "'a' is not a new field name",
    "int;": "';' is not understood",
    "struct<d:date>": "name the field by its path",
}


@pytest.mark.parametrize(("text", "normal"), NORMAL.items())
def test_normal_spelling(text: str, normal: str) -> None:
    assert normal_type(text) == normal
    assert normal_type(normal) == normal


@pytest.mark.parametrize(("text", "message"), WRONG.items())
def test_wrong_types_say_what_is_wrong(text: str, message: str) -> None:
    with pytest.raises(ValueError) as caught:
        normal_type(text)
    assert message in str(caught.value)


def test_parts() -> None:
    assert decimal_digits("decimal(10,2)") == (10, 2)
    assert (is_nested("array<int>"), is_nested("string")) == (True, False)
    assert struct_fields("struct<a:struct<x:int,y:int>,b:decimal(5,2),c:string>") == {
        "a": "struct<x:int,y:int>",
        "b": "decimal(5,2)",
        "c": "string",
    }
