"""The servers that are measured side by side, each in a process of its own.

Belongs here: how each is started and stopped, how much memory it holds. ministack lives in its own
environment, which is made on demand; all three keep running while one of them is measured.
"""

import os
import socket
import subprocess
import sys
import threading
import time
import venv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

MINISTACK = "ministack==1.5.33"
_START_SECONDS = 60.0


@dataclass(frozen=True)
class Peer:
    """A running server; `durable` if what it acknowledged survives `kill -9`."""

    name: str
    port: int
    pid: int
    durable: bool

    def resident(self) -> int:
        """Bytes of memory that the process holds now."""
        shown = subprocess.run(
            ["/bin/ps", "-o", "rss=", "-p", str(self.pid)], capture_output=True, check=True
        )
        return int(shown.stdout) * 1024


@contextmanager
def running(name: str, folder: Path, ministack_venv: Path) -> Iterator[Peer]:
    """Start the peer of a name on a free port, with its data below `folder`."""
    port = _free_port()
    folder.mkdir(parents=True, exist_ok=True)
    command, environment = _command(name, port, folder, ministack_venv)
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            command, env={**os.environ, **environment}, stdout=log, stderr=log
        )
        try:
            _wait(process, port, folder / "log")
            yield Peer(name, port, process.pid, durable=name == "lakehouse")
        finally:
            process.terminate()
            process.wait()


def _command(
    name: str, port: int, folder: Path, ministack_venv: Path
) -> tuple[Sequence[str], dict[str, str]]:
    if name == "lakehouse":
        options = ["--port", str(port), "--data-dir", str(folder / "data")]
        return [sys.executable, "-m", "lakehouse.local_aws", *options], {}
    if name == "moto":
        program = str(Path(sys.executable).with_name("moto_server"))
        return [program, "-H", "127.0.0.1", "-p", str(port)], {}
    return [str(_ministack(ministack_venv))], {"GATEWAY_PORT": str(port)}


def _ministack(environment: Path) -> Path:
    program = environment / "bin" / "ministack"
    if not program.exists():
        venv.create(environment, with_pip=True)
        python = str(environment / "bin" / "python")
        subprocess.run([python, "-m", "pip", "install", "-q", MINISTACK], check=True)
    return program


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _wait(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as client:
            if client.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"{process.args!r} does not answer:\n{log.read_text()}")


class PeakMemory:
    """`with PeakMemory(peer) as memory: ...`: by how many bytes the peer grew at most."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer
        self._before = peer.resident()
        self._peak = self._before
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    @property
    def growth(self) -> int:
        """Bytes above what it held at the beginning."""
        return self._peak - self._before

    def _watch(self) -> None:
        while not self._done.wait(0.1):
            self._peak = max(self._peak, self._peer.resident())

    def __enter__(self) -> "PeakMemory":
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._done.set()
        self._thread.join()
        self._peak = max(self._peak, self._peer.resident())
