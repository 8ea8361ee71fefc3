"""ORDER BY, LIMIT, OFFSET and FETCH of a SELECT.

Those of set operations and parenthesised queries order by output columns (`set_operations`).
"""

from sqlglot import exp

from lakehouse.local_aws.athena.errors import QueryError
from lakehouse.local_aws.athena.expression_calls import ordering
from lakehouse.local_aws.athena.expressions import Expressions
from lakehouse.local_aws.athena.scope import Field, Scope
from lakehouse.local_aws.athena.types import Type


class Ordering:
    """Translates the clauses behind a SELECT's rows."""

    def __init__(self, expressions: Expressions) -> None:
        self.expressions = expressions

    def ordinal(self, node: exp.Literal, items: list[Field], clause: str) -> Field:
        """The item that a number names."""
        index = int(node.this)
        if not 1 <= index <= len(items):
            where = self.expressions.where(node)
            raise QueryError(
                "INVALID_COLUMN_REFERENCE",
                f"{where}{clause} position {index} is not in select list",
            )
        return items[index - 1]

    def select(self, tree: exp.Select, source: Scope, items: list[Field]) -> str:
        """` ORDER BY ...` of a SELECT, by its items' names and numbers or by expressions."""
        order = tree.args.get("order")
        if order is None:
            return ""
        known = {f.name for f in source.fields}
        scope = source.with_fields(
            [*source.fields, *(f for f in items if f.name and f.name not in known)]
        )
        parts = [self._order_item(i, scope, items) for i in order.expressions]
        if tree.args.get("distinct") is not None:
            shown = {f.sql for f in items}
            for part, item in zip(parts, order.expressions, strict=True):
                if (
                    not part.split(" ")[0].isdigit()
                    and part.removesuffix(ordering(item)) not in shown
                ):
                    words = "For SELECT DISTINCT, ORDER BY expressions must appear in select list"
                    where = self.expressions.where(item)
                    raise QueryError("EXPRESSION_NOT_IN_DISTINCT", f"{where}{words}")
        limit = tree.args.get("limit")
        return self._ties(limit, parts, items) + " ORDER BY " + ", ".join(parts)

    def _ties(self, limit: exp.Expr | None, parts: list[str], items: list[Field]) -> str:
        """FETCH FIRST n ROWS WITH TIES."""
        options = limit.args.get("limit_options") if isinstance(limit, exp.Fetch) else None
        if options is None or not options.args.get("with_ties") or limit is None:
            return ""
        ordered = []
        for part in parts:
            first, _, rest = part.partition(" ")
            ordered.append(f"{items[int(first) - 1].sql} {rest}" if first.isdigit() else part)
        count = limit.args["count"].name if limit.args.get("count") else "1"
        return f" QUALIFY rank() OVER (ORDER BY {', '.join(ordered)}) <= {count}"

    def _order_item(self, item: exp.Expr, scope: Scope, items: list[Field]) -> str:
        node = item.this
        if isinstance(node, exp.Literal) and not node.is_string:
            self.ordinal(node, items, "ORDER BY")
            return f"{node.this}{ordering(item)}"
        if isinstance(node, exp.Column) and not node.table:
            found = [i for i, f in enumerate(items, 1) if f.name == node.name.lower()]
            if found:
                self._check_orderable(items[found[0] - 1].type, item)
                return f"{found[0]}{ordering(item)}"
        value = self.expressions.translate(node, scope)
        self._check_orderable(value.type, item)
        return f"{value.sql}{ordering(item)}"

    def _check_orderable(self, kind: Type, item: exp.Expr) -> None:
        if kind.name in ("map", "json"):
            words = f"Type {kind} is not orderable, and therefore cannot be used in ORDER BY: "
            where = self.expressions.where(item)
            raise QueryError("TYPE_MISMATCH", f"{where}{words}{item.this.sql('trino')}")

    def limit(self, tree: exp.Expr, scope: Scope) -> str:
        """` LIMIT ... OFFSET ...` of a query."""
        limit, offset = tree.args.get("limit"), tree.args.get("offset")
        text = ""
        if isinstance(limit, exp.Fetch):
            options = limit.args.get("limit_options")
            if options is not None and options.args.get("with_ties"):
                if tree.args.get("order") is None or not isinstance(tree, exp.Select):
                    words = "FETCH FIRST WITH TIES clause requires ORDER BY"
                    raise QueryError("MISSING_ORDER_BY", self.expressions.where(tree) + words)
                return text + self._offset(offset, scope)
            text += f" LIMIT {limit.args['count'].name}" if limit.args.get("count") else " LIMIT 1"
        elif limit is not None and limit.expression.name.upper() != "ALL":
            text += f" LIMIT {self.expressions.translate(limit.expression, scope).sql}"
        return text + self._offset(offset, scope)

    def _offset(self, offset: exp.Expr | None, scope: Scope) -> str:
        if offset is None:
            return ""
        return f" OFFSET {self.expressions.translate(offset.expression, scope).sql}"
