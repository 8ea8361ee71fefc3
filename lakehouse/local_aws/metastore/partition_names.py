"""Names of partitions as Hive writes them, and Hive's filters as the catalog's expressions.

Pure: `day=2026-01-01/hour=10%3A00` from values and back; a metastore filter translated to the
language of GetPartitions. What cannot be translated selects more, never less: Spark looks again.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import unquote

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from lakehouse.local_aws.athena.partition_paths import escaped
from lakehouse.local_aws.catalog.partition_expression import parsed_expression
from lakehouse.local_aws.errors import AwsError

Keys = Sequence[Mapping[str, Any]]
HIVE_NULL = "__HIVE_DEFAULT_PARTITION__"
_NOT_LITERAL = re.compile(r"[\\^$.|?*+()\[\]{}%_]")
"""What means something in a regular expression, or in LIKE."""


def partition_name(keys: Keys, values: Sequence[str]) -> str:
    """The name of the partition with these values."""
    return "/".join(
        f"{escaped(key['Name'].lower())}={escaped(value) if value else HIVE_NULL}"
        for key, value in zip(keys, values, strict=True)
    )


def values_of_name(name: str) -> list[str]:
    """The values in a partition's name."""
    return [unquote(part.partition("=")[2]) for part in name.split("/")]


def partial_expression(keys: Keys, values: Sequence[str]) -> str | None:
    """An expression for partitions with these values of the keys of strings, and perhaps more.

    An empty value stands for any. None selects all partitions.
    """
    wanted = [
        exp.EQ(this=exp.column(key["Name"], quoted=True), expression=exp.Literal.string(value))
        for key, value in zip(keys, values, strict=False)
        if value and key.get("Type", "string") == "string"
    ]
    return exp.and_(*wanted).sql("trino") if wanted else None


def has_values(partition: Mapping[str, Any], values: Sequence[str]) -> bool:
    """Whether a partition has the given values; an empty one stands for any."""
    return all(
        wanted in ("", own) for wanted, own in zip(values, partition["Values"], strict=False)
    )


def catalog_expression(hive_filter: str, keys: Keys) -> str | None:
    """The expression for a metastore filter; None selects all partitions.

    Hive's strings stand in double or single quotes, and its LIKE takes a regular expression.
    """
    try:
        condition = sqlglot.parse_one(hive_filter, dialect="hive", into=exp.Condition)
        expression = condition.transform(_with_like_pattern).sql("trino")
        parsed_expression(expression, keys)
    except (SqlglotError, AwsError, ValueError):
        return None
    return expression


def _with_like_pattern(node: exp.Expression) -> exp.Expression:
    """`x LIKE 'a.*'` becomes `x LIKE 'a%'`. Raises ValueError for other regular expressions."""
    if not isinstance(node, exp.Like):
        return node
    parts = str(node.expression.this).split(".*")
    if any(_NOT_LITERAL.search(part) for part in parts):
        raise ValueError(f"not a plain pattern: {node.sql()}")
    return exp.Like(this=node.this, expression=exp.Literal.string("%".join(parts)))
