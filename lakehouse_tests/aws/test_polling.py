"""Waiting with growing pauses."""

from itertools import islice

import pytest

from lakehouse.aws.polling import pauses, poll_until


def test_pauses_grow_to_a_limit_and_vary_by_a_fifth() -> None:
    found = list(islice(pauses(first=1.0, longest=3.0, growth=2.0), 5))
    for pause, middle in zip(found, [1.0, 2.0, 3.0, 3.0, 3.0], strict=True):
        assert 0.8 * middle <= pause <= 1.2 * middle


def test_polls_until_done() -> None:
    states = iter(["QUEUED", "RUNNING", "SUCCEEDED", "never read"])
    assert poll_until(lambda: next(states), lambda s: s == "SUCCEEDED", 5.0) == "SUCCEEDED"
    assert next(states) == "never read"


def test_gives_up_after_the_timeout() -> None:
    with pytest.raises(TimeoutError, match=r"not done after 0\.1 s"):
        poll_until(lambda: "RUNNING", lambda s: False, 0.1)
