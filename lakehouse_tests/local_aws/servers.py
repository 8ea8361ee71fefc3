"""Servers in processes of their own, for tests that kill them or limit what they may do."""

import ctypes
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

COMMAND = [sys.executable, "-m", "lakehouse.local_aws"]
CREDENTIALS = {
    "aws_access_key_id": "test",
    "aws_secret_access_key": "test",
    "region_name": "us-east-1",
}
ONCE = Config(retries={"max_attempts": 0}, connect_timeout=5, read_timeout=30)
"""Clients that report every failure."""


@dataclass(frozen=True)
class Server:
    """A running server; `client` makes boto3 clients of it."""

    process: "subprocess.Popen[str]"
    port: int

    def client(self, service_name: str) -> Any:
        return boto3.client(  # type: ignore[call-overload]
            service_name,
            endpoint_url=f"http://127.0.0.1:{self.port}",
            config=ONCE,
            **CREDENTIALS,
        )

    def kill(self) -> None:
        """As `kill -9` does."""
        self.process.kill()
        self.process.wait()


_PR_CAPBSET_DROP = 24  # linux/prctl.h
_CAP_DAC_OVERRIDE, _CAP_DAC_READ_SEARCH = 1, 2  # linux/capability.h


def obey_modes() -> None:
    """In a child, before its program: root, too, may only do what the modes of files allow."""
    if os.geteuid() == 0:
        libc = ctypes.CDLL(None, use_errno=True)
        for capability in (_CAP_DAC_OVERRIDE, _CAP_DAC_READ_SEARCH):
            if libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0) != 0:
                raise OSError(ctypes.get_errno(), "a capability cannot be given up")


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@contextmanager
def running(
    data_dir: Path, port: int | None = None, in_child: Callable[[], None] | None = None
) -> Iterator[Server]:
    """A server that answers; killed at the end. `in_child` runs in its process before it starts."""
    chosen = port or free_port()
    arguments = [*COMMAND, "--port", str(chosen), "--data-dir", str(data_dir)]
    process = subprocess.Popen(
        arguments,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=in_child,
    )
    assert process.stdout is not None
    try:
        assert process.stdout.readline().startswith("Local AWS at ")
        yield Server(process, chosen)
    finally:
        process.kill()
        process.communicate()
