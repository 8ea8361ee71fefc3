"""Interval literals: `INTERVAL '2' DAY`, `INTERVAL '2 03:00' DAY TO MINUTE`, `'3-5' YEAR TO MONTH`.

All pure. Source: Trino "Data types", interval, checked 2026-11.
"""

import re
from decimal import Decimal

from sqlglot import exp

from lakehouse.local_aws.athena import types as t
from lakehouse.local_aws.athena.errors import QueryError
from lakehouse.local_aws.athena.typed import Typed

_SECONDS = {"week": 604800, "day": 86400, "hour": 3600, "minute": 60, "second": 1}
_MONTHS = {"year": 12, "month": 1}
_ORDER = ("day", "hour", "minute", "second")


def interval_literal(node: exp.Interval, where: str) -> Typed:
    """The interval of a literal. QueryError INVALID_LITERAL when the text does not fit."""
    negative, text = False, node.this
    if isinstance(text, exp.Neg):
        negative, text = True, text.this
    unit = node.args.get("unit")
    if isinstance(unit, exp.IntervalSpan):
        first, last = unit.this.name.lower(), unit.expression.name.lower()
    else:
        first = last = (unit.name if unit is not None else "").lower().rstrip("s")
    made = _value(text.name if text is not None else "", first, last)
    if made is None:
        words = f"{where}'{text.name if text is not None else ''}' is not a valid INTERVAL literal"
        raise QueryError("INVALID_LITERAL", words)
    amount, kind = made
    return _typed(-amount if negative else amount, kind)


def _typed(amount: Decimal, kind: t.Type) -> Typed:
    if kind == t.YEAR_INTERVAL:
        return Typed(f"INTERVAL '{int(amount)}' MONTH", kind)
    millis = int(amount * 1000)
    if millis % 86_400_000 == 0:
        return Typed(f"INTERVAL '{millis // 86_400_000}' DAY", kind)
    return Typed(f"INTERVAL '{millis}' MILLISECOND", kind)


def _value(text: str, first: str, last: str) -> tuple[Decimal, t.Type] | None:
    """Months, or seconds, of a text between two units."""
    sign = -1 if text.strip().startswith("-") else 1
    digits = text.strip().lstrip("+-")
    if first in _MONTHS:
        parts = digits.split("-") if first != last else [digits]
        if not all(p.isdigit() for p in parts) or len(parts) > 2:
            return None
        months = sum(int(p) * _MONTHS[u] for p, u in zip(parts, (first, last), strict=False))
        return Decimal(sign * months), t.YEAR_INTERVAL
    if first == last:
        if first not in _SECONDS or not re.fullmatch(r"\d+(\.\d{1,3})?", digits):
            return None
        if "." in digits and first != "second":
            return None
        return sign * Decimal(digits) * _SECONDS[first], t.DAY_INTERVAL
    if first not in _ORDER or last not in _ORDER:
        return None
    units = _ORDER[_ORDER.index(first) : _ORDER.index(last) + 1]
    parts = re.split(r"[ :]", digits)
    if len(parts) > len(units) or not all(re.fullmatch(r"\d+(\.\d{1,3})?", p) for p in parts):
        return None
    seconds = sum(
        (Decimal(p) * _SECONDS[u] for p, u in zip(parts, units, strict=False)), Decimal(0)
    )
    return sign * seconds, t.DAY_INTERVAL
