"""Waiting for work that AWS does by itself: crawls, job runs, queries.

One loop with growing, jittered pauses (Athena allows 100 GetQueryExecution calls a second, and
many runs poll at once). What is polled and what its states mean stands with each client.
"""

import random
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

State = TypeVar("State")

FIRST_PAUSE = 0.05
LONGEST_PAUSE = 5.0
GROWTH = 1.1  # the sum of all pauses is ten times the last: a wait is 10% too long at most


def pauses(
    first: float = FIRST_PAUSE, longest: float = LONGEST_PAUSE, growth: float = GROWTH
) -> Iterator[float]:
    """Seconds to sleep before each poll: growing to `longest`, each varied by 20%."""
    pause = first
    while True:
        yield pause * random.uniform(0.8, 1.2)  # noqa: S311 - jitter, not a secret
        pause = min(pause * growth, longest)


def poll_until(poll: Callable[[], State], done: Callable[[State], bool], timeout: float) -> State:
    """Poll until `done` holds; `TimeoutError` after `timeout` seconds."""
    deadline = time.monotonic() + timeout
    for pause in pauses():
        state = poll()
        if done(state):
            return state
        if time.monotonic() + pause > deadline:
            raise TimeoutError(f"not done after {timeout:g} s")
        time.sleep(pause)
    raise AssertionError("pauses never end")
