"""A job's child process: a process group that is started, watched and killed as one.

Belongs here: starting, ending and recognizing a group of processes (POSIX). Which state a run gets
from that is the affair of run.py; what the child executes, of bootstrap.py.
"""

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


@dataclass(frozen=True)
class Identity:
    """A process told apart from a later one with the same pid by the moment it started."""

    pid: int
    started: str


class JobProcess:
    """The running child; its pid is also its group's id."""

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
        """None while the first process of the group runs; negative: the signal that ended it."""
        return self._popen.poll()

    def end(self, grace: float) -> None:
        """Wait `grace` seconds for what is left of the group, then kill it and reap the child."""
        wait_for_group(self._popen.pid, grace, self._popen)
        kill_group(self._popen.pid, signal.SIGKILL)
        self._popen.wait()

    def terminate(self) -> None:
        """Ask the whole group to end (SIGTERM)."""
        kill_group(self._popen.pid, signal.SIGTERM)

    def close(self) -> None:
        """Kill what is left of the group and let go of the pipes."""
        self.end(0.0)
        for pipe in self.outputs:
            pipe.close()
        os.close(self._lifeline)


def start(
    script: Path,
    arguments: Sequence[str],
    report: Path,
    folder: Path,
    environment: Mapping[str, str],
) -> JobProcess:
    """Start the script under bootstrap.py in `folder`, in a session of its own."""
    reader, writer = os.pipe()
    command = [sys.executable, str(BOOTSTRAP), str(reader), str(report), str(script), *arguments]
    try:
        popen: subprocess.Popen[bytes] = subprocess.Popen(
            command,
            cwd=folder,
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
    """Kill the group of a process that an earlier server started; False if it is not that one."""
    if not started or start_time(pid) != started:
        return False
    kill_group(pid, signal.SIGKILL)
    wait_for_group(pid, 1.0)
    return True


def kill_group(group: int, number: signal.Signals) -> None:
    """Send a signal to a process group that may be gone already."""
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        return


def wait_for_group(
    group: int, seconds: float, leader: "subprocess.Popen[Any] | None" = None
) -> None:
    """Wait until no process of the group is left, at most some seconds."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and _group_exists(group):
        if leader is not None:
            leader.poll()  # a zombie leader would keep its group alive
        time.sleep(_POLL)


def _group_exists(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # macOS: only zombies are left
        return False
    return True


def start_time(pid: int) -> str | None:
    """When a process started, as the system tells it (only for comparison); None if it is gone."""
    stat = Path(f"/proc/{pid}/stat")
    if Path("/proc/self/stat").exists():
        try:
            return stat.read_text().rpartition(")")[2].split()[19]
        except FileNotFoundError:
            return None
    ps = shutil.which("ps") or "/bin/ps"
    answer = subprocess.run([ps, "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True)
    return answer.stdout.strip() or None
