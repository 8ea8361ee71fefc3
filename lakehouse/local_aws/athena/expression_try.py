"""TRY: a value, or NULL where computing it fails.

DuckDB's TRY takes no aggregates and no window functions inside it, and is no bar to its optimizer;
here is how it is written so that it guards what Trino's does. Source: Trino "Conditional
expressions", checked 2026-11.
"""

from collections.abc import Iterator
from dataclasses import replace

from sqlglot import exp

from lakehouse.local_aws.athena import functions
from lakehouse.local_aws.athena.expression_base import ExpressionBase
from lakehouse.local_aws.athena.scope import Scope
from lakehouse.local_aws.athena.typed import Typed, guarded

_GROUPED = (exp.Window, exp.Filter, exp.WithinGroup)


class TryExpressions(ExpressionBase):
    """The node of TRY."""

    def _call_try(self, node: exp.Anonymous, scope: Scope) -> Typed:
        found = list(_aggregates(node.expressions[0]))
        if found:
            return self._over_aggregates(node.expressions[0], found, scope)
        value = self.translate(node.expressions[0], scope)
        column = _column_of(node)
        if column is None:
            return Typed(f"TRY({value.sql})", value.type)
        return guarded(value, self.translate(column, scope).sql)

    def _over_aggregates(self, tried: exp.Expr, found: list[exp.Expr], scope: Scope) -> Typed:
        """Aggregates are computed outside, as Trino does, and tried as the fields of a struct."""
        values = {f"try {i}": self.translate(node, scope) for i, node in enumerate(found)}
        copied = exp.Paren(this=tried.copy())
        for name, node in zip(values, list(_aggregates(copied)), strict=True):
            node.replace(exp.column(name))
        fields = {n: Typed(f"_te['{n}']", v.type) for n, v in values.items()}
        value = self.translate(copied, replace(scope, lambdas={**scope.lambdas, **fields}))
        packed = ", ".join(f"'{n}': {v.sql}" for n, v in values.items())
        each = f"list_transform([{{{packed}}}], lambda _te: TRY({value.sql}))"
        return Typed(f"list_extract({each}, 1)", value.type)


def _is_aggregate(node: exp.Expr | None) -> bool:
    named = isinstance(node, exp.Anonymous) and functions.kind_of(node.name.lower()) == "aggregate"
    return named or isinstance(node, _GROUPED)


def _aggregates(node: exp.Expr) -> Iterator[exp.Expr]:
    """The outermost aggregates and window calls of an expression."""
    if _is_aggregate(node):
        yield node
    elif not isinstance(node, exp.Query):
        for child in node.iter_expressions():
            yield from _aggregates(child)


def _column_of(tried: exp.Expr) -> exp.Column | None:
    """A column that may stand by itself where a TRY stands, if one is known to."""
    select = tried.find_ancestor(exp.Select)
    if select is None or (select.args.get("group") and not _inside_aggregate(tried, select)):
        return None
    columns = tried.find_all(exp.Column)
    return next((c for c in columns if c.find_ancestor(exp.Lambda, exp.Select) is select), None)


def _inside_aggregate(node: exp.Expr, select: exp.Select) -> bool:
    outer = node.parent
    while outer is not None and outer is not select and not _is_aggregate(outer):
        outer = outer.parent
    return outer is not select and outer is not None
