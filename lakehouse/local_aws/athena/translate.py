"""Queries: a Trino tree becomes one DuckDB SELECT over named table scans.

Every table of the query becomes a `Scan`: its columns, and the predicates on its partition keys
that decide which partitions are read at all. The scans' own SQL is written later, by `tables`.
Pure: all that is known about tables comes through `Tables`. FROM items are handled in `relations`.
"""

from dataclasses import dataclass, replace

from sqlglot import exp

from lakehouse.local_aws.athena.aggregation import check_groups
from lakehouse.local_aws.athena.errors import QueryError, not_supported
from lakehouse.local_aws.athena.expressions import Expressions
from lakehouse.local_aws.athena.grammar import check
from lakehouse.local_aws.athena.orderings import Ordering
from lakehouse.local_aws.athena.pruning import prune
from lakehouse.local_aws.athena.recursion import DEPTH, is_recursive, recursive_query
from lakehouse.local_aws.athena.relations import Relations
from lakehouse.local_aws.athena.scans import Scan, Tables
from lakehouse.local_aws.athena.scope import Field, NamedQuery, Output, Scope, identifiers, rename
from lakehouse.local_aws.athena.set_operations import order_outputs, set_operation
from lakehouse.local_aws.athena.types import Type
from lakehouse.local_aws.athena.unnest import values


@dataclass(frozen=True)
class Translation:
    """A translated query: DuckDB SQL over the scans, and its result columns."""

    sql: str
    names: tuple[str, ...]
    types: tuple[Type, ...]
    scans: tuple[Scan, ...]

    @property
    def columns(self) -> tuple[tuple[str, Type], ...]:
        """Names and types of the result."""
        return tuple(zip(self.names, self.types, strict=True))


def translate(tree: exp.Query, sql: str, tables: Tables) -> Translation:
    """The DuckDB query of `tree`, which was parsed from `sql`."""
    check(tree, sql)
    translator = Translator(sql, tables)
    output = translator.query(tree, Scope())
    names = tuple((f.name or f"_col{i}") for i, f in enumerate(output.fields))
    return Translation(
        output.sql, names, tuple(f.type for f in output.fields), tuple(translator.scans)
    )


