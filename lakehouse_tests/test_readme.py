"""The README says what is true: its commands exist, its YAML loads, its output comes out."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest

from lakehouse.cli.main import COMMANDS
from lakehouse.cli.main import lakehouse as command_line
from lakehouse.source import read_source

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def shell_commands() -> list[list[str]]:
    lines = "\n".join(blocks("shell")).replace(" && ", "\n").splitlines()
    return [shlex.split(line, comments=True) for line in lines if line.strip()]


def test_set_up_takes_the_two_commands_that_ci_and_users_run() -> None:
    installs = [words for words in shell_commands() if words[0] == "pip"]
    assert installs == [
        ["pip", "install", "-e", ".[local]", "-c", "constraints.txt"],
        ["pip", "install", "-e", ".[dev]", "-c", "constraints.txt"],
    ]
    assert "pip install -q -e '.[dev]' -c constraints.txt" in (ROOT / ".ci/run").read_text()


@pytest.mark.parametrize(
    "words", [w[1:] for w in shell_commands() if w[0] == "lakehouse"], ids=" ".join
)
def test_every_command_shown_is_one_that_the_command_line_accepts(words: list[str]) -> None:
    with click.Context(command_line) as context:
        command = command_line.get_command(context, words[0])
        assert command is not None
        command.make_context(words[0], words[1:], parent=context)


def test_every_command_is_documented() -> None:
    assert [name for name in COMMANDS if f"`lakehouse {name}`" not in README] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_and_picture_is_there(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#:]+)\)", page.read_text())
    assert [t for t in targets if not (page.parent / t).exists()] == []


def test_the_source_shown_is_a_source(tmp_path: Path) -> None:
    (shown,) = blocks("yaml")
    path = tmp_path / "orders.yaml"
    path.write_text(shown)
    assert read_source(path).metrics_table == "orders_daily_items"


@pytest.mark.spark
def test_the_demo_prints_what_the_readme_shows(tmp_path: Path) -> None:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "LAKEHOUSE_"))}
    command = [sys.executable, "-c", "from lakehouse.cli.main import main; main()", "demo"]
    ended = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert ended.stderr == ""
    (shown,) = blocks("text")
    for part in ("Raw files: ", "Dagster: web_logs"):
        assert lines_with(part, shown) == lines_with(part, ended.stdout)
    assert results(shown) == results(ended.stdout)


def lines_with(start: str, text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith(start)]


def results(text: str) -> str:
    return text[text.index("Rows by outcome") :].partition("\nDone in")[0].strip()
