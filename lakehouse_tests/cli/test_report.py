"""`lakehouse report`, on the local AWS."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lakehouse.aws.account import Account
from lakehouse_tests.cli.conftest import Cli
from lakehouse_tests.published_days import PublishedDays, counted
from lakehouse_tests.sources import built_in

ACCOUNT = Account(prefix="clireport", database="clireport")
WEB = built_in("web_logs")


@pytest.fixture(scope="module")
def published(client: Callable[..., Any]) -> None:
    days = PublishedDays(client, ACCOUNT, WEB)
    row = {"endpoint": "/a", "status": 503, "latency_ms": 1.5, "bytes": 10}
    days.clean(WEB, {"2026-01-01": [row], "2026-01-02": [row, row]})
    counts = {"2026-01-01": counted(raw=1, clean=1), "2026-01-02": counted(raw=2, clean=2)}
    days.counts(WEB, counts)
    days.metrics(WEB, list(counts))


@pytest.fixture
def there(published: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAKEHOUSE_PREFIX", ACCOUNT.prefix)
    monkeypatch.setenv("LAKEHOUSE_DATABASE", ACCOUNT.database)


def test_the_report_is_one_file_with_every_source(cli: Cli, there: None, tmp_path: Path) -> None:
    file = tmp_path / "r.html"
    ended = cli("report", "--from", "2026-01-02", "--to", "2026-01-03", "--output", str(file))
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == f"{file}: 2026-01-02 to 2026-01-03, 1 published days of metrics\n"
    html = file.read_text()
    assert "<dt>requests</dt><dd>2</dd>" in html
    assert "<dt>error_rate</dt><dd>100.00%</dd>" in html
    assert html.count("No day from 2026-01-02 to 2026-01-03 is published.") == 2


def test_days_the_wrong_way_round_are_refused(cli: Cli) -> None:
    ended = cli("report", "--from", "2026-01-02", "--to", "2026-01-01")
    assert ended.code == 2
    assert "--from 2026-01-02 is after --to 2026-01-01" in ended.err


def test_a_file_that_cannot_be_written_is_named(cli: Cli, there: None, tmp_path: Path) -> None:
    file = tmp_path / "no" / "r.html"
    ended = cli("report", "--from", "2026-01-02", "--to", "2026-01-02", "--output", str(file))
    assert ended.code == 2
    assert ended.err.endswith(f"Error: --output {file}: there is no folder {file.parent}\n")
