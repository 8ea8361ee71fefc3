"""JSON functions in Python: parsing, legacy extraction, SQL/JSON queries, construction.

Casts stand in `python_json_casts`, paths in `json_paths` and `json_evaluation`; simple extraction
is DuckDB's (`json_builders`). Source: Trino "JSON functions and operators", JsonExtract, checked
2026-11.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from lakehouse.local_aws.athena.json_evaluation import PathError, evaluate
from lakehouse.local_aws.athena.json_paths import read as read_path
from lakehouse.local_aws.athena.json_values import NotJson, read, read_written, scalar_text, write
from lakehouse.local_aws.athena.python_function import PythonFunction, failure

_STEP = re.compile(r'\.([\w\-:@$/]+)|\[(\w+)\]|\["((?:[^"\\]|\\["\\])*)"\]|\[\'([^\']*)\'\]')


def parse(text: str) -> str:
    """json_parse: one JSON value, compact, with sorted keys."""
    try:
        return write(read(text), ordered=True)
    except NotJson as error:
        raise failure(f"Cannot convert value to JSON: '{text}'") from error


@lru_cache(maxsize=512)
def legacy_steps(path: str) -> tuple[str, ...] | None:
    """The keys of a path of json_extract, or None when it is no such path."""
    if not path.startswith("$"):
        return None
    steps, position = [], 1
    while position < len(path):
        found = _STEP.match(path, position)
        if found is None:
            return None
        key = next(g for g in found.groups() if g is not None)
        steps.append(re.sub(r'\\(["\\])', r"\1", key) if found.group(3) is not None else key)
        position = found.end()
    return tuple(steps)


def _extracted(text: str, path: str, reader: Callable[[str], Any] = read) -> tuple[bool, Any]:
    steps = legacy_steps(path)
    if steps is None:
        raise failure(f"Invalid JSON path: '{path}'")
    try:
        value = reader(text)
    except NotJson:
        return False, None
    for step in steps:
        if isinstance(value, dict) and step in value:
            value = value[step]
        elif isinstance(value, list) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        else:
            return False, None
    return True, value


def extract(text: str, path: str) -> str | None:
    """json_extract."""
    there, value = _extracted(text, path)
    return write(value) if there else None


def extract_scalar(text: str, path: str) -> str | None:
    """json_extract_scalar: a number as it was written."""
    there, value = _extracted(text, path, read_written)
    if not there or value is None or isinstance(value, dict | list):
        return None
    return value if isinstance(value, str) else scalar_text(value)


def size(text: str, path: str) -> int | None:
    """json_size."""
    there, value = _extracted(text, path)
    return None if not there else len(value) if isinstance(value, dict | list) else 0


def _array(text: str) -> list[Any] | None:
    try:
        value = read(text)
    except NotJson:
        return None
    return value if isinstance(value, list) else None


def array_length(text: str) -> int | None:
    """json_array_length."""
    array = _array(text)
    return None if array is None else len(array)


def array_get(text: str, index: int) -> str | None:
    """json_array_get; a text comes without its quotes, as in Trino."""
    array = _array(text)
    if array is None or not -len(array) <= index < len(array) or array[index] is None:
        return None
    value = array[index]
    return value if isinstance(value, str) else write(value)


def array_contains(text: str, wanted: Any) -> bool | None:
    """json_array_contains: a boolean, number or text of the same kind."""
    array = _array(text)
    if array is None:
        return None
    return any(_kind(v) == _kind(wanted) and v == wanted for v in array)


def _kind(value: Any) -> str:
    return "boolean" if isinstance(value, bool) else "text" if isinstance(value, str) else (
        "number" if isinstance(value, int | float) else "other"
    )  # fmt: skip


def is_scalar(text: str) -> bool:
    """is_json_scalar."""
    try:
        return not isinstance(read(text), dict | list)
    except NotJson as error:
        raise failure(f"Invalid JSON value: {text}") from error


def _selected(text: str, path: str, names: list[str] | None, values: list[str] | None) -> list[Any]:
    """The items a path selects; `values` are JSON texts of the passed parameters."""
    variables = {n: read(v) for n, v in zip(names or [], values or [], strict=True)}
    return evaluate(read_path(path), read(text), variables)


def exists(
    text: str | None, path: str, names: list[str] | None, values: list[str] | None, error: str
) -> bool | None:
    """json_exists; `error`: TRUE, FALSE, UNKNOWN or ERROR."""
    if text is None:
        return None
    try:
        return bool(_selected(text, path, names, values))
    except (NotJson, PathError) as problem:
        if error == "ERROR":
            raise _failed(problem) from problem
        return {"TRUE": True, "FALSE": False}.get(error)


def _failed(problem: Exception) -> Exception:
    if isinstance(problem, NotJson):
        return failure("conversion to JSON failed: ", "JSON_INPUT_CONVERSION_ERROR")
    return failure(f"path evaluation failed: {problem}", "PATH_EVALUATION_ERROR")


def query(
    text: str | None, path: str, names: list[str] | None, values: list[str] | None,
    wrapper: str, quotes: str, empty: str, error: str,
) -> str | None:  # fmt: skip
    """json_query. Wrappers WITHOUT, CONDITIONAL, UNCONDITIONAL; quotes KEEP, OMIT."""
    if text is None:
        return None
    try:
        items = _selected(text, path, names, values)
        if not items:
            return _otherwise(empty, "JSON_QUERY result is empty")
        single = len(items) == 1 and wrapper != "UNCONDITIONAL"
        if single and (wrapper == "WITHOUT" or isinstance(items[0], list | dict)):
            bare = quotes == "OMIT" and isinstance(items[0], str)
            return items[0] if bare else write(items[0])
        if wrapper == "WITHOUT":
            raise PathError("JSON path found multiple items")
        return write(items)
    except (NotJson, PathError) as problem:
        if error == "ERROR":
            raise _failed(problem) from problem
        return _otherwise(error, "")


def _otherwise(choice: str, words: str) -> str | None:
    if choice == "ERROR":
        raise failure(words, "JSON_VALUE_RESULT_ERROR")
    return {"EMPTY ARRAY": "[]", "EMPTY OBJECT": "{}"}.get(choice)


def value(
    text: str | None, path: str, names: list[str] | None, values: list[str] | None
) -> dict[str, Any] | None:
    """json_value's outcome: `state` is ok, empty or the error's words, `value` a scalar's text."""
    if text is None:
        return None
    try:
        items = _selected(text, path, names, values)
    except (NotJson, PathError) as problem:
        return {"state": f"error {problem}", "value": None}
    if not items:
        return {"state": "empty", "value": None}
    if len(items) > 1 or isinstance(items[0], list | dict):
        return {"state": "error JSON path found a non-scalar item", "value": None}
    found = items[0]
    text_value = None if found is None else found if isinstance(found, str) else scalar_text(found)
    return {"state": "ok", "value": text_value}


