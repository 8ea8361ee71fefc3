"""Generator `user_activity`: actions of signed-in users, JSON lines, one file a day.

Here: users, actions, devices and regions, the JSON text and its dirt. Not here: how times and
dirt are drawn.
"""

import re
from collections.abc import Callable

import numpy as np
from numpy.random import Generator

from lakehouse.synthetic import dirt, traffic
from lakehouse.synthetic.day import Composition, DayRequest, SyntheticDay
from lakehouse.synthetic.dirt import Damage, Positions, Recipe
from lakehouse.synthetic.traffic import IntArray

ACTIONS = ("login", "logout", "purchase", "view")
ACTION_WEIGHTS = (20, 15, 8, 57)
LOGOUT, VIEW = 1, 3
DEVICES = ("mobile", "desktop", "tablet")
DEVICE_WEIGHTS = (55, 35, 10)
LOCATIONS = ("US", "EU", "ASIA")
LOCATION_WEIGHTS = (45, 35, 20)
USERS = 2000

# The text json.dumps gives; every value is free of characters that JSON escapes.
TEMPLATE = (
    '{"event_id": "%s", "user_id": %d, "action": "%s", "timestamp": "%s", '
    '"metadata": {"device": "%s", "location": "%s"}}'
)


def _with(pattern: str, value: str) -> Callable[[str], str]:
    return lambda line: re.sub(pattern, value, line, count=1)


RECIPE = Recipe(
    damages=(
        Damage("malformed_line", 0.0015, dirt.keep_fields(", ", 4)),
        Damage("bad_type:user_id", 0.0006, _with(r'"user_id": (\d+)', r'"user_id": "guest-\1"')),
        Damage("bad_event_time", 0.0004, _with(r'"timestamp": "[^"]*"', '"timestamp": "soon"')),
        Damage("missing_required:event_id", 0.0005, _with(r'"event_id": "[^"]*", ', "")),
        Damage("missing_required:action", 0.0005, _with(r'"action": "\w+"', '"action": null')),
    ),
    duplicates=0.0015,
    late=0.002,
)


def generate(request: DayRequest) -> SyntheticDay:
    """A day of user actions in one file."""
    rng = traffic.day_rng("user_activity", request.seed, request.day)
    positions = dirt.place(rng, RECIPE, request.rows, request.late_rows)
    actions = _actions(rng, positions)
    lines = _lines(rng, request, positions, actions)
    dirt.spoil(lines, RECIPE, positions)
    written = traffic.pick(lines, dirt.delivery_order(rng, positions))
    files = (("00.json", dirt.file_text(written)),)
    return SyntheticDay(files, _composition(request, positions, actions))


def _actions(rng: Generator, positions: Positions) -> IntArray:
    actions = traffic.draw(rng, ACTION_WEIGHTS, positions.rows)
    # A repeated or late logout would have two outcomes.
    actions[positions.duplicates] = VIEW
    actions[positions.late] = VIEW
    return actions


def _lines(
    rng: Generator, request: DayRequest, positions: Positions, actions: IntArray
) -> list[str]:
    rows = positions.rows
    arrivals = traffic.arrival_times(rng, rows)
    times = traffic.event_times(rng, arrivals, positions.late) * 1000 + rng.integers(0, 1000, rows)
    users = traffic.draw(rng, traffic.zipf_weights(USERS, 0.6), rows)
    # A user mostly acts from where she lives.
    homes = traffic.draw(np.random.default_rng(request.seed), LOCATION_WEIGHTS, USERS)[users]
    away = traffic.draw(rng, LOCATION_WEIGHTS, rows)
    locations = np.where(rng.random(rows) < 0.9, homes, away)
    columns = zip(
        traffic.uuids(rng, rows),
        (users + 1).tolist(),
        traffic.pick(ACTIONS, actions),
        traffic.iso_times(request.day, times, "us"),
        traffic.pick(DEVICES, traffic.draw(rng, DEVICE_WEIGHTS, rows)),
        traffic.pick(LOCATIONS, locations),
        strict=True,
    )
    return list(map(TEMPLATE.__mod__, columns))


def _composition(request: DayRequest, positions: Positions, actions: IntArray) -> Composition:
    damaged = np.concatenate(positions.damaged)
    return Composition(
        raw=request.rows,
        reasons=dirt.rejected_by_reason(RECIPE, positions),
        filtered=int(np.sum(actions == LOGOUT) - np.sum(actions[damaged] == LOGOUT)),
        duplicates=len(positions.duplicates),
        other_day=len(positions.late),
    )