class Translator:
    """Translates the queries of one statement, collecting its scans."""

    def __init__(self, sql: str, tables: Tables, scans: list[Scan] | None = None) -> None:
        self.tables = tables
        self.expressions = Expressions(sql, self)
        self.relations = Relations(self)
        self.ordering = Ordering(self.expressions)
        self.scans: list[Scan] = [] if scans is None else scans
        self.recursions = 0
        self.depth = ""  # of the row that a recursion step reads

    def for_view(self, sql: str) -> "Translator":
        """A translator of a view's text, which adds to the same scans."""
        return Translator(sql, self.tables, self.scans)

    def query(self, tree: exp.Expr, scope: Scope) -> Output:
        """Translate any query: SELECT, set operation, VALUES, parenthesised."""
        if isinstance(tree, exp.Subquery):
            return self._parenthesised(tree, scope)
        scope = self._with(tree, scope)
        if isinstance(tree, exp.Select):
            return self._select(tree, scope)
        if isinstance(tree, exp.SetOperation):
            made = set_operation(self, tree, scope)
            tail = order_outputs(self, tree, made) + self.ordering.limit(tree, scope)
            return replace(made, sql=made.sql + tail)
        if isinstance(tree, exp.Values):
            return values(self, tree, scope)
        raise not_supported(f"The query {tree.sql('trino')[:80]}")

    def _parenthesised(self, tree: exp.Subquery, scope: Scope) -> Output:
        inner = self.query(tree.this, scope)
        if not any(tree.args.get(k) for k in ("order", "limit", "offset", "with_")):
            return inner
        tail = order_outputs(self, tree, inner) + self.ordering.limit(tree, scope)
        sql = f"SELECT * FROM ({inner.sql}) AS s{tail}"
        return Output(sql, tuple(replace(f, origin=None) for f in inner.fields))

    def _with(self, tree: exp.Expr, scope: Scope) -> Scope:
        clause = tree.args.get("with_")
        if clause is None:
            return scope
        for cte in clause.expressions:
            name = cte.alias.lower()
            if any(c is not cte and c.alias.lower() == name for c in clause.expressions):
                words = (
                    f"{self.expressions.where(cte)}WITH query name '{name}' specified more than "
                )
                raise QueryError("DUPLICATE_NAMED_QUERY", words + "once")
            named = NamedQuery(cte, scope, recursive=is_recursive(clause, cte))
            scope = replace(scope, ctes={**scope.ctes, name: named})
        return scope

    def named_query(self, named: NamedQuery) -> Output:
        """A WITH query where it is referred to: inlined, as Trino does."""
        if named.made is not None:
            return named.made
        if named.recursive:
            self.recursions += 1
            return recursive_query(self, named, self.recursions)
        output = self.query(named.cte.this, named.scope)
        return rename(output, [c.name.lower() for c in named.cte.args["alias"].columns])

    # SELECT

    def step(self, tree: exp.Expr, scope: Scope) -> Output:
        """A recursion step: its SQL has one column more, `depth`."""
        if not isinstance(tree, exp.Select) or tree.args.get("group") or tree.args.get("distinct"):
            raise not_supported("This form of a recursion step")
        return self._select(tree, scope, recursive=True)

    def _select(self, tree: exp.Select, scope: Scope, recursive: bool = False) -> Output:
        source, clauses = self.relations.from_clause(tree, scope)
        depth = f", {self.depth} + 1 AS {DEPTH}" if recursive else ""
        source = replace(source, windows=self._windows(tree, source))
        if tree.args.get("where") is not None:
            condition = tree.args["where"].this
            inner = replace(source, no_aggregates="WHERE clause")
            clauses += f" WHERE {self.expressions.boolean(condition, inner, 'WHERE')}"
            prune(condition, source, self)
        items = self._items(tree, source)
        names = identifiers([f.name for f in items])
        clauses += self._group(tree, source, items)
        if tree.args.get("having") is not None:
            condition = tree.args["having"].this
            clauses += f" HAVING {self.expressions.boolean(condition, source, 'HAVING')}"
        check_groups(self, tree, source, items)
        clauses += self.ordering.select(tree, source, items) + self.ordering.limit(tree, scope)
        distinct = "DISTINCT " if tree.args.get("distinct") is not None else ""
        selected = ", ".join(f"{f.sql} AS {n}" for f, n in zip(items, names, strict=True)) + depth
        keep = not (tree.args.get("limit") or tree.args.get("offset") or tree.find(exp.Window))
        fields = tuple(
            replace(f, relation=None, sql=n, hidden=False, origin=f.origin if keep else None)
            for f, n in zip(items, names, strict=True)
        )
        return Output(f"SELECT {distinct}{selected}{clauses}", fields)

    def _windows(self, tree: exp.Select, source: Scope) -> dict[str, str]:
        """The WINDOW clause: each name's specification as SQL."""
        made: dict[str, str] = {}
        for window in tree.args.get("windows") or []:
            name = window.name.lower()
            if name in made:
                words = f"{self.expressions.where(window)}WINDOW name '{name}' specified more than "
                raise QueryError("DUPLICATE_WINDOW_NAME", words + "once")
            made[name] = self.expressions.over(window, replace(source, windows=made))
        return made

    def _items(self, tree: exp.Select, source: Scope) -> list[Field]:
        items: list[Field] = []
        for node in tree.expressions:
            if isinstance(node, exp.Star):
                items += self._stars(node, None, source)
            elif isinstance(node, exp.Column) and isinstance(node.this, exp.Star):
                items += self._stars(node, node.table.lower(), source)
            else:
                items.append(self._item(node, source))
        return items

    def _stars(self, node: exp.Expr, relation: str | None, source: Scope) -> list[Field]:
        fields = source.stars(relation)
        if not fields:
            words = (
                "SELECT * not allowed in queries without FROM clause"
                if relation is None
                else f"Unable to resolve reference {relation}"
            )
            raise QueryError("COLUMN_NOT_FOUND", f"{self.expressions.where(node)}{words}")
        return fields

    def _item(self, node: exp.Expr, source: Scope) -> Field:
        name = node.alias.lower() if isinstance(node, exp.Alias) else None
        inner = node.this if isinstance(node, exp.Alias) else node
        value = self.expressions.translate(inner, source)
        inner = inner.unnest()  # parentheses are no part of Trino's tree
        if name is None and isinstance(inner, exp.Column | exp.Dot):
            name = (
                inner.name.lower()
                if isinstance(inner, exp.Column)
                else inner.expression.name.lower()
            )
        origin = next((f.origin for f in source.fields if f.sql == value.sql), None)
        return Field(None, name, value.sql, value.type, origin=origin)

    def _group(self, tree: exp.Select, source: Scope, items: list[Field]) -> str:
        group = tree.args.get("group")
        if group is None:
            return ""
        source = replace(source, no_aggregates="GROUP BY clause")
        parts = [self._group_item(e, source, items) for e in group.expressions]
        for key in ("rollup", "cube", "grouping_sets"):
            parts += [self._group_item(e, source, items) for e in group.args.get(key) or []]
        return f" GROUP BY {', '.join(parts)}"

    def _group_item(self, node: exp.Expr, source: Scope, items: list[Field]) -> str:
        if isinstance(node, exp.Rollup | exp.Cube | exp.GroupingSets):
            word = {exp.Rollup: "ROLLUP", exp.Cube: "CUBE"}.get(type(node), "GROUPING SETS")
            inner = (self._group_item(e, source, items) for e in node.expressions)
            return f"{word} ({', '.join(inner)})"
        if isinstance(node, exp.Tuple):
            return f"({', '.join(self._group_item(e, source, items) for e in node.expressions)})"
        if isinstance(node, exp.Literal) and not node.is_string:
            found = self.ordering.ordinal(node, items, "GROUP BY")
            return found.sql
        return self.expressions.translate(node, source).sql
