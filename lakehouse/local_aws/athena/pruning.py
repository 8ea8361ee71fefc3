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
    _pin(conjunct, keys, scan, translator)


def _pin(conjunct: exp.Expr, keys: Scope, scan: Scan, translator: Translator) -> None:
    """Note the constants that a key is equal to one of."""
    while isinstance(conjunct, exp.Paren):
        conjunct = conjunct.this
    if isinstance(conjunct, exp.EQ):
        sides = [conjunct.this, conjunct.expression]
        column = next((side for side in sides if isinstance(side, exp.Column)), None)
        constants = [side for side in sides if side is not column]
    elif isinstance(conjunct, exp.In) and isinstance(conjunct.this, exp.Column):
        column, constants = conjunct.this, conjunct.expressions
    else:
        return
    if column is None or not constants or any(c.find(exp.Column) for c in constants):
        return
    translate = translator.expressions.translate
    key = translate(column, keys).sql
    name = next((f.origin.column for f in keys.fields if f.sql == key and f.origin), None)
    if name is not None:
        scan.pinned.setdefault(name, []).append([translate(c, Scope()).sql for c in constants])


def _calls_random(node: exp.Expr) -> bool:
    return any(f.name.lower() in ("rand", "random", "uuid") for f in node.find_all(exp.Anonymous))
