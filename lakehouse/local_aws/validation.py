"""Requests checked against AWS's own model of a service, in AWS's words.

Belongs here: types, required members, lengths, ranges, enumerations and patterns of a shape, the
message of what breaks them.
Does not belong here: which operations there are (`dispatch`), rules that a model does not state.

Source: the service models that botocore carries; the words as AWS has them, for instance in
https://github.com/boto/boto3/issues/3229 ("1 validation error detected: Value '...' at 'expression'
failed to satisfy constraint: Member must have length less than or equal to 255"), checked 2026-11.
"""

import functools
import re
import sys
from collections.abc import Callable
from typing import Any, Literal

import botocore.loaders
from botocore.model import ListShape, MapShape, ServiceModel, Shape, StructureShape

from lakehouse.local_aws.errors import AwsError

ServiceName = Literal["glue", "athena"]

_Path = tuple["_Path | None", str | int]
"""Where a value stands: the path of what holds it, and its name or number in there."""

_Check = Callable[[Any, "_Path | None", list[str]], Any]
"""(value, path, problems found so far) -> the value without null members."""

_ONE_LINE = r"[\u0020-\uD7FF\uE000-\uFFFD\uD800\uDC00-\uDBFF\uDFFF\t]*"
_LINES = r"[\u0020-\uD7FF\uE000-\uFFFD\uD800\uDC00-\uDBFF\uDFFF\r\n\t]*"
_JAVA_SUPPLEMENTARY = r"\uD800\uDC00-\uDBFF\uDFFF"
_SUPPLEMENTARY = "\U00010000-\U0010ffff"

_NUMBERS = (int, float)
_WIRE_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "blob": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "long": (int,),
    "double": _NUMBERS,
    "float": _NUMBERS,
    "timestamp": _NUMBERS,
}


@functools.cache
def service_model(service_name: ServiceName) -> ServiceModel:
    """AWS's model of a service, as botocore carries it."""
    loader = botocore.loaders.create_loader()
    return ServiceModel(loader.load_service_model(service_name, "service-2"), service_name)


def checked_request(
    service_name: ServiceName, operation: str, request: dict[str, Any], error_code: str
) -> dict[str, Any]:
    """Return a request without its null members, which count as absent, as on AWS.

    Raises `AwsError` with `error_code` for what breaks a constraint of the model, or has a member
    that the model does not know (AWS ignores these, but a newer client means something by them);
    SerializationException for a value of another type.
    """
    shape = service_model(service_name).operation_model(operation).input_shape
    return {} if shape is None else _checked(service_name, shape.name, request, error_code)


def checked_value(service_name: ServiceName, shape_name: str, value: Any, path: str) -> Any:
    """Return a value of a named shape as `checked_request` does. Raises ValidationException."""
    return _checked(service_name, shape_name, value, "ValidationException", path)


def _checked(
    service_name: ServiceName, shape_name: str, value: Any, error_code: str, path: str = ""
) -> Any:
    problems: list[str] = []
    kept = _compiled(service_name, shape_name)(value, (None, path) if path else None, problems)
    if problems:
        noun = "validation error" if len(problems) == 1 else "validation errors"
        message = f"{len(problems)} {noun} detected: {'; '.join(problems)}"
        raise AwsError(error_code, message)
    return kept


@functools.cache
def _compiled(service_name: ServiceName, shape_name: str) -> _Check:
    shape = service_model(service_name).shape_for(shape_name)
    if isinstance(shape, StructureShape):
        return _structure(service_name, shape)
    if isinstance(shape, ListShape):
        return _list(service_name, shape)
    if isinstance(shape, MapShape):
        return _map(service_name, shape)
    return _scalar(shape)


def _structure(service_name: ServiceName, shape: StructureShape) -> _Check:
    members = {
        name: (_deferred(service_name, member), _wire_name(name))
        for name, member in shape.members.items()
    }

    def check(value: Any, path: _Path | None, problems: list[str]) -> Any:
        _require_type(value, (dict,), shape)
        kept = {}
        for name, item in value.items():
            if item is None:
                continue
            if name in members:
                member, shown = members[name]
                kept[name] = member(item, (path, shown), problems)
            else:
                problems.append(f"Unknown member '{_shown((path, name))}'")
        problems += [
            _problem((path, _wire_name(name)), "not be null", "Value null")
            for name in shape.required_members
            if name not in kept
        ]
        return kept

    return check


