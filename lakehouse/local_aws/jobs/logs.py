"""A job's stdout and stderr on their way to CloudWatch Logs, while it runs and completely.

Groups as Glue names them: `/aws-glue/jobs/output` and `.../error` for Spark jobs, `/aws-glue/
python-jobs/...` for Python shell jobs; the stream is the run's id. Lines are sent in batches; a
line without an end is sent when the job has ended.
"""

import os
import selectors
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import IO, Literal

from lakehouse.local_aws.jobs.arguments import SpecialParameters

BATCH_LINES = 1_000
BATCH_SECONDS = 0.5
MOST_LINES = 100_000  # kept of a stream: they are in the server's memory
LONGEST_LINE = 262_144  # bytes of an event, as CloudWatch Logs has it
_TICK = 0.1
PutLines = Callable[[str, list[str]], None]
"""(log group, lines) to the run's stream of that group."""
StreamName = Literal["output", "error"]


def log_group(command: str, special: SpecialParameters) -> str:
    """The group above `/output` and `/error`; a custom prefix is for Spark jobs only."""
    if command == "pythonshell":
        return "/aws-glue/python-jobs"
    return special.log_group_prefix or "/aws-glue/jobs"


def log_stream(run_id: str, special: SpecialParameters) -> str:
    """The name of a run's stream in both groups."""
    prefix = special.log_stream_prefix
    return f"{prefix}-driver" if prefix else run_id


@dataclass
class _Stream:
    name: StreamName
    rest: bytes = b""
    lines: list[str] = field(default_factory=list)
    room: int = MOST_LINES

    def feed(self, chunk: bytes) -> None:
        *whole, self.rest = (self.rest + chunk).split(b"\n")
        while len(self.rest) > LONGEST_LINE:
            whole.append(self.rest[:LONGEST_LINE])
            self.rest = self.rest[LONGEST_LINE:]
        for line in whole[: self.room]:
            self.lines.append(line.decode("utf-8", "replace").rstrip("\r"))
        if self.room and len(whole) >= self.room:
            self.lines.append(f"[the local AWS keeps {MOST_LINES} lines of a run: no more follow]")
        self.room = max(0, self.room - len(whole))

    def take(self) -> list[str]:
        lines, self.lines = self.lines, []
        return lines


class JobLogs:
    """Reads both pipes of a child and hands their lines on; used by the run's one thread."""

    def __init__(self, stdout: IO[bytes], stderr: IO[bytes], group: str, put: PutLines) -> None:
        self._group = group
        self._put = put
        self._sent = time.monotonic()
        self._selector = selectors.DefaultSelector()
        self._streams = [_Stream("output"), _Stream("error")]
        for pipe, stream in zip((stdout, stderr), self._streams, strict=True):
            os.set_blocking(pipe.fileno(), False)
            self._selector.register(pipe.fileno(), selectors.EVENT_READ, stream)

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
                self._put(f"{self._group}/{stream.name}", lines[start : start + BATCH_LINES])
