"""Macros and Python functions that DuckDB lacks, made at their first use.

Translation only writes their names; whoever is about to run SQL asks for what it uses. Nothing is
made twice, and a query that needs nothing pays for one scan of its text.
"""

import re
import threading
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import duckdb
from duckdb.func import FunctionNullHandling

from lakehouse.local_aws.athena import (
    python_binary,
    python_formats,
    python_json,
    python_json_casts,
    python_network,
    python_numbers,
    python_regexes,
    python_text,
    python_time,
)
from lakehouse.local_aws.athena.macros import MACROS
from lakehouse.local_aws.athena.python_function import PythonFunction

_CALLED = re.compile(r"\b[a-z_][a-z0-9_]*(?=\()")
_MODULES = (
    python_json_casts,
    python_binary, python_formats, python_json, python_network, python_numbers,
    python_regexes, python_text, python_time,
)  # fmt: skip


@cache
def python_functions() -> dict[str, PythonFunction]:
    """Every Python function by its name in SQL."""
    return {name: f for module in _MODULES for name, f in module.FUNCTIONS.items()}


class Extensions:
    """What one DuckDB instance has been taught so far."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._made: set[str] = set()
        self._lock = threading.Lock()

    def prepare(self, sql: str) -> None:
        """Make what `sql` calls and DuckDB does not know yet."""
        for name in _CALLED.findall(sql):
            if name in MACROS or name.startswith("py_"):
                self._make(name)

    def _make(self, name: str) -> None:
        if name in self._made:
            return
        with self._lock:
            for needed in _with_needs(name):
                if needed not in self._made:
                    self._create(needed)
                    self._made.add(needed)

    def _create(self, name: str) -> None:
        if name in MACROS:
            self._connection.execute(f"CREATE MACRO {name}{MACROS[name]}")
            return
        made = python_functions()[name]
        self._connection.create_function(
            name,
            _called(made),
            None if made.parameters is None else list(made.parameters),
            self._type(made.result),
            null_handling=FunctionNullHandling.SPECIAL,
        )

    def _type(self, result: str | dict[str, str]) -> Any:
        """DuckDB reads no spelling of a struct here."""
        return result if isinstance(result, str) else self._connection.struct_type(result)


def _called(made: PythonFunction) -> Callable[..., Any]:
    """The function as DuckDB calls it: DuckDB counts the parameters, and refuses a NULL result of
    a function that leaves NULL arguments to it."""
    function = made.function
    if made.nulls:
        return _WITH_NULLS[_arity(made)](function)
    return _WITHOUT_NULLS[_arity(made)](function)


def _arity(made: PythonFunction) -> int:
    return -1 if made.parameters is None else min(len(made.parameters), 4)


Adapter = Callable[[Callable[..., Any]], Callable[..., Any]]
_WITHOUT_NULLS: dict[int, Adapter] = {
    -1: lambda f: lambda *args: None if any(a is None for a in args) else f(*args),
    1: lambda f: lambda a: None if a is None else f(a),
    2: lambda f: lambda a, b: None if a is None or b is None else f(a, b),
    3: lambda f: lambda a, b, c: None if a is None or b is None or c is None else f(a, b, c),
    4: lambda f: lambda a, b, c, d: None if None in (a, b, c, d) else f(a, b, c, d),
}
_WITH_NULLS: dict[int, Adapter] = {
    -1: lambda f: lambda *args: f(*args),
    1: lambda f: lambda a: f(a),
    3: lambda f: lambda a, b, c: f(a, b, c),
    4: lambda f: f,
}


def _with_needs(name: str) -> Iterator[str]:
    """A macro's own needs first, then itself."""
    for inner in _CALLED.findall(MACROS.get(name, "")):
        if inner != name and (inner in MACROS or inner.startswith("py_")):
            yield from _with_needs(inner)
    yield name