def object_of(absent: bool, unique: bool, *pairs: str | None) -> str:
    """json_object of keys and JSON texts; a NULL value is null or left out."""
    parts, seen = [], set()
    for key, text in zip(pairs[::2], pairs[1::2], strict=True):
        if key is None:
            raise failure("null value passed for JSON object key to JSON_OBJECT function")
        if unique and key in seen:
            raise failure("duplicate key passed to JSON_OBJECT function")
        seen.add(key)
        if text is not None or not absent:
            parts.append(f"{write(key)}:{'null' if text is None else text}")
    return "{" + ",".join(parts) + "}"


def array_of(absent: bool, *texts: str | None) -> str:
    """json_array of JSON texts."""
    shown = [t for t in texts if t is not None or not absent]
    return "[" + ",".join("null" if t is None else t for t in shown) + "]"


def formatted(text: str) -> str:
    """A text that is JSON already (FORMAT JSON), compact."""
    try:
        return write(read(text))
    except NotJson as error:
        raise failure("conversion to JSON failed: ", "JSON_INPUT_CONVERSION_ERROR") from error


_TEXT, _TWO = ("VARCHAR",), ("VARCHAR", "VARCHAR")
_PATH = ("VARCHAR", "VARCHAR", "VARCHAR[]", "VARCHAR[]")
FUNCTIONS: dict[str, PythonFunction] = {
    "py_json_parse": PythonFunction(_TEXT, "VARCHAR", parse),
    "py_json_extract": PythonFunction(_TWO, "VARCHAR", extract),
    "py_json_extract_scalar": PythonFunction(_TWO, "VARCHAR", extract_scalar),
    "py_json_size": PythonFunction(_TWO, "BIGINT", size),
    "py_json_array_length": PythonFunction(_TEXT, "BIGINT", array_length),
    "py_json_array_get": PythonFunction(("VARCHAR", "BIGINT"), "VARCHAR", array_get),
    "py_json_array_contains": PythonFunction(None, "BOOLEAN", array_contains),
    "py_is_json_scalar": PythonFunction(_TEXT, "BOOLEAN", is_scalar),
    "py_json_exists": PythonFunction((*_PATH, "VARCHAR"), "BOOLEAN", exists, True),
    "py_json_query": PythonFunction((*_PATH, *_TWO, *_TWO), "VARCHAR", query, True),
    "py_json_value": PythonFunction(_PATH, {"state": "VARCHAR", "value": "VARCHAR"}, value, True),
    "py_json_object": PythonFunction(None, "VARCHAR", object_of, True),
    "py_json_array": PythonFunction(None, "VARCHAR", array_of, True),
    "py_json_formatted": PythonFunction(_TEXT, "VARCHAR", formatted),
}
