"""Expressions: a node of the Trino tree becomes typed DuckDB SQL.

One method per kind of node, found by the node's class; a node without a method is refused.
Functions come from the table in `functions`, operators from `operators`; queries inside
expressions are handed back to the query translator.
"""

from collections.abc import Callable

from sqlglot import exp

from lakehouse.local_aws.athena import operators
from lakehouse.local_aws.athena import types as t
from lakehouse.local_aws.athena.coercion import common_type
from lakehouse.local_aws.athena.dialect import line_column
from lakehouse.local_aws.athena.errors import QueryError, not_supported
from lakehouse.local_aws.athena.expression_json import JsonExpressions
from lakehouse.local_aws.athena.expression_listagg import ListaggExpressions
from lakehouse.local_aws.athena.expression_try import TryExpressions
from lakehouse.local_aws.athena.expression_values import ValueExpressions
from lakehouse.local_aws.athena.function_calls import Clauses, call
from lakehouse.local_aws.athena.json_grammar import SUFFIX
from lakehouse.local_aws.athena.scope import Output, Scope, as_rows, dereference
from lakehouse.local_aws.athena.text_builders import concat
from lakehouse.local_aws.athena.typed import Typed, coerce, moment
from lakehouse.local_aws.athena.types import Type

_COMPARISONS: dict[type[exp.Expr], str] = {
    exp.EQ: "=", exp.NEQ: "<>", exp.LT: "<", exp.LTE: "<=", exp.GT: ">", exp.GTE: ">=",
}  # fmt: skip
_DISTINCT: dict[type[exp.Expr], str] = {
    exp.NullSafeEQ: "IS NOT DISTINCT FROM", exp.NullSafeNEQ: "IS DISTINCT FROM",
}  # fmt: skip
_ARITHMETIC: dict[type[exp.Expr], str] = {
    exp.Add: "+", exp.Sub: "-", exp.Mul: "*", exp.Div: "/", exp.Mod: "%",
}  # fmt: skip


