"""A local AWS as a child process, and the folder it keeps its data in.

The platform knows the local AWS only as a command and an endpoint: this module starts
`python -m lakehouse.local_aws`, waits until it answers, sets the environment that any AWS client
reads, and ends it. `dev` and `demo` share one folder, so what one makes the other shows.
"""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import click

from lakehouse.cli.ending import Ending
from lakehouse.errors import LakehouseError

START_TIMEOUT = 60.0  # seconds
STOP_TIMEOUT = 15.0  # seconds
DATA_DIR = click.option(
    "--data-dir",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(".lakehouse"),
    show_default=True,
    help="Where AWS data and Dagster's runs are kept.",
)
DAGSTER_YAML = """\
telemetry:
  enabled: false
nux:
  enabled: false
concurrency:
  runs:
    max_concurrent_runs: 2
event_log_storage:
  module: lakehouse.pipeline.event_log
  class: LocalEventLog
  config:
    home: {env: DAGSTER_HOME}
"""
WORKSPACE_YAML = """\
load_from:
  - python_module:
      module_name: lakehouse.definitions
      location_name: lakehouse
"""


class LocalServerError(LakehouseError):
    """The local AWS did not start."""


@dataclass(frozen=True)
class LocalFolder:
    """Where `dev` and `demo` keep everything: AWS data and Dagster's storage."""

    root: Path

    @property
    def aws(self) -> Path:
        """Data directory of the local AWS."""
        return self.root / "aws"

    @property
    def dagster(self) -> Path:
        """DAGSTER_HOME."""
        return self.root / "dagster"

    @property
    def workspace(self) -> Path:
        """What Dagster loads; the same as the project's workspace.yaml, wherever one stands."""
        return self.dagster / "workspace.yaml"

    def prepare(self) -> None:
        """Create the folders, and Dagster's settings unless there are some."""
        try:
            self.dagster.mkdir(parents=True, exist_ok=True)
            settings = self.dagster / "dagster.yaml"
            if not settings.exists():
                settings.write_text(DAGSTER_YAML)
            self.workspace.write_text(WORKSPACE_YAML)
        except OSError as error:
            raise LocalServerError(
                f"cannot write to {self.root}: {error.strerror}. "
                "Name another folder with --data-dir"
            ) from error

    def environment(self, endpoint: str) -> dict[str, str]:
        """What a process needs to work against the local AWS and Dagster's storage here."""
        return {
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_DEFAULT_REGION": os.environ.get("AWS_DEFAULT_REGION", "us-east-1"),
            "DAGSTER_HOME": str(self.dagster.resolve()),
        }


def free_port(host: str = "127.0.0.1") -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def require_free(port: int, what: str, option: str) -> None:
    """Raise `LocalServerError` when somebody listens on the port already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise LocalServerError(
                f"port {port} for {what} is in use: {error.strerror}. Choose another with {option}"
            ) from error


@contextmanager
def local_aws(folder: LocalFolder, ending: Ending, port: int | None = None) -> Iterator[str]:
    """Run a local AWS over the folder, environment set; yields its endpoint, ends it after."""
    folder.prepare()
    number = port or free_port()
    endpoint = f"http://127.0.0.1:{number}"
    log = folder.root / "local_aws.log"
    before = log.stat().st_size if log.exists() else 0
    with ExitStack() as started:
        with ending.held():
            process = _start(folder, number, log)
            started.callback(stop, process)
        _wait_until_ready(process, endpoint, lambda: log.read_bytes()[before:])
        os.environ.update(folder.environment(endpoint))
        os.environ.pop("AWS_PROFILE", None)
        yield endpoint


def _start(folder: LocalFolder, port: int, log: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "lakehouse.local_aws", "--port", str(port)]
    with log.open("ab") as output:
        # A session of its own: Ctrl-C reaches only us, and we end it when its clients have ended.
        return subprocess.Popen(
            [*command, "--data-dir", str(folder.aws)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def _wait_until_ready(
    process: subprocess.Popen[bytes], endpoint: str, said: Callable[[], bytes]
) -> None:
    deadline = time.monotonic() + START_TIMEOUT
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise LocalServerError(f"the local AWS did not start: {_last_words(process, said())}")
        if _answers(endpoint):
            return
        time.sleep(0.05)
    raise LocalServerError(f"the local AWS did not answer at {endpoint} in {START_TIMEOUT:g} s")


def _answers(endpoint: str) -> bool:
    try:
        with urllib.request.urlopen(endpoint, timeout=2):  # noqa: S310 - our own loopback address
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def _last_words(process: subprocess.Popen[bytes], said: bytes) -> str:
    lines = said.decode(errors="replace").strip().splitlines()
    if any("No module named" in line for line in lines):
        return "its packages are missing. Install them with: pip install 'lakehouse[local]'"
    return lines[-1].removeprefix("Error: ") if lines else f"exit code {process.returncode}"


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a child by SIGTERM, by SIGKILL if it does not listen; returns when it is gone."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_TIMEOUT)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
