"""Functions that take lambdas: their argument types decide the lambda's parameter types.

Plain functions stand in `functions`. Source: Trino "Array functions", "Map functions", checked
2026-11.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sqlglot import exp

from lakehouse.local_aws.athena import types as t
from lakehouse.local_aws.athena.coercion import common_type
from lakehouse.local_aws.athena.errors import QueryError
from lakehouse.local_aws.athena.function_row import marked
from lakehouse.local_aws.athena.scope import Scope
from lakehouse.local_aws.athena.typed import Typed, coerce
from lakehouse.local_aws.athena.types import Type

Translator = Any  # Expressions; named here it would be a circular import
LambdaFunction = Callable[[Translator, exp.Anonymous, Scope], Typed]


def _given(
    translator: Translator, node: exp.Anonymous, scope: Scope, expected: str, *kinds: str
) -> list[Typed]:
    """The first arguments, of these kinds; those behind them are lambdas."""
    values: list[Typed] = [translator.translate(e, scope) for e in node.expressions[: len(kinds)]]
    count = expected.count("function(")
    fits = [v.type.name for v, k in zip(values, kinds, strict=False) if v.type.name == k or not k]
    if len(fits) != len(kinds) or len(node.expressions) != len(kinds) + count:
        name = node.name.lower()
        words = f"Unexpected parameters for function {name}. Expected: {name}({expected})"
        raise QueryError("FUNCTION_NOT_FOUND", f"{translator.where(node)}{words}")
    return values


def _body(
    translator: Translator, node: exp.Expr, scope: Scope, kinds: list[Type]
) -> tuple[str, Typed]:
    """A lambda's head `lambda a, b: ` and its translated body."""
    if not isinstance(node, exp.Lambda) or len(node.expressions) != len(kinds):
        words = f"{translator.where(node)}a lambda with {len(kinds)} parameters is expected"
        raise QueryError("TYPE_MISMATCH", words)
    names = [p.name.lower() for p in node.expressions]
    inner = [f"_l{len(scope.lambdas) + i}" for i in range(len(names))]
    bound = {n: Typed(i, k) for n, i, k in zip(names, inner, kinds, strict=True)}
    body = _translated(translator, node.this, replace(scope, lambdas=scope.lambdas | bound))
    return f"lambda {', '.join(inner)}: ", body


def _bound(translator: Translator, node: exp.Expr, scope: Scope, values: list[Typed]) -> Typed:
    """A lambda's body with SQL in place of its parameters."""
    if not isinstance(node, exp.Lambda) or len(node.expressions) != len(values):
        words = f"{translator.where(node)}a lambda with {len(values)} parameters is expected"
        raise QueryError("TYPE_MISMATCH", words)
    named = {p.name.lower(): v for p, v in zip(node.expressions, values, strict=True)}
    return _translated(translator, node.this, replace(scope, lambdas=scope.lambdas | named))


def _translated(translator: Translator, node: exp.Expr, scope: Scope) -> Typed:
    if node.find(exp.Query, exp.Subquery) is not None:
        words = f"{translator.where(node)}Lambda expression cannot contain subqueries"
        raise QueryError("NOT_SUPPORTED", words)
    made: Typed = translator.translate(node, scope)
    return made


def _transform(translator: Translator, node: exp.Anonymous, scope: Scope) -> Typed:
    [value] = _given(translator, node, scope, "array(T), function(T,U)", "array")
    head, body = _body(translator, node.expressions[1], scope, [value.type.items[0]])
    return Typed(f"list_transform({value.sql}, {head}{body.sql})", t.array_of(body.type))


def _filter(translator: Translator, node: exp.Anonymous, scope: Scope) -> Typed:
    [value] = _given(translator, node, scope, "array(T), function(T,boolean)", "array")
    head, body = _body(translator, node.expressions[1], scope, [value.type.items[0]])
    return Typed(f"list_filter({value.sql}, {head}coalesce({body.sql}, FALSE))", value.type)


def _match(template: str) -> LambdaFunction:
    def build(translator: Translator, node: exp.Anonymous, scope: Scope) -> Typed:
        [value] = _given(translator, node, scope, "array(T), function(T,boolean)", "array")
        head, body = _body(translator, node.expressions[1], scope, [value.type.items[0]])
        found = f"list_transform({value.sql}, {head}{body.sql})"
        return Typed(template.format(found), t.BOOLEAN)

    return build


