"""What exists: every function by name, joined from the tables; what Trino has and this has not.

A function that is in no table does not exist (FUNCTION_NOT_FOUND); one in `functions_refused` does
on AWS and is refused here (NOT_SUPPORTED).
Source: Trino "Functions and operators" and Athena's engine version 3, checked 2026-11.
"""

from collections.abc import Mapping
from functools import cache

from lakehouse.local_aws.athena.aggregate_builders import AGGREGATE_BUILDERS
from lakehouse.local_aws.athena.function_builders import BUILDERS
from lakehouse.local_aws.athena.function_row import Function, Kind, Rows, marked
from lakehouse.local_aws.athena.functions_aggregates import AGGREGATES, WINDOWS
from lakehouse.local_aws.athena.functions_nested import NESTED_FUNCTIONS
from lakehouse.local_aws.athena.functions_numbers import NUMBER_FUNCTIONS
from lakehouse.local_aws.athena.functions_text import TEXT_FUNCTIONS

ALIASES = {
    "ceiling": "ceil", "pow": "power", "rand": "random", "substring": "substr",
    "day_of_month": "day", "dow": "day_of_week", "doy": "day_of_year", "week_of_year": "week",
    "yow": "year_of_week", "any_value": "arbitrary", "every": "bool_and", "variance": "var_samp",
    "stddev": "stddev_samp",
}  # fmt: skip


@cache
def table() -> Mapping[str, tuple[Function, ...]]:
    """Every function of the tables by its name (aliases included), builders excluded."""
    kinds: tuple[tuple[Kind, Rows], ...] = (
        ("scalar", {**TEXT_FUNCTIONS, **NUMBER_FUNCTIONS, **NESTED_FUNCTIONS}),
        ("aggregate", AGGREGATES),
        ("window", WINDOWS),
    )
    found = {
        name: tuple(Function(name, row[0], marked(row[1]), kind, *row[2:]) for row in rows)
        for kind, functions in kinds
        for name, rows in functions.items()
    }
    return found | {alias: found[name] for alias, name in ALIASES.items() if name in found}


def exists(name: str) -> bool:
    """Whether a plain function of that name is in the table or has a builder."""
    plain = ALIASES.get(name, name)
    return name in table() or plain in BUILDERS or plain in AGGREGATE_BUILDERS


def kind_of(name: str) -> Kind:
    """Scalar, aggregate or window."""
    if ALIASES.get(name, name) in AGGREGATE_BUILDERS:
        return "aggregate"
    rows = table().get(name)
    return rows[0].kind if rows else "scalar"
