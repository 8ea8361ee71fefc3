"""Draws of traffic: along their weights, within their bounds."""

import uuid
from datetime import date

import numpy as np
import pytest

from lakehouse.synthetic import traffic


@pytest.fixture
def rng() -> np.random.Generator:
    return traffic.day_rng("test", 1, date(2026, 1, 1))


def test_arrivals_follow_the_diurnal_curve(rng: np.random.Generator) -> None:
    times = traffic.arrival_times(rng, 50_000)
    assert (np.diff(times) >= 0).all()
    assert 0 <= times[0] <= times[-1] < traffic.DAY_MS
    counts = np.bincount(times // 3_600_000, minlength=24)
    expected = np.array(traffic.HOURLY) / sum(traffic.HOURLY) * 50_000
    np.testing.assert_allclose(counts, expected, rtol=0.15)


def test_late_events_are_before_midnight(rng: np.random.Generator) -> None:
    arrivals = traffic.arrival_times(rng, 1000)
    times = traffic.event_times(rng, arrivals, np.array([0, 5]))
    assert [int(row) for row in np.flatnonzero(times != arrivals)] == [0, 5]
    assert all(-1_800_001 <= time < 0 for time in times[[0, 5]])


def test_draws_follow_the_weights(rng: np.random.Generator) -> None:
    counts = np.bincount(traffic.draw(rng, (1, 0, 3), 10_000))
    np.testing.assert_allclose(counts, [2500, 0, 7500], atol=200)


def test_uuids_are_version_4_and_distinct(rng: np.random.Generator) -> None:
    made = traffic.uuids(rng, 1000)
    assert len(set(made)) == 1000
    assert {uuid.UUID(text).version for text in made} == {4}
    assert [str(uuid.UUID(text)) for text in made] == made


def test_iso_times_around_midnight() -> None:
    offsets = np.array([-1, 0, 86_399_999])
    assert traffic.iso_times(date(2026, 3, 1), offsets, "ms") == [
        "2026-02-28T23:59:59.999",
        "2026-03-01T00:00:00.000",
        "2026-03-01T23:59:59.999",
    ]


def test_bursts_raise_the_chance_of_errors(rng: np.random.Generator) -> None:
    times = traffic.arrival_times(rng, 5000)
    kinds = np.zeros(5000, dtype=np.int64)
    days = [traffic.error_bursts(rng, times, kinds, 1) for _ in range(20)]
    assert all(((day.chance > 0) & (day.chance <= 0.5)).all() for day in days)
    assert all((day.chance[~day.burst] <= 0.03).all() for day in days)
    assert all((day.chance[day.burst] >= 0.1).all() for day in days)
    assert any(day.burst.any() for day in days)
