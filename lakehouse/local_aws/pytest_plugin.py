"""A pytest plugin: the fixture `local_aws`, so that any project's tests can run against it.

pytest loads this module at every start of an environment where the package is installed: it
imports next to nothing, and does nothing until a test asks for the fixture. The server is a
process of its own (as a user would start it), so a test's threads, signals and warnings are
nobody else's. A project's own fixture of the same name goes before this one.
"""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

_STOP_SECONDS = 20.0
_OTHER_SETTINGS = ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_CONFIG_FILE")
"""What of the user's own settings could lead a client elsewhere."""


@dataclass(frozen=True)
class LocalAwsServer:
    """A running local AWS: its `endpoint_url`, the folder of its data, and its `environment`.

    The environment (endpoint, credentials, region) is set already in the tests' own process and
    so in what they start; a container or a remote process needs it passed on.
    """

    endpoint_url: str
    data_dir: Path
    environment: Mapping[str, str]


@pytest.fixture(scope="session")
def local_aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAwsServer]:
    """S3, Glue and Athena on a free port, for the whole session; AWS clients find it by themselves.

    AWS_ENDPOINT_URL, credentials and AWS_DEFAULT_REGION are set as long as it runs; it keeps its
    data in pytest's temporary folder. One server serves all tests: tests that must not see each
    other's data use buckets and databases of their own names.
    """
    data_dir = tmp_path_factory.mktemp("local-aws")
    with _server(data_dir) as process:
        try:
            environment = _environment(process)
            with pytest.MonkeyPatch.context() as patch:
                for name in _OTHER_SETTINGS:
                    patch.delenv(name, raising=False)
                for name, value in environment.items():
                    patch.setenv(name, value)
                yield LocalAwsServer(environment["AWS_ENDPOINT_URL"], data_dir, environment)
        finally:
            _stop(process)


def _server(data_dir: Path) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "lakehouse.local_aws", "--port", "0"]
    # A session of its own: Ctrl-C reaches pytest, which ends the server when its tests have ended.
    return subprocess.Popen(
        [*command, "--data-dir", str(data_dir)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONWARNINGS": "ignore"},
        start_new_session=True,
    )


def _environment(process: "subprocess.Popen[str]") -> dict[str, str]:
    """The `export NAME=value` lines that the server prints when it answers."""
    assert process.stdout is not None
    exported: dict[str, str] = {}
    if not process.stdout.readline().startswith("Local AWS at "):
        pytest.fail("the local AWS did not start: see its words above", pytrace=False)
    while "AWS_DEFAULT_REGION" not in exported:
        name, _, value = process.stdout.readline().removeprefix("export ").strip().partition("=")
        exported[name] = value
    return exported


def _stop(process: "subprocess.Popen[str]") -> None:
    process.terminate()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
