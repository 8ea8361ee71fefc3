"""A row of the function tables, and where its template takes the clauses of an aggregate.

The tables stand in the `functions_*` modules and are joined in `functions`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["scalar", "aggregate", "window"]
Rows = Mapping[str, list[tuple[str, ...]]]  # name -> (signature, template[, note]) of each overload

# Where a template's aggregate calls take DISTINCT, ORDER BY, and FILTER with OVER.
DISTINCT_HERE, ORDER_HERE, OVER_HERE = "\x01", "\x02", "\x03"


@dataclass(frozen=True)
class Function:
    """One signature of a function and the DuckDB template of its call."""

    name: str
    signature: str
    sql: str
    kind: Kind = "scalar"
    note: str = "exact"


def marked(template: str) -> str:
    """A template whose aggregate calls, written `@sum(...)`, carry the three marks."""
    parts = template.split("@")
    text = parts[0]
    for part in parts[1:]:
        opening = part.index("(")
        closing = _closing(part, opening)
        text += (
            f"{part[: opening + 1]}{DISTINCT_HERE}{part[opening + 1 : closing]}{ORDER_HERE})"
            f"{OVER_HERE}{part[closing + 1 :]}"
        )
    return text


def _closing(text: str, opening: int) -> int:
    depth = 0
    for index in range(opening, len(text)):
        depth += {"(": 1, ")": -1}.get(text[index], 0)
        if depth == 0:
            return index
    raise ValueError(f"no closing parenthesis in {text}")
