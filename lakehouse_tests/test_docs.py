"""The pages of docs/ say what is true: their commands exist, and the tutorial's are run."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest

from lakehouse.cli.main import lakehouse as command_line

ROOT = Path(__file__).parents[1]
PAGES = [*sorted((ROOT / "docs").glob("*.md")), ROOT / "CONTRIBUTING.md"]
TUTORIAL = ROOT / "docs" / "tutorial.md"


def blocks(page: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", page.read_text(), re.MULTILINE | re.DOTALL)


def commands() -> list[tuple[str, list[str]]]:
    """(page, words) of each `lakehouse` command that a page shows."""
    return [
        (page.name, shlex.split(line, comments=True)[1:])
        for page in PAGES
        for block in (*blocks(page, "shell"), *blocks(page, "shell-session"))
        for line in block.splitlines()
        if line.startswith("lakehouse ")
    ]


@pytest.mark.parametrize(("page", "words"), commands(), ids=lambda part: str(part)[:60])
def test_every_command_shown_is_one_that_the_command_line_accepts(
    page: str, words: list[str]
) -> None:
    with click.Context(command_line) as context:
        command = command_line.get_command(context, words[0])
        assert command is not None
        command.make_context(words[0], words[1:], parent=context)


def test_every_page_is_in_the_index() -> None:
    index = (ROOT / "docs" / "README.md").read_text()
    pages = {page.name for page in (ROOT / "docs").glob("*.md")} - {"README.md"}
    assert {page for page in pages if f"({page})" not in index} == set()


@pytest.mark.spark
def test_the_tutorial_prints_what_it_shows(tmp_path: Path) -> None:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "LAKEHOUSE_"))}
    (tmp_path / "steps.sh").write_text("\n".join(blocks(TUTORIAL, "shell")))
    programs = Path(sys.executable).parent
    ended = subprocess.run(
        [sys.executable, "-m", "lakehouse.local_aws", "--port", "0", "--",
         "bash", "-euo", "pipefail", "steps.sh"],
        cwd=tmp_path,
        env={**environment, "PATH": f"{programs}:{environment['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stdout + ended.stderr
    for shown in blocks(TUTORIAL, "text"):
        assert shown in ended.stdout
    assert "  rejected\n ──────────\n         0\n" in ended.stdout
