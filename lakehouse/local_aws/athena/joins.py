"""Joins: conditions, USING, and which side's columns still choose partitions.

FROM items themselves belong to `relations`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlglot import exp

from lakehouse.local_aws.athena import operators
from lakehouse.local_aws.athena.errors import QueryError, not_supported
from lakehouse.local_aws.athena.pruning import prune
from lakehouse.local_aws.athena.scope import Field, Relation, Scope
from lakehouse.local_aws.athena.typed import Typed

if TYPE_CHECKING:
    from lakehouse.local_aws.athena.relations import Relations
    from lakehouse.local_aws.athena.translate import Translator


class Joins:
    """Translates joins for the relations of one translator."""

    def __init__(self, relations: Relations, translator: Translator) -> None:
        self.relations = relations
        self.translator = translator

    def join(self, join: exp.Join, text: str, left: list[Field], scope: Scope) -> Relation:
        """A join's SQL behind what is left of it, and the columns of both."""
        side, kind = join.text("side").upper(), join.text("kind").upper()
        if join.text("method").upper() == "NATURAL":
            words = f"{self.relations.where(join)}Natural join not supported"
            raise QueryError("NOT_SUPPORTED", words)
        if join.args.get("method") or kind not in ("", "INNER", "OUTER", "CROSS"):
            raise not_supported(f"The join {join.sql('trino')[:60]}")
        item, right = self.relations.relation(join.this, scope, left)
        if side in ("LEFT", "FULL"):
            right = [replace(f, origin=None) for f in right]
        if side in ("RIGHT", "FULL"):
            left = [replace(f, origin=None) for f in left]
        fields = [*left, *right]
        if join.args.get("using"):
            return self._using(join, text, item, left, right, side)
        condition = join.args.get("on")
        if condition is None:
            if side or (kind != "CROSS" and not _is_comma(join)):
                words = f"{self.relations.where(join)}A join needs ON or USING"
                raise QueryError("SYNTAX_ERROR", words)
            return f"{text} CROSS JOIN {item}", fields
        unnest = isinstance(join.this, exp.Unnest)
        if unnest and not (isinstance(condition, exp.Boolean) and condition.this):
            raise not_supported("JOIN UNNEST with another condition than ON TRUE")
        inner = replace(scope.inner(fields), no_aggregates="JOIN clause")
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
            one, two = self._column(left, name, join), self._column(right, name, join)
            test = operators.comparison("=", Typed(one.sql, one.type), Typed(two.sql, two.type), "")
            conditions.append(test.sql)
            sql = one.sql if side in ("", "INNER", "LEFT") else f"coalesce({one.sql}, {two.sql})"
            merged.append(
                Field(None, name, sql, one.type, origin=one.origin if side != "FULL" else None)
            )
        rest = [f for f in (*left, *right) if f.name not in names]
        on = " AND ".join(conditions)
        return f"{text} {side or 'INNER'} JOIN {item} ON {on}", [*merged, *rest]

    def _column(self, fields: list[Field], name: str, join: exp.Join) -> Field:
        found = [f for f in fields if f.name == name]
        where = self.relations.where(join.args["using"][0])
        if len(found) > 1:
            raise QueryError("AMBIGUOUS_NAME", f"{where}Column '{name}' is ambiguous")
        if not found:
            words = f"{where}Column '{name}' is missing from one side of join"
            raise QueryError("COLUMN_NOT_FOUND", words)
        return found[0]


def _is_comma(join: exp.Join) -> bool:
    """Whether a join was written as a comma; sqlglot looks for more parts of one that was not."""
    return "pivots" not in join.args
