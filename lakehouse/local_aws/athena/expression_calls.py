"""Calls: functions by name, DISTINCT, ORDER BY and FILTER of aggregates, windows.

What the functions are belongs to `functions` and `lambdas`; listagg stands in `expression_listagg`.
"""

from dataclasses import replace

from sqlglot import exp

from lakehouse.local_aws.athena import functions, lambdas, operators
from lakehouse.local_aws.athena import types as t
from lakehouse.local_aws.athena.errors import QueryError, not_supported
from lakehouse.local_aws.athena.expression_base import ExpressionBase
from lakehouse.local_aws.athena.function_calls import PLAIN, Clauses, call, missing
from lakehouse.local_aws.athena.scope import Scope
from lakehouse.local_aws.athena.typed import Typed, moment

_NO_DISTINCT = ("map_agg", "multimap_agg", "max_by", "min_by", "approx_percentile", "checksum",
                "numeric_histogram", "entropy", "skewness")  # fmt: skip


class CallExpressions(ExpressionBase):
    """Nodes that call functions."""

    def _anonymous(self, node: exp.Anonymous, scope: Scope) -> Typed:
        return self.function(node, scope, PLAIN)

    def function(self, node: exp.Anonymous, scope: Scope, clauses: Clauses) -> Typed:
        """A call by name: special forms, lambdas, then the table."""
        name, where = node.name.lower(), self.where(node)
        special = getattr(self, f"_call_{name}", None)
        if special is not None:
            made: Typed = special(node, scope)
            return made
        if lambdas.takes_lambda(name, node):
            value = lambdas.LAMBDAS[name](self, node, scope)
            return Typed(clauses.put_into(value.sql), value.type)
        if not functions.exists(name):
            raise missing(name, where)
        self._check_place(name, node, scope, clauses)
        if functions.kind_of(name) == "aggregate" and not clauses.over:
            scope = replace(scope, inside_aggregate=name)
        args, inside = self._arguments(node, scope)
        if (inside.distinct or inside.order) and functions.kind_of(name) != "aggregate":
            words = f"{where}DISTINCT is not supported for non-aggregation functions"
            raise QueryError("FUNCTION_NOT_AGGREGATE", words)
        if inside.distinct and (name in _NO_DISTINCT or len(args) > 1):
            raise not_supported(f"{where}DISTINCT inside {name}")
        made_of = replace(clauses, distinct=inside.distinct, order=inside.order)
        if name == "approx_distinct" and inside.distinct:
            made_of = replace(made_of, distinct="")
        return call(name, args, where, made_of)

    def _check_place(self, name: str, node: exp.Anonymous, scope: Scope, clauses: Clauses) -> None:
        kind, where = functions.kind_of(name), self.where(node)
        if kind == "window" and not clauses.over:
            raise QueryError(
                "MISSING_OVER", f"{where}Window function {name} requires an OVER clause"
            )
        if clauses.filter and kind != "aggregate":
            words = f"{where}Filter is only valid for aggregation functions"
            raise QueryError("FUNCTION_NOT_AGGREGATE", words)
        if kind == "aggregate" and not clauses.over and scope.inside_aggregate:
            words = (
                f"{where}Cannot nest aggregations inside aggregation "
                f"'{scope.inside_aggregate}': [{node.sql('trino')}]"
            )
            raise QueryError("NESTED_AGGREGATION", words)
        if kind == "aggregate" and not clauses.over and scope.no_aggregates:
            words = (
                f"{where}{scope.no_aggregates} cannot contain aggregations, window functions or "
                f"grouping operations: [{node.sql('trino')}]"
            )
            raise QueryError("EXPRESSION_NOT_SCALAR", words)

    def _call_coalesce(self, node: exp.Anonymous, scope: Scope) -> Typed:
        where = self.where(node)
        if len(node.expressions) < 2:
            words = f"{where}The 'coalesce' function must have at least two arguments"
            raise QueryError("INVALID_FUNCTION_ARGUMENT", words)
        values = [self.translate(e, scope) for e in node.expressions]
        values = operators.unify(values, "All COALESCE operands", where)
        return Typed(f"coalesce({', '.join(v.sql for v in values)})", values[0].type)

    def _call_grouping(self, node: exp.Anonymous, scope: Scope) -> Typed:
        parts = [self.translate(e, scope).sql for e in node.expressions]
        return Typed(f"CAST(grouping({', '.join(parts)}) AS INTEGER)", t.INTEGER)

    def _arguments(self, node: exp.Anonymous, scope: Scope) -> tuple[list[Typed], Clauses]:
        args, distinct, order = [], "", ""
        for item in node.expressions:
            if isinstance(item, exp.Star):
                continue
            if isinstance(item, exp.Order):
                order = f" ORDER BY {self.order(item.expressions, scope)}"
                item = item.this
            if isinstance(item, exp.Distinct):
                distinct = "DISTINCT "
                args += [self.translate(e, scope) for e in item.expressions]
            elif item is not None:
                args.append(self.translate(item, scope))
        return args, Clauses(distinct=distinct, order=order)

    def order(self, items: list[exp.Expr], scope: Scope) -> str:
        """ORDER BY items; NULLs come last unless the query says otherwise."""
        return ", ".join(self._ordered(item, scope) for item in items)

    def _ordered(self, item: exp.Expr, scope: Scope) -> str:
        value = self.translate(item.this, scope)
        if value.type.name in ("map", "json"):
            words = f"{self.where(item)}Type {value.type} is not orderable, and therefore cannot "
            raise QueryError("TYPE_MISMATCH", words + "be used in ORDER BY: " + item.this.sql())
        return f"{moment(value).sql}{ordering(item)}"

    def _filter(self, node: exp.Filter, scope: Scope) -> Typed:
        return self._aggregate(node, scope, "")

    def _aggregate(self, node: exp.Expr, scope: Scope, over: str, nulls: str = "") -> Typed:
        """An aggregate or window call with FILTER and OVER around it."""
        clause = ""
        if isinstance(node, exp.Filter):
            test = self.boolean(node.expression.this, scope, "FILTER")
            clause, node = f" FILTER (WHERE {test})", node.this
        clauses = Clauses(filter=clause, over=over, nulls=nulls)
        if isinstance(node, exp.Anonymous):
            return self.function(node, scope, clauses)
        if isinstance(node, exp.WithinGroup | exp.GroupConcat):
            return self.listagg(node, scope, clauses)
        raise not_supported(f"{self.where(node)}The call {node.sql('trino')[:60]}")

    def listagg(self, node: exp.Expr, scope: Scope, clauses: Clauses) -> Typed:
        """Implemented beside (`expression_listagg`)."""
        raise NotImplementedError

    def _window(self, node: exp.Window, scope: Scope) -> Typed:
        function, nulls = node.this, ""
        if isinstance(function, exp.IgnoreNulls | exp.RespectNulls):
            nulls = " IGNORE NULLS" if isinstance(function, exp.IgnoreNulls) else ""
            function = function.this
        if scope.no_aggregates:
            words = (
                f"{self.where(node)}{scope.no_aggregates} cannot contain aggregations, window "
                f"functions or grouping operations: [{node.sql('trino')}]"
            )
            raise QueryError("EXPRESSION_NOT_SCALAR", words)
        return self._aggregate(function, scope, f" OVER ({self.over(node, scope)})", nulls)

    def over(self, node: exp.Window, scope: Scope) -> str:
        """The inside of OVER (...) or of a WINDOW clause's item."""
        parts = []
        named = node.args.get("alias")
        if named is not None:
            name = named.name.lower()
            if name not in scope.windows:
                words = f"{self.where(node)}Cannot resolve WINDOW name {named.name}"
                raise QueryError("INVALID_WINDOW_REFERENCE", words)
            parts.append(scope.windows[name])
        if node.args.get("partition_by"):
            keys = [moment(self.translate(e, scope)).sql for e in node.args["partition_by"]]
            parts.append(f"PARTITION BY {', '.join(keys)}")
        if node.args.get("order"):
            parts.append(f"ORDER BY {self.order(node.args['order'].expressions, scope)}")
        if node.args.get("spec"):
            parts.append(self._frame(node.args["spec"], scope))
        return " ".join(p for p in parts if p)

    def _frame(self, spec: exp.WindowSpec, scope: Scope) -> str:
        sides = []
        for key in ("start", "end"):
            bound = spec.args.get(key) or "CURRENT ROW"
            text = bound if isinstance(bound, str) else self.translate(bound, scope).sql
            sides.append(f"{text} {spec.args.get(f'{key}_side') or ''}".strip())
        return f"{spec.text('kind')} BETWEEN {sides[0]} AND {sides[1]}"


def ordering(item: exp.Expr) -> str:
    """` ASC NULLS LAST` and its kin for an ORDER BY item."""
    nulls = "FIRST" if item.args.get("nulls_first") else "LAST"
    return f" {'DESC' if item.args.get('desc') else 'ASC'} NULLS {nulls}"
