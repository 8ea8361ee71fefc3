"""The signals that end a command which started processes: Ctrl-C, SIGTERM, a closed terminal.

The first one raises KeyboardInterrupt; while what was started is being ended, more of them change
nothing. What is ended, and how, stands with whoever started it.
"""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Ending:
    """Whether an ending signal has arrived."""

    def __init__(self) -> None:
        self._arrived = False
        self._held = False

    def take(self, number: int, frame: FrameType | None) -> None:
        """The handler of the signals."""
        again, self._arrived = self._arrived, True
        if not again and not self._held:
            raise KeyboardInterrupt

    @contextmanager
    def held(self) -> Iterator[None]:
        """A signal that arrives inside is raised at the end: what was started is known then."""
        before, self._held = self._arrived, True
        try:
            yield
        finally:
            self._held = False
        if self._arrived and not before:
            raise KeyboardInterrupt


@contextmanager
def ending_signals() -> Iterator[Ending]:
    """Inside, the first ending signal raises KeyboardInterrupt; handlers are restored after.

    Also where a shell started us in the background, with SIGINT ignored: our children inherit that.
    """
    ending = Ending()
    previous = {number: signal.signal(number, ending.take) for number in SIGNALS}
    try:
        yield ending
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
