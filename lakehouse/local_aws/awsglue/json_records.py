"""JSON text to records: documents one after the other, broken ones set aside, JsonPath.

As the example of errorsAsDynamicFrame shows (DynamicFrame class, checked 2026-11), Glue reads a
file as a stream of documents: a broken one ends with the line where it breaks, which may be the
line of the next one. A top-level array is one record with the field `array`, as crawlers see it.
Pure; runs in Spark's Python workers.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NoReturn

from .records import Record
from .refusal import unsupported

_SPACE = re.compile(r"[\s\ufeff]*")
_STEP = re.compile(
    r"\.(?P<name>[^.\[\]*]+)|\['(?P<quoted>[^']*)'\]|\[(?P<index>\d+)\]|(?P<all>\[\*\]|\.\*)"
)
Select = Callable[[Any], Iterator[Any]]


@dataclass(frozen=True)
class Broken:
    """A document that could not be read: why, and how many characters had been read."""

    message: str
    read: int


def documents(text: str) -> Iterator[Any]:
    """The JSON documents of a text, and a Broken for each that is none."""
    position = _after_space(text, 0)
    while position < len(text):
        try:
            value, position = _DECODER.raw_decode(text, position)
            yield value
        except json.JSONDecodeError as error:
            yield Broken(error.msg, error.pos)
            position = _next_line(text, _breaking_point(text, error))
        except ValueError as error:
            yield Broken(str(error), position)
            position = _next_line(text, position)
        position = _after_space(text, position)


def one_document(line: str) -> Any:
    """The document that a line is. Raises ValueError if it is not exactly one."""
    return _DECODER.decode(line)


def records_of(value: Any) -> Iterator[Record | Broken]:
    """The records a document stands for."""
    if isinstance(value, dict | Broken):
        yield value
    elif isinstance(value, list):
        yield {"array": value}
    else:
        yield Broken(f"not an object but {json.dumps(value)}", 0)


def selector(json_path: str) -> Select:
    """What a JsonPath selects of a document; of an array selected as such, its elements.

    Raises NotImplementedError for filters, slices and `..`.
    """
    steps = _steps(json_path)

    def select(value: Any) -> Iterator[Any]:
        found = [value]
        for step in steps:
            found = [inner for outer in found for inner in _step(outer, step)]
        for result in found:
            yield from result if isinstance(result, list) else [result]

    return select


def _steps(json_path: str) -> list[str | int | None]:
    if not json_path.startswith("$"):
        raise ValueError(f"a JsonPath begins with $: {json_path}")
    steps: list[str | int | None] = []
    position = 1
    while position < len(json_path):
        found = _STEP.match(json_path, position)
        if found is None:
            raise unsupported(f"jsonPath {json_path}")
        position = found.end()
        if found["all"]:
            steps.append(None)
        else:
            steps.append(
                int(found["index"]) if found["index"] else found["name"] or found["quoted"]
            )
    return steps


def _step(value: Any, step: str | int | None) -> list[Any]:
    if isinstance(value, list):
        if step is None:
            return value
        return value[step : step + 1] if isinstance(step, int) else []
    if isinstance(value, dict):
        if step is None:
            return list(value.values())
        return [value[step]] if step in value else []
    return []


def _breaking_point(text: str, error: json.JSONDecodeError) -> int:
    """Where the first impossible character stands; a string that is not closed ends its line."""
    if error.msg.startswith("Invalid control character"):
        return error.pos
    return _after_space(text, error.pos)


def _next_line(text: str, position: int) -> int:
    end = text.find("\n", position)
    return len(text) if end < 0 else end + 1


def _after_space(text: str, position: int) -> int:
    found = _SPACE.match(text, position)
    return found.end() if found else position


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


_DECODER = json.JSONDecoder(parse_constant=_no_constant)