def _reduce(translator: Translator, node: exp.Anonymous, scope: Scope) -> Typed:
    value, start = _given(
        translator, node, scope, "array(T), S, function(S,T,S), function(S,R)", "array", ""
    )
    items = [start.type, value.type.items[0]]
    head, step = _body(translator, node.expressions[2], scope, items)
    if step.type != start.type:
        common = common_type(step.type, start.type) or step.type
        start = coerce(start, common)
        head, step = _body(translator, node.expressions[2], scope, [common, items[1]])
    kind = t.duckdb_name(start.type)
    folded = (
        f"list_reduce({value.sql}, {head}CAST({step.sql} AS {kind}), CAST({start.sql} AS {kind}))"
    )
    return _bound(translator, node.expressions[3], scope, [Typed(folded, start.type)])


def _reduce_agg(translator: Translator, node: exp.Anonymous, scope: Scope) -> Typed:
    value, start = _given(translator, node, scope, "T, S, function(S,T,S), function(S,S,S)", "", "")
    head, step = _body(translator, node.expressions[2], scope, [start.type, value.type])
    kind = t.duckdb_name(step.type)
    listed = f"list_filter({marked(f'@list({value.sql})')}, lambda _ra: _ra IS NOT NULL)"
    sql = f"list_reduce({listed}, {head}CAST({step.sql} AS {kind}), CAST({start.sql} AS {kind}))"
    return Typed(f"CASE WHEN len({listed}) > 0 THEN {sql} END", step.type)


def _zip_with(translator: Translator, node: exp.Anonymous, scope: Scope) -> Typed:
    one, two = _given(
        translator, node, scope, "array(T), array(U), function(T,U,R)", "array", "array"
    )
    at = f"_z{len(scope.lambdas)}"
    inner = replace(scope, lambdas=scope.lambdas | {at: Typed(at, t.BIGINT)})
    items = [Typed(f"({v.sql})[{at}]", v.type.items[0]) for v in (one, two)]
    body = _bound(translator, node.expressions[2], inner, items)
    longest = f"range(1, greatest(len({one.sql}), len({two.sql})) + 1)"
    made = f"list_transform({longest}, lambda {at}: {body.sql})"
    there = f"{one.sql} IS NOT NULL AND {two.sql} IS NOT NULL"
    return Typed(f"CASE WHEN {there} THEN {made} END", t.array_of(body.type))


def _entry(scope: Scope, kind: Type) -> tuple[str, Scope, list[Typed]]:
    name = f"_e{len(scope.lambdas)}"
    inner = replace(scope, lambdas=scope.lambdas | {name: Typed(name, kind)})
    return name, inner, [Typed(f"{name}.key", kind.items[0]), Typed(f"{name}.value", kind.items[1])]


def _map_filter(translator: Translator, node: exp.Anonymous, scope: Scope) -> Typed:
    [value] = _given(translator, node, scope, "map(K,V), function(K,V,boolean)", "map")
    name, inner, items = _entry(scope, value.type)
    body = _bound(translator, node.expressions[1], inner, items)
    kept = f"list_filter(map_entries({value.sql}), lambda {name}: coalesce({body.sql}, FALSE))"
    return Typed(f"map_from_entries({kept})", value.type)


def _transform_keys(translator: Translator, node: exp.Anonymous, scope: Scope) -> Typed:
    [value] = _given(translator, node, scope, "map(K1,V), function(K1,V,K2)", "map")
    name, inner, items = _entry(scope, value.type)
    body = _bound(translator, node.expressions[1], inner, items)
    pair = f"lambda {name}: {{'k': {body.sql}, 'v': {name}.value}}"
    sql = f"map_from_entries(list_transform(map_entries({value.sql}), {pair}))"
    return Typed(sql, t.map_of(body.type, value.type.items[1]))


