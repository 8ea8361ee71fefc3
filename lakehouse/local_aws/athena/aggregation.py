"""What may stand in a query that aggregates: group keys, aggregates, and what is made of them.

Source: Trino's AggregationAnalyzer, checked 2026-11.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sqlglot import exp

from lakehouse.local_aws.athena import functions
from lakehouse.local_aws.athena.errors import QueryError
from lakehouse.local_aws.athena.lambdas import takes_lambda
from lakehouse.local_aws.athena.scope import Field, Scope

if TYPE_CHECKING:
    from lakehouse.local_aws.athena.translate import Translator


def is_aggregate(node: exp.Expr) -> bool:
    """Whether a node is a call of an aggregate (or of grouping)."""
    if isinstance(node, exp.GroupConcat | exp.WithinGroup):
        return True
    if isinstance(node, exp.Filter):
        return is_aggregate(node.this)
    if not isinstance(node, exp.Anonymous):
        return False
    name = node.name.lower()
    return name in ("grouping", "reduce_agg") or (
        functions.exists(name)
        and functions.kind_of(name) == "aggregate"
        and not (takes_lambda(name, node) and name != "reduce_agg")
    )


def aggregates(node: exp.Expr) -> bool:
    """Whether a clause aggregates: a query inside it does not count, nor a window's own call."""
    if isinstance(node, exp.Query | exp.Subquery | exp.Exists):
        return False
    if isinstance(node, exp.Window):
        return any(aggregates(part) for part in _window_parts(node))
    return is_aggregate(node) or any(aggregates(child) for child in node.iter_expressions())


def _window_parts(node: exp.Window) -> Iterator[exp.Expr]:
    """What a window is made of, without the call itself."""
    call = node.this
    while isinstance(call, exp.Filter | exp.IgnoreNulls | exp.RespectNulls):
        call = call.this
    yield from call.iter_expressions()
    for key in ("partition_by", "order", "spec"):
        value = node.args.get(key)
        yield from value if isinstance(value, list) else [value] if value is not None else []


class GroupCheck:
    """Checks the clauses of one aggregating query against its group keys."""

    def __init__(self, translator: Translator, source: Scope, keys: list[exp.Expr]) -> None:
        self.translator = translator
        self.source = source
        self.keys = keys
        self._key_sql: set[str] | None = None
        self._local = {f.sql for f in source.fields}

    def check(self, node: exp.Expr) -> None:
        """QueryError EXPRESSION_NOT_AGGREGATE when a part of `node` is neither."""
        if not self._fits(node, frozenset()):
            where = self.translator.expressions.where(node)
            words = "must be an aggregate expression or appear in GROUP BY clause"
            raise QueryError("EXPRESSION_NOT_AGGREGATE", f"{where}'{node.sql('trino')}' {words}")

    def check_item(self, node: exp.Expr, source: Scope) -> None:
        """The same for an item of SELECT, which may be a star or have a name."""
        inner = node.this if isinstance(node, exp.Alias) else node
        stars = isinstance(inner, exp.Star) or (
            isinstance(inner, exp.Column) and isinstance(inner.this, exp.Star)
        )
        if not stars:
            self.check(inner)
            return
        relation = inner.table.lower() if isinstance(inner, exp.Column) else None
        for field in source.stars(relation):
            if field.sql not in self._keys_sql():
                where = self.translator.expressions.where(node)
                words = "must be an aggregate expression or appear in GROUP BY clause"
                name = f"{field.relation}.{field.name}" if field.relation else field.name
                raise QueryError("EXPRESSION_NOT_AGGREGATE", f"{where}'{name}' {words}")

    def _fits(self, node: exp.Expr, bound: frozenset[str]) -> bool:
        if any(node == key for key in self.keys) or is_aggregate(node):
            return True
        if isinstance(node, exp.Query | exp.Subquery | exp.Exists):
            return True  # what it takes from outside is checked by the engine
        if isinstance(node, exp.Lambda):
            bound = bound | {p.name.lower() for p in node.expressions}
            return self._fits(node.this, bound)
        if isinstance(node, exp.Column):
            return self._column_fits(node, bound)
        if self._is_key(node):
            return True
        parts = _window_parts(node) if isinstance(node, exp.Window) else node.iter_expressions()
        return all(self._fits(part, bound) for part in parts)

    def _column_fits(self, node: exp.Column, bound: frozenset[str]) -> bool:
        if node.parts[0].name.lower() in bound or isinstance(node.this, exp.Star):
            return True
        sql = self.translator.expressions.translate(node, self.source).sql
        if sql in self._keys_sql():
            return True
        outer = not any(local in sql for local in self._local)
        return outer or any(key in sql for key in self._keys_sql() if key in self._local)

    def _is_key(self, node: exp.Expr) -> bool:
        """The same expression, written with other names for the same columns."""
        if not any(type(node) is type(key) for key in self.keys):
            return False
        if aggregates(node) or node.find(exp.Identifier) is None or node.find_ancestor(exp.Lambda):
            return False
        return self.translator.expressions.translate(node, self.source).sql in self._keys_sql()

    def _keys_sql(self) -> set[str]:
        if self._key_sql is None:
            translate = self.translator.expressions.translate
            self._key_sql = {translate(key, self.source).sql for key in self.keys}
        return self._key_sql


def check_groups(
    translator: Translator, tree: exp.Select, source: Scope, items: list[Field]
) -> None:
    """QueryError EXPRESSION_NOT_AGGREGATE when a clause of an aggregating query does not fit."""
    clauses = [tree.args.get("having"), tree.args.get("order")]
    nodes = [*tree.expressions, *(c for c in clauses if c is not None)]
    group = tree.args.get("group")
    if group is None and not any(aggregates(node) for node in nodes):
        return
    checked = GroupCheck(translator, source, list(_keys(group, tree)))
    shown = {f.name for f in items}
    for node in tree.expressions:
        checked.check_item(node, source)
    if tree.args.get("having") is not None:
        checked.check(tree.args["having"].this)
    for item in tree.args["order"].expressions if tree.args.get("order") else []:
        named = isinstance(item.this, exp.Column) and item.this.name.lower() in shown
        if not named and not isinstance(item.this, exp.Literal):
            checked.check(item.this)


def _keys(node: exp.Expr | None, tree: exp.Select) -> Iterator[exp.Expr]:
    """The expressions that a GROUP BY clause names."""
    if node is None:
        return
    kinds = (exp.Group, exp.Rollup, exp.Cube, exp.GroupingSets, exp.Tuple)
    if isinstance(node, exp.Paren):
        yield from _keys(node.this, tree)
        return
    if not isinstance(node, kinds):
        is_ordinal = isinstance(node, exp.Literal) and not node.is_string
        chosen = tree.expressions[int(node.this) - 1] if is_ordinal else node
        yield chosen.this if isinstance(chosen, exp.Alias) else chosen
        return
    parts = [p for key in node.args for p in (node.args[key] or []) if isinstance(p, exp.Expr)
             ] if isinstance(node, exp.Group) else node.expressions  # fmt: skip
    for part in parts:
        yield from _keys(part, tree)
