r"""Athena's row functions in Spark SQL: one table row per function, helpers for the unequal ones.

A function stands here only if the same arguments give the same value in both engines; where Spark
differs (NULL arguments of greatest, no match of regexp_extract, a missing split_part, floor's
type) the text makes up for it, and where that is not possible the arguments are refused. Operators
and casts stand in `spark_expression`. Where Athena would fail a query (a value out of
range), the row's value is NULL.

Sources: Trino and Spark 3.5 function references, checked 2026-11.
"""

import re
from collections.abc import Mapping
from typing import Final

from sqlglot import exp

from lakehouse.expressions.spark_value import (
    NUMBERS,
    Carry,
    Handler,
    Rule,
    Value,
    argument,
    athena,
    common_type,
    index_literal,
    only,
    text_literal,
)
from lakehouse.expressions.typing_sql import spark_literal


def _substring(node: exp.Expr, carry: Carry) -> Value:
    only(node, "this", "start", "length")
    text = argument(node, "this", carry, "string")
    start = index_literal(node, "start")
    if node.args.get("length") is None:
        return Value(f"SUBSTRING({text}, {start})", "string")
    return Value(f"SUBSTRING({text}, {start}, {index_literal(node, 'length', 0)})", "string")


def _trim(node: exp.Expr, carry: Carry) -> Value:
    """Athena trims every white space character, Spark only blanks."""
    only(node, "this")
    text = argument(node, "this", carry, "string")
    left, right = r"^\p{javaWhitespace}+", r"\p{javaWhitespace}+$"
    position = str(node.args.get("position") or "BOTH")
    pattern = {"LEADING": left, "TRAILING": right}.get(position, f"{left}|{right}")
    return Value(f"REGEXP_REPLACE({text}, {spark_literal(pattern)}, '')", "string")


def _replace(node: exp.Expr, carry: Carry) -> Value:
    only(node, "this", "expression", "replacement")
    text = argument(node, "this", carry, "string")
    replacement = argument(node, "replacement", carry, "string")
    search = spark_literal(text_literal(node, "expression"))
    return Value(f"REPLACE({text}, {search}, {replacement})", "string")


def _split_part(node: exp.Expr, carry: Carry) -> Value:
    """A part that is not there is NULL in Athena, '' in Spark's own split_part."""
    text = argument(node, "this", carry, "string")
    delimiter = text_literal(node, "delimiter")
    quoted = re.sub(r"([^\w\s])", r"\\\1", delimiter)
    at = index_literal(node, "part_index")
    return Value(f"TRY_ELEMENT_AT(SPLIT({text}, {spark_literal(quoted)}, -1), {at})", "string")


def _pattern(node: exp.Expr) -> str:
    pattern = text_literal(node, "expression")
    try:
        re.compile(re.sub(r"\(\?<(?=[A-Za-z])", "(?P<", pattern))
    except re.error as error:
        raise ValueError(f"'{pattern}' is no regular expression: {error}") from error
    return pattern


def _regexp_like(node: exp.Expr, carry: Carry) -> Value:
    only(node, "this", "expression")
    text = argument(node, "this", carry, "string")
    return Value(f"({text} RLIKE {spark_literal(_pattern(node))})", "boolean")


def _regexp_extract(node: exp.Expr, carry: Carry) -> Value:
    """No match is NULL in Athena, '' in Spark; so is a group that took no part, hence refused."""
    only(node, "this", "expression", "group")
    text = argument(node, "this", carry, "string")
    pattern = _pattern(node)
    group = index_literal(node, "group", 0)
    if group > re.compile(re.sub(r"\(\?<(?=[A-Za-z])", "(?P<", pattern)).groups:
        raise ValueError(f"'{pattern}' has no group {group}")
    if group and re.search(r"\||\)[?*]|\)\{0", pattern):
        raise ValueError(f"'{pattern}': a group that may take no part is '' in Spark, not NULL")
    regex = spark_literal(pattern)
    extracted = f"REGEXP_EXTRACT({text}, {regex}, {group})"
    return Value(f"CASE WHEN {text} RLIKE {regex} THEN {extracted} END", "string")


def _regexp_replace(node: exp.Expr, carry: Carry) -> Value:
    only(node, "this", "expression", "replacement")
    text = argument(node, "this", carry, "string")
    replacement = argument(node, "replacement", carry, "string")
    regex = spark_literal(_pattern(node))
    return Value(f"REGEXP_REPLACE({text}, {regex}, {replacement})", "string")


def _concat(node: exp.Expr, carry: Carry) -> Value:
    parts = [carry(part) for part in node.expressions]
    if any(part.type not in ("string", "null") for part in parts):
        raise ValueError(f"'{athena(node)}': CAST every part AS varchar")
    return Value(f"CONCAT({', '.join(part.sql for part in parts)})", "string")


def _extreme(node: exp.Expr, carry: Carry) -> Value:
    """NULL if any argument is NULL in Athena; Spark skips NULL arguments."""
    parts = [carry(part) for part in (node.this, *node.expressions)]
    kind = common_type(node, parts)
    name = type(node).__name__.upper()
    missing = " OR ".join(f"{part.sql} IS NULL" for part in parts)
    listed = ", ".join(part.sql for part in parts)
    return Value(f"CASE WHEN {missing} THEN NULL ELSE {name}({listed}) END", kind)


def _coalesce(node: exp.Expr, carry: Carry) -> Value:
    parts = [carry(part) for part in (node.this, *node.expressions)]
    kind = common_type(node, parts)
    return Value(f"COALESCE({', '.join(part.sql for part in parts)})", kind)


