"""Tables on a terminal: as wide as it is, blocks of lines where that is too narrow."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
PROGRAM = "from lakehouse.cli.main import main; main()"
SOURCE = """\
name: till
description: What one till sold.
start_date: 2026-01-01
raw: {path: "till/event_date={event_date}/", format: csv}
columns: {sold_at: {type: timestamp}}
event_time: sold_at
metrics: {table: till_daily, measures: {sales: count(*)}}
"""
BLOCK = """\
source           till
format           csv
raw files under  till/event_date={event_date}/
from             2026-01-01
metrics table    till_daily
description      What one till sold.
"""


def shown(folder: Path, columns: int) -> list[str]:
    """The lines that `lakehouse sources` writes to a terminal with so many columns."""
    (folder / "till.yaml").write_text(SOURCE)
    ours, theirs = os.openpty()
    variables = {"LAKEHOUSE_SOURCES": str(folder), "COLUMNS": str(columns), "TERM": "xterm"}
    with os.fdopen(ours, "rb", buffering=0) as terminal:
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, "sources"],
            stdout=theirs,
            env={**os.environ, **variables},
        )
        os.close(theirs)
        text = b""
        try:
            while block := terminal.read(65_536):
                text += block
        except OSError:  # how Linux says that nobody writes any more
            pass
        assert process.wait() == 0
    plain = re.sub(r"\x1b\[[0-9;]*m", "", text.decode())
    return [line.rstrip() for line in plain.splitlines()]


def test_a_narrow_terminal_shows_a_block_for_each_row(tmp_path: Path) -> None:
    lines = shown(tmp_path, 60)
    assert "\n".join(lines).endswith(BLOCK.rstrip())
    assert max(map(len, lines)) <= 60


@pytest.mark.parametrize("columns", [160, 200])
def test_a_wide_one_shows_a_table(tmp_path: Path, columns: int) -> None:
    lines = shown(tmp_path, columns)
    row = next(line.split() for line in lines if line.split()[:1] == ["till"])
    assert row[:5] == ["till", "csv", "till/event_date={event_date}/", "2026-01-01", "till_daily"]
