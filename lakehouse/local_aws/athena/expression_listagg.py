"""listagg(value, separator ON OVERFLOW ...) WITHIN GROUP (ORDER BY ...).

Source: Trino "Aggregate functions", checked 2026-11.
"""

from sqlglot import exp

from lakehouse.local_aws.athena import types as t
from lakehouse.local_aws.athena.errors import QueryError, not_supported
from lakehouse.local_aws.athena.expression_calls import CallExpressions
from lakehouse.local_aws.athena.function_calls import PLAIN, Clauses
from lakehouse.local_aws.athena.scope import Scope
from lakehouse.local_aws.athena.typed import Typed


class ListaggExpressions(CallExpressions):
    """The nodes of listagg."""

    def _groupconcat(self, node: exp.GroupConcat, scope: Scope) -> Typed:
        return self.listagg(node, scope, PLAIN)

    def _withingroup(self, node: exp.WithinGroup, scope: Scope) -> Typed:
        return self.listagg(node, scope, PLAIN)

    def listagg(self, node: exp.Expr, scope: Scope, clauses: Clauses) -> Typed:
        """The texts of a group, joined; too long a text fails or is cut."""
        if scope.no_aggregates:
            words = f"{self.where(node)}{scope.no_aggregates} cannot contain aggregations, window "
            words += f"functions or grouping operations: [{node.sql('trino')}]"
            raise QueryError("EXPRESSION_NOT_SCALAR", words)
        if clauses.over:
            raise not_supported(f"{self.where(node)}listagg with OVER")
        inner, order = _parts(node)
        if not isinstance(inner, exp.GroupConcat):
            raise not_supported(f"{self.where(node)}This form of WITHIN GROUP")
        value, distinct = inner.this, ""
        if isinstance(value, exp.Order):
            order, value = value.expressions, value.this
        if isinstance(value, exp.Distinct):
            distinct, value = "DISTINCT ", value.expressions[0]
        text = self.translate(value, scope)
        if text.type.name not in t.TEXTS:
            words = f"Unexpected parameters ({text.type}) for function listagg. " + (
                "Expected: listagg(varchar(v), varchar(d), boolean, varchar(f), boolean)"
            )
            raise QueryError("FUNCTION_NOT_FOUND", f"{self.where(node)}{words}")
        separator = inner.args.get("separator")
        between = self.translate(separator, scope).sql if separator else "''"
        sorting = f" ORDER BY {self.order(order, scope)}" if order else ""
        listed = f"list({distinct}{text.sql}{sorting}){clauses.filter}"
        overflow = self._overflow(inner, scope)
        return Typed(f"py_listagg({listed}, {between}, {overflow})", t.VARCHAR)

    def _overflow(self, node: exp.GroupConcat, scope: Scope) -> str:
        """The filler and whether the rest is counted; no filler: too long a text fails."""
        clause = node.args.get("on_overflow")
        if clause is None or not isinstance(clause, exp.OverflowTruncateBehavior):
            return "NULL, FALSE"
        filler = self.translate(clause.this, scope).sql if clause.this else "'...'"
        return f"{filler}, {'TRUE' if clause.args.get('with_count') else 'FALSE'}"


def _parts(node: exp.Expr) -> tuple[exp.Expr, list[exp.Expr]]:
    if not isinstance(node, exp.WithinGroup):
        return node, []
    order = node.expression
    return node.this, order.expressions if isinstance(order, exp.Order) else []
