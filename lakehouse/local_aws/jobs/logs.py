"""A job's stdout and stderr on their way to CloudWatch Logs, while it runs and completely.

Groups and stream as Glue names them: `/aws-glue/jobs/output` and `/aws-glue/jobs/error`, stream =
the run's id. Lines are sent in batches; a line without an end is sent when the job has ended.
"""

import os
import selectors
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import IO

from lakehouse.local_aws.jobs.definition import LOG_GROUP

BATCH_LINES = 1_000
BATCH_SECONDS = 0.5
_TICK = 0.1
PutLines = Callable[[str, list[str]], None]
"""(log group, lines) to the run's stream of that group."""


@dataclass
class _Stream:
    group: str
    rest: bytes = b""
    lines: list[str] = field(default_factory=list)

    def feed(self, chunk: bytes) -> None:
        *whole, self.rest = (self.rest + chunk).split(b"\n")
        self.lines += [line.decode("utf-8", "replace").rstrip("\r") for line in whole]

    def take(self) -> list[str]:
        lines, self.lines = self.lines, []
        return lines


class JobLogs:
    """Reads both pipes of a child and hands their lines on; used by the run's one thread."""

    def __init__(self, stdout: IO[bytes], stderr: IO[bytes], put: PutLines) -> None:
        self._put = put
        self._sent = time.monotonic()
        self._selector = selectors.DefaultSelector()
        for pipe, name in ((stdout, "output"), (stderr, "error")):
            os.set_blocking(pipe.fileno(), False)
            self._selector.register(
                pipe.fileno(), selectors.EVENT_READ, _Stream(f"{LOG_GROUP}/{name}")
            )
        self._streams: list[_Stream] = [key.data for key in self._selector.get_map().values()]

    def pump(self, seconds: float) -> bool:
        """Read for at most some seconds, send what is due; False when both pipes have ended."""
        for key, _ in self._selector.select(seconds):
            chunk = os.read(key.fd, 1 << 16)
            if chunk:
                key.data.feed(chunk)
            else:
                self._selector.unregister(key.fd)
        due = time.monotonic() - self._sent >= BATCH_SECONDS
        if due or any(len(stream.lines) >= BATCH_LINES for stream in self._streams):
            self._send()
        return bool(self._selector.get_map())

    def drain(self, seconds: float) -> bool:
        """Read to the end of both pipes, for at most some seconds; whether the end was reached."""
        deadline = time.monotonic() + seconds
        while self._selector.get_map():
            if time.monotonic() >= deadline:
                return False
            self.pump(_TICK)
        return True

    def finish(self) -> None:
        """Send everything that was read."""
        for stream in self._streams:
            if stream.rest:
                stream.feed(b"\n")
        self._send()
        self._selector.close()

    def _send(self) -> None:
        self._sent = time.monotonic()
        for stream in self._streams:
            lines = stream.take()
            for start in range(0, len(lines), BATCH_LINES):
                self._put(stream.group, lines[start : start + BATCH_LINES])
