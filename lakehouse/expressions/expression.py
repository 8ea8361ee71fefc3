"""Expressions in a source's YAML file: Athena SQL, parsed and checked before anything runs.

`keep` and `expr` are row expressions: they run inside the Spark job, so they must carry over to
Spark SQL with the same meaning (`spark_expression`). Measures are aggregates; Athena
itself runs them. Every problem is a ValueError with one readable sentence.
"""

import re
from collections.abc import Container, Iterable, Mapping
from typing import cast

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError, SqlglotError

from lakehouse.expressions.spark_expression import carry_over
from lakehouse.source_yaml import did_you_mean

_MORE_AGGREGATES = frozenset(
    {"checksum", "entropy", "geometric_mean", "histogram", "kurtosis", "numeric_histogram"}
)


def parse_expression(text: str) -> exp.Expr:
    """The tree of one Athena SQL expression; ValueError says where it does not parse."""
    try:
        tree = sqlglot.parse_one(f"SELECT {text}", read="athena")
    except ParseError as error:
        raise ValueError(f"does not parse: {_first_error(error)} in '{text}'") from error
    except SqlglotError as error:
        raise ValueError(f"does not parse: {' '.join(str(error).split())}") from error
    single = isinstance(tree, exp.Select) and set(_filled(tree)) == {"expressions"}
    if not single or text.rstrip().endswith(","):
        raise ValueError(f"does not parse: one expression expected in '{text}'")
    if any(node.comments for node in tree.walk()):
        raise ValueError(f"comments are not allowed in '{text}'")
    (item, *more) = tree.expressions
    if more or isinstance(item, (exp.Alias, exp.Star, exp.Query)):
        raise ValueError(f"does not parse: one expression expected in '{text}'")
    return cast(exp.Expr, item)


def spark_expression(text: str, types: Mapping[str, str], result: str | None = None) -> str:
    """Spark SQL with the meaning of the Athena row expression `text` over columns of `types`.

    With `result`, a column type, the value must be of it (a number may become another number
    type if it cannot lose anything but range). ValueError names what cannot be carried over.
    """
    return carry_over(parse_expression(text), types, result).sql


def check_row_expression(text: str, types: Mapping[str, str], result: str) -> None:
    """ValueError if `text` is no row expression over `types` giving a `result`."""
    spark_expression(text, types, result)


def check_measure(text: str, types: Container[str], group_by: Iterable[str]) -> None:
    """ValueError if `text` is no aggregate over the columns `types`, grouped by `group_by`."""
    tree = parse_expression(text)
    if tree.find(exp.Query, exp.Window):
        raise ValueError("a measure is one aggregate expression, without subquery or window")
    if not any(_is_aggregate(node) for node in tree.walk()):
        raise ValueError(f"contains no aggregate function: '{text}'")
    known = list(types) if isinstance(types, Iterable) else []
    for column in tree.find_all(exp.Column):
        name = (column.parts[0]).name.lower()
        if name not in known:
            raise ValueError(f"unknown column '{name}'{did_you_mean(name, known)}")
        if name not in group_by and not _inside_aggregate(column):
            raise ValueError(f"column '{name}' is neither aggregated nor in group_by")


def _inside_aggregate(node: exp.Expr) -> bool:
    parent = node.parent
    while parent is not None:
        if _is_aggregate(parent) or isinstance(parent, exp.Filter):
            return True
        parent = parent.parent
    return False


def _is_aggregate(node: exp.Expr) -> bool:
    if isinstance(node, exp.Anonymous):
        return node.name.lower() in _MORE_AGGREGATES
    return isinstance(node, exp.AggFunc)


def _filled(tree: exp.Expr) -> list[str]:
    return [name for name, value in tree.args.items() if value]


def _first_error(error: ParseError) -> str:
    detail = error.errors[0] if error.errors else {}
    message = str(detail.get("description") or error).rstrip(".")
    if lacking := re.match(r"Required keyword: '(\w+)' missing for <class '.*\.(\w+)'>", message):
        message = f"{lacking[2].upper()} lacks '{lacking[1]}'"
    near = str(detail.get("highlight") or "").strip()
    return f"{message} near '{near}'" if near else message
