"""Signatures of functions: their text form, matching against argument types, and Trino's refusals.

A signature reads `array(T), bigint... -> T`. Capital letters are type variables: `N` any number,
`I` any integer, others any type; the result `varchar(x)` is as long as the first text. What the
functions are belongs to `functions`. All pure.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from lakehouse.local_aws.athena import types as t
from lakehouse.local_aws.athena.coercion import coerces, common_type
from lakehouse.local_aws.athena.type_syntax import parse_type
from lakehouse.local_aws.athena.types import Type

_SAME_LENGTH = "varchar(x)"


@dataclass(frozen=True)
class Signature:
    """Parameters, whether the last one repeats, and the result's type; variables are capitals."""

    text: str
    parameters: tuple[Type, ...]
    variadic: bool
    result: Type


@dataclass(frozen=True)
class Match:
    """The types that arguments are coerced to, and the call's result type."""

    arguments: tuple[Type, ...]
    result: Type


@lru_cache(maxsize=1024)
def read(text: str) -> Signature:
    """A signature from its text form."""
    left, _, right = text.partition("->")
    parts = [p.strip() for p in re.split(r",(?![^(]*\))", left) if p.strip()]
    variadic = bool(parts) and parts[-1].endswith("...")
    return Signature(
        text, tuple(_pattern(p.removesuffix("...")) for p in parts), variadic, _pattern(right)
    )


def _pattern(text: str) -> Type:
    text = text.strip()
    if re.fullmatch("[A-Z]", text):
        return Type(text)
    if text == _SAME_LENGTH:
        return Type(text)
    nested = re.fullmatch(r"(array|map)\((.*)\)", text)
    if nested:
        parts = nested.group(2).split(",", 1 if nested.group(1) == "map" else 0)
        return Type(nested.group(1), items=tuple(_pattern(p) for p in parts))
    return Type(text) if text in ("decimal", "row") else parse_type(text)


def match(signature: Signature, arguments: tuple[Type, ...]) -> tuple[int, Match] | None:
    """How the arguments fit: the number of coercions and the bound types; None when they do not."""
    parameters = _expand(signature, len(arguments))
    if parameters is None:
        return None
    bound = {_SAME_LENGTH: next((a for a in arguments if a.name == "varchar"), t.VARCHAR)}
    for parameter, argument in zip(parameters, arguments, strict=True):
        if not _bind(parameter, argument, bound):
            return None
    targets = tuple(_resolve(p, bound, a) for p, a in zip(parameters, arguments, strict=True))
    cost = 0
    for source, target in zip(arguments, targets, strict=True):
        if not coerces(source, target):
            return None
        cost += 0 if source.name == target.name else 1
    return cost, Match(targets, _resolve(signature.result, bound, None))


def _expand(signature: Signature, count: int) -> tuple[Type, ...] | None:
    parameters = signature.parameters
    if signature.variadic and count >= len(parameters):
        return parameters + (parameters[-1],) * (count - len(parameters))
    return parameters if len(parameters) == count else None


def _bind(parameter: Type, argument: Type, bound: dict[str, Type]) -> bool:
    if parameter.name.isupper():
        known = bound.get(parameter.name)
        common = argument if known is None else common_type(known, argument)
        if common is None or (parameter.name in "NI" and not _fits(parameter.name, common)):
            return False
        bound[parameter.name] = common
        return True
    if parameter.items and argument.name == parameter.name:
        return all(_bind(p, a, bound) for p, a in zip(parameter.items, argument.items, strict=True))
    return not parameter.items or argument.name == "unknown"


def _fits(variable: str, kind: Type) -> bool:
    return kind.name == "unknown" or (
        kind.name in t.INTEGERS if variable == "I" else t.is_numeric(kind)
    )


def _resolve(parameter: Type, bound: dict[str, Type], argument: Type | None) -> Type:
    if parameter.name.isupper() or parameter.name == _SAME_LENGTH:
        return bound.get(parameter.name, t.UNKNOWN)
    if parameter.name == "decimal" and not parameter.params:
        return argument if argument is not None and argument.name == "decimal" else t.decimal(38, 0)
    if argument is not None and argument.name == parameter.name and not parameter.items:
        kept = ("varchar", "timestamp", "timestamp with time zone")
        return argument if parameter.name in kept else parameter
    if parameter.items:
        return Type(parameter.name, items=tuple(_resolve(p, bound, None) for p in parameter.items))
    return parameter


def unexpected(
    name: str, arguments: tuple[Type, ...], signatures: list[Signature], where: str
) -> str:
    """Trino's words for a call whose arguments fit no signature."""
    given = ", ".join(str(a) for a in arguments)
    expected = ", ".join(f"{name}({s.text.partition('->')[0].strip()})" for s in signatures)
    return f"{where}Unexpected parameters ({given}) for function {name}. Expected: {expected}"
