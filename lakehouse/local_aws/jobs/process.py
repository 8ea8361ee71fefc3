"""A job's child process: a session of processes that is started, watched and killed as one.

Belongs here: starting, ending and recognizing the processes of a run (POSIX). Which state a run
gets from that is the affair of run.py; what the child executes, of bootstrap.py.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

BOOTSTRAP = Path(__file__).with_name("bootstrap.py")
_POLL = 0.02  # seconds
_PROC = Path("/proc")


@dataclass(frozen=True)
class Identity:
    """A process told apart from a later one with the same pid by the moment it started."""

    pid: int
    started: str


class JobProcess:
    """The running child, the first process of a session and a group of its own."""

    def __init__(self, popen: "subprocess.Popen[bytes]", lifeline: int) -> None:
        self._popen = popen
        self._lifeline = lifeline
        self.identity = Identity(popen.pid, start_time(popen.pid) or "")

    @property
    def outputs(self) -> tuple[IO[bytes], IO[bytes]]:
        """The pipes of stdout and stderr."""
        stdout, stderr = self._popen.stdout, self._popen.stderr
        assert stdout is not None and stderr is not None
        return stdout, stderr

    def exit_code(self) -> int | None:
        """None while the first process runs; negative: the signal that ended it."""
        return self._popen.poll()

    def wait(self, seconds: float) -> None:
        """Wait for the end of the first process, at most some seconds."""
        try:
            self._popen.wait(seconds)
        except subprocess.TimeoutExpired:
            return

    def set_priority(self, niceness: int) -> None:
        """Give way to other processes, from now on and with all children to come."""
        os.setpriority(os.PRIO_PROCESS, self._popen.pid, niceness)

    def end(self, grace: float) -> None:
        """Wait `grace` seconds for what is left of the session, then kill it and reap the child."""
        wait_for_session(self._popen.pid, grace, self._popen)
        kill_session(self._popen.pid, signal.SIGKILL)
        self._popen.wait()

    def terminate(self) -> None:
        """Ask the whole session to end (SIGTERM)."""
        kill_session(self._popen.pid, signal.SIGTERM)

    def close(self) -> None:
        """Kill what is left of the session and let go of the pipes."""
        self.end(0.0)
        for pipe in self.outputs:
            pipe.close()
        os.close(self._lifeline)


def start(order: Mapping[str, Any], folder: Path, environment: Mapping[str, str]) -> JobProcess:
    """Start a script under bootstrap.py, which says what an order is, in a session of its own.

    `folder` is the run's own; the script runs in its folder `work`.
    """
    paper = folder / "order.json"
    paper.write_text(json.dumps(order), encoding="utf-8")
    reader, writer = os.pipe()
    try:
        popen: subprocess.Popen[bytes] = subprocess.Popen(
            [sys.executable, str(BOOTSTRAP), str(paper), str(reader)],
            cwd=folder / "work",
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            pass_fds=(reader,),
            start_new_session=True,
        )
    except BaseException:
        os.close(writer)
        raise
    finally:
        os.close(reader)
    return JobProcess(popen, writer)


def kill_leftover(pid: int, started: str) -> bool:
    """Kill the session of a process that an earlier server started; False if it is not that one."""
    if not started or start_time(pid) != started:
        return False
    kill_session(pid, signal.SIGKILL)
    wait_for_session(pid, 1.0)
    return True


def kill_session(leader: int, number: signal.Signals) -> None:
    """Send a signal to all processes of a session, which may be gone already.

    A group is not enough: PySpark's Python workers are a group of their own in it.
    """
    for group in _living_groups(leader):
        try:
            os.killpg(group, number)
        except ProcessLookupError:
            continue


def wait_for_session(
    leader: int, seconds: float, popen: "subprocess.Popen[Any] | None" = None
) -> None:
    """Wait until no process of the session lives, at most some seconds."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and _living_groups(leader):
        if popen is not None:
            popen.poll()  # where zombies count as living, they go by this
        time.sleep(_POLL)


def _living_groups(leader: int) -> set[int]:
    """The groups of a session; where the system does not tell them (macOS), the leader's alone."""
    if not (_PROC / "self" / "stat").exists():
        return {leader} if _group_exists(leader) else set()
    found = [_stat(folder) for folder in _PROC.iterdir() if folder.name.isdecimal()]
    return {int(fields[2]) for fields in found if fields[3:4] == [str(leader)] and _lives(fields)}


def _lives(fields: Sequence[str]) -> bool:
    return fields[0] not in ("Z", "X")


def _group_exists(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # macOS: only zombies are left
        return False
    return True


def _stat(folder: Path) -> list[str]:
    """The fields of /proc/<pid>/stat after the name: state, parent, group, session ..."""
    try:
        return (folder / "stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []


def start_time(pid: int) -> str | None:
    """When a process started, as the system tells it (only for comparison); None if it is gone."""
    if (_PROC / "self" / "stat").exists():
        fields = _stat(_PROC / str(pid))
        return fields[19] if fields else None
    ps = shutil.which("ps") or "/bin/ps"
    answer = subprocess.run([ps, "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True)
    return answer.stdout.strip() or None
