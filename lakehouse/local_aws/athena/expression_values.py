"""Expressions that make values: literals, arrays and their subscripts, casts, special call syntax.

Names, operators and conditions belong to `expressions`; intervals to `intervals`.
"""

import re

from sqlglot import exp

from lakehouse.local_aws.athena import operators
from lakehouse.local_aws.athena import types as t
from lakehouse.local_aws.athena.casts import cast, try_cast
from lakehouse.local_aws.athena.dialect import line_column
from lakehouse.local_aws.athena.errors import QueryError, not_supported
from lakehouse.local_aws.athena.expression_base import ExpressionBase
from lakehouse.local_aws.athena.function_calls import call
from lakehouse.local_aws.athena.intervals import interval_literal
from lakehouse.local_aws.athena.scope import Scope
from lakehouse.local_aws.athena.text_casts import zoned_text
from lakehouse.local_aws.athena.time_builders import now
from lakehouse.local_aws.athena.type_syntax import parse_type
from lakehouse.local_aws.athena.typed import Typed, coerce, fail, row_field
from lakehouse.local_aws.athena.types import Type, TypeSyntaxError

_EXTRACT = {"dow": "day_of_week", "doy": "day_of_year", "yow": "year_of_week",
            "day_of_month": "day"}  # fmt: skip
_CAST = re.compile(r"\b(?:TRY_)?CAST\s*\(", re.I)
_FORMS = ("NFC", "NFD", "NFKC", "NFKD")


