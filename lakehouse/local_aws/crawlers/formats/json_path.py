"""JSON paths of JSON classifiers: the part of JsonPath that Glue documents, and nothing else.

Pure. `$` the root, `.name` and `['name']` a child, `[0]` an element, `*` any child or element.

Source: https://docs.aws.amazon.com/glue/latest/dg/custom-classifier.html#custom-classifier-json
(checked 2026-11).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

_STEP = re.compile(r"\.(?P<name>[^.\[\]*]+)|\['(?P<quoted>[^']+)'\]|\[(?P<index>\d+)\]|\.\*|\[\*\]")


@dataclass(frozen=True)
class Step:
    """One step of a path: a child's name, an element's index, or every child for None."""

    key: str | int | None


def parse_path(text: str) -> tuple[Step, ...]:
    """Read a path. Raises ValueError for what is not of the documented part."""
    if not text.startswith("$"):
        raise ValueError(f"The JSON path {text} does not start with $.")
    steps: list[Step] = []
    at = 1
    while at < len(text):
        match = _STEP.match(text, at)
        if match is None:
            raise ValueError(f"The JSON path {text} cannot be read at {text[at:]}.")
        steps.append(_step(match))
        at = match.end()
    return tuple(steps)


def values_at(value: Any, steps: Sequence[Step]) -> Iterator[Any]:
    """Yield what a path leads to in a value; nothing where it leads nowhere."""
    if not steps:
        yield value
        return
    for child in _children(value, steps[0].key):
        yield from values_at(child, steps[1:])


def _step(match: re.Match[str]) -> Step:
    if match["index"] is not None:
        return Step(int(match["index"]))
    return Step(match["name"] or match["quoted"])


def _children(value: Any, key: str | int | None) -> Iterator[Any]:
    if key is None:
        yield from value.values() if isinstance(value, dict) else _elements(value)
    elif isinstance(key, str):
        if isinstance(value, dict) and key in value:
            yield value[key]
    elif isinstance(value, list) and key < len(value):
        yield value[key]


def _elements(value: Any) -> Iterator[Any]:
    if isinstance(value, list):
        yield from value
