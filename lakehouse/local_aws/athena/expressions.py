"""Expressions: a node of the Trino tree becomes typed DuckDB SQL.

One method per kind of node, found by the node's class; a node without a method is refused. Functions
come from the table in `functions`, operators from `operators`; queries inside expressions are handed
back to the query translator.
"""

from collections.abc import Callable
from typing import Protocol

from sqlglot import exp

from lakehouse.local_aws.athena import functions, lambdas, operators
from lakehouse.local_aws.athena import types as t
from lakehouse.local_aws.athena.casts import cast, try_cast
from lakehouse.local_aws.athena.dialect import position
from lakehouse.local_aws.athena.errors import QueryError, not_supported
from lakehouse.local_aws.athena.scope import Output, Scope, dereference
from lakehouse.local_aws.athena.typed import Typed, coerce, fail
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
_EXTRACT = {
    "dow": "day_of_week",
    "doy": "day_of_year",
    "yow": "year_of_week",
    "day_of_month": "day",
}


class Queries(Protocol):
    """The translator of whole queries, as expressions need it."""

    def query(self, tree: exp.Expr, scope: Scope) -> Output:
        """Translate a query inside an expression."""


class Expressions:
    """Translates expressions of one SQL text (`sql` is it, for positions in errors)."""

    def __init__(self, sql: str, queries: Queries) -> None:
        self.sql = sql
        self.queries = queries

    def where(self, node: exp.Expr) -> str:
        """`line l:c: ` of a node."""
        return position(node, self.sql)

    def translate(self, node: exp.Expr, scope: Scope) -> Typed:
        """The typed DuckDB SQL of `node`. QueryError for what is wrong or not supported."""
        method: Callable[[exp.Expr, Scope], Typed] | None = None
        for kind, operator in _COMPARISONS.items():
            if type(node) is kind:
                return self._compare(operator, node, scope)
        if type(node) in _ARITHMETIC or type(node) in _DISTINCT:
            return self._binary(node, scope)
        method = getattr(self, f"_{type(node).__name__.lower()}", None)
        if method is None:
            raise not_supported(f"{self.where(node)}The expression {node.sql('trino')[:80]}")
        typed: Typed = method(node, scope)
        return typed

    def boolean(self, node: exp.Expr, scope: Scope, clause: str) -> str:
        """SQL of a condition. TYPE_MISMATCH when it is no boolean."""
        value = self.translate(node, scope)
        if value.type.name not in ("boolean", "unknown"):
            words = f"{clause} clause must evaluate to a boolean: actual type {value.type}"
            raise QueryError("TYPE_MISMATCH", f"{self.where(node)}{words}")
        return value.sql

    def _binary(self, node: exp.Expr, scope: Scope) -> Typed:
        left, right = (self.translate(node.args[k], scope) for k in ("this", "expression"))
        where = self.where(node)
        if type(node) in _DISTINCT:
            return operators.comparison(_DISTINCT[type(node)], left, right, where)
        return operators.arithmetic(_ARITHMETIC[type(node)], left, right, where)

    def _compare(self, operator: str, node: exp.Expr, scope: Scope) -> Typed:
        left = self.translate(node.this, scope)
        right = node.expression
        if isinstance(right, exp.Any | exp.All):
            return self._quantified(operator, left, right, scope)
        return operators.comparison(operator, left, self.translate(right, scope), self.where(node))

    def _quantified(
        self, operator: str, left: Typed, right: exp.Any | exp.All, scope: Scope
    ) -> Typed:
        inner = right.this.this if isinstance(right.this, exp.Subquery) else right.this
        output = self.queries.query(inner, scope.inner())
        operators.comparison(operator, left, Typed("", output.fields[0].type), self.where(right))
        word = "ANY" if isinstance(right, exp.Any) else "ALL"
        return Typed(f"({left.sql} {operator} {word} ({output.sql}))", t.BOOLEAN)

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

    def _literal(self, node: exp.Literal, scope: Scope) -> Typed:
        text = node.this
        if node.is_string:
            return Typed(t.duckdb_string(text), t.varchar(len(text)), text)
        if "e" in text.lower():
            return Typed(f"CAST({text} AS DOUBLE)", t.DOUBLE, text)
        if "." in text:
            whole, _, fraction = text.partition(".")
            kind = t.decimal(max(1, len(whole.lstrip("0")) + len(fraction)), len(fraction))
            return Typed(f"CAST({text} AS {t.duckdb_name(kind)})", kind, text)
        kind = t.INTEGER if int(text) < 2**31 else t.BIGINT
        return Typed(f"CAST({text} AS {t.duckdb_name(kind)})", kind, text)

    def _boolean(self, node: exp.Boolean, scope: Scope) -> Typed:
        return Typed("TRUE" if node.this else "FALSE", t.BOOLEAN)

    def _null(self, node: exp.Null, scope: Scope) -> Typed:
        return Typed("NULL", t.UNKNOWN)

    def _hexstring(self, node: exp.HexString, scope: Scope) -> Typed:
        return Typed(f"unhex({t.duckdb_string(node.name)})", t.VARBINARY)

    def _interval(self, node: exp.Interval, scope: Scope) -> Typed:
        unit = node.text("unit").lower().rstrip("s")
        amount = node.this.name if node.this else ""
        if (
            unit not in ("second", "minute", "hour", "day", "month", "year", "week")
            or not amount.lstrip("-+").isdigit()
        ):
            raise not_supported(f"{self.where(node)}The interval {node.sql('trino')}")
        kind = t.YEAR_INTERVAL if unit in ("month", "year") else t.DAY_INTERVAL
        return Typed(f"INTERVAL '{int(amount)}' {unit.upper()}", kind)

    # structure

    def _paren(self, node: exp.Paren, scope: Scope) -> Typed:
        value = self.translate(node.this, scope)
        return Typed(f"({value.sql})", value.type, value.literal)

    def _tuple(self, node: exp.Tuple, scope: Scope) -> Typed:
        return functions.call(
            "row", [self.translate(e, scope) for e in node.expressions], self.where(node)
        )

    def _neg(self, node: exp.Neg, scope: Scope) -> Typed:
        value = self.translate(node.this, scope)
        if not t.is_numeric(value.type) and not value.type.name.startswith("interval"):
            raise QueryError("TYPE_MISMATCH", f"{self.where(node)}Cannot negate {value.type}")
        literal = f"-{value.literal}" if value.literal else None
        return Typed(f"(-{value.sql})", value.type, literal)

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
            common = common and t.common_type(common, value.type)
        if common is None:
            kinds = [str(v.type) for v in values]
            words = f"Cannot check if {kinds[0]} is BETWEEN {kinds[1]} and {kinds[2]}"
            raise QueryError("TYPE_MISMATCH", f"{self.where(node)}{words}")
        tested, low, high = (coerce(v, common).sql for v in values)
        return Typed(f"({tested} BETWEEN {low} AND {high})", t.BOOLEAN)

    def _in(self, node: exp.In, scope: Scope) -> Typed:
        left = self.translate(node.this, scope)
        query = node.args.get("query")
        if query is not None:
            output = self.queries.query(query.this, scope.inner())
            operators.unify(
                [left, Typed("", output.fields[0].type)],
                "value and result of subquery",
                self.where(node),
            )
            return Typed(f"({left.sql} IN ({output.sql}))", t.BOOLEAN)
        items = [self.translate(e, scope) for e in node.expressions]
        first, *rest = operators.unify([left, *items], "IN value and list items", self.where(node))
        return Typed(f"({first.sql} IN ({', '.join(r.sql for r in rest)}))", t.BOOLEAN)

    def _like(self, node: exp.Like, scope: Scope, escape: str = "") -> Typed:
        value, pattern = self.translate(node.this, scope), self.translate(node.expression, scope)
        for side in (value, pattern):
            if side.type.name not in ("varchar", "char", "unknown"):
                words = (
                    f"Left side of LIKE expression must evaluate to a varchar (actual: {side.type})"
                )
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
        try:
            return functions.call("concat", parts, self.where(node))
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

    def _array(self, node: exp.Array, scope: Scope) -> Typed:
        if not node.expressions:
            return Typed("[]", t.array_of(t.UNKNOWN))
        items = [self.translate(e, scope) for e in node.expressions]
        values = operators.unify(items, "All ARRAY elements", self.where(node))
        return Typed(f"[{', '.join(v.sql for v in values)}]", t.array_of(values[0].type))

    def _bracket(self, node: exp.Bracket, scope: Scope) -> Typed:
        base = self.translate(node.this, scope)
        index = self.translate(node.expressions[0], scope)
        if base.type.name == "array":
            return self._subscript(base, index)
        if base.type.name == "map":
            return self._lookup(base, index)
        if base.type.name == "row" and index.literal:
            return Typed(
                f"struct_extract({base.sql}, {t.duckdb_string(t.field_name(base.type, int(index.literal) - 1))})",
                base.type.items[int(index.literal) - 1],
            )
        raise operators.mismatch("[]", base, index, self.where(node))

    def _subscript(self, base: Typed, index: Typed) -> Typed:
        item = base.type.items[0]
        big = fail(
            "INVALID_FUNCTION_ARGUMENT",
            "'Array subscript must be less than or equal to array length: '"
            f" || {index.sql} || ' > ' || len({base.sql})",
            item,
        )
        small = fail(
            "INVALID_FUNCTION_ARGUMENT",
            "CASE WHEN "
            f"{index.sql} = 0 THEN 'SQL array indices start at 1' "
            "ELSE 'Array subscript is negative: ' || "
            f"{index.sql} END",
            item,
        )
        sql = (
            f"CASE WHEN {index.sql} > len({base.sql}) THEN {big} WHEN {index.sql} < 1 THEN {small} "
            f"ELSE list_extract({base.sql}, {index.sql}) END"
        )
        return Typed(sql, item)

    def _lookup(self, base: Typed, index: Typed) -> Typed:
        key, value = base.type.items
        wanted = coerce(index, key).sql
        missing = fail(
            "INVALID_FUNCTION_ARGUMENT",
            f"'Key not present in map: ' || CAST({wanted} AS VARCHAR)",
            value,
        )
        sql = (
            f"CASE WHEN {base.sql} IS NOT NULL AND NOT map_contains({base.sql}, {wanted}) THEN {missing} "
            f"ELSE map_extract_value({base.sql}, {wanted}) END"
        )
        return Typed(sql, value)

    # conversions and special syntax

    def _cast(self, node: exp.Cast, scope: Scope) -> Typed:
        return cast(self.translate(node.this, scope), self._type(node), self.where(node))

    def _trycast(self, node: exp.TryCast, scope: Scope) -> Typed:
        return try_cast(self.translate(node.this, scope), self._type(node), self.where(node))

    def _type(self, node: exp.Cast) -> Type:
        text = node.to.sql("trino")
        if (
            text.upper().startswith("DECIMAL")
            and not node.to.expressions
            and isinstance(node.this, exp.Literal)
        ):
            whole, _, fraction = node.this.name.lstrip("+-").partition(".")
            return t.decimal(max(1, len(whole.lstrip("0")) + len(fraction)), len(fraction))
        try:
            return t.parse_type(text.lower())
        except t.TypeSyntaxError as error:
            raise QueryError(
                "TYPE_NOT_FOUND", f"{self.where(node)}Unknown type: {text.lower()}"
            ) from error

    def _extract(self, node: exp.Extract, scope: Scope) -> Typed:
        unit = node.this.name.lower()
        return functions.call(
            _EXTRACT.get(unit, unit), [self.translate(node.expression, scope)], self.where(node)
        )

    def _substring(self, node: exp.Substring, scope: Scope) -> Typed:
        keys = [k for k in ("this", "start", "length") if node.args.get(k) is not None]
        return functions.call(
            "substr", [self.translate(node.args[k], scope) for k in keys], self.where(node)
        )

    def _strposition(self, node: exp.StrPosition, scope: Scope) -> Typed:
        args = [self.translate(node.args[k], scope) for k in ("this", "substr")]
        return functions.call("strpos", args, self.where(node))

    def _trim(self, node: exp.Trim, scope: Scope) -> Typed:
        name = {"LEADING": "ltrim", "TRAILING": "rtrim"}.get(node.text("position").upper(), "trim")
        value = self.translate(node.this, scope)
        if node.expression is None:
            return functions.call(name, [value], self.where(node))
        characters = self.translate(node.expression, scope).sql
        return Typed(f"{name}({value.sql}, {characters})", t.VARCHAR)

    def _attimezone(self, node: exp.AtTimeZone, scope: Scope) -> Typed:
        args = [self.translate(node.this, scope), self.translate(node.args["zone"], scope)]
        return functions.call("at_timezone", args, self.where(node))

    def _currentdate(self, node: exp.CurrentDate, scope: Scope) -> Typed:
        return Typed("CAST(timezone('UTC', now()) AS DATE)", t.DATE)

    def _currenttimestamp(self, node: exp.CurrentTimestamp, scope: Scope) -> Typed:
        return functions.call("now", [], self.where(node))

    def _localtimestamp(self, node: exp.Localtimestamp, scope: Scope) -> Typed:
        return Typed("date_trunc('millisecond', timezone('UTC', now()))", t.TIMESTAMP)

    def _exists(self, node: exp.Exists, scope: Scope) -> Typed:
        return Typed(f"EXISTS ({self.queries.query(node.this, scope.inner()).sql})", t.BOOLEAN)

    def _subquery(self, node: exp.Subquery, scope: Scope) -> Typed:
        output = self.queries.query(node, scope.inner())
        if len(output.fields) != 1:
            raise QueryError(
                "NOT_SUPPORTED",
                f"{self.where(node)}Multiple columns returned by subquery are not yet supported. Found {len(output.fields)}",
            )
        return Typed(f"({output.sql})", output.fields[0].type)

    # functions

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
            return functions.call(name, args, where, nulls)
        if functions.kind_of(name) != "aggregate":
            raise QueryError(
                "FUNCTION_NOT_AGGREGATE", f"{where}DISTINCT and ORDER BY need an aggregate function"
            )
        value = functions.call(name, args, where, nulls)
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
            words = f"Unexpected parameters ({value.type}) for function listagg. Expected: listagg(varchar, varchar)"
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
    """Put FILTER or OVER behind the aggregate call, inside the cast that the table may wrap it in."""
    if sql.startswith(_CAST_OPEN):
        inner, _, kind = sql[len(_CAST_OPEN) : -1].rpartition(" AS ")
        return f"CAST({inner}{clause} AS {kind})"
    if name in ("map_agg", "bitwise_and_agg") and sql.startswith("map_from_entries"):
        raise not_supported(f"{where}FILTER or OVER on {name}")
    return f"{sql}{clause}"
