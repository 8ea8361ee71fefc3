"""Execution parameters: the `?` of a query become the literals of StartQueryExecution. Pure."""

from collections.abc import Sequence

from sqlglot import exp

from lakehouse.local_aws.athena.dialect import parse_query
from lakehouse.local_aws.athena.errors import QueryError
from lakehouse.local_aws.errors import AwsError

_VALUES = (
    exp.Literal,
    exp.Boolean,
    exp.Null,
    exp.Cast,
    exp.Neg,
    exp.DataType,
    exp.DataTypeParam,
    exp.Array,
)


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
        place.replace(_literal(value))
    return tree


def _literal(value: str) -> exp.Expr:
    try:
        tree = parse_query(f"SELECT {value}")
    except AwsError as error:
        raise QueryError(
            "INVALID_PARAMETER_USAGE", f"The parameter {value} is not a literal"
        ) from error
    items = tree.expressions if isinstance(tree, exp.Select) else []
    if len(items) != 1 or len(tree.args.get("joins") or []) or tree.args.get("from_"):
        raise QueryError("INVALID_PARAMETER_USAGE", f"The parameter {value} is not a literal")
    if not all(isinstance(node, _VALUES) for node in items[0].walk()):
        raise QueryError("INVALID_PARAMETER_USAGE", f"The parameter {value} is not a literal")
    found: exp.Expr = items[0]
    return found.pop()
