"""Relations out of values: VALUES and UNNEST.

FROM items as a whole belong to `relations`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from lakehouse.local_aws.athena import operators
from lakehouse.local_aws.athena import types as t
from lakehouse.local_aws.athena.errors import QueryError
from lakehouse.local_aws.athena.scope import Field, Output, Relation, Scope, alias_mismatch
from lakehouse.local_aws.athena.typed import Typed, row_field
from lakehouse.local_aws.athena.types import Type

if TYPE_CHECKING:
    from lakehouse.local_aws.athena.relations import Relations
    from lakehouse.local_aws.athena.translate import Translator


def values(translator: Translator, node: exp.Values, scope: Scope) -> Output:
    """VALUES as a query; its columns have no names."""
    translate = translator.expressions.translate
    rows = [
        [translate(e, scope) for e in (row.expressions if isinstance(row, exp.Tuple) else [row])]
        for row in node.expressions
    ]
    if len({len(row) for row in rows}) != 1:
        sizes = " vs ".join(
            dict.fromkeys(f"row({', '.join(str(v.type) for v in r)})" for r in rows)
        )
        words = f"{translator.expressions.where(node)}Values rows have mismatched types: {sizes}"
        raise QueryError("TYPE_MISMATCH", words)
    where = translator.expressions.where(node)
    columns = [operators.unify(list(c), "All VALUES rows", where) for c in zip(*rows, strict=True)]
    lines = ", ".join(f"({', '.join(v.sql for v in row)})" for row in zip(*columns, strict=True))
    names = [f"_col{i}" for i in range(len(columns))]
    fields = tuple(
        Field(None, None, t.duckdb_identifier(n), c[0].type)
        for n, c in zip(names, columns, strict=True)
    )
    inner = ", ".join(t.duckdb_identifier(n) for n in names)
    return Output(f"SELECT * FROM (VALUES {lines}) AS v({inner})", fields)


def unnest(relations: Relations, node: exp.Unnest, scope: Scope, lateral: bool) -> Relation:
    """UNNEST as a FROM item."""
    parts: list[tuple[str, Type]] = []
    lists: list[str] = []
    for item in node.expressions:
        value = relations.translator.expressions.translate(item, scope)
        parts += _unnested(value, lists, relations.where(item))
    if node.args.get("offset"):
        parts.append(
            (f"generate_series(1, greatest({', '.join(f'len({x})' for x in lists)}))", t.BIGINT)
        )
    identifier, name = relations.alias(node, None)
    alias = node.args.get("alias")
    names: list[str] = [c.name.lower() for c in alias.columns] if alias else []
    offset = node.args.get("offset")
    if isinstance(offset, exp.Identifier):
        names.append(offset.name.lower())
    if names and len(names) != len(parts):
        raise QueryError(
            "MISMATCHED_COLUMN_ALIASES",
            relations.where(node) + alias_mismatch(len(names), len(parts)),
        )
    inner = [t.duckdb_identifier(f"c{i}") for i in range(len(parts))]
    columns = ", ".join(f"unnest({sql}) AS {n}" for (sql, _), n in zip(parts, inner, strict=True))
    fields = [
        Field(name, names[i] if names else None, f"{identifier}.{inner[i]}", kind)
        for i, (_, kind) in enumerate(parts)
    ]
    word = "LATERAL " if lateral else ""
    return f"{word}(SELECT {columns}) AS {identifier}", fields


def _unnested(value: Typed, lists: list[str], where: str) -> list[tuple[str, Type]]:
    kind = value.type
    if kind.name == "map":
        lists.append(f"map_keys({value.sql})")
        return [
            (f"map_keys({value.sql})", kind.items[0]),
            (f"map_values({value.sql})", kind.items[1]),
        ]
    if kind.name != "array":
        raise QueryError("TYPE_MISMATCH", f"{where}Cannot unnest type: {kind}")
    lists.append(value.sql)
    item = kind.items[0]
    each = Typed("_le", item)
    if item.name != "row":
        return [(value.sql, item)]
    return [
        (f"list_transform({value.sql}, lambda _le: {row_field(each, i).sql})", k)
        for i, k in enumerate(item.items)
    ]
