"""Moto's dice and clock, so that a call that is made again gives the same ids and times.

Belongs here: the one hook into both. What is made again, and when, is the affair of `journal`.
"""

import datetime
import random
import threading
import types
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from moto.core import utils
from moto.moto_api._internal import mock_random

_thread = threading.local()
_dice = random.Random()  # noqa: S311 - ids, not secrets


class _Clock(datetime.datetime):
    @classmethod
    def now(cls, tz: datetime.tzinfo | None = None) -> Any:
        seconds = getattr(_thread, "seconds", None)
        if seconds is None:
            return datetime.datetime.now(tz)
        return datetime.datetime.fromtimestamp(seconds, tz)


def install() -> None:
    """Let moto ask this module; once for all is enough."""
    clock = types.ModuleType("datetime")
    clock.__dict__.update(datetime.__dict__)
    clock.__dict__["datetime"] = _Clock
    utils.__dict__["datetime"] = clock
    for name in ("random", "getrandbits"):  # all others of Random are made of these two
        setattr(mock_random, name, getattr(_Dice, name))


class _Dice:
    @staticmethod
    def random() -> float:
        return _dice_now().random()

    @staticmethod
    def getrandbits(bits: int) -> int:
        return _dice_now().getrandbits(bits)


def _dice_now() -> random.Random:
    return getattr(_thread, "dice", _dice)


@contextmanager
def moment(seed: str, seconds: float) -> Iterator[None]:
    """What this thread does in moto draws from `seed` and happens at a time (epoch seconds)."""
    _thread.dice, _thread.seconds = random.Random(seed), seconds  # noqa: S311
    try:
        yield
    finally:
        del _thread.dice, _thread.seconds
