"""What a command costs with all processes it starts: wall time, CPU time, peak memory (Linux).

A command leads a session of its own, and everything in that session is counted by looking at /proc
every few hundredths of a second. Which commands are compared is not known here.
"""

import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")
_LOOK = 0.05  # seconds
_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Cost:
    """Seconds by the clock, seconds of CPU, and the most memory that was resident at once (MB)."""

    wall: float
    cpu: float
    peak_mb: float


class CommandFailed(Exception):
    """A contender ended with another exit code than 0."""


def measured(command: Sequence[str], environment: Mapping[str, str], log: Path) -> Cost:
    """Run a command to its end; its output goes to `log`. Raises CommandFailed."""
    with log.open("w") as output:
        began = time.perf_counter()
        child = subprocess.Popen(
            command,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            cpu, peak = _watch(child)
        finally:
            _end(child)
    wall = time.perf_counter() - began
    if child.returncode:
        raise CommandFailed(f"{command}: exit code {child.returncode}\n{log.read_text()[-3000:]}")
    return Cost(wall, cpu, peak)


def _watch(child: "subprocess.Popen[bytes]") -> tuple[float, float]:
    """CPU seconds and peak MB of the child's session until the child ends."""
    seconds: dict[str, float] = {}
    peak = 0
    while child.poll() is None:
        resident = 0
        for pid, ticks, pages in _session(child.pid):
            seconds[pid] = ticks / _TICKS
            resident += pages * _PAGE
        peak = max(peak, resident)
        time.sleep(_LOOK)
    return sum(seconds.values()), peak / 1e6


def _session(leader: int) -> Iterator[tuple[str, int, int]]:
    """(pid, ticks of CPU, resident pages) of each process of a session."""
    for folder in _PROC.iterdir():
        if folder.name.isdecimal():
            try:
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
            except (FileNotFoundError, ProcessLookupError):
                continue
            if fields[3] == str(leader):
                yield folder.name, int(fields[11]) + int(fields[12]), int(fields[21])


def _end(child: "subprocess.Popen[bytes]") -> None:
    """End what a command that failed or was interrupted has left."""
    if child.poll() is None:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
