"""Calls of functions: the row of the table that fits the arguments best, and its DuckDB expression.

Which functions there are belongs to `functions`. Pure.
"""

from lakehouse.local_aws.athena import signatures
from lakehouse.local_aws.athena import types as t
from lakehouse.local_aws.athena.errors import QueryError
from lakehouse.local_aws.athena.function_builders import BUILDERS
from lakehouse.local_aws.athena.functions import ALIASES, Function, table
from lakehouse.local_aws.athena.typed import Typed, coerce
from lakehouse.local_aws.athena.types import Type


def call(name: str, arguments: list[Typed], where: str, nulls: str = "") -> Typed:
    """A call's DuckDB expression. QueryError FUNCTION_NOT_FOUND when nothing fits."""
    builder = BUILDERS.get(ALIASES.get(name, name))
    if builder is not None:
        return builder(arguments, where)
    rows = table().get(name)
    if rows is None:
        raise QueryError("FUNCTION_NOT_FOUND", f"{where}Function '{name}' not registered")
    row, match = _best(name, rows, arguments, where)
    values = [coerce(a, k).sql for a, k in zip(arguments, match.arguments, strict=True)]
    result = match.result
    sql = row.sql.format(*values, all=", ".join(values), nulls=nulls, result=t.duckdb_name(result))
    result = _decimal_sum(name, arguments, result)
    if name == "avg" and result.name == "decimal":
        sql = f"CAST({sql} AS {t.duckdb_name(result)})"
    return Typed(sql, result)


def _decimal_sum(name: str, arguments: list[Typed], result: Type) -> Type:
    if name in ("sum", "avg") and result.name == "decimal":
        scale = arguments[0].type.params[1]
        return t.decimal(38 if name == "sum" else arguments[0].type.params[0], scale)
    return result


def _best(
    name: str, rows: tuple[Function, ...], arguments: list[Typed], where: str
) -> tuple[Function, signatures.Match]:
    kinds = tuple(a.type for a in arguments)
    found: list[tuple[int, int, Function, signatures.Match]] = []
    for index, row in enumerate(rows):
        matched = signatures.match(signatures.read(row.signature), kinds)
        if matched is not None:
            found.append((matched[0], index, row, matched[1]))
    if not found:
        known = [signatures.read(row.signature) for row in rows]
        raise QueryError("FUNCTION_NOT_FOUND", signatures.unexpected(name, kinds, known, where))
    _, _, row, match = min(found, key=lambda item: item[:2])
    return row, match
