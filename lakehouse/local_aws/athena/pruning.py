"""Which conditions of a WHERE or ON clause choose the partitions of which scan.

A conjunct that speaks of a scan's partition keys alone is given to that scan, as SQL over the keys.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlglot import exp

from lakehouse.local_aws.athena import types as t
from lakehouse.local_aws.athena.errors import QueryError
from lakehouse.local_aws.athena.scans import Scan
from lakehouse.local_aws.athena.scope import Field, Scope

if TYPE_CHECKING:
    from lakehouse.local_aws.athena.translate import Translator


def prune(condition: exp.Expr, source: Scope, translator: Translator) -> None:
    """Give every scan the conjuncts of `condition` that speak of its partition keys alone."""
    conjuncts = list(condition.flatten()) if isinstance(condition, exp.And) else [condition]
    by_scan: dict[int, list[Field]] = {}
    for column in source.fields:
        if column.origin is not None:
            key = f"p.{t.duckdb_identifier(column.origin.column)}"
            by_scan.setdefault(column.origin.scan, []).append(replace(column, sql=key))
    for index, fields in by_scan.items():
        for conjunct in conjuncts:
            _prune_one(conjunct, Scope(tuple(fields)), translator.scans[index], translator)


def _prune_one(conjunct: exp.Expr, keys: Scope, scan: Scan, translator: Translator) -> None:
    if isinstance(conjunct, exp.Paren) and isinstance(conjunct.this, exp.And):
        for part in conjunct.this.flatten():
            _prune_one(part, keys, scan, translator)
        return
    if conjunct.find(exp.Query, exp.Window, exp.Subquery) is not None:
        return
    if _calls_random(conjunct):
        return
    constant = conjunct.find(exp.Column) is None
    try:
        sql = translator.expressions.boolean(conjunct, Scope() if constant else keys, "WHERE")
    except QueryError:
        return  # it speaks of other columns too: nothing can be said about partitions
    scan.conditions.append(sql)


def _calls_random(node: exp.Expr) -> bool:
    return any(f.name.lower() in ("rand", "random", "uuid") for f in node.find_all(exp.Anonymous))
