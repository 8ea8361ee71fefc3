"""A query's result as typed values: JSON lines and Parquet.

Athena's GetQueryResults gives every value as text with a column type beside; here the text becomes
a value of that type. Arrays, maps and rows have no unambiguous text and stay strings, as in
Athena's own CSV. https://docs.aws.amazon.com/athena/latest/ug/data-types.html (checked 2026-11)
"""

import json
import math
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from lakehouse.aws.athena import QueryResult
from lakehouse.errors import LakehouseError

if TYPE_CHECKING:
    import pyarrow as pa


class NoParquet(LakehouseError):
    """The Parquet file cannot be written."""


_READERS: Final[Mapping[str, Callable[[str], Any]]] = {
    "boolean": lambda text: text == "true",
    **dict.fromkeys(("tinyint", "smallint", "integer", "int", "bigint"), int),
    **dict.fromkeys(("real", "float", "double"), float),
    "decimal": Decimal,
    "date": date.fromisoformat,
    "timestamp": datetime.fromisoformat,
}
_ARROW: Final = {
    "boolean": "bool_",
    "tinyint": "int8",
    "smallint": "int16",
    "integer": "int32",
    "int": "int32",
    "bigint": "int64",
    "real": "float32",
    "float": "float32",
    "double": "float64",
    "date": "date32",
}


def typed_value(text: str | None, athena_type: str) -> Any:
    """The Python value of a cell; a type without one of its own keeps the text."""
    reader = _READERS.get(athena_type.partition("(")[0])
    return text if text is None or reader is None else reader(text)


def json_lines(result: QueryResult) -> str:
    """One JSON object a row: numbers and booleans as such, decimals and times as Athena's text."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in _json_rows(result))


def _json_rows(result: QueryResult) -> list[dict[str, Any]]:
    return [
        {name: _json(text, kind) for (name, kind), text in zip(result.columns, row, strict=True)}
        for row in result.rows
    ]


def _json(text: str | None, athena_type: str) -> Any:
    value = typed_value(text, athena_type)
    if isinstance(value, float) and not math.isfinite(value):
        return text  # JSON has no NaN and no infinities
    return value if isinstance(value, bool | int | float) else text


def require_pyarrow() -> None:
    """Refuse before the query runs, and is paid for, when its result could not be written."""
    try:
        import pyarrow  # noqa: F401
    except ImportError as error:
        raise NoParquet("--parquet needs pyarrow: pip install pyarrow") from error


def write_parquet(result: QueryResult, path: Path) -> None:
    """Write the result as one Parquet file, columns in the result's types."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    names = [name for name, _ in result.columns]
    if len(set(names)) < len(names):
        raise NoParquet("two columns have the same name: name them apart with AS")
    columns = []
    for at, (_, kind) in enumerate(result.columns):
        values = [typed_value(row[at], kind) for row in result.rows]
        columns.append(pa.array(values, _arrow_type(pa, kind)))
    try:
        pq.write_table(pa.table(columns, names=names), path)
    except OSError as error:
        raise NoParquet(f"{path}: cannot be written: {error.strerror or error}") from error


def _arrow_type(arrow: Any, athena_type: str) -> "pa.DataType":
    if athena_type.startswith("decimal("):
        precision, scale = athena_type.removeprefix("decimal(").removesuffix(")").split(",")
        return arrow.decimal128(int(precision), int(scale))
    if athena_type == "timestamp":
        return arrow.timestamp("us")
    return getattr(arrow, _ARROW.get(athena_type, "string"))()
