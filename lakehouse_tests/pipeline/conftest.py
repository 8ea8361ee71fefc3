"""A local AWS that can be killed, and the tables of a run that nothing disturbed."""

import os
from collections.abc import Iterator

import pytest

from lakehouse_tests.conftest import ENVIRONMENT
from lakehouse_tests.pipeline.killable_lake import Lake, Machine, Rows


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    machine = Machine(tmp_path_factory.mktemp("killed"))
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith(("AWS_", "LAKEHOUSE_"))]:
            patch.delenv(name)
        for name, value in ENVIRONMENT.items():
            patch.setenv(name, value)
        patch.setenv("AWS_ENDPOINT_URL", machine.endpoint_url)
        yield machine
    machine.opened.close()


@pytest.fixture(scope="module")
def undisturbed(machine: Machine) -> Rows:
    """The rows of a run that nothing disturbed."""
    lake = Lake(machine.folder, "undisturbed")
    lake.run()
    rows = lake.rows()
    assert all(rows.values())
    return rows
