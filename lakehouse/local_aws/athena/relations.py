"""FROM clauses: tables, subqueries, VALUES, UNNEST and joins become DuckDB relations and a scope.

Also decides which conditions of a WHERE clause can choose a table's partitions. Queries as a whole
belong to `translate`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlglot import exp

from lakehouse.local_aws.athena import types as t
from lakehouse.local_aws.athena.dialect import parse_query
from lakehouse.local_aws.athena.errors import QueryError, not_supported
from lakehouse.local_aws.athena.grammar import check
from lakehouse.local_aws.athena.joins import Joins
from lakehouse.local_aws.athena.recursion import DEPTH
from lakehouse.local_aws.athena.scans import Scan, TableShape
from lakehouse.local_aws.athena.scope import (
    Field,
    NamedQuery,
    Origin,
    Output,
    Relation,
    Scope,
    alias_mismatch,
    rename,
)
from lakehouse.local_aws.athena.unnest import unnest, values
from lakehouse.local_aws.athena.view_columns import as_stored

if TYPE_CHECKING:
    from lakehouse.local_aws.athena.translate import Translator


class Relations:
    """Translates FROM clauses for one translator."""

    def __init__(self, translator: Translator) -> None:
        self.translator = translator
        self.joins = Joins(self, translator)
        self.aliases = 0
        self.views: tuple[str, ...] = ()  # those whose queries are being translated

    def from_clause(self, tree: exp.Select, scope: Scope) -> tuple[Scope, str]:
        """The scope that SELECT's FROM offers, and ` FROM ...` itself."""
        source = tree.args.get("from_")
        if source is None:
            return scope.inner(), ""
        sample = tree.args.get("sample")  # where the grammar puts that of a lone subquery
        if sample is not None and not tree.args.get("joins"):
            source.this.set("sample", sample)
        elif sample is not None:
            raise not_supported(f"{self.where(sample)}TABLESAMPLE of a subquery in a join")
        text, fields = self._joined(source.this, tree.args.get("joins") or [], scope)
        return scope.inner(fields), f" FROM {text}"

    def _joined(self, first: exp.Expr, joins: list[exp.Join], scope: Scope) -> Relation:
        """A relation and what is joined to it, its own joins first."""
        text, fields = self.relation(first, scope, [])
        for join in [*(first.args.get("joins") or []), *joins]:
            text, fields = self.joins.join(join, text, fields, scope)
        return text, fields

    def relation(self, node: exp.Expr, scope: Scope, left: list[Field]) -> Relation:
        """One FROM item; `left` are the columns before it, which LATERAL and UNNEST see."""
        sample = node.args.get("sample")
        text, fields = self._plain(node, scope, left)
        if sample is None:
            return text, fields
        return f"{text} TABLESAMPLE {self._sample(sample)}", fields

    def _sample(self, sample: exp.TableSample) -> str:
        method, share = sample.text("method").upper(), sample.args.get("percent")
        if method not in ("BERNOULLI", "SYSTEM") or not isinstance(share, exp.Literal):
            raise not_supported(f"{self.where(sample)}This form of TABLESAMPLE")
        if not 0 <= float(share.name) <= 100:
            words = f"{self.where(sample)}Sample percentage must be between 0 and 100"
            raise QueryError("NUMERIC_VALUE_OUT_OF_RANGE", words)
        return f"{method.lower()}({share.name} PERCENT)"

    def _plain(self, node: exp.Expr, scope: Scope, left: list[Field]) -> Relation:
        if isinstance(node, exp.Table):
            if isinstance(node.this, exp.Values):
                return self._aliased(values(self.translator, node.this, scope), node)
            if not isinstance(node.this, exp.Identifier):
                name = node.this.name.lower()
                raise QueryError(
                    "FUNCTION_NOT_FOUND",
                    f"{self.where(node)}Table function '{name}' not registered",
                )
            return self._table(node, scope)
        if isinstance(node, exp.Unnest):
            return unnest(self, node, scope.inner(left), bool(left))
        if isinstance(node, exp.Values):
            return self._aliased(values(self.translator, node, scope), node)
        if isinstance(node, exp.Subquery):
            if not isinstance(node.this, exp.Query | exp.Values):
                text, fields = self._joined(node.this, [], scope)
                return f"({text})", fields
            return self._aliased(self.translator.query(_without_alias(node), scope), node)
        if isinstance(node, exp.Lateral) and isinstance(node.this, exp.Subquery):
            text, fields = self._aliased(self.translator.query(node.this, scope.inner(left)), node)
            return f"LATERAL {text}", fields
        raise not_supported(f"{self.where(node)}The relation {node.sql('trino')[:80]}")

    def where(self, node: exp.Expr) -> str:
        """`line l:c: ` of a node."""
        return self.translator.expressions.where(node)

    def alias(self, node: exp.Expr, default: str | None) -> tuple[str, str | None]:
        """A relation's identifier in DuckDB (never two alike) and its name in the query."""
        self.aliases += 1
        name = node.alias.lower() or default
        return t.duckdb_identifier(f"{name or 'r'} {self.aliases}"), name

    def _aliased(self, output: Output, node: exp.Expr) -> Relation:
        alias = node.args.get("alias")
        output = rename(output, [c.name.lower() for c in alias.columns] if alias else [])
        identifier, name = self.alias(node, None)
        return f"({output.sql}) AS {identifier}", _fields(output.fields, identifier, name)

    def _table(self, node: exp.Table, scope: Scope) -> Relation:
        database, name = node.text("db").lower() or None, node.name.lower()
        catalog = node.text("catalog").lower()
        if catalog not in ("", "awsdatacatalog"):
            raise QueryError(
                "CATALOG_NOT_FOUND", f"{self.where(node)}Catalog '{catalog}' does not exist"
            )
        if database is None and name in scope.ctes:
            return self._named(node, scope.ctes[name], name)
        shape = self.translator.tables.shape(database, name, self.where(node))
        if shape.view_query is not None:
            return self._view(node, shape)
        return self._scan(node, shape)

    def _named(self, node: exp.Table, named: NamedQuery, name: str) -> Relation:
        output = self.translator.named_query(named)
        alias = node.args.get("alias")
        output = rename(output, [c.name.lower() for c in alias.columns] if alias else [])
        identifier, shown = self.alias(node, name)
        if named.made is not None:
            self.translator.depth = f"{identifier}.{DEPTH}"
        return f"({output.sql}) AS {identifier}", _fields(output.fields, identifier, shown)

    def _view(self, node: exp.Table, shape: TableShape) -> Relation:
        text, view = shape.view_query or "", f"{shape.database}.{shape.name}"
        if view in self.views:
            words = f"{self.where(node)}View is recursive: 'awsdatacatalog.{view}'"
            raise QueryError("VIEW_IS_RECURSIVE", words)
        inner = self.translator.for_view(text)
        inner.relations.views = (*self.views, view)
        if shape.view is not None:
            inner.tables = self.translator.tables.within(shape.view.database)
        tree = parse_query(text)
        check(tree, text)
        output = as_stored(inner.query(tree, Scope()), shape, self.where(node))
        identifier, name = self.alias(node, shape.name)
        return f"({output.sql}) AS {identifier}", _fields(output.fields, identifier, name)

    def _scan(self, node: exp.Table, shape: TableShape) -> Relation:
        scans = self.translator.scans
        scans.append(Scan(f"scan {len(scans)}", shape))
        identifier, name = self.alias(node, shape.name)
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
                self.where(node) + alias_mismatch(len(names), len(shown)),
            )
        return text, [
            replace(f, name=n) for f, n in zip(shown, names, strict=True)
        ] if names else fields


def _without_alias(node: exp.Subquery) -> exp.Subquery:
    copy = node.copy()
    copy.set("alias", None)
    return copy


def _fields(fields: tuple[Field, ...], identifier: str, name: str | None) -> list[Field]:
    return [replace(f, relation=name, sql=f"{identifier}.{f.sql}") for f in fields]
