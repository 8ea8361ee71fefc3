"""Conditions on partition values, evaluated in Python on one partition.

The meaning of a condition, in one place: `partition_sql` must agree with it, and a test holds
them together. The server evaluates here only partitions whose values are not of their types.
"""

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from lakehouse.local_aws.catalog.partition_expression import (
    Both,
    Comparison,
    Condition,
    Either,
    Like,
    Membership,
    Never,
    Not,
    Operator,
)
from lakehouse.local_aws.catalog.partition_values import Key
from lakehouse.local_aws.errors import AwsError

_COMPARE: Mapping[Operator, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def holds(condition: Condition, values: Sequence[str]) -> bool:
    """Tell whether a condition is true for a partition's values, evaluated from left to right.

    Raises InvalidStateException for a value that is compared and is not of its key's type, as
    AWS does (https://github.com/aws/aws-sdk/issues/670, checked 2026-11).
    """
    match condition:
        case Comparison(key, sign, text):
            return _COMPARE[sign](_read(key, values), key.read(text))
        case Membership(key, texts):
            return _read(key, values) in [key.read(text) for text in texts]
        case Like(key, pattern):
            return _like_pattern(pattern).fullmatch(_read(key, values)) is not None
        case Never():
            return False
        case Not(inner):
            return not holds(inner, values)
        case Both(left, right):
            return holds(left, values) and holds(right, values)
        case Either(left, right):
            return holds(left, values) or holds(right, values)


def _read(key: Key, values: Sequence[str]) -> Any:
    if key.position >= len(values):  # the keys have changed since
        raise AwsError("InvalidStateException", "Partition values do not match partition keys")
    try:
        return key.read(values[key.position])
    except ValueError as error:
        raise AwsError("InvalidStateException", str(error)) from error


def _like_pattern(pattern: str) -> re.Pattern[str]:
    parts = {"%": ".*", "_": "."}
    return re.compile("".join(parts.get(c, re.escape(c)) for c in pattern), re.DOTALL)
