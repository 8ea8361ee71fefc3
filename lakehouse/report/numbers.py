"""Numbers as people read them in a report: counts, shares, bytes, dollars.

One function; which unit a figure has is decided where it is drawn.
"""

from decimal import Decimal
from typing import Literal

Unit = Literal["count", "share", "bytes", "dollars"]


def number_text(value: float | Decimal | None, unit: Unit = "count", short: bool = False) -> str:
    """The number with its unit; `short` for an axis: 12k, 3.5M. A hyphen for None."""
    if value is None:
        return "-"
    if unit == "share":
        return f"{value:.2%}" if not short else f"{float(value) * 100:g}%"
    if unit == "dollars":
        return f"${value:.6f}" if 0 < value < 1 else f"${value:,.2f}"
    if unit == "bytes" or short:
        return _scaled(float(value), "B" if unit == "bytes" else "", short)
    return _plain(value)


def _scaled(value: float, suffix: str, short: bool) -> str:
    for power, prefix in ((12, "T"), (9, "G"), (6, "M"), (3, "k")):
        if abs(value) >= 10**power:
            number = value / 10**power
            return f"{number:g}{prefix}{suffix}" if short else f"{number:.1f} {prefix}{suffix}"
    return f"{value:g}{suffix}" if short else f"{value:.0f} {suffix}"


def _plain(value: float | Decimal) -> str:
    if isinstance(value, float) and not value.is_integer():
        return f"{value:,.2f}".rstrip("0").rstrip(".") if abs(value) >= 1 else f"{value:.4g}"
    return f"{value:,}" if isinstance(value, Decimal) else f"{int(value):,}"