def _nullif(node: exp.Expr, carry: Carry) -> Value:
    parts = [carry(node.this), carry(node.expression)]
    common_type(node, parts)
    return Value(f"NULLIF({parts[0].sql}, {parts[1].sql})", parts[0].type)


def _rounded(node: exp.Expr, carry: Carry) -> Value:
    """Athena keeps the type; Spark's FLOOR and CEIL of a double give a bigint."""
    only(node, "this")
    value = carry(node.this)
    if value.type not in ("integer", "double"):
        raise ValueError(f"'{athena(node.this)}' is {value.type}, integer or double expected")
    if value.type == "integer":
        return value
    name = type(node).__name__.upper()
    whole = f"CAST({name}({value.sql}) AS DOUBLE)"
    return Value(
        f"CASE WHEN ABS({value.sql}) < 4503599627370496 THEN {whole} ELSE {value.sql} END", "double"
    )


def _abs(node: exp.Expr, carry: Carry) -> Value:
    value = carry(node.this)
    if value.type not in NUMBERS:
        raise ValueError(f"'{athena(node.this)}' is {value.type}, a number expected")
    return Value(f"ABS({value.sql})", value.type)


def _date_trunc(node: exp.Expr, carry: Carry) -> Value:
    value = carry(node.this)
    unit = _unit(node, "SECOND", "MINUTE", "HOUR", "DAY", "WEEK", "MONTH", "QUARTER", "YEAR")
    if value.type not in ("date", "timestamp"):
        raise ValueError(f"'{athena(node.this)}' is {value.type}, date or timestamp expected")
    if value.type == "date" and unit in ("SECOND", "MINUTE", "HOUR"):
        raise ValueError(f"'{athena(node)}': {unit.lower()} is no unit of a date")
    return Value(f"CAST(DATE_TRUNC('{unit}', {value.sql}) AS {value.type.upper()})", value.type)


def _date_diff(node: exp.Expr, carry: Carry) -> Value:
    unit = _unit(node, "SECOND", "MINUTE", "HOUR", "DAY")
    end = argument(node, "this", carry, "timestamp")
    start = argument(node, "expression", carry, "timestamp")
    return Value(f"TIMESTAMPDIFF({unit}, {start}, {end})", "integer")


def _date_add(node: exp.Expr, carry: Carry) -> Value:
    unit = _unit(node, "SECOND", "MINUTE", "HOUR", "DAY", "WEEK", "MONTH", "YEAR")
    moment = argument(node, "this", carry, "timestamp")
    amount = argument(node, "expression", carry, "integer")
    return Value(f"TIMESTAMPADD({unit}, CAST({amount} AS INT), {moment})", "timestamp")


def _unit(node: exp.Expr, *units: str) -> str:
    unit = str(node.args.get("unit") or "").upper()
    if unit not in units:
        raise ValueError(f"'{athena(node)}': the unit is one of {', '.join(units).lower()}")
    return unit


def _clock(template: str, *kinds: str) -> Rule:
    return Rule(template, {"this": kinds}, "integer")


_TEXT = {"this": ("string",)}
_DAY = ("date", "timestamp")

FUNCTIONS: Final[Mapping[type[exp.Expr], Handler]] = {
    exp.Lower: Rule("LOWER({this})", _TEXT, "string"),
    exp.Upper: Rule("UPPER({this})", _TEXT, "string"),
    exp.Length: Rule("CHAR_LENGTH({this})", _TEXT, "integer"),
    exp.Reverse: Rule("REVERSE({this})", _TEXT, "string"),
    exp.StrPosition: Rule(
        "LOCATE({substr}, {this})", {"this": ("string",), "substr": ("string",)}, "integer"
    ),
    exp.StartsWith: Rule(
        "STARTSWITH({this}, {expression})",
        {"this": ("string",), "expression": ("string",)},
        "boolean",
    ),
    exp.Substring: _substring,
    exp.Trim: _trim,
    exp.Replace: _replace,
    exp.SplitPart: _split_part,
    exp.RegexpLike: _regexp_like,
    exp.RegexpExtract: _regexp_extract,
    exp.RegexpReplace: _regexp_replace,
    exp.Concat: _concat,
    exp.Coalesce: _coalesce,
    exp.Nullif: _nullif,
    exp.Greatest: _extreme,
    exp.Least: _extreme,
    exp.Abs: _abs,
    exp.Floor: _rounded,
    exp.Ceil: _rounded,
    exp.Date: Rule("CAST({this} AS DATE)", {"this": _DAY}, "date"),
    exp.Year: _clock("YEAR({this})", *_DAY),
    exp.Quarter: _clock("QUARTER({this})", *_DAY),
    exp.Month: _clock("MONTH({this})", *_DAY),
    exp.Day: _clock("DAY({this})", *_DAY),
    exp.DayOfYear: _clock("DAYOFYEAR({this})", *_DAY),
    exp.DayOfWeekIso: _clock("(WEEKDAY({this}) + 1)", *_DAY),
    exp.Hour: _clock("HOUR({this})", "timestamp"),
    exp.Minute: _clock("MINUTE({this})", "timestamp"),
    exp.Second: _clock("SECOND({this})", "timestamp"),
    exp.TimestampTrunc: _date_trunc,
    exp.DateTrunc: _date_trunc,
    exp.DateDiff: _date_diff,
    exp.DateAdd: _date_add,
}
