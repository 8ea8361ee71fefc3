"""`lakehouse dev` as a user starts it, in a folder and on ports of its own, and Dagster's GraphQL.

It is ended by Ctrl-C's signal; what is left running after that is killed, and told. Which pages
are looked at and what is asked of Dagster stands in the tests.
"""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

import boto3

from lakehouse.cli.local_server import free_port

START_SECONDS = 120.0
STOP_SECONDS = 60.0
MARK = "STARTED_BY_BROWSER_TEST"  # a variable that all descendants inherit
PROGRAM = "from lakehouse.cli.main import main; main()"

Found = TypeVar("Found")


def wait_until(found: Callable[[], Found], seconds: float, what: str) -> Found:
    """The first true value of `found`."""
    deadline = time.monotonic() + seconds
    while not (value := found()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what}: not within {seconds:g} s")
        time.sleep(0.2)
    return value


@dataclass(frozen=True)
class DevServer:
    """A running `lakehouse dev`."""

    process: subprocess.Popen[bytes]
    url: str
    aws_url: str
    log: Path

    def client(self, service: str) -> Any:
        """A boto3 client of its local AWS."""
        return boto3.client(  # type: ignore[call-overload]
            service,
            endpoint_url=self.aws_url,
            region_name="us-east-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )

    def ask(self, query: str, **variables: Any) -> Any:
        """The data that Dagster's GraphQL answers."""
        body = json.dumps({"query": query, "variables": variables}).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.url}/graphql", body, headers)
        with urllib.request.urlopen(request, timeout=30) as response:
            answer = json.load(response)
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    def is_ready(self) -> bool:
        """Whether the code location is loaded; raises when `lakehouse dev` has ended."""
        assert self.process.poll() is None, self.log.read_text()
        try:
            found = self.ask(
                "{ repositoriesOrError { ... on RepositoryConnection { nodes { id } } } }"
            )
        except (urllib.error.URLError, ConnectionError):
            return False
        return bool(found["repositoriesOrError"].get("nodes"))

    def stop(self) -> None:
        """Ctrl-C."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        self.process.wait(STOP_SECONDS)


@contextmanager
def dev_server(folder: Path, settings: Mapping[str, str] | None = None) -> Iterator[DevServer]:
    """Run `lakehouse dev` with its data in `folder` and `settings` in its environment.

    Raises `AssertionError` at the end if a process outlived it.
    """
    ports = [str(free_port()) for _ in range(2)]
    options = ["--port", ports[0], "--aws-port", ports[1], "--data-dir", str(folder)]
    folder.mkdir(exist_ok=True)
    log, mark = folder / "dev.log", f"{MARK}={uuid4()}"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, "dev", *options],
            env=_environment(mark, settings or {}),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # the terminal's Ctrl-C is not meant for it
        )
    url, aws_url = (f"http://127.0.0.1:{port}" for port in ports)
    server = DevServer(process, url, aws_url, log)
    try:
        wait_until(server.is_ready, START_SECONDS, "lakehouse dev answers")
        yield server
    finally:
        try:
            server.stop()
        finally:
            left = _kill_marked(mark)
    assert left == []


def _environment(mark: str, settings: Mapping[str, str]) -> dict[str, str]:
    foreign = ("AWS_", "DAGSTER_", "LAKEHOUSE_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    return {**kept, **settings, MARK: mark.removeprefix(f"{MARK}=")}


def _kill_marked(mark: str) -> list[str]:
    """Kill what still runs with the mark in its environment; the commands of those (Linux only)."""
    left = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if mark.encode() in (entry / "environ").read_bytes().split(b"\0"):
                left.append((entry / "cmdline").read_text().replace("\0", " "))
                os.kill(int(entry.name), signal.SIGKILL)
        except OSError:  # it has ended, or is another user's
            continue
    return left
