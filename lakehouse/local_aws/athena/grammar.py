"""Which parts of a node translation knows: a clause that nobody reads must fail, never be ignored.

sqlglot's grammar accepts clauses of every dialect. Each kind of node is listed with the parts that
are translated; any other part that is set refuses the query. All pure.
"""

from sqlglot import exp

from lakehouse.local_aws.athena.dialect import position
from lakehouse.local_aws.athena.errors import not_supported

_QUERY = ("with_", "order", "limit", "offset")
_SIDES = ("this", "expression")
PARTS: dict[type[exp.Expr], tuple[str, ...]] = {
    exp.Select: (
        *_QUERY,
        "expressions",
        "distinct",
        "from_",
        "joins",
        "where",
        "group",
        "having",
        "windows",
        "sample",
    ),
    exp.Union: (*_QUERY, *_SIDES, "distinct"),
    exp.Intersect: (*_QUERY, *_SIDES, "distinct"),
    exp.Except: (*_QUERY, *_SIDES, "distinct"),
    exp.Subquery: (*_QUERY, "this", "alias", "sample"),
    exp.Star: (),
    exp.Values: ("expressions", "alias", "sample"),
    exp.Table: ("this", "alias", "db", "catalog", "joins", "sample"),
    exp.TableSample: ("method", "percent"),
    exp.Join: ("this", "on", "side", "kind", "using", "method"),
    exp.Unnest: ("expressions", "alias", "offset", "sample"),
    exp.Lateral: ("this", "alias"),
    exp.With: ("expressions", "recursive"),
    exp.CTE: ("this", "alias"),
    exp.TableAlias: ("this", "columns"),
    exp.Group: ("expressions", "grouping_sets", "cube", "rollup", "all"),
    exp.Distinct: ("expressions",),
    exp.Ordered: ("this", "desc", "nulls_first"),
    exp.Limit: ("expression",),
    exp.Fetch: ("direction", "count", "limit_options"),
    exp.Window: ("this", "partition_by", "order", "spec", "over", "alias"),
    exp.WindowSpec: ("kind", "start", "start_side", "end", "end_side"),
    exp.Cast: ("this", "to"),
    exp.TryCast: ("this", "to", "safe"),
    exp.In: ("this", "expressions", "query"),
    exp.Like: (*_SIDES, "negate"),
    exp.GroupConcat: ("this", "separator", "on_overflow"),
    exp.Trim: ("this", "expression", "position"),
    exp.Array: ("expressions", "bracket_notation"),
    exp.Interval: ("this", "unit"),
    exp.Between: ("this", "low", "high"),
    exp.Anonymous: ("this", "expressions"),
    exp.StrPosition: ("this", "substr"),
}


def check(tree: exp.Expr, sql: str) -> None:
    """QueryError NOT_SUPPORTED for the first part of the tree that translation does not know."""
    for node in tree.walk():
        known = PARTS.get(type(node))
        if known is None:
            continue
        for part, value in node.args.items():
            if value and part not in known:
                words = (
                    value.sql("trino") if isinstance(value, exp.Expr) else part.rstrip("_").upper()
                )
                raise not_supported(f"{position(node, sql)}The clause {words}")
