"""Waiting for work that AWS does by itself: crawls, job runs, queries.

One loop with growing, jittered pauses (Athena allows 100 GetQueryExecution calls a second, and
many runs poll at once). The work goes on while AWS cannot be asked about it, so a poll may fail for
a while. What is polled and what its states mean stands with each client.
"""

import random
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

from lakehouse.aws.errors import AwsFailure, ExecutionFailed, Unavailable

State = TypeVar("State")

FIRST_PAUSE = 0.05
LONGEST_PAUSE = 5.0
PATIENCE = 120.0  # seconds without an answer, each try with botocore's own retries
GROWTH = 1.05  # the sum of all pauses is 20 times the last: a wait is 5% too long at most


def pauses(
    first: float = FIRST_PAUSE, longest: float = LONGEST_PAUSE, growth: float = GROWTH
) -> Iterator[float]:
    """Seconds to sleep before each poll: growing to `longest`, each varied by 20%."""
    pause = first
    while True:
        yield pause * random.uniform(0.8, 1.2)  # noqa: S311 - jitter, not a secret
        pause = min(pause * growth, longest)


def poll_until(
    poll: Callable[[], State],
    done: Callable[[State], bool],
    timeout: float,
    patience: float = PATIENCE,
) -> State:
    """Poll until `done` holds; `TimeoutError` after `timeout` seconds.

    A poll that AWS does not answer is tried again until it has gone without answer for `patience`
    seconds; then its `Unavailable` is raised.
    """
    deadline, answered = time.monotonic() + timeout, time.monotonic()
    for pause in pauses():
        try:
            state = poll()
            answered = time.monotonic()
            if done(state):
                return state
        except Unavailable:
            if time.monotonic() - answered > patience:
                raise
        if time.monotonic() + pause > deadline:
            raise TimeoutError(f"not done after {timeout:g} s")
        time.sleep(pause)
    raise AssertionError("pauses never end")


def wait_or_stop(
    what: str,
    poll: Callable[[], State],
    done: Callable[[State], bool],
    timeout: float,
    stop: Callable[[], None],
) -> State:
    """Wait for work of ours; stop it if the wait ends first: an interruption, an error, a timeout.

    A timeout is raised as `ExecutionFailed`. Where stopping fails too, the error carries a note.
    """
    try:
        return poll_until(poll, done, timeout)
    except BaseException as error:
        try:
            stop()
        except AwsFailure as failure:
            error.add_note(f"{what} may still be running: {failure}")
        if isinstance(error, TimeoutError):
            words = f"{what} did not end within {timeout:g} s and was stopped"
            raise ExecutionFailed(words) from error
        raise