class Expressions(ValueExpressions, JsonExpressions, ListaggExpressions, TryExpressions):
    """Translates expressions of one SQL text (`sql` is it, for positions in errors)."""

    def translate(self, node: exp.Expr, scope: Scope) -> Typed:
        """The typed DuckDB SQL of `node`. QueryError for what is wrong or not supported."""
        kind = type(node)
        if kind in _COMPARISONS:
            return self._compare(_COMPARISONS[kind], node, scope)
        if kind in _ARITHMETIC or kind in _DISTINCT:
            return self._binary(node, scope)
        method: Callable[[exp.Expr, Scope], Typed] | None
        method = getattr(self, f"_{kind.__name__.lower()}", None)
        if method is None:
            raise not_supported(f"{self.where(node)}The expression {node.sql('trino')[:80]}")
        made: Typed = method(node, scope)
        return made

    def function(self, node: exp.Anonymous, scope: Scope, clauses: Clauses) -> Typed:
        """A call; those with a syntax of their own go to `expression_json`."""
        if node.name.endswith(SUFFIX):
            return self.sql_json(node, scope)
        return super().function(node, scope, clauses)

    def _binary(self, node: exp.Expr, scope: Scope) -> Typed:
        left, right = (self.translate(node.args[k], scope) for k in ("this", "expression"))
        if type(node) in _DISTINCT:
            where = self._operator_place(node, ("IS", "is", "Is"))
            return operators.comparison(_DISTINCT[type(node)], left, right, where)
        sign = _ARITHMETIC[type(node)]
        return operators.arithmetic(sign, left, right, self._operator_place(node, (sign,)))

    def _operator_place(self, node: exp.Expr, signs: tuple[str, ...]) -> str:
        """`line l:c: ` of a binary operator: Trino's place of the expression."""
        end = max((n.meta["end"] for n in node.this.walk() if "end" in n.meta), default=None)
        start = min(
            (n.meta["start"] for n in node.expression.walk() if "start" in n.meta), default=None
        )
        if end is not None:
            found = [self.sql.find(s, end + 1) for s in signs]
        else:
            found = [self.sql.rfind(s, 0, start) for s in signs]
        places = [place for place in found if place >= 0]
        return line_column(self.sql, min(places)) if places else self.where(node)

    def _compare(self, operator: str, node: exp.Expr, scope: Scope) -> Typed:
        left = self.translate(node.this, scope)
        right = node.expression
        if isinstance(right, exp.Anonymous) and right.name.upper() == "ALL":
            right = exp.All(this=right.expressions[0])  # ALL (VALUES ...)
        if isinstance(right, exp.Any | exp.All):
            return self._quantified(operator, left, right, scope)
        signs = ("<>", "!=") if operator == "<>" else (operator,)
        where = self._operator_place(node, signs)
        return operators.comparison(operator, left, self.translate(right, scope), where)

    def _quantified(
        self, operator: str, left: Typed, right: exp.Any | exp.All, scope: Scope
    ) -> Typed:
        inner = right.this.this if isinstance(right.this, exp.Subquery) else right.this
        output = self.queries.query(inner, scope.inner())
        common = common_type(left.type, output.fields[0].type)
        if common is None:
            raise operators.mismatch(
                operator, left, Typed("", output.fields[0].type), self.where(right)
            )
        word = "ANY" if isinstance(right, exp.Any) else "ALL"
        tested, query = coerce(left, common).sql, self._compared(output, common)
        return Typed(f"({tested} {operator} {word} ({query}))", t.BOOLEAN)

    def _compared(self, output: Output, common: Type) -> str:
        """SQL of a query's one column in the type that it is compared in."""
        column = output.fields[0]
        value = moment(coerce(Typed(column.sql, column.type), common))
        if value.sql == column.sql:
            return output.sql
        return f"SELECT {value.sql} FROM ({output.sql}) AS q"

    # names and literals

    def _column(self, node: exp.Column, scope: Scope) -> Typed:
        if isinstance(node.this, exp.Star):
            raise not_supported(f"{self.where(node)}A star inside an expression")
        return self._named([part.name.lower() for part in node.parts], node, scope)

    def _named(self, parts: list[str], node: exp.Expr, scope: Scope) -> Typed:
        if parts[0] in scope.lambdas:
            return dereference(scope.lambdas[parts[0]], parts[1:], self.where(node))
        return scope.resolve(parts, self.where(node))

    def _identifier(self, node: exp.Identifier, scope: Scope) -> Typed:
        return self._named([node.name.lower()], node, scope)

    def _dot(self, node: exp.Dot, scope: Scope) -> Typed:
        if not isinstance(node.expression, exp.Identifier):
            raise not_supported(f"{self.where(node)}The expression {node.sql('trino')[:80]}")
        names, inner = [node.expression.name.lower()], node.this
        while isinstance(inner, exp.Dot) and isinstance(inner.expression, exp.Identifier):
            names, inner = [inner.expression.name.lower(), *names], inner.this
        if isinstance(inner, exp.Column):
            return self._named([*(p.name.lower() for p in inner.parts), *names], node, scope)
        return dereference(self.translate(inner, scope), names, self.where(node))

    # structure and conditions

    def _paren(self, node: exp.Paren, scope: Scope) -> Typed:
        value = self.translate(node.this, scope)
        return Typed(f"({value.sql})", value.type, value.literal)

    def _tuple(self, node: exp.Tuple, scope: Scope) -> Typed:
        return call("row", [self.translate(e, scope) for e in node.expressions], self.where(node))

    def _neg(self, node: exp.Neg, scope: Scope) -> Typed:
        if isinstance(node.this, exp.Literal) and node.this.this.isdigit():
            return self.integer(f"-{node.this.this}", node)
        value = self.translate(node.this, scope)
        if not t.is_numeric(value.type) and not value.type.name.startswith("interval"):
            raise QueryError("TYPE_MISMATCH", f"{self.where(node)}Cannot negate {value.type}")
        literal = f"-{value.literal}" if value.literal else None
        negated = f"(-{value.sql})"
        if value.type.name in t.INTEGERS:  # the least integer has no opposite
            negated = f"CAST({negated} AS {t.duckdb_name(value.type)})"
        return Typed(negated, value.type, literal)

    def _and(self, node: exp.And, scope: Scope) -> Typed:
        return Typed(
            "(" + " AND ".join(self._logical(p, scope) for p in node.flatten()) + ")", t.BOOLEAN
        )

    def _or(self, node: exp.Or, scope: Scope) -> Typed:
        return Typed(
            "(" + " OR ".join(self._logical(p, scope) for p in node.flatten()) + ")", t.BOOLEAN
        )

    def _not(self, node: exp.Not, scope: Scope) -> Typed:
        return Typed(f"(NOT {self._logical(node.this, scope)})", t.BOOLEAN)

    def _logical(self, node: exp.Expr, scope: Scope) -> str:
        value = self.translate(node, scope)
        if value.type.name not in ("boolean", "unknown"):
            words = f"Logical expression term must evaluate to a boolean: actual type {value.type}"
            raise QueryError("TYPE_MISMATCH", f"{self.where(node)}{words}")
        return value.sql

    def _is(self, node: exp.Is, scope: Scope) -> Typed:
        if not isinstance(node.expression, exp.Null):
            raise not_supported(f"{self.where(node)}The expression {node.sql('trino')[:80]}")
        return Typed(f"({self.translate(node.this, scope).sql} IS NULL)", t.BOOLEAN)

    def _between(self, node: exp.Between, scope: Scope) -> Typed:
        values = [self.translate(node.args[k], scope) for k in ("this", "low", "high")]
        common: Type | None = values[0].type
        for value in values[1:]:
            common = common and common_type(common, value.type)
        if common is None:
            kinds = [str(v.type) for v in values]
            words = f"Cannot check if {kinds[0]} is BETWEEN {kinds[1]} and {kinds[2]}"
            raise QueryError("TYPE_MISMATCH", f"{self.where(node)}{words}")
        tested, low, high = (moment(coerce(v, common)).sql for v in values)
        return Typed(f"({tested} BETWEEN {low} AND {high})", t.BOOLEAN)

    def _in(self, node: exp.In, scope: Scope) -> Typed:
        left = self.translate(node.this, scope)
        query = node.args.get("query")
        if query is not None:
            return self._in_query(left, query.this, node, scope)
        items = [self.translate(e, scope) for e in node.expressions]
        unified = operators.unify([left, *items], "IN value and list items", self.where(node))
        first, *rest = (moment(v).sql for v in unified)
        return Typed(f"({first} IN ({', '.join(rest)}))", t.BOOLEAN)

    def _in_query(self, left: Typed, query: exp.Expr, node: exp.In, scope: Scope) -> Typed:
        output = as_rows(self.queries.query(query, scope.inner()))
        common = common_type(left.type, output.fields[0].type)
        if common is None:
            words = "value and result of subquery must be of the same type for IN expression: "
            kinds = f"{left.type} vs {output.fields[0].type}"
            raise QueryError("TYPE_MISMATCH", f"{self.where(node)}{words}{kinds}")
        tested = moment(coerce(left, common)).sql
        return Typed(f"({tested} IN ({self._compared(output, common)}))", t.BOOLEAN)

    def _like(self, node: exp.Like, scope: Scope, escape: str = "") -> Typed:
        value, pattern = self.translate(node.this, scope), self.translate(node.expression, scope)
        for side in (value, pattern):
            if side.type.name not in t.TEXTS:
                name = "Left side of LIKE expression" if side is value else (
                    "Pattern for LIKE expression"
                )  # fmt: skip
                words = f"{name} must evaluate to a varchar (actual: {side.type})"
                raise QueryError("TYPE_MISMATCH", f"{self.where(node)}{words}")
        word = "NOT LIKE" if node.args.get("negate") else "LIKE"
        return Typed(f"({value.sql} {word} {pattern.sql}{escape})", t.BOOLEAN)

    def _escape(self, node: exp.Escape, scope: Scope) -> Typed:
        if not isinstance(node.this, exp.Like):
            raise not_supported(f"{self.where(node)}ESCAPE outside LIKE")
        character = self.translate(node.expression, scope).sql
        return self._like(node.this, scope, f" ESCAPE {character}")

    def _dpipe(self, node: exp.DPipe, scope: Scope) -> Typed:
        parts = [self.translate(part, scope) for part in node.flatten()]
        if not any(p.type.name == "array" for p in parts):
            return self._joined(parts, node)
        value = parts[0]
        for part in parts[1:]:  # an array may grow by one element after the other
            value = self._joined([value, part], node)
        return value

    def _joined(self, parts: list[Typed], node: exp.Expr) -> Typed:
        try:
            return concat(parts, self.where(node))
        except QueryError as error:
            raise QueryError("TYPE_MISMATCH", error.message) from error

    def _case(self, node: exp.Case, scope: Scope) -> Typed:
        subject = node.args.get("this")
        tests = []
        for branch in node.args["ifs"]:
            test = (
                exp.EQ(this=subject.copy(), expression=branch.this.copy())
                if subject
                else branch.this
            )
            tests.append(self.boolean(test, scope, "CASE WHEN"))
        results = [self.translate(b.args["true"], scope) for b in node.args["ifs"]]
        default = node.args.get("default")
        results.append(self.translate(default, scope) if default else Typed("NULL", t.UNKNOWN))
        values = operators.unify(results, "All CASE results", self.where(node))
        branches = " ".join(f"WHEN {c} THEN {v.sql}" for c, v in zip(tests, values, strict=False))
        return Typed(f"CASE {branches} ELSE {values[-1].sql} END", values[0].type)

    def _if(self, node: exp.If, scope: Scope) -> Typed:
        test = self.boolean(node.this, scope, "IF")
        default = node.args.get("false")
        results = [self.translate(node.args["true"], scope)]
        results.append(self.translate(default, scope) if default else Typed("NULL", t.UNKNOWN))
        values = operators.unify(results, "Result types for IF", self.where(node))
        return Typed(
            f"CASE WHEN {test} THEN {values[0].sql} ELSE {values[1].sql} END", values[0].type
        )

    def _exists(self, node: exp.Exists, scope: Scope) -> Typed:
        return Typed(f"EXISTS ({self.queries.query(node.this, scope.inner()).sql})", t.BOOLEAN)

    def _subquery(self, node: exp.Subquery, scope: Scope) -> Typed:
        output = self.queries.query(node, scope.inner())
        if len(output.fields) != 1:
            raise QueryError(
                "NOT_SUPPORTED",
                f"{self.where(node)}Multiple columns returned by subquery are not yet supported. "
                f"Found {len(output.fields)}",
            )
        return Typed(f"({output.sql})", output.fields[0].type)
