"""Numbers as they are written."""

from decimal import Decimal

import pytest

from lakehouse.report.numbers import Unit, number_text


@pytest.mark.parametrize(
    ("value", "unit", "short", "text"),
    [
        (None, "share", False, "-"),
        (1234567, "count", False, "1,234,567"),
        (1234567.0, "count", False, "1,234,567"),
        (44.50, "count", False, "44.5"),
        (0.01234567, "count", False, "0.01235"),
        (Decimal("1234.50"), "count", False, "1,234.50"),
        (12500, "count", True, "12.5k"),
        (0.5, "count", True, "0.5"),
        (0.01164, "share", False, "1.16%"),
        (0.025, "share", True, "2.5%"),
        (532, "bytes", False, "532 B"),
        (52_100, "bytes", False, "52.1 kB"),
        (2_500_000, "bytes", True, "2.5MB"),
        (0.000037, "dollars", False, "$0.000037"),
        (1234.5, "dollars", False, "$1,234.50"),
        (0, "dollars", False, "$0.00"),
    ],
)
def test_number_text(value: float | Decimal | None, unit: Unit, short: bool, text: str) -> None:
    assert number_text(value, unit, short) == text
