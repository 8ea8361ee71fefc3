"""The shape of a raw file's first bytes."""

import pytest

from lakehouse.aws.raw_shape import file_shape

CASES = [
    ("csv", "a,b\n1,2\n", "csv:a,b"),
    ("csv", "a,b\r\n1,2\r\n", "csv:a,b"),
    ("csv", "", ""),
    ("json", '{"b": 1, "a": {"x": 1, "y": [1]}}\n', "json:a.x,a.y,b"),
    ("json", '{"a": 1}\nnot json\n{"b": 1}\n{"cut', "json:a,b"),
    ("json", "[1]\n", "json:"),
    ("combined", "1.2.3.4 - - [x]", "combined"),
    ("combined", "", ""),
]


@pytest.mark.parametrize(("file_format", "head", "shape"), CASES)
def test_shape(file_format: str, head: str, shape: str) -> None:
    assert file_shape(file_format, head) == shape
