"""Athena row expressions carried over to Spark SQL: operators, literals, columns, CASE and CAST.

A small compiler over sqlglot's tree with an allow-list: a node that is not in a table is refused,
so nothing runs in Spark with another meaning than Athena gives it (integer division, overflow, LIKE
escapes, comparing numbers with text). Functions stand in `lakehouse.expressions.spark_functions`.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlglot import exp

from lakehouse.column_types import is_nested, struct_fields
from lakehouse.expressions.spark_cast import cast
from lakehouse.expressions.spark_functions import FUNCTIONS
from lakehouse.expressions.spark_value import NUMBERS, Value, athena, common_type, family
from lakehouse.expressions.typing_sql import spark_literal
from lakehouse.source_yaml import did_you_mean

_COMPARISONS: Final[Mapping[type[exp.Expr], str]] = {
    exp.EQ: "=",
    exp.NEQ: "<>",
    exp.LT: "<",
    exp.LTE: "<=",
    exp.GT: ">",
    exp.GTE: ">=",
}
_ARITHMETIC: Final[Mapping[type[exp.Expr], tuple[str, str]]] = {
    exp.Add: ("+", "TRY_ADD"),
    exp.Sub: ("-", "TRY_SUBTRACT"),
    exp.Mul: ("*", "TRY_MULTIPLY"),
}
_UNSTABLE: Final = (
    *(exp.CurrentTimestamp, exp.CurrentDate, exp.CurrentTime, exp.CurrentUser),
    *(exp.Localtime, exp.Localtimestamp, exp.Rand, exp.Uuid),
)


def carry_over(tree: exp.Expr, types: Mapping[str, str], result: str | None) -> Value:
    """The Spark SQL and family of an Athena row expression; ValueError says why there is none."""
    value = _Carrier(types).carry(tree)
    if result is not None and not _fits(value.type, result):
        raise ValueError(f"'{athena(tree)}' is {value.type}, {result} expected")
    return value


def _fits(found: str, column_type: str) -> bool:
    wanted = family(column_type)
    if found in ("null", wanted):
        return True
    if found == "integer":
        return wanted in NUMBERS
    return (found, wanted) == ("decimal", "double")


@dataclass(frozen=True)
class _Carrier:
    types: Mapping[str, str]

    def carry(self, node: exp.Expr) -> Value:
        if isinstance(node, exp.Paren):
            inner = self.carry(node.this)
            return Value(f"({inner.sql})", inner.type)
        if handler := FUNCTIONS.get(type(node)):
            return handler(node, self.carry)
        if method := _NODES.get(type(node)):
            return method(self, node)
        if type(node) in _COMPARISONS:
            return self._compared(node, _COMPARISONS[type(node)])
        if type(node) in _ARITHMETIC:
            return self._calculated(node)
        raise ValueError(_refusal(node))

    def _column(self, node: exp.Column) -> Value:
        name, *fields = (part.name.lower() for part in node.parts)
        if name not in self.types:
            raise ValueError(f"unknown column '{name}'{did_you_mean(name, self.types)}")
        sql, column_type = _quoted(name), self.types[name]
        for field in fields:
            column_type = _field_type(column_type, field, athena(node))
            sql = f"{sql}.{_quoted(field)}"
        return Value(sql, family(column_type))

    def _literal(self, node: exp.Literal) -> Value:
        if node.is_string:
            return Value(spark_literal(node.this), "string")
        text = str(node.this)
        if node.is_int:
            return Value(text, "integer") if int(text) < 2**31 else Value(f"{text}L", "integer")
        if "e" in text.lower():
            return Value(f"{text}D", "double")
        return Value(f"{text}BD", "decimal")

    def _boolean(self, node: exp.Boolean) -> Value:
        return Value("TRUE" if node.this else "FALSE", "boolean")

    def _null(self, _node: exp.Null) -> Value:
        return Value("NULL", "null")

    def _and(self, node: exp.And) -> Value:
        return Value(f"({self._truth(node.left)} AND {self._truth(node.right)})", "boolean")

    def _or(self, node: exp.Or) -> Value:
        return Value(f"({self._truth(node.left)} OR {self._truth(node.right)})", "boolean")

    def _not(self, node: exp.Not) -> Value:
        return Value(f"(NOT {self._truth(node.this)})", "boolean")

    def _truth(self, node: exp.Expr) -> str:
        value = self.carry(node)
        if value.type not in ("boolean", "null"):
            raise ValueError(f"'{athena(node)}' is {value.type}, boolean expected")
        return value.sql

    def _is(self, node: exp.Is) -> Value:
        if not isinstance(node.expression, exp.Null):
            raise ValueError(_refusal(node))
        return Value(f"({self.carry(node.this).sql} IS NULL)", "boolean")

    def _compared(self, node: exp.Expr, operator: str) -> Value:
        left, right = self._alike(node, node.this, node.expression)
        return Value(f"({left.sql} {operator} {right.sql})", "boolean")

    def _same(self, node: exp.NullSafeEQ) -> Value:
        return self._compared(node, "<=>")

    def _distinct(self, node: exp.NullSafeNEQ) -> Value:
        return Value(f"(NOT {self._compared(node, '<=>').sql})", "boolean")

    def _between(self, node: exp.Between) -> Value:
        value, low, high = self._alike(node, node.this, node.args["low"], node.args["high"])
        return Value(f"({value.sql} BETWEEN {low.sql} AND {high.sql})", "boolean")

    def _in(self, node: exp.In) -> Value:
        if not node.expressions:
            raise ValueError(_refusal(node))
        value, *members = self._alike(node, node.this, *node.expressions)
        return Value(f"({value.sql} IN ({', '.join(item.sql for item in members)}))", "boolean")

    def _alike(self, node: exp.Expr, *operands: exp.Expr) -> list[Value]:
        """The operands, which Athena compares only when they are of one family."""
        values = [self.carry(operand) for operand in operands]
        if is_nested(common_type(node, values)):
            raise ValueError(f"'{athena(node)}' compares structs or arrays; name their fields")
        return values

    def _like(self, node: exp.Like, escape: str | None = None) -> Value:
        """Spark's LIKE escapes with a backslash unless told otherwise, Athena's with nothing."""
        pattern = node.expression
        if not (isinstance(pattern, exp.Literal) and pattern.is_string):
            raise ValueError(f"'{athena(node)}': LIKE needs a literal pattern")
        if escape and escape in re.sub(
            f"{re.escape(escape)}[%_{re.escape(escape)}]", "", pattern.this
        ):
            raise ValueError(f"'{athena(node)}': '{escape}' must stand before %, _ or itself")
        text = self.carry(node.this)
        common_type(node, [text, Value("", "string")])
        wanted = str(pattern.this) if escape else str(pattern.this).replace("\\", "\\\\")
        tail = f" ESCAPE {spark_literal(escape)}" if escape else ""
        word = "NOT LIKE" if node.args.get("negate") else "LIKE"
        return Value(f"({text.sql} {word} {spark_literal(wanted)}{tail})", "boolean")

    def _escape(self, node: exp.Escape) -> Value:
        if not isinstance(node.this, exp.Like) or len(node.expression.name) != 1:
            raise ValueError(_refusal(node))
        return self._like(node.this, node.expression.name)

    def _calculated(self, node: exp.Expr) -> Value:
        operator, checked = _ARITHMETIC[type(node)]
        left, right, kind = self._numbers(node)
        if kind == "integer":  # Athena fails on overflow, Spark would wrap around
            return Value(f"{checked}({left.sql}, {right.sql})", kind)
        if kind == "decimal" and isinstance(node, exp.Mul):
            raise ValueError(
                f"'{athena(node)}': Spark multiplies decimals otherwise; CAST AS double"
            )
        return Value(f"({left.sql} {operator} {right.sql})", kind)

    def _div(self, node: exp.Div) -> Value:
        left, right, kind = self._numbers(node)
        _check_divisor(node)
        if kind == "decimal":
            raise ValueError(f"'{athena(node)}': Spark divides decimals otherwise; CAST AS double")
        operator = "DIV" if kind == "integer" else "/"
        return Value(f"({left.sql} {operator} {right.sql})", kind)

    def _mod(self, node: exp.Mod) -> Value:
        left, right, kind = self._numbers(node)
        _check_divisor(node)
        return Value(f"({left.sql} % {right.sql})", kind)

    def _numbers(self, node: exp.Expr) -> tuple[Value, Value, str]:
        left, right = self.carry(node.this), self.carry(node.expression)
        kind = common_type(node, [left, right])
        if kind not in NUMBERS:
            raise ValueError(f"'{athena(node)}': {kind} is not a number")
        return left, right, kind

    def _neg(self, node: exp.Neg) -> Value:
        value = self.carry(node.this)
        if value.type not in NUMBERS:
            raise ValueError(f"'{athena(node)}': {value.type} is not a number")
        return Value(f"(- {value.sql})", value.type)

    def _dpipe(self, node: exp.DPipe) -> Value:
        return FUNCTIONS[exp.Concat](exp.Concat(expressions=[node.left, node.right]), self.carry)

    def _if(self, node: exp.If) -> Value:
        return self._case(exp.Case(ifs=[node.copy()], default=node.args.get("false")))

    def _case(self, node: exp.Case) -> Value:
        arms, results = [], []
        for arm in node.args["ifs"]:
            test = arm.this
            if node.this:
                test = exp.EQ(this=node.this.copy(), expression=arm.this.copy())
            results.append(self.carry(arm.args["true"]))
            arms.append(f"WHEN {self._truth(test)} THEN {results[-1].sql}")
        if default := node.args.get("default"):
            results.append(self.carry(default))
            arms.append(f"ELSE {results[-1].sql}")
        return Value(f"CASE {' '.join(arms)} END", common_type(node, results))

    def _cast(self, node: exp.Cast) -> Value:
        return cast(node, self.carry(node.this))


_NODES: Final[Mapping[type[exp.Expr], Callable[[_Carrier, Any], Value]]] = {
    exp.Column: _Carrier._column,
    exp.Literal: _Carrier._literal,
    exp.Boolean: _Carrier._boolean,
    exp.Null: _Carrier._null,
    exp.And: _Carrier._and,
    exp.Or: _Carrier._or,
    exp.Not: _Carrier._not,
    exp.Is: _Carrier._is,
    exp.NullSafeEQ: _Carrier._same,
    exp.NullSafeNEQ: _Carrier._distinct,
    exp.Between: _Carrier._between,
    exp.In: _Carrier._in,
    exp.Like: _Carrier._like,
    exp.Escape: _Carrier._escape,
    exp.Div: _Carrier._div,
    exp.Mod: _Carrier._mod,
    exp.Neg: _Carrier._neg,
    exp.DPipe: _Carrier._dpipe,
    exp.If: _Carrier._if,
    exp.Case: _Carrier._case,
    exp.Cast: _Carrier._cast,
    exp.TryCast: _Carrier._cast,
}


def _check_divisor(node: exp.Expr) -> None:
    """Zero fails a query in Athena (or gives Infinity) and is NULL in Spark: settle it."""
    divisor = node.expression.unnest()
    if isinstance(divisor, exp.Literal) and divisor.is_number and float(divisor.this) != 0:
        return
    if isinstance(divisor, exp.Nullif) and divisor.expression.name in ("0", "0.0", "0e0"):
        return
    raise ValueError(f"'{athena(node)}': divide by a number, or by NULLIF({athena(divisor)}, 0)")


def _quoted(name: str) -> str:
    return exp.to_identifier(name, quoted=True).sql("spark")


def _field_type(column_type: str, field: str, whole: str) -> str:
    if not column_type.startswith("struct<"):
        raise ValueError(f"'{whole}': {column_type} has no fields")
    fields = struct_fields(column_type)
    if field not in fields:
        raise ValueError(f"'{whole}': unknown field '{field}'{did_you_mean(field, fields)}")
    return fields[field]


def _refusal(node: exp.Expr) -> str:
    if isinstance(node, _UNSTABLE):
        return f"'{athena(node)}' differs from run to run; a day built again must be the same"
    if isinstance(node, (exp.AggFunc, exp.Window, exp.Query, exp.Subquery)):
        return f"'{athena(node)}' looks at more than one row; only metrics' measures may"
    if isinstance(node, exp.Func):
        name = node.name if isinstance(node, exp.Anonymous) else node.sql_name()
        return f"function {name.lower()} cannot be carried over to Spark faithfully"
    return f"'{athena(node)}' cannot be carried over to Spark faithfully"
