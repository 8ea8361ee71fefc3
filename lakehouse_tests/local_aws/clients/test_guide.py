"""What docs/local_aws.md shows for other clients, run as it stands there, each on a new server.

The clients' environments are those of `environments`: without them these tests are skipped.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from lakehouse_tests.local_aws.clients.environments import VARIABLE

GUIDE = (Path(__file__).parents[3] / "docs" / "local_aws.md").read_text()
PROJECT = """\
name: shop
version: "1.0"
profile: shop
flags: {send_anonymous_usage_stats: false}
"""
MODEL = "{{ config(materialized='table') }} SELECT 'tea' AS item, 5.0e0 AS total"
SHOW = "\ndbt show --inline \"SELECT * FROM {{ ref('totals') }}\" --output json --quiet\n"


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)


def block(language: str, word: str) -> str:
    """The one block of the guide in which a word stands."""
    (found,) = [text for text in blocks(language) if word in text]
    return found


def programs_of(client: str) -> Path:
    """Where a client's environment has its programs."""
    if VARIABLE not in os.environ:
        pytest.skip(f"{client} needs an environment of its own: run bash .ci/clients")
    return Path(os.environ[VARIABLE]) / f"{client}_client" / "bin"


def on_a_new_server(folder: Path, *command: str, programs: Path) -> str:
    """What a command prints that the local AWS runs with its environment."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("AWS_")}
    places = os.pathsep.join([str(programs), str(Path(sys.executable).parent), os.environ["PATH"]])
    server = [sys.executable, "-m", "lakehouse.local_aws", "--port", "0", "--data-dir", "aws"]
    done = subprocess.run(
        [*server, "--", *command],
        cwd=folder,
        env={**environment, "PATH": places},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize(("client", "word"), [("awswrangler", "wr."), ("pyathena", "pyathena")])
def test_a_program_of_the_guide_prints_what_it_shows(
    tmp_path: Path, client: str, word: str
) -> None:
    programs, program = programs_of(client), block("python", word)
    (tmp_path / "program.py").write_text(program)
    python = str(programs / "python")
    printed = on_a_new_server(tmp_path, python, "program.py", programs=programs)
    shown = GUIDE.partition(program)[2].partition("```text\n")[2].partition("```")[0]
    assert printed == shown


def test_the_dbt_profile_of_the_guide_makes_a_table(tmp_path: Path) -> None:
    programs = programs_of("dbt_athena")
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "totals.sql").write_text(MODEL)
    (tmp_path / "dbt_project.yml").write_text(PROJECT)
    (tmp_path / "profiles.yml").write_text(block("yaml", "type: athena"))
    (tmp_path / "steps.sh").write_text(block("shell", "dbt run") + SHOW)
    printed = on_a_new_server(tmp_path, "bash", "-euo", "pipefail", "steps.sh", programs=programs)
    assert "PASS=1" in printed
    assert re.search(r'"item": "tea",\s+"total": 5\.0', printed)
