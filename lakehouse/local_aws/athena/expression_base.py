"""What all parts of the expression translator share: the SQL text, positions, queries.

The nodes' translations stand in `expression_values`, `expression_calls` and `expressions`.
"""

from typing import Protocol

from sqlglot import exp

from lakehouse.local_aws.athena.dialect import position
from lakehouse.local_aws.athena.errors import QueryError
from lakehouse.local_aws.athena.scope import Output, Scope
from lakehouse.local_aws.athena.typed import Typed


class Queries(Protocol):
    """The translator of whole queries, as expressions need it."""

    def query(self, tree: exp.Expr, scope: Scope) -> Output:
        """Translate a query inside an expression."""


class ExpressionBase:
    """Translates expressions of one SQL text (`sql` is it, for positions in errors)."""

    def __init__(self, sql: str, queries: Queries) -> None:
        self.sql = sql
        self.queries = queries

    def where(self, node: exp.Expr) -> str:
        """`line l:c: ` of a node."""
        return position(node, self.sql)

    def boolean(self, node: exp.Expr, scope: Scope, clause: str) -> str:
        """SQL of a condition. TYPE_MISMATCH when it is no boolean."""
        value = self.translate(node, scope)
        if value.type.name not in ("boolean", "unknown"):
            words = f"{clause} clause must evaluate to a boolean: actual type {value.type}"
            raise QueryError("TYPE_MISMATCH", f"{self.where(node)}{words}")
        return value.sql

    def translate(self, node: exp.Expr, scope: Scope) -> Typed:
        """The typed DuckDB SQL of `node`. QueryError for what is wrong or not supported."""
        raise NotImplementedError
