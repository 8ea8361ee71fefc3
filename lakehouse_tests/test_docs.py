"""The pages of docs/ say what is true: their commands exist, and the tutorial's are run."""

import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import click
import pytest

from lakehouse.cli.main import lakehouse as command_line

ROOT = Path(__file__).parents[1]
PAGES = [*sorted((ROOT / "docs").glob("*.md")), ROOT / "CONTRIBUTING.md"]
TUTORIAL = ROOT / "docs" / "tutorial.md"
ARCHITECTURE = ROOT / "docs" / "architecture.md"


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


def named_tests() -> list[tuple[str, str]]:
    """(file, test) of each test that the architecture says holds a rule."""
    found = r"\]\(\.\./(lakehouse_tests/[\w/]+\.py)\) `(test_\w+)`"
    return re.findall(found, ARCHITECTURE.read_text())


@pytest.mark.parametrize(("file", "test"), named_tests(), ids=lambda part: part.split("/")[-1])
def test_every_test_that_holds_a_rule_is_there(file: str, test: str) -> None:
    assert f"\ndef {test}(" in (ROOT / file).read_text()


def test_the_layers_shown_are_those_that_are_checked() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    (layers,) = (
        contract["layers"]
        for contract in settings["tool"]["importlinter"]["contracts"]
        if contract["type"] == "layers"
    )
    assert "\n".join(layers) + "\n" in blocks(ARCHITECTURE, "text")


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
