"""Expressions that make values: literals, arrays and their subscripts, casts, special call syntax.

Names, operators and conditions belong to `expressions`.
"""

from sqlglot import exp

from lakehouse.local_aws.athena import operators
from lakehouse.local_aws.athena import types as t
from lakehouse.local_aws.athena.casts import cast, try_cast
from lakehouse.local_aws.athena.errors import QueryError, not_supported
from lakehouse.local_aws.athena.expression_base import ExpressionBase
from lakehouse.local_aws.athena.function_calls import call
from lakehouse.local_aws.athena.scope import Scope
from lakehouse.local_aws.athena.type_syntax import parse_type
from lakehouse.local_aws.athena.typed import Typed, coerce, fail, row_field
from lakehouse.local_aws.athena.types import Type, TypeSyntaxError

_EXTRACT = {
    "dow": "day_of_week",
    "doy": "day_of_year",
    "yow": "year_of_week",
    "day_of_month": "day",
}


class ValueExpressions(ExpressionBase):
    """Nodes that make values."""

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
            return row_field(base, int(index.literal) - 1)
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
            f"CASE WHEN {base.sql} IS NOT NULL AND "
            f"NOT map_contains({base.sql}, {wanted}) THEN {missing} "
            f"ELSE map_extract_value({base.sql}, {wanted}) END"
        )
        return Typed(sql, value)

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
            return parse_type(text.lower())
        except TypeSyntaxError as error:
            raise QueryError(
                "TYPE_NOT_FOUND", f"{self.where(node)}Unknown type: {text.lower()}"
            ) from error

    def _extract(self, node: exp.Extract, scope: Scope) -> Typed:
        unit = node.this.name.lower()
        return call(
            _EXTRACT.get(unit, unit), [self.translate(node.expression, scope)], self.where(node)
        )

    def _substring(self, node: exp.Substring, scope: Scope) -> Typed:
        keys = [k for k in ("this", "start", "length") if node.args.get(k) is not None]
        return call("substr", [self.translate(node.args[k], scope) for k in keys], self.where(node))

    def _strposition(self, node: exp.StrPosition, scope: Scope) -> Typed:
        args = [self.translate(node.args[k], scope) for k in ("this", "substr")]
        return call("strpos", args, self.where(node))

    def _trim(self, node: exp.Trim, scope: Scope) -> Typed:
        name = {"LEADING": "ltrim", "TRAILING": "rtrim"}.get(node.text("position").upper(), "trim")
        value = self.translate(node.this, scope)
        if node.expression is None:
            return call(name, [value], self.where(node))
        characters = self.translate(node.expression, scope).sql
        return Typed(f"{name}({value.sql}, {characters})", t.VARCHAR)

    def _attimezone(self, node: exp.AtTimeZone, scope: Scope) -> Typed:
        args = [self.translate(node.this, scope), self.translate(node.args["zone"], scope)]
        return call("at_timezone", args, self.where(node))

    def _currentdate(self, node: exp.CurrentDate, scope: Scope) -> Typed:
        return Typed("CAST(timezone('UTC', now()) AS DATE)", t.DATE)

    def _currenttimestamp(self, node: exp.CurrentTimestamp, scope: Scope) -> Typed:
        return call("now", [], self.where(node))

    def _localtimestamp(self, node: exp.Localtimestamp, scope: Scope) -> Typed:
        return Typed("date_trunc('millisecond', timezone('UTC', now()))", t.TIMESTAMP)
