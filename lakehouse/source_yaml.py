"""The text of a source's YAML file: reading it strictly, and wording what is wrong with it.

Duplicate keys are errors, syntax errors carry their line, and pydantic's findings become one
readable line each with the key's full path. What a source means stands in `lakehouse.source`;
this module knows YAML and error messages only.
"""

import difflib
from collections.abc import Iterable, Sequence
from typing import Any

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails


class _StrictLoader(yaml.SafeLoader):
    """SafeLoader that refuses a key given twice, instead of keeping the last one."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key_node, _ in node.value:
            key = str(getattr(key_node, "value", ""))
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    problem=f"key '{key}' stands twice", problem_mark=key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep)


def parse_yaml(text: str) -> object:
    """The document in a YAML text; ValueError with the line when it cannot be read."""
    try:
        return yaml.load(text, Loader=_StrictLoader)  # noqa: S506  a SafeLoader subclass
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"line {mark.line + 1}: " if mark else ""
        raise ValueError(f"{where}{error.problem or error.context}") from error
    except (yaml.YAMLError, ValueError) as error:  # ValueError: a date such as 2026-13-01
        raise ValueError(" ".join(str(error).split())) from error


class KeysAt:
    """The keys allowed below a path, for suggestions: {"": [...], "columns.*": [...]}."""

    def __init__(self, keys: dict[str, Sequence[str]]) -> None:
        self._keys = keys

    def at(self, path: Sequence[str]) -> Sequence[str]:
        """The known keys below `path`; none if it is not in the table."""
        joined = ".".join(path)
        starred = ".".join((*path[:-1], "*")) if path else ""
        return self._keys.get(joined) or self._keys.get(starred) or ()


def problem_lines(error: ValidationError, keys_at: KeysAt) -> list[str]:
    """One `key.path: what is wrong` line for each of pydantic's findings."""
    return [_line(detail, keys_at) for detail in error.errors(include_url=False)]


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`; did you mean 'x'?` for the nearest known word, else the list of them all."""
    words = list(known)
    guess = difflib.get_close_matches(word, words, n=1)
    if guess:
        return f"; did you mean '{guess[0]}'?"
    return f"; one of {', '.join(words)}" if words else ""


def _line(detail: ErrorDetails, keys_at: KeysAt) -> str:
    path = [str(part) for part in detail["loc"]]
    if detail["type"] == "extra_forbidden":
        message = f"unknown key{did_you_mean(path[-1], keys_at.at(path[:-1]))}"
    elif detail["type"] == "missing":
        message = "is required and missing"
    elif detail["type"] in ("model_type", "dict_type"):
        message = "must be a mapping of keys to values"
    else:
        message = detail["msg"].removeprefix("Value error, ")
    where = ".".join(path)
    return f"{where}: {message}" if where else message
