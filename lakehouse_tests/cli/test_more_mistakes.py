"""More mistakes of a user, as a table: command, files and environment, what the message says."""

import errno
import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lakehouse.cli import context
from lakehouse_tests.cli.conftest import Cli
from lakehouse_tests.cli.test_mistakes import a_source_file, said

# A change of the source file -> what the message names and says.
SOURCE_MISTAKES = {
    "a path without a day": ("{event_date}", "all", ("raw.path", "must contain the day")),
    "an unknown placeholder": ("{event_date}", "{event_date}{hour}", ("raw.path", "{hour}")),
    "an unknown format": ("format: csv", "format: xml", ("raw.format", "'csv', 'json'")),
    "an impossible date": ("2026-01-01", "2026-13-01", ("month must be in 1..12",)),
    "a missing key": ("start_date: 2026-01-01\n", "", ("start_date", "required and missing")),
    "a key twice": ("name: shop\n", "name: shop\nname: shop\n", ("line 2", "stands twice")),
    "a capital in a name": ("name: shop", "name: Shop", ("name", "lower-case identifier")),
    "a group that is no column": ("[item]", "[itme]", ("metrics.group_by", "did you mean 'item'")),
    "an unknown column": ('"count(*)"', "sum(amount)", ("metrics.measures.orders", "amount")),
    "an unknown function": (
        '"count(*)"',
        "kount(item)",
        ("metrics.measures.orders", "'kount(item)'"),
    ),
    "no aggregate": ('"count(*)"', "item || 'x'", ("metrics.measures.orders",)),
    "a table of the source": ("shop_daily", "shop_raw", ("metrics.table", "another table")),
    "a wrong limit": ("event_time: at", "event_time: at\nlate_days: 99", ("late_days", "31")),
    "a wrong pattern": ("{type: timestamp}", "{type: timestamp, format: bad}", ("at.format",)),
    "a column of the partition": ("item: {", "event_date: {", ("columns.event_date",)),
}

# Environment -> the message of `lakehouse query "SELECT 1"`.
ENVIRONMENT_MISTAKES = {
    "a capital in the prefix": ({"LAKEHOUSE_PREFIX": "Acme"}, ("LAKEHOUSE_PREFIX", "lower-case")),
    "a hyphen in the database": ({"LAKEHOUSE_DATABASE": "a-b"}, ("LAKEHOUSE_DATABASE",)),
    "unknown sensors": ({"LAKEHOUSE_SENSORS": "push"}, ("LAKEHOUSE_SENSORS", "listing", "sqs")),
    "an endpoint without http": ({"AWS_ENDPOINT_URL": "localhost:1"}, ("AWS_ENDPOINT_URL",)),
    "no region": ({"AWS_DEFAULT_REGION": ""}, ("AWS_DEFAULT_REGION", "us-east-1")),
    "never deployed": ({"LAKEHOUSE_PREFIX": "never"}, ("never", "lakehouse deploy")),
}

USAGE_MISTAKES = {
    "no day": (("generate", "web_logs", "--from", "yesterday"), "write it as 2026-01-31"),
    "no rows": (("generate", "web_logs", "--from", "2026-01-01", "--rows", "0"), "--rows"),
    "no option": (("query", "--xml", "SELECT 1"), "--xml"),
    "two forms": (("query", "--csv", "--json", "SELECT 1"), "not several"),
    "a negative time": (("vacuum", "--grace-hours", "-1"), "--grace-hours"),
    "no sample": (("sources", "new", "x"), "--from"),
    "no name": (("sources", "new", "My Logs", "--from", "x"), "no source name"),
    "no place": (("sources", "new", "x", "--from", "x"), "LAKEHOUSE_SOURCES"),
    "no port": (("dev", "--port", "many"), "--port"),
}


