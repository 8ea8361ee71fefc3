"""Execution parameters: the `?` of a query become the constants of StartQueryExecution. Pure.

A constant is SQL: texts stand in single quotes, casts and function calls are part of it. The words
for anything else are chosen.
"""

from collections.abc import Sequence

from sqlglot import exp

from lakehouse.local_aws.athena.dialect import parse_query
from lakehouse.local_aws.athena.errors import QueryError
from lakehouse.local_aws.errors import AwsError

_REFERENCES = (exp.Column, exp.Query, exp.Placeholder, exp.Star, exp.Window, exp.Alias)


def bind(tree: exp.Query, values: Sequence[str]) -> exp.Query:
    """The query with each `?` replaced. INVALID_PARAMETER_USAGE when the numbers differ."""
    places = list(tree.find_all(exp.Placeholder, bfs=False))
    if len(places) != len(values):
        words = (
            "line 1:1: Incorrect number of parameters: "
            f"expected {len(places)} but found {len(values)}"
        )
        raise QueryError("INVALID_PARAMETER_USAGE", words)
    for place, value in zip(places, values, strict=True):
        place.replace(_constant(value))
    return tree


def _constant(value: str) -> exp.Expr:
    """A parameter's expression: literals, casts and function calls, but nothing of the query."""
    try:
        tree = parse_query(f"SELECT {value}")
    except AwsError as error:
        raise _refusal(value) from error
    items = tree.expressions if isinstance(tree, exp.Select) else []
    clauses = [name for name, part in tree.args.items() if part and name != "expressions"]
    if len(items) != 1 or clauses or any(isinstance(n, _REFERENCES) for n in items[0].walk()):
        raise _refusal(value)
    found: exp.Expr = items[0]
    return found.pop()


def _refusal(value: str) -> QueryError:
    words = f"The parameter {value} is not a constant expression"
    return QueryError("INVALID_PARAMETER_USAGE", words)
