"""UNION, INTERSECT and EXCEPT: the columns' common types, and ordering a query by its columns.

Queries as a whole belong to `translate`. Source: Trino "SELECT", checked 2026-11.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlglot import exp

from lakehouse.local_aws.athena.coercion import common_type
from lakehouse.local_aws.athena.errors import QueryError
from lakehouse.local_aws.athena.expression_calls import ordering
from lakehouse.local_aws.athena.scope import Field, Output, Scope
from lakehouse.local_aws.athena.typed import Typed, coerce, moment
from lakehouse.local_aws.athena.types import Type

if TYPE_CHECKING:
    from lakehouse.local_aws.athena.translate import Translator


def set_operation(translator: Translator, tree: exp.SetOperation, scope: Scope) -> Output:
    """The query of two queries (without its ORDER BY and LIMIT)."""
    left, right = (translator.query(tree.args[k], scope) for k in ("this", "expression"))
    word, where = type(tree).__name__.upper(), translator.expressions.where(tree)
    if len(left.fields) != len(right.fields):
        numbers = f"{len(left.fields)}, {len(right.fields)}"
        words = f"{where}{word} query has different number of fields: {numbers}"
        raise QueryError("TYPE_MISMATCH", words)
    kinds = [
        _common(a, b, f"{where}column {i} in {word} query")
        for i, (a, b) in enumerate(zip(left.fields, right.fields, strict=True), 1)
    ]
    fields = tuple(replace(f, type=k, origin=None) for f, k in zip(left.fields, kinds, strict=True))
    every = "" if tree.args.get("distinct") else " ALL"
    sql = f"{converted(left, kinds)} {word}{every} {converted(right, kinds)}"
    return Output(f"SELECT * FROM ({sql}) AS u", fields)


def _common(one: Field, two: Field, words: str) -> Type:
    common = common_type(one.type, two.type)
    if common is None:
        kinds = f"{one.type}, {two.type}"
        raise QueryError("TYPE_MISMATCH", f"{words} has incompatible types: {kinds}")
    return common


def converted(output: Output, kinds: list[Type]) -> str:
    """A query with its columns in other types, in parentheses."""
    pairs = list(zip(output.fields, kinds, strict=True))
    if all(f.type == k and f.type.zone == k.zone for f, k in pairs):
        return f"(SELECT * FROM ({output.sql}) AS s)"
    parts = []
    for item, kind in pairs:
        value = coerce(Typed(item.sql, item.type), kind)
        parts.append(f"{value.sql} AS {item.sql}")
    return f"(SELECT {', '.join(parts)} FROM ({output.sql}) AS s)"


def order_outputs(translator: Translator, tree: exp.Expr, output: Output) -> str:
    """ORDER BY of a query by its own columns."""
    order = tree.args.get("order")
    if order is None:
        return ""
    scope, parts = Scope(tuple(output.fields)), []
    for item in order.expressions:
        if isinstance(item.this, exp.Literal) and not item.this.is_string:
            index = int(item.this.this)
            if not 1 <= index <= len(output.fields):
                where = translator.expressions.where(item)
                words = f"{where}ORDER BY position {index} is not in select list"
                raise QueryError("INVALID_COLUMN_REFERENCE", words)
            column = output.fields[index - 1]
            value = Typed(column.sql, column.type)
        else:
            value = translator.expressions.translate(item.this, scope)
        parts.append(f"{moment(value).sql}{ordering(item)}")
    return f" ORDER BY {', '.join(parts)}"
