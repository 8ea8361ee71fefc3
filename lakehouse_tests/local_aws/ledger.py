"""What a client was told, while the server may be killed at any moment.

A value that was acknowledged must be found again. One that was on its way when the server died may
be found or not: then either is right, and what is found is true from then on.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

Value = Any
"""None: there is no such thing."""


class ServerGoneError(Exception):
    """The server was killed while it was called."""


@dataclass
class Ledger:
    """By name, what may be found: one value, or two of which the last was never acknowledged."""

    allowed: dict[str, tuple[Value, ...]] = field(default_factory=dict)
    acknowledged: int = 0

    def change(self, name: str, value: Value, call: Callable[[], object]) -> None:
        """Make a call that gives a name a value; ServerGoneError if it was not answered."""
        before = self.allowed.get(name, (None,))
        self.allowed[name] = (*before, value)
        try:
            call()
        except (BotoCoreError, ClientError) as error:
            if isinstance(error, ClientError) and error.response["Error"]["Code"] != "503":
                raise
            raise ServerGoneError from error
        self.allowed[name] = (value,)
        self.acknowledged += 1

    def check(self, name: str, found: Value) -> None:
        """Compare with what was found after a restart, and believe it from now on."""
        allowed = self.allowed.get(name, (None,))
        assert found in allowed, f"{name}: found {found!r}, expected one of {allowed!r}"
        self.allowed[name] = (found,)
