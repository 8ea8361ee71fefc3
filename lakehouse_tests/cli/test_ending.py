"""Whatever ends `lakehouse dev`, and however often: nothing of it is left, and it starts again."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lakehouse.cli.ending import ending_signals
from lakehouse.cli.local_server import free_port

SIGNALS = {
    "Ctrl-C": (signal.SIGINT,),
    "Ctrl-C again and again": (signal.SIGINT,) * 5,
    "SIGTERM": (signal.SIGTERM,),
    "a closed terminal": (signal.SIGHUP,),
}


def descendants(root: int) -> Iterator[int]:
    """The processes below one, by /proc."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                state = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if state[0] != "Z":
                parents[int(entry.name)] = int(state[1])
    found = {root}
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    yield from found - {root}


def is_running(pid: int) -> bool:
    try:
        state = (Path("/proc") / str(pid) / "stat").read_text()
    except OSError:
        return False
    return state.rpartition(")")[2].split()[0] != "Z"


def start(folder: Path) -> subprocess.Popen[str]:
    ports = ("--port", str(free_port()), "--aws-port", str(free_port()))
    code = "from lakehouse.cli.main import main; main()"
    return subprocess.Popen(
        [sys.executable, "-c", code, "dev", *ports, "--data-dir", "data"],
        cwd=folder,
        env={k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "LAKEHOUSE_"))},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def wait_for_children(process: subprocess.Popen[str], count: int) -> set[int]:
    """The processes below, as soon as there are so many."""
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        assert process.poll() is None, process.communicate()
        found = set(descendants(process.pid))
        if len(found) >= count:
            return found
        time.sleep(0.02)
    raise AssertionError("it did not start")


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are found in /proc")
@pytest.mark.parametrize("how", SIGNALS)
@pytest.mark.parametrize("children", [1, 4], ids=["while starting", "while running"])
def test_nothing_is_left_of_it(tmp_path: Path, how: str, children: int) -> None:
    process = start(tmp_path)
    left = wait_for_children(process, children)
    for number in SIGNALS[how]:
        process.send_signal(number)
        time.sleep(0.1)
    left |= set(descendants(process.pid))
    said, _ = process.communicate(timeout=60)
    assert "Traceback" not in said
    # -2: one more Ctrl-C came when all was ended and Python was about to end itself.
    assert process.returncode in (0, 130, -signal.SIGINT)
    deadline = time.monotonic() + 10  # Dagster's log readers end themselves
    while (running := {pid for pid in left if is_running(pid)}) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert running == set()


def test_a_signal_while_a_process_starts_is_raised_when_it_is_known() -> None:
    known = []
    with pytest.raises(KeyboardInterrupt), ending_signals() as ending, ending.held():
        os.kill(os.getpid(), signal.SIGTERM)
        known.append("started")
    assert known == ["started"]


def test_only_the_first_signal_is_raised() -> None:
    cleaned = []
    with pytest.raises(KeyboardInterrupt), ending_signals():
        try:
            os.kill(os.getpid(), signal.SIGINT)
        finally:
            os.kill(os.getpid(), signal.SIGINT)
            cleaned.append("all")
    assert cleaned == ["all"]


def test_handlers_are_restored() -> None:
    before = signal.getsignal(signal.SIGHUP)
    with ending_signals():
        assert signal.getsignal(signal.SIGHUP) != before
    assert signal.getsignal(signal.SIGHUP) == before
