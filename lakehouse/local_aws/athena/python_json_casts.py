"""Casts of JSON in Python: its scalars, elements, members and fields as texts to cast from.

What the types make of them stands in `json_casts`. Source: Trino's JsonUtil, checked 2026-11.
"""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from lakehouse.local_aws.athena.json_values import NotJson, read, scalar_text, write
from lakehouse.local_aws.athena.python_formats import double_cast_text
from lakehouse.local_aws.athena.python_function import PythonFunction, failure


def _cast_error(text: str, target: str) -> Exception:
    return failure(f"Cannot cast '{text}' to {target}", "INVALID_CAST_ARGUMENT")


def scalar(text: str, target: str) -> str | None:
    """The text to cast a JSON scalar from; NULL for JSON null."""
    try:
        found = read(text)
    except NotJson as error:
        raise failure(f"Cannot cast to {target}.\n{text}", "INVALID_CAST_ARGUMENT") from error
    if found is None:
        return None
    if isinstance(found, dict | list):
        raise _cast_error(text, target)
    if isinstance(found, float):
        return double_cast_text(found)
    return found if isinstance(found, str) else scalar_text(found)


def number(text: str, target: str) -> str | None:
    """The text to cast a JSON scalar to a number or boolean from."""
    found = _read_for(text, target)
    if found is None:
        return None
    if isinstance(found, dict | list):
        raise _cast_error(text, target)
    if isinstance(found, bool):
        return scalar_text(found) if target == "BOOLEAN" else str(int(found))
    if target == "BOOLEAN" and not isinstance(found, str):
        return "true" if found != 0 else "false"
    if isinstance(found, float) and target in ("TINYINT", "SMALLINT", "INTEGER", "BIGINT"):
        return str(int(Decimal(found).quantize(Decimal(1), rounding=ROUND_HALF_UP)))
    return found if isinstance(found, str) else repr(found)


def elements(text: str, target: str) -> list[str] | None:
    """The elements of a JSON array as JSON texts."""
    found = _read_for(text, target)
    if found is None:
        return None
    if not isinstance(found, list):
        raise failure(
            f"Cannot cast to {target}. Expected a json array, but got {_first(text)}\n{text}",
            "INVALID_CAST_ARGUMENT",
        )
    return [write(v) for v in found]


def entries(text: str, target: str) -> dict[str, str] | None:
    """The members of a JSON object as JSON texts."""
    found = _read_for(text, target)
    if found is None:
        return None
    if not isinstance(found, dict):
        raise failure(
            f"Cannot cast to {target}. Expected a json object, but got {_first(text)}\n{text}",
            "INVALID_CAST_ARGUMENT",
        )
    return {k: write(v) for k, v in found.items()}


def fields(text: str, target: str, names: list[str]) -> list[str | None] | None:
    """The fields of a row, from a JSON array by place or an object by name (in any case)."""
    found = _read_for(text, target)
    if found is None:
        return None
    if isinstance(found, list) and len(found) == len(names):
        return [write(v) for v in found]
    if isinstance(found, dict):
        lowered = {k.lower(): write(v) for k, v in found.items()}
        return [lowered.get(n.lower()) for n in names]
    raise failure(f"Cannot cast to {target}.\n{text}", "INVALID_CAST_ARGUMENT")


def _read_for(text: str, target: str) -> Any:
    try:
        return read(text)
    except NotJson as error:
        raise failure(f"Cannot cast to {target}.\n{text}", "INVALID_CAST_ARGUMENT") from error


def _first(text: str) -> str:
    return text[:1]


_TEXT, _TWO = ("VARCHAR",), ("VARCHAR", "VARCHAR")
FUNCTIONS: dict[str, PythonFunction] = {
    "py_json_scalar": PythonFunction(_TWO, "VARCHAR", scalar),
    "py_json_number": PythonFunction(_TWO, "VARCHAR", number),
    "py_json_text_of_number": PythonFunction(("DOUBLE",), "VARCHAR", scalar_text),
    "py_json_elements": PythonFunction(_TWO, "VARCHAR[]", elements),
    "py_json_entries": PythonFunction(_TWO, "MAP(VARCHAR, VARCHAR)", entries),
    "py_json_fields": PythonFunction((*_TWO, "VARCHAR[]"), "VARCHAR[]", fields),
    "py_json_text": PythonFunction(_TEXT, "VARCHAR", write),
}