def _transform_values(translator: Translator, node: exp.Anonymous, scope: Scope) -> Typed:
    [value] = _given(translator, node, scope, "map(K,V1), function(K,V1,V2)", "map")
    name, inner, items = _entry(scope, value.type)
    body = _bound(translator, node.expressions[1], inner, items)
    pair = f"lambda {name}: {{'k': {name}.key, 'v': {body.sql}}}"
    sql = f"map_from_entries(list_transform(map_entries({value.sql}), {pair}))"
    return Typed(sql, t.map_of(value.type.items[0], body.type))


def _map_zip_with(translator: Translator, node: exp.Anonymous, scope: Scope) -> Typed:
    one, two = _given(
        translator, node, scope, "map(K,V1), map(K,V2), function(K,V1,V2,V3)", "map", "map"
    )
    key = common_type(one.type.items[0], two.type.items[0]) or one.type.items[0]
    name = f"_k{len(scope.lambdas)}"
    inner = replace(scope, lambdas=scope.lambdas | {name: Typed(name, key)})
    items = [Typed(f"map_extract_value({m.sql}, {name})", m.type.items[1]) for m in (one, two)]
    body = _bound(translator, node.expressions[2], inner, [Typed(name, key), *items])
    keys = f"distinct_values(list_concat(map_keys({one.sql}), map_keys({two.sql})))"
    pair = f"lambda {name}: {{'k': {name}, 'v': {body.sql}}}"
    there = f"{one.sql} IS NOT NULL AND {two.sql} IS NOT NULL"
    made = f"map_from_entries(list_transform({keys}, {pair}))"
    return Typed(f"CASE WHEN {there} THEN {made} END", t.map_of(key, body.type))


def _array_sort(translator: Translator, node: exp.Anonymous, scope: Scope) -> Typed:
    """Sorting by a comparator: each element goes behind those that come before it."""
    [value] = _given(translator, node, scope, "array(T), function(T,T,integer)", "array")
    item, depth = value.type.items[0], len(scope.lambdas)
    at, other = f"_i{depth}", f"_j{depth}"
    inner = replace(scope, lambdas=scope.lambdas | {at: Typed(at, t.BIGINT)})
    items = [Typed(f"({value.sql})[{n}]", item) for n in (other, at)]
    before = _bound(translator, node.expressions[1], inner, items).sql
    after = _bound(translator, node.expressions[1], inner, items[::-1]).sql
    earlier = (
        f"CASE WHEN (({before}) < 0) = (({after}) < 0) THEN {other} < {at} ELSE ({before}) < 0 END"
    )
    indexes = f"range(1, len({value.sql}) + 1)"
    rank = f"len(list_filter({indexes}, lambda {other}: {earlier}))"
    ranked = f"list_sort(list_transform({indexes}, lambda {at}: {{'r': {rank}, 'i': {at}}}))"
    return Typed(f"list_transform({ranked}, lambda _s: ({value.sql})[_s.i])", value.type)


def _regexp_replace(translator: Translator, node: exp.Anonymous, scope: Scope) -> Typed:
    text, pattern = _given(
        translator, node, scope, "varchar, joniregexp, function(array(varchar),varchar)", "", ""
    )
    kind = t.array_of(t.VARCHAR)
    head, body = _body(translator, node.expressions[2], scope, [kind])
    groups = f"py_regexp_groups({text.sql}, {pattern.sql})"
    parts = f"list_transform({groups}, {head}{body.sql})"
    return Typed(f"py_regexp_filled({text.sql}, {pattern.sql}, {parts})", t.VARCHAR)


LAMBDAS: dict[str, LambdaFunction] = {
    "transform": _transform,
    "filter": _filter,
    "reduce": _reduce,
    "reduce_agg": _reduce_agg,
    "zip_with": _zip_with,
    "any_match": _match("any_true({0})"),
    "all_match": _match("all_true({0})"),
    "none_match": _match("(NOT any_true({0}))"),
    "map_filter": _map_filter,
    "transform_keys": _transform_keys,
    "transform_values": _transform_values,
    "map_zip_with": _map_zip_with,
    "array_sort": _array_sort,
    "regexp_replace": _regexp_replace,
}


def takes_lambda(name: str, node: exp.Anonymous) -> bool:
    """Whether the call is one of these: some names are plain functions too."""
    if name not in LAMBDAS:
        return False
    plain = name in ("array_sort", "regexp_replace")
    return not plain or any(isinstance(e, exp.Lambda) for e in node.expressions)