@pytest.mark.parametrize("mistake", SOURCE_MISTAKES)
def test_a_source_file(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mistake: str
) -> None:
    old, new, words = SOURCE_MISTAKES[mistake]
    path = a_source_file(tmp_path, old, new)
    monkeypatch.setenv("LAKEHOUSE_SOURCES", str(tmp_path))
    message = said(cli, "sources")
    assert message.startswith(f"error: {path}: ")
    assert [word for word in words if word not in message] == []


@pytest.mark.parametrize("mistake", ENVIRONMENT_MISTAKES)
def test_the_environment(
    cli: Cli, local_aws: object, monkeypatch: pytest.MonkeyPatch, mistake: str
) -> None:
    environment, words = ENVIRONMENT_MISTAKES[mistake]
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    message = said(cli, "query", "SELECT 1")
    assert [word for word in words if word not in message] == []


@pytest.mark.parametrize("mistake", USAGE_MISTAKES)
def test_usage(cli: Cli, monkeypatch: pytest.MonkeyPatch, mistake: str) -> None:
    monkeypatch.delenv("LAKEHOUSE_SOURCES", raising=False)
    arguments, words = USAGE_MISTAKES[mistake]
    assert words in said(cli, *arguments, code=2)


def test_a_folder_instead_of_a_file(cli: Cli, local_aws: object, tmp_path: Path) -> None:
    message = said(cli, "land", "access_logs", str(tmp_path))
    assert message == f"error: {tmp_path} is a folder: name the file to land"


def test_a_broken_gzip_file(cli: Cli, local_aws: object, tmp_path: Path) -> None:
    path = tmp_path / "a.log.gz"
    path.write_bytes(gzip.compress(b"x\n" * 9999)[:30])
    assert f"{path}: broken gzip file" in said(cli, "land", "access_logs", str(path))


def test_a_file_of_another_format(cli: Cli, local_aws: object, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b\n1,2\n")
    message = said(cli, "land", "web_logs", str(path))
    assert [w for w in (str(path), "'timestamp'", "it names a, b") if w not in message] == []


def test_a_bucket_that_is_missing(
    cli: Cli, local_aws: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAKEHOUSE_PREFIX", "nobucket")
    path = tmp_path / "a.log"
    path.write_text('1.1.1.1 - - [17/May/2015:10:05:03 +0000] "GET / HTTP/1.1" 200 1 "-" "-"\n')
    message = said(cli, "land", "access_logs", str(path))
    assert "nobucket-raw" in message
    assert "lakehouse deploy" in message


def test_a_source_without_a_generator(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_source_file(tmp_path, "shop", "shop")
    monkeypatch.setenv("LAKEHOUSE_SOURCES", str(tmp_path))
    assert "synthetic" in said(cli, "generate", "shop", "--from", "2026-01-01")


def test_a_full_disk(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, data: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    monkeypatch.setattr(Path, "write_bytes", full)
    message = said(
        cli, "generate", "web_logs", "--from", "2026-01-01", "--rows", "5", "--out", str(tmp_path)
    )
    assert message == f"error: {tmp_path}/2026-01-01/00.csv: No space left on device"


def test_a_column_that_is_not_there(
    cli: Cli, client: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAKEHOUSE_PREFIX", "clitest")
    list(context.deployment().apply([]))
    message = said(cli, "query", "SELECT colour FROM (SELECT 1 AS color)")
    assert "colour" in message


@pytest.mark.parametrize("debug", [False, True])
def test_what_should_not_happen(cli: Cli, monkeypatch: pytest.MonkeyPatch, debug: bool) -> None:
    def broken() -> None:
        raise RuntimeError("surprise")

    monkeypatch.setattr(context, "sources", broken)
    ended = cli(*(["--debug"] if debug else []), "sources")
    assert (ended.code, "Traceback" in ended.err) == (1, debug)
    last = ended.err.strip().splitlines()[-1]
    assert last.startswith("error: RuntimeError: surprise. ")
    assert "--debug" in last
