"""Clients in environments of their own, each a program that asserts what it gets.

`bash .ci/clients` builds the environments and runs these tests with none skipped.
"""

import os
import subprocess
from pathlib import Path

import pytest

from lakehouse.local_aws.server import LocalAws
from lakehouse_tests.local_aws.clients.environments import (
    CLIENTS,
    VARIABLE,
    python_of,
    requirements,
)


@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.stem)
def test_a_client_does_its_work(local_aws: LocalAws, client: Path) -> None:
    if VARIABLE not in os.environ:
        pytest.skip(f"{client.stem} needs an environment of its own: run bash .ci/clients")
    python = python_of(client, Path(os.environ[VARIABLE]))
    done = subprocess.run([str(python), str(client)], capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_client_declares_what_it_needs() -> None:
    assert all(requirements(client) for client in CLIENTS)
    assert {client.stem for client in CLIENTS} >= {"awswrangler_s3_client", "s3fs_client"}
