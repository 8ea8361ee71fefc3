"""JSON texts and Python values: reading and writing as Trino's JSON functions do (with Jackson).

Objects are dicts that keep their order, numbers with a point are floats. Paths belong to
`json_paths`. All pure.
"""

import json
from decimal import Decimal
from typing import Any

from lakehouse.local_aws.athena.python_formats import double_text


class NotJson(ValueError):
    """A text is no JSON."""


def _refuse(name: str) -> Any:
    raise NotJson(name)


_DECODER = json.JSONDecoder(parse_constant=_refuse)
_DECIMALS = json.JSONDecoder(parse_constant=_refuse, parse_float=Decimal)
_WRITTEN = json.JSONDecoder(parse_constant=_refuse, parse_float=str)


def read(text: str, exact: bool = False) -> Any:
    """The value of a JSON text (`exact`: numbers with a point as Decimal). NotJson."""
    try:
        return (_DECIMALS if exact else _DECODER).decode(text)
    except (json.JSONDecodeError, RecursionError) as error:
        raise NotJson(text) from error


def read_written(text: str) -> Any:
    """The value of a JSON text, numbers with a point or an exponent as the text they were. NotJson.

    For what is shown and not computed with.
    """
    try:
        return _WRITTEN.decode(text)
    except (json.JSONDecodeError, RecursionError) as error:
        raise NotJson(text) from error


def write(value: Any, ordered: bool = False) -> str:
    """The compact text of a value; `ordered` sorts the keys of objects."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, dict):
        items = sorted(value.items()) if ordered else value.items()
        pairs = (f"{json.dumps(k, ensure_ascii=False)}:{write(v, ordered)}" for k, v in items)
        return "{" + ",".join(pairs) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(write(v, ordered) for v in value) + "]"
    return scalar_text(value)


def scalar_text(value: Any) -> str:
    """null, true, a number."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return double_text(value)
    if isinstance(value, Decimal):
        return format(value, "f") if abs(value.adjusted()) < 40 else str(value)
    return str(value)
