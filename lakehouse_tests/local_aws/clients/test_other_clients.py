"""Clients in environments of their own, each a script that asserts what it gets (see `scripts/`).

`bash .ci/clients` builds the environments and runs these tests with none skipped.
"""

import os
import subprocess
from pathlib import Path

import pytest

from lakehouse_tests.local_aws.clients.environments import (
    SCRIPTS,
    VARIABLE,
    python_of,
    requirements,
)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_a_client_does_its_work(bucket: str, script: Path) -> None:
    if VARIABLE not in os.environ:
        pytest.skip(f"{script.stem} needs an environment of its own: run bash .ci/clients")
    python = python_of(script, Path(os.environ[VARIABLE]))
    command = [str(python), "-W", "error::ResourceWarning", str(script), bucket]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_script_declares_what_it_needs() -> None:
    needed = {script.stem: requirements(script) for script in SCRIPTS}
    assert set(needed) >= {"awswrangler_s3", "s3fs_files"}
    assert all("==" in requirement for found in needed.values() for requirement in found)
