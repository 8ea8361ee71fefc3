"""The least request that AWS's model of an operation allows, for calling every operation."""

import re
from typing import Any

from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape

_SUPPLEMENTARY = (r"\uD800\uDC00-\uDBFF\uDFFF", "\U00010000-\U0010ffff")
_JAVA_CLASSES = (r"\p{L}\p{Z}\p{N}", r"\w ")
_TEXTS = (
    "x",
    "X",
    "1",
    "123456",
    "v1",
    "xx",
    "x" * 36,
    "12345678-1234-1234-1234-123456789012",
    "ja-12345678-1234-1234-1234-123456789012",
    "s3://bucket/x",
    "arn:aws:iam::123456789012:role/x",
    "arn:aws:glue:us-east-1:123456789012:job/x",
    "o-0123456789/r-0123",
)
_NUMBERS = {"integer": 1, "long": 1, "double": 1.0, "float": 1.0, "timestamp": 0, "boolean": True}


def minimal_request(operation: OperationModel) -> dict[str, Any]:
    """Only what is required, at its shortest."""
    shape = operation.input_shape
    return {} if shape is None else dict(_minimal(shape))


def _minimal(shape: Shape) -> Any:
    if isinstance(shape, StructureShape):
        names = list(shape.required_members)
        if shape.is_tagged_union:
            names = [next(iter(shape.members))]
        return {name: _minimal(shape.members[name]) for name in names}
    least = int(shape.metadata.get("min") or 0)
    if isinstance(shape, ListShape):
        return [_minimal(shape.member)] * least
    if isinstance(shape, MapShape):
        return {_minimal(shape.key): _minimal(shape.value)} if least else {}
    if shape.type_name == "blob":
        return b"x"
    if shape.type_name != "string":
        number = _NUMBERS[shape.type_name]
        return max(number, least) if number is not True else number
    return _text(shape, least)


def _text(shape: Shape, least: int) -> str:
    if shape.metadata.get("enum"):
        return str(shape.metadata["enum"][0])
    pattern = str(shape.metadata.get("pattern", ".*")).replace(*_SUPPLEMENTARY)
    texts = (text.ljust(least, "x") for text in _TEXTS)
    matching = re.compile(pattern.replace(*_JAVA_CLASSES))
    return next(text for text in texts if matching.fullmatch(text))
