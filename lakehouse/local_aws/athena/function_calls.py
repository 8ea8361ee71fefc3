"""Calls of functions: the row of the table that fits the arguments best, and its DuckDB expression.

Which functions there are belongs to `functions`. Pure.
"""

from dataclasses import dataclass

from lakehouse.local_aws.athena import signatures
from lakehouse.local_aws.athena import types as t
from lakehouse.local_aws.athena.aggregate_builders import AGGREGATE_BUILDERS
from lakehouse.local_aws.athena.errors import QueryError
from lakehouse.local_aws.athena.function_builders import BUILDERS
from lakehouse.local_aws.athena.function_row import (
    DISTINCT_HERE,
    ORDER_HERE,
    OVER_HERE,
    Function,
)
from lakehouse.local_aws.athena.functions import ALIASES, table
from lakehouse.local_aws.athena.functions_refused import REFUSED
from lakehouse.local_aws.athena.typed import Typed, coerce, moment


@dataclass(frozen=True)
class Clauses:
    """SQL that an aggregate or window call carries."""

    distinct: str = ""
    order: str = ""
    filter: str = ""
    over: str = ""
    nulls: str = ""

    def put_into(self, sql: str) -> str:
        """The call's SQL with the clauses where they are marked."""
        if OVER_HERE not in sql:
            return sql
        return (
            sql.replace(DISTINCT_HERE, self.distinct)
            .replace(ORDER_HERE, self.order)
            .replace(OVER_HERE, self.filter + self.over)
        )


PLAIN = Clauses()


def call(name: str, arguments: list[Typed], where: str, clauses: Clauses = PLAIN) -> Typed:
    """A call's DuckDB expression. QueryError FUNCTION_NOT_FOUND when nothing fits."""
    plain = ALIASES.get(name, name)
    builder = BUILDERS.get(plain) or AGGREGATE_BUILDERS.get(plain)
    if builder is not None:
        built = builder(arguments, where)
        return Typed(clauses.put_into(built.sql), built.type, built.literal)
    rows = table().get(name)
    if rows is None:
        raise missing(name, where)
    row, match = _best(name, rows, arguments, where)
    values = [_argument(a, k, name) for a, k in zip(arguments, match.arguments, strict=True)]
    result = match.result
    sql = row.sql.format(
        *values, all=", ".join(values), nulls=clauses.nulls, result=t.duckdb_name(result)
    )
    return Typed(clauses.put_into(sql), result)


def _argument(value: Typed, kind: t.Type, name: str) -> str:
    made = coerce(value, kind)
    return moment(made).sql if name in ("approx_distinct", "count") else made.sql


def missing(name: str, where: str) -> QueryError:
    """A function that is not there: on AWS neither, or only here."""
    reason = REFUSED.get(name)
    if reason is not None:
        return QueryError(
            "NOT_SUPPORTED", f"{where}Function '{name}' is not supported by the local AWS"
        )
    return QueryError("FUNCTION_NOT_FOUND", f"{where}Function '{name}' not registered")


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