def _list(service_name: ServiceName, shape: ListShape) -> _Check:
    limits = _length_limits(shape)
    member = _deferred(service_name, shape.member)

    def check(value: Any, path: _Path | None, problems: list[str]) -> Any:
        _require_type(value, (list,), shape)
        problems += [_problem(path, constraint) for fits, constraint in limits if not fits(value)]
        return [
            member(item, (path, number), problems) for number, item in enumerate(value, start=1)
        ]

    return check


def _map(service_name: ServiceName, shape: MapShape) -> _Check:
    limits = _length_limits(shape)
    key_check = _deferred(service_name, shape.key)
    item_check = _deferred(service_name, shape.value)

    def check(value: Any, path: _Path | None, problems: list[str]) -> Any:
        _require_type(value, (dict,), shape)
        problems += [_problem(path, constraint) for fits, constraint in limits if not fits(value)]
        kept = {}
        for key, item in value.items():
            if item is not None:
                key_check(key, (path, "key"), problems)
                kept[key] = item_check(item, (path, key), problems)
        return kept

    return check


def _scalar(shape: Shape) -> _Check:
    types = _WIRE_TYPES[shape.type_name]
    limits = _length_limits(shape) if shape.type_name == "string" else _range_limits(shape)
    limits = [*limits, *_text_limits(shape)]
    plain = shape.type_name == "string" and "enum" not in shape.metadata
    least = int(shape.metadata.get("min", 0))
    most = int(shape.metadata.get("max", sys.maxsize)) if plain else -1
    one_line = shape.metadata.get("pattern", _ONE_LINE) in (_ONE_LINE, _LINES)

    def check(value: Any, path: _Path | None, problems: list[str]) -> Any:
        # Nearly all values: a text of one line, not too long, under one of the usual patterns.
        if one_line and type(value) is str and least <= len(value) <= most and value.isprintable():
            return value
        _require_type(value, types, shape)
        for fits, constraint in limits:
            if not fits(value):
                problems.append(_problem(path, constraint, f"Value '{value}'"))
        return value

    return check


def _deferred(service_name: ServiceName, shape: Shape) -> _Check:
    """The check of a shape, compiled at its first use: some shapes contain themselves."""
    compiled: list[_Check] = []

    def check(value: Any, path: _Path | None, problems: list[str]) -> Any:
        if not compiled:
            compiled.append(_compiled(service_name, shape.name))
        return compiled[0](value, path, problems)

    return check


_Limit = tuple[Callable[[Any], bool], str]


def _length_limits(shape: Shape) -> list[_Limit]:
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    limits: list[_Limit] = []
    if low:
        words = f"have length greater than or equal to {low}"
        limits.append((lambda value: len(value) >= low, words))
    if high is not None:
        words = f"have length less than or equal to {high}"
        limits.append((lambda value: len(value) <= high, words))
    return limits


def _range_limits(shape: Shape) -> list[_Limit]:
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    limits: list[_Limit] = []
    if low is not None:
        limits.append((lambda value: value >= low, f"have value greater than or equal to {low}"))
    if high is not None:
        limits.append((lambda value: value <= high, f"have value less than or equal to {high}"))
    return limits


def _text_limits(shape: Shape) -> list[_Limit]:
    limits: list[_Limit] = []
    pattern, values = shape.metadata.get("pattern"), shape.metadata.get("enum")
    if pattern and r"\p{" not in pattern:  # Java's classes; only TransactionId has them
        fits = re.compile(pattern.replace(_JAVA_SUPPLEMENTARY, _SUPPLEMENTARY)).fullmatch
        words = f"satisfy regular expression pattern: {pattern}"
        limits.append((lambda value: fits(value) is not None, words))
    if values:
        words = f"satisfy enum value set: [{', '.join(values)}]"
        limits.append((frozenset(values).__contains__, words))
    return limits


def _require_type(value: Any, types: tuple[type, ...], shape: Shape) -> None:
    """Refuse JSON of another type. Raises SerializationException; true is no number."""
    if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
        found = type(value).__name__
        message = f"A value of type {found} can not be converted to {shape.name}"
        raise AwsError("SerializationException", message)


def _problem(path: _Path | None, constraint: str, value: str = "Value") -> str:
    return f"{value} at '{_shown(path)}' failed to satisfy constraint: Member must {constraint}"


def _shown(path: _Path | None) -> str:
    """A path as AWS writes it: `tableInput.partitionKeys.1.member.name`."""
    if path is None:
        return ""
    holder, name = path
    own = f"{name}.member" if isinstance(name, int) else name
    return own if holder is None else f"{_shown(holder)}.{own}"


def _wire_name(name: str) -> str:
    """The name of a member in AWS's messages: `tableInput` of `TableInput`."""
    return name[0].lower() + name[1:]
