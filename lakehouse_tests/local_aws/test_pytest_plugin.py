"""The pytest plugin as a project of somebody else uses it: the example of its guide, run."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
GUIDE = Path(__file__).parents[2] / "docs" / "local_aws.md"
WITHOUT_AWS = {k: v for k, v in os.environ.items() if not k.startswith("AWS_")}


def example() -> str:
    (shown,) = re.findall(r"^```python\n(.*?def test_.*?)^```", GUIDE.read_text(), re.M | re.S)
    return str(shown)


def pytest_in(folder: Path, *options: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "pytest", "-q", "-W", "error", *options]
    return subprocess.run(
        command, cwd=folder, env=WITHOUT_AWS, capture_output=True, text=True, check=False
    )


def test_the_example_of_the_guide_passes(tmp_path: Path) -> None:
    assert len(example().splitlines()) <= 15
    (tmp_path / "test_project.py").write_text(example())
    ended = pytest_in(tmp_path)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert ended.stdout.splitlines()[-1].startswith("1 passed")


def test_the_environment_points_at_the_server_and_is_the_users_own_again(tmp_path: Path) -> None:
    (tmp_path / "test_project.py").write_text(
        "import os\n"
        "def test_inside(local_aws):\n"
        "    assert os.environ['AWS_ENDPOINT_URL'] == local_aws.endpoint_url\n"
        "    assert {k: os.environ[k] for k in local_aws.environment} == local_aws.environment\n"
        "    assert 'AWS_PROFILE' not in os.environ\n"
    )
    (tmp_path / "conftest.py").write_text(
        "import os\n"
        "os.environ['AWS_PROFILE'] = 'mine'\n"
        "def pytest_unconfigure():\n"
        "    print('left:', sorted(k for k in os.environ if k.startswith('AWS_')))\n"
    )
    ended = pytest_in(tmp_path, "-s")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "left: ['AWS_PROFILE']" in ended.stdout


def test_a_project_that_does_not_use_it_does_not_pay_for_it(tmp_path: Path) -> None:
    (tmp_path / "test_project.py").write_text(
        "import sys\n"
        "def test_nothing_is_loaded():\n"
        "    loaded = {'moto', 'boto3', 'duckdb', 'cheroot', 'click'} & set(sys.modules)\n"
        "    assert loaded == set()\n"
    )
    ended = pytest_in(tmp_path)
    assert ended.returncode == 0, ended.stdout + ended.stderr
