"""WITH RECURSIVE: a query that names itself, at most ten steps deep, as Trino's default has it.

Source: Trino "SELECT", WITH RECURSIVE, checked 2026-11.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlglot import exp

from lakehouse.local_aws.athena import types as t
from lakehouse.local_aws.athena.errors import QueryError, not_supported
from lakehouse.local_aws.athena.scope import NamedQuery, Output, rename
from lakehouse.local_aws.athena.set_operations import converted
from lakehouse.local_aws.athena.typed import fail

if TYPE_CHECKING:
    from lakehouse.local_aws.athena.translate import Translator

MOST_STEPS = 10
DEPTH = '"recursion depth"'  # of a row: the steps that made it


def is_recursive(clause: exp.With, cte: exp.CTE) -> bool:
    """Whether a query of WITH RECURSIVE names itself."""
    name = cte.alias.lower()
    return bool(clause.args.get("recursive")) and any(
        table.name.lower() == name and not table.args.get("db")
        for table in cte.this.find_all(exp.Table)
    )


def recursive_query(translator: Translator, named: NamedQuery, number: int) -> Output:
    """The rows of a recursive query."""
    cte, where = named.cte, translator.expressions.where(named.cte.this)
    names = [c.name.lower() for c in cte.args["alias"].columns]
    union = cte.this.this if isinstance(cte.this, exp.Subquery) else cte.this
    if not names:
        words = f"{where}missing column aliases in recursive WITH query"
        raise QueryError("MISSING_COLUMN_ALIASES", words)
    if not isinstance(union, exp.Union):
        words = f"{where}recursive reference outside of a UNION"
        raise QueryError("INVALID_RECURSIVE_REFERENCE", words)
    base = rename(translator.query(union.this, named.scope), names)
    made = t.duckdb_identifier(f"recursive {number}")
    columns = ", ".join(f.sql for f in base.fields)
    itself = Output(f"SELECT {columns}, {DEPTH} FROM {made}", base.fields)
    inner = replace(named.scope, ctes={
        **named.scope.ctes, cte.alias.lower(): replace(named, made=itself)
    })  # fmt: skip
    step = translator.step(union.expression, inner)
    kinds = [f.type for f in base.fields]
    if [f.type.name for f in step.fields] != [k.name for k in kinds]:
        words = f"{where}recursion step relation output type is not coercible to recursion base"
        raise QueryError("TYPE_MISMATCH", words)
    if not union.args.get("distinct"):
        return _all_rows(made, columns, base, step)
    raise not_supported(f"{where}WITH RECURSIVE with UNION DISTINCT")


def _all_rows(made: str, columns: str, base: Output, step: Output) -> Output:
    kinds = [f.type for f in base.fields]
    deep = fail(
        "NOT_SUPPORTED",
        f"'Recursion depth limit exceeded ({MOST_STEPS}). Use ''max_recursion_depth'' session "
        "property to modify the limit.'",
        t.INTEGER,
    )
    depth = f"CASE WHEN {DEPTH} > {MOST_STEPS} THEN {deep} ELSE {DEPTH} END"
    stepped = ", ".join(
        f"CAST({f.sql} AS {t.duckdb_name(k)})" for f, k in zip(step.fields, kinds, strict=True)
    )
    sql = (
        f"WITH RECURSIVE {made}({columns}, {DEPTH}) AS ("
        f"SELECT *, 0 FROM {converted(base, kinds)} AS b UNION ALL "
        f"SELECT {stepped}, {depth} FROM ({step.sql}) AS n) SELECT {columns} FROM {made} "
        f"WHERE {DEPTH} >= 0"  # so that the depth of every row is looked at
    )
    return Output(sql, base.fields)
