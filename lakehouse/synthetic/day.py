"""The words of the generators: what is asked of one, and what it returns.

Here: the request for a day, the day made, and its composition (how many rows of each kind it
holds). Not here: how rows, dirt or traffic are made.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class DayRequest:
    """One day to make: `rows` lines (headers aside), the same for the same seed and day."""

    day: date
    rows: int
    seed: int
    late_rows: bool
    """Whether the day's files also hold some rows of the day before."""


@dataclass(frozen=True)
class Composition:
    """Rows of a generated day by outcome, as cleaning must find them; each row has one outcome."""

    raw: int
    reasons: Mapping[str, int]
    """Rejected rows by reason, in the words of the rejected table."""
    filtered: int
    duplicates: int
    other_day: int

    @property
    def rejected(self) -> int:
        """Rows that cannot be typed or lack a required value."""
        return sum(self.reasons.values())

    @property
    def clean(self) -> int:
        """Rows that belong to the day and are whole, kept and unique."""
        return self.raw - self.rejected - self.filtered - self.duplicates - self.other_day


@dataclass(frozen=True)
class SyntheticDay:
    """A generated day: its files (name, content) in name order, and what stands in them."""

    files: tuple[tuple[str, bytes], ...]
    composition: Composition
