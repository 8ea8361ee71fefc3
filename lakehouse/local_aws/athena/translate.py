"""Queries: a Trino tree becomes one DuckDB SELECT over named table scans.

Every table of the query becomes a `Scan`: its columns, and the predicates on its partition keys
that decide which partitions are read at all. The scans' own SQL is written later, by `tables`.
Pure: all that is known about tables comes through `Tables`. FROM items are handled in `relations`.
"""

from dataclasses import dataclass, replace

from sqlglot import exp

from lakehouse.local_aws.athena.coercion import common_type
from lakehouse.local_aws.athena.errors import QueryError, not_supported
from lakehouse.local_aws.athena.expression_calls import ordering
from lakehouse.local_aws.athena.expressions import Expressions
from lakehouse.local_aws.athena.grammar import check
from lakehouse.local_aws.athena.pruning import prune
from lakehouse.local_aws.athena.relations import Relations
from lakehouse.local_aws.athena.scans import Scan, Tables
from lakehouse.local_aws.athena.scope import Field, NamedQuery, Output, Scope, identifiers, rename
from lakehouse.local_aws.athena.typed import Typed, coerce
from lakehouse.local_aws.athena.types import Type


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
        self.scans: list[Scan] = [] if scans is None else scans

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
            return self._set_operation(tree, scope)
        if isinstance(tree, exp.Values):
            return self.relations.values(tree, scope)
        raise not_supported(f"The query {tree.sql('trino')[:80]}")

    def _parenthesised(self, tree: exp.Subquery, scope: Scope) -> Output:
        inner = self.query(tree.this, scope)
        if not any(tree.args.get(k) for k in ("order", "limit", "offset", "with_")):
            return inner
        tail = self._order_outputs(tree, inner) + self._limit(tree, scope)
        sql = f"SELECT * FROM ({inner.sql}) AS s{tail}"
        return Output(sql, tuple(replace(f, origin=None) for f in inner.fields))

    def _with(self, tree: exp.Expr, scope: Scope) -> Scope:
        clause = tree.args.get("with_")
        if clause is None:
            return scope
        for cte in clause.expressions:
            name = cte.alias.lower()
            if clause.args.get("recursive") and any(
                table.name.lower() == name for table in cte.this.find_all(exp.Table)
            ):
                raise not_supported("WITH RECURSIVE")
            scope = replace(scope, ctes={**scope.ctes, name: NamedQuery(cte, scope)})
        return scope

    def named_query(self, named: NamedQuery) -> Output:
        """A WITH query where it is referred to: inlined, as Trino does."""
        output = self.query(named.cte.this, named.scope)
        return rename(output, [c.name.lower() for c in named.cte.args["alias"].columns])

    # SELECT

    def _select(self, tree: exp.Select, scope: Scope) -> Output:
        source, clauses = self.relations.from_clause(tree, scope)
        if tree.args.get("where") is not None:
            condition = tree.args["where"].this
            clauses += f" WHERE {self.expressions.boolean(condition, source, 'WHERE')}"
            prune(condition, source, self)
        items = self._items(tree, source)
        names = identifiers([f.name for f in items])
        clauses += self._group(tree, source, items)
        if tree.args.get("having") is not None:
            clauses += (
                f" HAVING {self.expressions.boolean(tree.args['having'].this, source, 'HAVING')}"
            )
        clauses += self._order(tree, source, items) + self._limit(tree, scope)
        distinct = "DISTINCT " if tree.args.get("distinct") is not None else ""
        selected = ", ".join(f"{f.sql} AS {n}" for f, n in zip(items, names, strict=True))
        keep = not (tree.args.get("limit") or tree.args.get("offset") or tree.find(exp.Window))
        fields = tuple(
            replace(f, relation=None, sql=n, hidden=False, origin=f.origin if keep else None)
            for f, n in zip(items, names, strict=True)
        )
        return Output(f"SELECT {distinct}{selected}{clauses}", fields)

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
            return self._ordinal(node, items, "GROUP BY").sql
        return self.expressions.translate(node, source).sql

    def _ordinal(self, node: exp.Literal, items: list[Field], clause: str) -> Field:
        index = int(node.this)
        if not 1 <= index <= len(items):
            where = self.expressions.where(node)
            raise QueryError(
                "INVALID_COLUMN_REFERENCE",
                f"{where}{clause} position {index} is not in select list",
            )
        return items[index - 1]

    def _order(self, tree: exp.Select, source: Scope, items: list[Field]) -> str:
        order = tree.args.get("order")
        if order is None:
            return ""
        known = {f.name for f in source.fields}
        scope = source.with_fields(
            [*source.fields, *(f for f in items if f.name and f.name not in known)]
        )
        return " ORDER BY " + ", ".join(
            self._order_item(i, scope, items) for i in order.expressions
        )

    def _order_item(self, item: exp.Expr, scope: Scope, items: list[Field]) -> str:
        node = item.this
        if isinstance(node, exp.Literal) and not node.is_string:
            self._ordinal(node, items, "ORDER BY")
            return f"{node.this}{ordering(item)}"
        if isinstance(node, exp.Column) and not node.table:
            found = [i for i, f in enumerate(items, 1) if f.name == node.name.lower()]
            if found:
                return f"{found[0]}{ordering(item)}"
        return f"{self.expressions.translate(node, scope).sql}{ordering(item)}"

    def _limit(self, tree: exp.Expr, scope: Scope) -> str:
        limit, offset = tree.args.get("limit"), tree.args.get("offset")
        text = ""
        if isinstance(limit, exp.Fetch):
            options = limit.args.get("limit_options")
            if options is not None and (
                options.args.get("with_ties") or options.args.get("percent")
            ):
                raise not_supported("FETCH FIRST ... WITH TIES")
            text += f" LIMIT {limit.args['count'].name}" if limit.args.get("count") else " LIMIT 1"
        elif limit is not None and limit.expression.name.upper() != "ALL":
            text += f" LIMIT {self.expressions.translate(limit.expression, scope).sql}"
        if offset is not None:
            text += f" OFFSET {self.expressions.translate(offset.expression, scope).sql}"
        return text

    # set operations

    def _set_operation(self, tree: exp.SetOperation, scope: Scope) -> Output:
        left, right = (self.query(tree.args[k], scope) for k in ("this", "expression"))
        word = type(tree).__name__.upper()
        if len(left.fields) != len(right.fields):
            numbers = f"{len(left.fields)}, {len(right.fields)}"
            words = f"{word} query has different number of fields: {numbers}"
            raise QueryError("TYPE_MISMATCH", self.expressions.where(tree) + words)
        kinds = [
            self._common(a, b, i, word, tree)
            for i, (a, b) in enumerate(zip(left.fields, right.fields, strict=True), 1)
        ]
        fields = tuple(
            replace(f, type=k, origin=None) for f, k in zip(left.fields, kinds, strict=True)
        )
        every = "" if tree.args.get("distinct") else " ALL"
        sql = f"{_converted(left, kinds)} {word}{every} {_converted(right, kinds)}"
        output = Output(f"SELECT * FROM ({sql}) AS u", fields)
        tail = self._order_outputs(tree, output) + self._limit(tree, scope)
        return replace(output, sql=output.sql + tail)

    def _common(self, one: Field, two: Field, index: int, word: str, tree: exp.Expr) -> Type:
        common = common_type(one.type, two.type)
        if common is None:
            words = f"column {index} in {word} query has incompatible types: {one.type}, {two.type}"
            raise QueryError("TYPE_MISMATCH", self.expressions.where(tree) + words)
        return common

    def _order_outputs(self, tree: exp.Expr, output: Output) -> str:
        order = tree.args.get("order")
        if order is None:
            return ""
        scope = Scope(tuple(output.fields))
        parts = []
        for item in order.expressions:
            if isinstance(item.this, exp.Literal) and not item.this.is_string:
                parts.append(f"{item.this.this}{ordering(item)}")
            else:
                parts.append(f"{self.expressions.translate(item.this, scope).sql}{ordering(item)}")
        return f" ORDER BY {', '.join(parts)}"


def _converted(output: Output, kinds: list[Type]) -> str:
    if all(f.type == k for f, k in zip(output.fields, kinds, strict=True)):
        return f"(SELECT * FROM ({output.sql}) AS s)"
    parts = []
    for item, kind in zip(output.fields, kinds, strict=True):
        value = coerce(Typed(item.sql, item.type), kind)
        parts.append(f"{value.sql} AS {item.sql}")
    return f"(SELECT {', '.join(parts)} FROM ({output.sql}) AS s)"