class ValueExpressions(ExpressionBase):
    """Nodes that make values."""

    def _literal(self, node: exp.Literal, scope: Scope) -> Typed:
        text = node.this
        if node.is_string:
            return Typed(t.duckdb_string(text), t.varchar(len(text)), text)
        if "e" in text.lower():
            return Typed(f"CAST({text} AS DOUBLE)", t.DOUBLE, text)
        if "." in text:
            kind = _decimal_type(text)
            return Typed(f"CAST({text} AS {t.duckdb_name(kind)})", kind, text)
        return self.integer(text, node)

    def integer(self, text: str, node: exp.Expr) -> Typed:
        """A whole number with its sign. QueryError INVALID_LITERAL."""
        if not -(2**63) <= int(text) < 2**63:
            words = f"{self.where(node)}Invalid numeric literal: {text}"
            raise QueryError("INVALID_LITERAL", words)
        kind = t.INTEGER if -(2**31) <= int(text) < 2**31 else t.BIGINT
        return Typed(f"CAST({text} AS {t.duckdb_name(kind)})", kind, text)

    def _boolean(self, node: exp.Boolean, scope: Scope) -> Typed:
        return Typed("TRUE" if node.this else "FALSE", t.BOOLEAN)

    def _null(self, node: exp.Null, scope: Scope) -> Typed:
        return Typed("NULL", t.UNKNOWN)

    def _hexstring(self, node: exp.HexString, scope: Scope) -> Typed:
        return Typed(f"unhex({t.duckdb_string(node.name)})", t.VARBINARY)

    def _unicodestring(self, node: exp.UnicodeString, scope: Scope) -> Typed:
        sign = node.args["escape"].name if node.args.get("escape") else "\\"
        mark = re.escape(sign)
        text = re.sub(
            rf"{mark}(?:\+([0-9A-Fa-f]{{6}})|([0-9A-Fa-f]{{4}})|({mark}))",
            lambda m: sign if m.group(3) else chr(int(m.group(1) or m.group(2), 16)),
            node.this,
        )
        return Typed(t.duckdb_string(text), t.varchar(len(text)), text)

    def _parsejson(self, node: exp.ParseJSON, scope: Scope) -> Typed:
        return call("json_parse", [self.translate(node.this, scope)], self.where(node))

    def _interval(self, node: exp.Interval, scope: Scope) -> Typed:
        return interval_literal(node, self.where(node))

    def _array(self, node: exp.Array, scope: Scope) -> Typed:
        if not node.expressions:
            return Typed("[]", t.array_of(t.UNKNOWN))
        items = [self.translate(e, scope) for e in node.expressions]
        values = operators.unify(items, "All ARRAY elements", self.where(node))
        return Typed(f"[{', '.join(v.sql for v in values)}]", t.array_of(values[0].type))

    def _bracket(self, node: exp.Bracket, scope: Scope) -> Typed:
        base = self.translate(node.this, scope)
        index = self.translate(node.expressions[0], scope)
        if base.type.name == "array" and index.type.name in t.INTEGERS:
            return _subscript(base, index)
        if base.type.name == "map":
            return self._lookup(base, index, node)
        if base.type.name == "row" and index.literal:
            if not 1 <= int(index.literal) <= len(base.type.items):
                words = f"{self.where(node)}ROW index out of range, max value "
                raise QueryError("INVALID_FUNCTION_ARGUMENT", words + str(len(base.type.items)))
            return row_field(base, int(index.literal) - 1)
        raise operators.mismatch("[]", base, index, self.where(node))

    def _lookup(self, base: Typed, index: Typed, node: exp.Expr) -> Typed:
        key, value = base.type.items
        wanted = coerce(index, key).sql
        shown = cast(Typed(wanted, key), t.VARCHAR, self.where(node)).sql
        missing = fail("INVALID_FUNCTION_ARGUMENT", f"'Key not present in map: ' || {shown}", value)
        absent = f"NOT map_contains({base.sql}, {wanted})"
        sql = (
            f"CASE WHEN {base.sql} IS NOT NULL AND {absent} THEN {missing} "
            f"ELSE map_extract_value({base.sql}, {wanted}) END"
        )
        return Typed(sql, value)

    def _cast(self, node: exp.Cast, scope: Scope) -> Typed:
        target = self._target(node)
        self._check_literal(node, target)
        return cast(self.translate(node.this, scope), target, self._cast_place(node))

    def _check_literal(self, node: exp.Cast, target: Type) -> None:
        """QueryError INVALID_LITERAL for `DATE '2020-13-01'`, which Trino reads before it runs."""
        written = isinstance(node.this, exp.Literal) and node.this.is_string
        if target.name not in t.TEMPORAL or not written or self.written_cast(node):
            return
        if zoned_text(node.this.name) is None:
            word = target.name.split(" ")[0].upper()
            start = self.sql.upper().rfind(word, 0, node.this.meta.get("start", len(self.sql)))
            where = line_column(self.sql, max(start, 0))
            words = f"{where}'{node.this.name}' is not a valid {word} literal"
            raise QueryError("INVALID_LITERAL", words)

    def _trycast(self, node: exp.TryCast, scope: Scope) -> Typed:
        value = self.translate(node.this, scope)
        return try_cast(value, self._target(node), self._cast_place(node))

    def _cast_place(self, node: exp.Cast) -> str:
        """`line l:c: ` of the word CAST, which the parser does not remember."""
        starts = [n.meta["start"] for n in node.walk() if "start" in n.meta]
        words = [m.start() for m in _CAST.finditer(self.sql, 0, min(starts))] if starts else []
        return line_column(self.sql, words[-1]) if words else self.where(node)

    def _target(self, node: exp.Cast) -> Type:
        text = node.to.sql("trino")
        bare = not node.to.expressions and isinstance(node.this, exp.Literal)
        if bare and text.upper().startswith("DECIMAL") and node.this.is_string:
            return _decimal_type(node.this.name)
        if bare and text.upper() == "CHAR" and not self.written_cast(node):
            return Type("char", (len(node.this.name),))
        return self.type_of(node.to, node)

    def written_cast(self, node: exp.Cast) -> bool:
        """Whether CAST(...) was written, not a typed literal."""
        start = node.this.meta.get("start", 0)
        return "(" in self.sql[max(0, start - 2) : start]

    def type_of(self, kind: exp.Expr, node: exp.Expr) -> Type:
        """A written type. QueryError TYPE_NOT_FOUND."""
        text = kind.sql("trino")
        try:
            return parse_type(text.lower())
        except TypeSyntaxError as error:
            words = f"{self.where(node)}Unknown type: {text.lower()}"
            raise QueryError("TYPE_NOT_FOUND", words) from error

    def _extract(self, node: exp.Extract, scope: Scope) -> Typed:
        unit = node.this.name.lower()
        value = self.translate(node.expression, scope)
        return call(_EXTRACT.get(unit, unit), [value], self.where(node))

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

    def _call_normalize(self, node: exp.Anonymous, scope: Scope) -> Typed:
        value = self.translate(node.expressions[0], scope)
        form = node.expressions[1].name.upper() if len(node.expressions) > 1 else "NFC"
        if form not in _FORMS or value.type.name not in t.TEXTS:
            raise not_supported(f"{self.where(node)}This form of normalize")
        return Typed(f"py_normalize({value.sql}, '{form}')", t.VARCHAR)

    def _attimezone(self, node: exp.AtTimeZone, scope: Scope) -> Typed:
        args = [self.translate(node.this, scope), self.translate(node.args["zone"], scope)]
        return call("at_timezone", args, self.where(node))

    def _currentdate(self, node: exp.CurrentDate, scope: Scope) -> Typed:
        return Typed("CAST(timezone('UTC', now()) AS DATE)", t.DATE)

    def _currenttimestamp(self, node: exp.CurrentTimestamp, scope: Scope) -> Typed:
        return now(3)

    def _call_current_timestamp(self, node: exp.Anonymous, scope: Scope) -> Typed:
        return now(int(node.expressions[0].name) if node.expressions else 3)

    def _call_localtimestamp(self, node: exp.Anonymous, scope: Scope) -> Typed:
        made = self._call_current_timestamp(node, scope)
        return Typed(f"timezone('UTC', {made.sql})", t.timestamp(made.type.params[0]))

    def _localtimestamp(self, node: exp.Localtimestamp, scope: Scope) -> Typed:
        return Typed(f"timezone('UTC', {now(3).sql})", t.TIMESTAMP)

    def _localtime(self, node: exp.Localtime, scope: Scope) -> Typed:
        return Typed(f"CAST(timezone('UTC', {now(3).sql}) AS TIME)", t.TIME)


def _decimal_type(text: str) -> Type:
    whole, _, fraction = text.lstrip("+-").partition(".")
    return t.decimal(max(1, len(whole) + len(fraction)), len(fraction))


def _subscript(base: Typed, index: Typed) -> Typed:
    item = base.type.items[0]
    long = f"'Array subscript must be less than or equal to array length: ' || {index.sql}"
    big = fail("INVALID_FUNCTION_ARGUMENT", f"{long} || ' > ' || len({base.sql})", item)
    words = (
        f"CASE WHEN {index.sql} = 0 THEN 'SQL array indices start at 1' "
        f"ELSE 'Array subscript is negative: ' || {index.sql} END"
    )
    small = fail("INVALID_FUNCTION_ARGUMENT", words, item)
    sql = (
        f"CASE WHEN {index.sql} > len({base.sql}) THEN {big} WHEN {index.sql} < 1 THEN {small} "
        f"ELSE list_extract({base.sql}, {index.sql}) END"
    )
    return Typed(sql, item)
