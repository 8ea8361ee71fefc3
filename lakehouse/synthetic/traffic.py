"""Shape of traffic: when requests come, who makes them, what goes wrong and when.

Here: vectorised draws (times of a day, skewed choices, ids, error bursts) and the text of times.
Not here: the pools drawn from, the rows of any one source, dirt.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeVar

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

Item = TypeVar("Item")
IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

DAY_MS = 86_400_000
# Share of a day's requests by hour, UTC: a night, a morning rise, an evening peak.
NIGHT, MORNING = (14, 10, 8, 7, 8, 12), (20, 32, 46, 56, 62, 64)
AFTERNOON, EVENING = (62, 63, 64, 62, 60, 62), (68, 74, 70, 54, 36, 22)
HOURLY = (*NIGHT, *MORNING, *AFTERNOON, *EVENING)


def day_rng(generator: str, seed: int, day: date) -> Generator:
    """Random source of one day: the same for the same generator, seed and day, in any order."""
    return np.random.default_rng([zlib.crc32(generator.encode()), seed, day.toordinal()])


def arrival_times(rng: Generator, rows: int) -> IntArray:
    """Sorted arrival times of a day, milliseconds after midnight, along the diurnal curve."""
    shares = np.cumsum((0, *HOURLY), dtype=np.float64)
    drawn = np.interp(rng.random(rows), shares / shares[-1], np.linspace(0, DAY_MS, len(shares)))
    return np.sort(np.minimum(drawn.astype(np.int64), DAY_MS - 1))


def event_times(rng: Generator, arrivals: IntArray, late: IntArray) -> IntArray:
    """The arrival times with the rows at `late` moved to the last minutes before midnight."""
    times = arrivals.copy()
    delays = rng.exponential(scale=120_000, size=len(late)).astype(np.int64)
    times[late] = -1 - np.minimum(delays, 1_800_000)
    return times


def zipf_weights(size: int, skew: float) -> FloatArray:
    """Probabilities of `size` items, the first the most frequent: 1 / rank ** skew, normalised."""
    weights: FloatArray = 1.0 / np.arange(1, size + 1, dtype=np.float64) ** skew
    return weights / np.sum(weights)


def draw(rng: Generator, weights: Sequence[float] | FloatArray, rows: int) -> IntArray:
    """Indexes drawn with the given weights (any positive scale), one per row."""
    edges = np.cumsum(np.asarray(weights, dtype=np.float64))
    drawn: IntArray = np.searchsorted(edges, rng.random(rows) * edges[-1], side="right")
    return drawn


def pick(pool: Sequence[Item], indexes: IntArray) -> list[Item]:
    """The pool's items at the indexes."""
    return list(map(pool.__getitem__, indexes.tolist()))


@dataclass(frozen=True)
class Trouble:
    """When requests fail: the chance of an error, and whether a burst is on, for each row."""

    chance: FloatArray
    burst: BoolArray


def error_bursts(rng: Generator, times: IntArray, kinds: IntArray, kind_count: int) -> Trouble:
    """A day's base error rate with, on most days, bursts of minutes that hit one kind or all."""
    base = float(np.clip(np.exp(rng.normal(np.log(0.006), 0.5)), 0.001, 0.03))
    chance = np.full(len(times), base)
    burst = np.zeros(len(times), dtype=np.bool_)
    for _ in range(int(rng.poisson(1.5))):
        start = rng.integers(0, DAY_MS)
        length = rng.integers(5 * 60_000, 60 * 60_000)
        hit = (times >= start) & (times < start + length)
        if rng.random() < 0.5:
            hit &= kinds == rng.integers(0, kind_count)
        chance[hit] = np.maximum(chance[hit], rng.uniform(0.1, 0.5))
        burst |= hit
    return Trouble(chance, burst)


def uuids(rng: Generator, rows: int) -> list[str]:
    """Version 4 UUIDs in their usual text."""
    raw = np.frombuffer(rng.bytes(16 * rows), dtype=np.uint8).reshape(rows, 16).copy()
    raw[:, 6] = raw[:, 6] & 0x0F | 0x40
    raw[:, 8] = raw[:, 8] & 0x3F | 0x80
    digits = np.frombuffer(raw.tobytes().hex().encode(), dtype=np.uint8).reshape(rows, 32)
    text = np.full((rows, 36), ord("-"), dtype=np.uint8)
    for source, target, width in ((0, 0, 8), (8, 9, 4), (12, 14, 4), (16, 19, 4), (20, 24, 12)):
        text[:, target : target + width] = digits[:, source : source + width]
    joined = text.tobytes().decode()
    return [joined[start : start + 36] for start in range(0, 36 * rows, 36)]


def iso_times(day: date, offsets: IntArray, unit: Literal["s", "ms", "us"]) -> list[str]:
    """ISO 8601 text, without zone, of offsets after midnight counted in `unit`."""
    times = np.datetime64(day.isoformat(), unit) + offsets.astype(f"timedelta64[{unit}]")
    return list(np.datetime_as_string(times).tolist())
