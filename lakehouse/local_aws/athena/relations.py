"""FROM clauses: tables, subqueries, VALUES, UNNEST and joins become DuckDB relations and a scope.

Also decides which conditions of a WHERE clause can choose a table's partitions. Queries as a whole
belong to `translate`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlglot import exp

from lakehouse.local_aws.athena import operators
from lakehouse.local_aws.athena import types as t
from lakehouse.local_aws.athena.dialect import parse_query
from lakehouse.local_aws.athena.errors import QueryError, not_supported
from lakehouse.local_aws.athena.grammar import check
from lakehouse.local_aws.athena.pruning import prune
from lakehouse.local_aws.athena.scans import Scan, TableShape
from lakehouse.local_aws.athena.scope import (
    Field,
    NamedQuery,
    Origin,
    Output,
    Scope,
    alias_mismatch,
    rename,
)
from lakehouse.local_aws.athena.typed import Typed, row_field
from lakehouse.local_aws.athena.types import Type
from lakehouse.local_aws.athena.view_columns import as_stored

if TYPE_CHECKING:
    from lakehouse.local_aws.athena.translate import Translator

Relation = tuple[str, list[Field]]  # DuckDB SQL of a FROM item, and its columns


class Relations:
    """Translates FROM clauses for one translator."""

    def __init__(self, translator: Translator) -> None:
        self.translator = translator
        self.aliases = 0
        self.views: tuple[str, ...] = ()  # those whose queries are being translated

    def from_clause(self, tree: exp.Select, scope: Scope) -> tuple[Scope, str]:
        """The scope that SELECT's FROM offers, and ` FROM ...` itself."""
        source = tree.args.get("from_")
        if source is None:
            return scope.inner(), ""
        text, fields = self._relation(source.this, scope, [])
        for join in [*(source.this.args.get("joins") or []), *(tree.args.get("joins") or [])]:
            text, fields = self._join(join, text, fields, scope)
        return scope.inner(fields), f" FROM {text}"

    def _join(self, join: exp.Join, text: str, left: list[Field], scope: Scope) -> Relation:
        side, kind = join.text("side").upper(), join.text("kind").upper()
        if join.args.get("method") or kind not in ("", "INNER", "OUTER", "CROSS"):
            raise not_supported(f"The join {join.sql('trino')[:60]}")
        item, right = self._relation(join.this, scope, left)
        if side in ("LEFT", "FULL"):
            right = [replace(f, origin=None) for f in right]
        if side in ("RIGHT", "FULL"):
            left = [replace(f, origin=None) for f in left]
        fields = [*left, *right]
        if join.args.get("using"):
            return self._using(join, text, item, left, right, side)
        condition = join.args.get("on")
        if condition is None:
            return f"{text} CROSS JOIN {item}", fields
        unnest = isinstance(join.this, exp.Unnest)
        if unnest and not (isinstance(condition, exp.Boolean) and condition.this):
            raise not_supported("JOIN UNNEST with another condition than ON TRUE")
        inner = scope.inner(fields)
        on = self.translator.expressions.boolean(condition, inner, "JOIN ON")
        if side in ("", "INNER"):
            prune(condition, inner, self.translator)
        return f"{text} {side or 'INNER'} JOIN {item} ON {on}", fields

    def _using(
        self, join: exp.Join, text: str, item: str, left: list[Field], right: list[Field], side: str
    ) -> Relation:
        names = [i.name.lower() for i in join.args["using"]]
        conditions, merged = [], []
        for name in names:
            one, two = self._column(left, name), self._column(right, name)
            test = operators.comparison("=", Typed(one.sql, one.type), Typed(two.sql, two.type), "")
            conditions.append(test.sql)
            sql = one.sql if side in ("", "INNER", "LEFT") else f"coalesce({one.sql}, {two.sql})"
            merged.append(
                Field(None, name, sql, one.type, origin=one.origin if side != "FULL" else None)
            )
        rest = [f for f in (*left, *right) if f.name not in names]
        on = " AND ".join(conditions)
        return f"{text} {side or 'INNER'} JOIN {item} ON {on}", [*merged, *rest]

    def _column(self, fields: list[Field], name: str) -> Field:
        found = [f for f in fields if f.name == name]
        if len(found) != 1:
            raise QueryError(
                "COLUMN_NOT_FOUND", f"Column '{name}' is missing from one side of join"
            )
        return found[0]

    def _relation(self, node: exp.Expr, scope: Scope, left: list[Field]) -> Relation:
        if isinstance(node, exp.Table):
            if not isinstance(node.this, exp.Identifier):
                name = node.this.name.lower()
                raise QueryError(
                    "FUNCTION_NOT_FOUND",
                    f"{self._where(node)}Table function '{name}' not registered",
                )
            return self._table(node, scope)
        if isinstance(node, exp.Unnest):
            return self._unnest(node, scope.inner(left))
        if isinstance(node, exp.Values):
            return self._aliased(self.values(node, scope), node)
        if isinstance(node, exp.Subquery):
            if not isinstance(node.this, exp.Query | exp.Values):
                raise not_supported("A parenthesised join")
            return self._aliased(self.translator.query(_without_alias(node), scope), node)
        if isinstance(node, exp.Lateral) and isinstance(node.this, exp.Subquery):
            text, fields = self._aliased(self.translator.query(node.this, scope.inner(left)), node)
            return f"LATERAL {text}", fields
        raise not_supported(f"{self._where(node)}The relation {node.sql('trino')[:80]}")

    def _where(self, node: exp.Expr) -> str:
        return self.translator.expressions.where(node)

    def _alias(self, node: exp.Expr, default: str | None) -> tuple[str, str | None]:
        """A relation's identifier in DuckDB (never two alike) and its name in the query."""
        self.aliases += 1
        name = node.alias.lower() or default
        return t.duckdb_identifier(f"{name or 'r'} {self.aliases}"), name

    def _aliased(self, output: Output, node: exp.Expr) -> Relation:
        alias = node.args.get("alias")
        output = rename(output, [c.name.lower() for c in alias.columns] if alias else [])
        identifier, name = self._alias(node, None)
        return f"({output.sql}) AS {identifier}", _fields(output.fields, identifier, name)

    def _table(self, node: exp.Table, scope: Scope) -> Relation:
        database, name = node.text("db").lower() or None, node.name.lower()
        catalog = node.text("catalog").lower()
        if catalog not in ("", "awsdatacatalog"):
            raise QueryError(
                "CATALOG_NOT_FOUND", f"{self._where(node)}Catalog '{catalog}' does not exist"
            )
        if database is None and name in scope.ctes:
            return self._named(node, scope.ctes[name], name)
        shape = self.translator.tables.shape(database, name, self._where(node))
        if shape.view_query is not None:
            return self._view(node, shape)
        return self._scan(node, shape)

    def _named(self, node: exp.Table, named: NamedQuery, name: str) -> Relation:
        output = self.translator.named_query(named)
        alias = node.args.get("alias")
        output = rename(output, [c.name.lower() for c in alias.columns] if alias else [])
        identifier, shown = self._alias(node, name)
        return f"({output.sql}) AS {identifier}", _fields(output.fields, identifier, shown)

    def _view(self, node: exp.Table, shape: TableShape) -> Relation:
        text, view = shape.view_query or "", f"{shape.database}.{shape.name}"
        if view in self.views:
            words = f"{self._where(node)}View is recursive: 'awsdatacatalog.{view}'"
            raise QueryError("VIEW_IS_RECURSIVE", words)
        inner = self.translator.for_view(text)
        inner.relations.views = (*self.views, view)
        if shape.view is not None:
            inner.tables = self.translator.tables.within(shape.view.database)
        tree = parse_query(text)
        check(tree, text)
        output = as_stored(inner.query(tree, Scope()), shape, self._where(node))
        identifier, name = self._alias(node, shape.name)
        return f"({output.sql}) AS {identifier}", _fields(output.fields, identifier, name)

    def _scan(self, node: exp.Table, shape: TableShape) -> Relation:
        scans = self.translator.scans
        scans.append(Scan(f"scan {len(scans)}", shape))
        identifier, name = self._alias(node, shape.name)
        fields = [
            Field(
                name,
                column.name,
                f"{identifier}.{t.duckdb_identifier(column.name)}",
                column.type,
                column.hidden,
                Origin(len(scans) - 1, column.name) if column.is_partition_key else None,
            )
            for column in shape.columns
        ]
        return self._renamed(node, f"{t.duckdb_identifier(scans[-1].name)} AS {identifier}", fields)

    def _renamed(self, node: exp.Table, text: str, fields: list[Field]) -> Relation:
        alias = node.args.get("alias")
        names = [c.name.lower() for c in alias.columns] if alias else []
        shown = [f for f in fields if not f.hidden]
        if names and len(names) != len(shown):
            raise QueryError(
                "MISMATCHED_COLUMN_ALIASES",
                self._where(node) + alias_mismatch(len(names), len(shown)),
            )
        return text, [
            replace(f, name=n) for f, n in zip(shown, names, strict=True)
        ] if names else fields

    def values(self, node: exp.Values, scope: Scope) -> Output:
        """VALUES as a query; its columns have no names."""
        translate = self.translator.expressions.translate
        rows = [
            [
                translate(e, scope)
                for e in (row.expressions if isinstance(row, exp.Tuple) else [row])
            ]
            for row in node.expressions
        ]
        if len({len(row) for row in rows}) != 1:
            raise QueryError("TYPE_MISMATCH", "Values rows have mismatched types")
        columns = [
            operators.unify(list(c), "All VALUES rows", self._where(node))
            for c in zip(*rows, strict=True)
        ]
        lines = ", ".join(
            f"({', '.join(v.sql for v in row)})" for row in zip(*columns, strict=True)
        )
        names = [f"_col{i}" for i in range(len(columns))]
        fields = tuple(
            Field(None, None, t.duckdb_identifier(n), c[0].type)
            for n, c in zip(names, columns, strict=True)
        )
        inner = ", ".join(t.duckdb_identifier(n) for n in names)
        return Output(f"SELECT * FROM (VALUES {lines}) AS v({inner})", fields)

    def _unnest(self, node: exp.Unnest, scope: Scope) -> Relation:
        parts: list[tuple[str, Type]] = []
        lists: list[str] = []
        for item in node.expressions:
            value = self.translator.expressions.translate(item, scope)
            parts += self._unnested(value, lists)
        if node.args.get("offset"):
            parts.append(
                (f"generate_series(1, greatest({', '.join(f'len({x})' for x in lists)}))", t.BIGINT)
            )
        identifier, name = self._alias(node, None)
        alias = node.args.get("alias")
        names: list[str] = [c.name.lower() for c in alias.columns] if alias else []
        offset = node.args.get("offset")
        if isinstance(offset, exp.Identifier):
            names.append(offset.name.lower())
        if names and len(names) != len(parts):
            raise QueryError(
                "MISMATCHED_COLUMN_ALIASES",
                self._where(node) + alias_mismatch(len(names), len(parts)),
            )
        inner = [t.duckdb_identifier(f"c{i}") for i in range(len(parts))]
        columns = ", ".join(
            f"unnest({sql}) AS {n}" for (sql, _), n in zip(parts, inner, strict=True)
        )
        fields = [
            Field(name, names[i] if names else None, f"{identifier}.{inner[i]}", kind)
            for i, (_, kind) in enumerate(parts)
        ]
        lateral = "LATERAL " if scope.fields else ""
        return f"{lateral}(SELECT {columns}) AS {identifier}", fields

    def _unnested(self, value: Typed, lists: list[str]) -> list[tuple[str, Type]]:
        kind = value.type
        if kind.name == "map":
            lists.append(f"map_keys({value.sql})")
            return [
                (f"map_keys({value.sql})", kind.items[0]),
                (f"map_values({value.sql})", kind.items[1]),
            ]
        if kind.name != "array":
            raise QueryError("TYPE_MISMATCH", f"Cannot unnest type: {kind}")
        lists.append(value.sql)
        item = kind.items[0]
        each = Typed("_le", item)
        if item.name != "row":
            return [(value.sql, item)]
        return [
            (f"list_transform({value.sql}, lambda _le: {row_field(each, i).sql})", k)
            for i, k in enumerate(item.items)
        ]


def _without_alias(node: exp.Subquery) -> exp.Subquery:
    copy = node.copy()
    copy.set("alias", None)
    return copy


def _fields(fields: tuple[Field, ...], identifier: str, name: str | None) -> list[Field]:
    return [replace(f, relation=name, sql=f"{identifier}.{f.sql}") for f in fields]
