"""Functions that DuckDB has no right answer for, written in Python: what all of them share.

A `PythonFunction` is registered in DuckDB under a name that starts with `py_`, at its first use
(see `extensions`). NULL in any argument gives NULL unless `nulls` says otherwise.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lakehouse.local_aws.athena.typed import MARK


@dataclass(frozen=True)
class PythonFunction:
    """Parameter types (None: any number of any type), the result's type, the function itself."""

    parameters: tuple[str, ...] | None
    result: str | dict[str, str]  # a dict: a struct's fields
    function: Callable[..., Any]
    nulls: bool = False


def failure(message: str, name: str = "INVALID_FUNCTION_ARGUMENT") -> ValueError:
    """An exception that fails the query with `name` and `message`."""
    return ValueError(f"{MARK}{name}: {message}{MARK}")
