"""Calls: functions by name, DISTINCT, ORDER BY and FILTER of aggregates, windows.

What the functions are belongs to `functions` and `lambdas`.
"""

from sqlglot import exp

from lakehouse.local_aws.athena import functions, lambdas, operators
from lakehouse.local_aws.athena import types as t
from lakehouse.local_aws.athena.errors import QueryError, not_supported
from lakehouse.local_aws.athena.expression_base import ExpressionBase
from lakehouse.local_aws.athena.function_calls import call
from lakehouse.local_aws.athena.scope import Scope
from lakehouse.local_aws.athena.typed import Typed, coerce


class CallExpressions(ExpressionBase):
    """Nodes that call functions."""

    def _anonymous(self, node: exp.Anonymous, scope: Scope) -> Typed:
        return self.function(node, scope)

    def function(
        self, node: exp.Anonymous, scope: Scope, over: bool = False, nulls: str = ""
    ) -> Typed:
        """A call by name: special forms, lambdas, then the table."""
        name, where = node.name.lower(), self.where(node)
        if name == "try":
            value = self.translate(node.expressions[0], scope)
            return Typed(f"TRY({value.sql})", value.type)
        if name == "coalesce":
            values = [self.translate(e, scope) for e in node.expressions]
            values = operators.unify(values, "All COALESCE operands", where)
            return Typed(f"coalesce({', '.join(v.sql for v in values)})", values[0].type)
        if name == "grouping":
            parts = [self.translate(e, scope).sql for e in node.expressions]
            return Typed(f"CAST(grouping({', '.join(parts)}) AS INTEGER)", t.INTEGER)
        if name in lambdas.LAMBDAS:
            return lambdas.LAMBDAS[name](self, node, scope)
        if not functions.exists(name):
            raise QueryError("FUNCTION_NOT_FOUND", f"{where}Function '{name}' not registered")
        if functions.kind_of(name) == "window" and not over:
            raise QueryError(
                "MISSING_OVER", f"{where}Window function {name} requires an OVER clause"
            )
        return self._table_call(name, node, scope, nulls)

    def _table_call(self, name: str, node: exp.Anonymous, scope: Scope, nulls: str) -> Typed:
        args, distinct, order = self._arguments(node, scope)
        where = self.where(node)
        if not (distinct or order):
            return call(name, args, where, nulls)
        if functions.kind_of(name) != "aggregate":
            raise QueryError(
                "FUNCTION_NOT_AGGREGATE", f"{where}DISTINCT and ORDER BY need an aggregate function"
            )
        value = call(name, args, where, nulls)
        first = coerce(args[0], args[0].type).sql
        if value.sql.count(f"({first}") != 1 or name in ("count_if", "map_agg", "approx_distinct"):
            raise not_supported(f"{where}DISTINCT or ORDER BY inside {name}")
        sql = value.sql.replace(f"({first}", f"({distinct}{first}", 1)
        end = sql.index(")", sql.index(first) + len(first))
        return Typed(sql[:end] + order + sql[end:], value.type)

    def _arguments(self, node: exp.Anonymous, scope: Scope) -> tuple[list[Typed], str, str]:
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
            else:
                args.append(self.translate(item, scope))
        return args, distinct, order

    def order(self, items: list[exp.Expr], scope: Scope) -> str:
        """ORDER BY items; NULLs come last unless the query says otherwise."""
        return ", ".join(self._ordered(item, scope) for item in items)

    def _ordered(self, item: exp.Expr, scope: Scope) -> str:
        value = self.translate(item.this, scope).sql
        return f"{value}{ordering(item)}"

    def _groupconcat(self, node: exp.GroupConcat, scope: Scope) -> Typed:
        inner, order = node.this, ""
        if isinstance(inner, exp.Order):
            order, inner = f" ORDER BY {self.order(inner.expressions, scope)}", inner.this
        if not isinstance(inner, exp.Column | exp.Anonymous | exp.Cast) or node.args.get(
            "on_overflow"
        ):
            raise not_supported(f"{self.where(node)}This form of listagg")
        value = self.translate(inner, scope)
        if value.type.name not in ("varchar", "char"):
            words = (
                f"Unexpected parameters ({value.type}) for function listagg. "
                "Expected: listagg(varchar, varchar)"
            )
            raise QueryError("FUNCTION_NOT_FOUND", f"{self.where(node)}{words}")
        separator = node.args.get("separator")
        text = self.translate(separator, scope).sql if separator else "''"
        return Typed(f"string_agg({value.sql}, {text}{order})", t.VARCHAR)

    def _filter(self, node: exp.Filter, scope: Scope) -> Typed:
        value = self.translate(node.this, scope)
        test = self.boolean(node.expression.this, scope, "FILTER")
        name = node.this.name.lower() if isinstance(node.this, exp.Anonymous) else "listagg"
        if functions.kind_of(name) != "aggregate" and name != "listagg":
            raise QueryError(
                "FUNCTION_NOT_AGGREGATE",
                f"{self.where(node)}Filter is only valid for aggregation functions",
            )
        return Typed(
            _attach(value.sql, f" FILTER (WHERE {test})", name, self.where(node)), value.type
        )

    def _window(self, node: exp.Window, scope: Scope) -> Typed:
        function, nulls = node.this, ""
        if isinstance(function, exp.IgnoreNulls | exp.RespectNulls):
            nulls = " IGNORE NULLS" if isinstance(function, exp.IgnoreNulls) else ""
            function = function.this
        if isinstance(function, exp.Anonymous):
            value, name = (
                self.function(function, scope, over=True, nulls=nulls),
                function.name.lower(),
            )
        else:
            value, name = self.translate(function, scope), "filtered"
        return Typed(
            _attach(value.sql, f" OVER ({self._over(node, scope)})", name, self.where(node)),
            value.type,
        )

    def _over(self, node: exp.Window, scope: Scope) -> str:
        if node.args.get("alias") is not None:
            raise not_supported(f"{self.where(node)}A named window")
        parts = []
        if node.args.get("partition_by"):
            keys = [self.translate(e, scope).sql for e in node.args["partition_by"]]
            parts.append(f"PARTITION BY {', '.join(keys)}")
        if node.args.get("order"):
            parts.append(f"ORDER BY {self.order(node.args['order'].expressions, scope)}")
        if node.args.get("spec"):
            parts.append(self._frame(node.args["spec"], scope))
        return " ".join(parts)

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


_CAST_OPEN = "CAST("


def _attach(sql: str, clause: str, name: str, where: str) -> str:
    """Put FILTER or OVER behind the aggregate call, inside a cast that the table wraps it in."""
    if sql.startswith(_CAST_OPEN):
        inner, _, kind = sql[len(_CAST_OPEN) : -1].rpartition(" AS ")
        return f"CAST({inner}{clause} AS {kind})"
    if name in ("map_agg", "bitwise_and_agg") and sql.startswith("map_from_entries"):
        raise not_supported(f"{where}FILTER or OVER on {name}")
    return f"{sql}{clause}"
