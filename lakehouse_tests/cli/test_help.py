"""Help answers at once, is plain when piped, and completion works in each shell."""

import os
import subprocess
import sys

import pytest

from lakehouse.cli.main import COMMANDS

# What takes longer to import than all the rest of `--help`.
SLOW = ("boto3", "botocore", "dagster", "duckdb", "numpy", "pydantic", "pyspark", "rich", "sqlglot")
LOADED = """
import atexit, sys
atexit.register(lambda: print(*sorted({name.partition(".")[0] for name in sys.modules})))
from lakehouse.cli.main import main
main()
"""
MAIN = "from lakehouse.cli.main import main; main()"


def run(code: str, *arguments: str, **environment: str) -> str:
    ended = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ended.stderr == ""
    return ended.stdout


@pytest.mark.slow
@pytest.mark.parametrize(
    "words", [*((command,) for command in sorted(COMMANDS)), (), ("sources", "new")], ids=" ".join
)
def test_help_imports_nothing_slow(words: tuple[str, ...]) -> None:
    *said, loaded = run(LOADED, *words, "--help").splitlines()
    assert said[0].startswith(" ".join(("Usage: lakehouse", *words)))
    assert set(SLOW) & set(loaded.split()) == set()


def test_help_fits_a_narrow_terminal_and_has_no_colors() -> None:
    text = run(MAIN, "--help", COLUMNS="60", TERM="xterm")
    assert "\x1b" not in text
    assert [line for line in text.splitlines() if len(line) > 78] == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_is_given_its_completion(shell: str) -> None:
    script = run(MAIN, _LAKEHOUSE_COMPLETE=f"{shell}_source")
    assert f"_LAKEHOUSE_COMPLETE={shell}_complete" in script


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "at", "found"),
    [
        ("lakehouse de", 1, ["demo", "deploy", "destroy", "dev"]),
        ("lakehouse land web", 2, ["web_logs"]),
        ("lakehouse vacuum user_activity acc", 3, ["access_logs"]),
        ("lakehouse sources n", 2, ["new"]),
        ("lakehouse query --pa", 2, ["--parquet"]),
    ],
)
def test_commands_sources_and_options_are_completed(words: str, at: int, found: list[str]) -> None:
    told = run(MAIN, _LAKEHOUSE_COMPLETE="bash_complete", COMP_WORDS=words, COMP_CWORD=str(at))
    assert sorted(line.partition(",")[2] for line in told.splitlines()) == found
