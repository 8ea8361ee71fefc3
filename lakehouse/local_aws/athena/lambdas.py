"""Functions that take lambdas: their argument types decide the lambda's parameter types.

Plain functions stand in `functions`. Source: Trino "Array functions", "Map functions", checked
2026-11.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sqlglot import exp

from lakehouse.local_aws.athena import types as t
from lakehouse.local_aws.athena.errors import QueryError
from lakehouse.local_aws.athena.scope import Scope
from lakehouse.local_aws.athena.typed import Typed
from lakehouse.local_aws.athena.types import Type

Translator = Any  # Expressions; named here it would be a circular import
LambdaFunction = Callable[[Translator, exp.Anonymous, Scope], Typed]


def _array(translator: Translator, node: exp.Anonymous, scope: Scope, count: int = 2) -> Typed:
    if len(node.expressions) != count:
        raise _unexpected(translator, node)
    value: Typed = translator.translate(node.expressions[0], scope)
    if value.type.name != "array":
        raise _unexpected(translator, node)
    return value


def _unexpected(translator: Translator, node: exp.Anonymous) -> QueryError:
    words = (
        f"Unexpected parameters for function {node.name.lower()}. "
        f"Expected: {node.name.lower()}(array(T), function)"
    )
    return QueryError("FUNCTION_NOT_FOUND", f"{translator.where(node)}{words}")


def _body(
    translator: Translator, node: exp.Expr, scope: Scope, kinds: list[Type]
) -> tuple[str, Typed]:
    if not isinstance(node, exp.Lambda) or len(node.expressions) != len(kinds):
        raise QueryError(
            "TYPE_MISMATCH",
            f"{translator.where(node)}a lambda with {len(kinds)} parameters is expected",
        )
    names = [p.name.lower() for p in node.expressions]
    inner = [f"_l{len(scope.lambdas) + i}" for i in range(len(names))]
    bound = {n: Typed(i, k) for n, i, k in zip(names, inner, kinds, strict=True)}
    body = translator.translate(node.this, replace(scope, lambdas=scope.lambdas | bound))
    return f"lambda {', '.join(inner)}: ", body


def _transform(translator: Translator, node: exp.Anonymous, scope: Scope) -> Typed:
    value = _array(translator, node, scope)
    head, body = _body(translator, node.expressions[1], scope, [value.type.items[0]])
    return Typed(f"list_transform({value.sql}, {head}{body.sql})", t.array_of(body.type))


def _filter(translator: Translator, node: exp.Anonymous, scope: Scope) -> Typed:
    value = _array(translator, node, scope)
    head, body = _body(translator, node.expressions[1], scope, [value.type.items[0]])
    return Typed(f"list_filter({value.sql}, {head}{body.sql})", value.type)


def _match(template: str) -> LambdaFunction:
    def build(translator: Translator, node: exp.Anonymous, scope: Scope) -> Typed:
        value = _array(translator, node, scope)
        head, body = _body(translator, node.expressions[1], scope, [value.type.items[0]])
        found = f"list_transform({value.sql}, {head}{body.sql})"
        return Typed(template.format(found), t.BOOLEAN)

    return build


def _reduce(translator: Translator, node: exp.Anonymous, scope: Scope) -> Typed:
    value = _array(translator, node, scope, 4)
    start: Typed = translator.translate(node.expressions[1], scope)
    head, step = _body(translator, node.expressions[2], scope, [start.type, value.type.items[0]])
    if step.type != start.type:
        start = Typed(f"CAST({start.sql} AS {t.duckdb_name(step.type)})", step.type)
        head, step = _body(
            translator, node.expressions[2], scope, [start.type, value.type.items[0]]
        )
    reduced = f"list_reduce({value.sql}, {head}{step.sql}, {start.sql})"
    end = node.expressions[3]
    name = end.expressions[0].name.lower()
    result = translator.translate(
        end.this, replace(scope, lambdas=scope.lambdas | {name: Typed(reduced, step.type)})
    )
    return Typed(result.sql, result.type)


LAMBDAS: dict[str, LambdaFunction] = {
    "transform": _transform,
    "filter": _filter,
    "reduce": _reduce,
    "any_match": _match("coalesce(list_bool_or({0}), FALSE)"),
    "all_match": _match("coalesce(list_bool_and({0}), TRUE)"),
    "none_match": _match("NOT coalesce(list_bool_or({0}), FALSE)"),
}
