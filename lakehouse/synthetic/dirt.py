"""Dirt: the few rows of a day that are not as they should be, in a known number.

Here: which rows are damaged, repeated, filtered or late, and the writing of it into finished
lines. Kinds never meet in one row, so a day's composition is exact. Not here: what damage looks
like in a format (each generator names its own).
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from lakehouse.synthetic.traffic import IntArray

MIN_ROWS = 200
"""Smaller days are clean: one row of each kind would be too much of them."""


@dataclass(frozen=True)
class Damage:
    """One way to spoil a line so that cleaning rejects it for `reason`."""

    reason: str
    share: float
    spoil: Callable[[str], str]


@dataclass(frozen=True)
class Recipe:
    """Shares of a source's rows, by kind of dirt."""

    damages: tuple[Damage, ...]
    duplicates: float = 0.0
    filtered: float = 0.0
    late: float = 0.0


@dataclass(frozen=True)
class Positions:
    """Rows by kind of dirt, as indexes into the day's distinct rows; no row is in two kinds."""

    rows: int
    damaged: tuple[IntArray, ...]
    """One array for each damage of the recipe."""
    duplicates: IntArray
    filtered: IntArray
    late: IntArray


def place(rng: Generator, recipe: Recipe, rows: int, late_rows: bool) -> Positions:
    """Choose the dirty rows of a day of `rows` lines; late ones stand near its start."""
    late = _count(rows, recipe.late) if late_rows else 0
    repeated = _count(rows, recipe.duplicates)
    counts = [_count(rows, damage.share) for damage in recipe.damages]
    counts += [repeated, _count(rows, recipe.filtered)]
    distinct = rows - repeated
    head = np.sort(rng.choice(min(4 * late, distinct), late, replace=False)) if late else _none()
    free = np.delete(np.arange(distinct, dtype=np.int64), head)
    chosen = rng.choice(free, sum(counts), replace=False)
    *damaged, duplicates, filtered = np.split(chosen, np.cumsum(counts)[:-1])
    return Positions(distinct, tuple(damaged), duplicates, filtered, head)


def _count(rows: int, share: float) -> int:
    return max(1, round(rows * share)) if share and rows >= MIN_ROWS else 0


def _none() -> IntArray:
    return np.empty(0, dtype=np.int64)


def spoil(lines: list[str], recipe: Recipe, positions: Positions) -> None:
    """Write the damage into the finished lines, in place."""
    for damage, damaged in zip(recipe.damages, positions.damaged, strict=True):
        for index in damaged.tolist():
            lines[index] = damage.spoil(lines[index])


def delivery_order(rng: Generator, positions: Positions) -> IntArray:
    """Order in which the distinct rows are written: repeated ones again, some lines later."""
    gaps = rng.integers(1, 50, size=len(positions.duplicates)) + 0.5
    places = np.concatenate([np.arange(positions.rows), positions.duplicates + gaps])
    indexes = np.concatenate([np.arange(positions.rows, dtype=np.int64), positions.duplicates])
    return indexes[np.argsort(places, kind="stable")]


def rejected_by_reason(recipe: Recipe, positions: Positions) -> dict[str, int]:
    """Number of damaged rows under each reason, reasons in order."""
    reasons: Counter[str] = Counter()
    for damage, damaged in zip(recipe.damages, positions.damaged, strict=True):
        reasons[damage.reason] += len(damaged)
    return {reason: count for reason, count in sorted(reasons.items()) if count}


def replace_field(separator: str, index: int, value: str) -> Callable[[str], str]:
    """A spoiler that puts `value` in place of the field at `index`."""

    def spoiled(line: str) -> str:
        fields = line.split(separator)
        fields[index] = value
        return separator.join(fields)

    return spoiled


def keep_fields(separator: str, count: int) -> Callable[[str], str]:
    """A spoiler that cuts the line after its first `count` fields, as a killed writer would."""

    def spoiled(line: str) -> str:
        return separator.join(line.split(separator)[:count])

    return spoiled


def file_text(lines: Sequence[str], header: str | None = None) -> bytes:
    """The lines as a file's bytes, each ended by a newline."""
    head = [] if header is None else [header]
    return "\n".join([*head, *lines, ""]).encode()
