"""The commands, on the local AWS."""

import gzip
import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lakehouse.aws.account import Account
from lakehouse.aws.deployment.deployment import Deployment, make_clients
from lakehouse.cli import context
from lakehouse.cli.main import COMMANDS
from lakehouse.cli.output import bytes_text
from lakehouse_tests.cli.conftest import Cli

LOG = """\
10.0.0.1 - - [17/May/2015:10:05:03 +0000] "GET /a HTTP/1.1" 200 12 "-" "curl"
10.0.0.2 - ann [18/May/2015:00:00:00 +0000] "POST /b HTTP/1.1" 500 7 "-" "curl"
"""


@pytest.fixture(scope="module")
def account(local_aws: object) -> Account:
    """Deployed once for all tests of the module."""
    account = Account(prefix="clitest", database="clitest")
    list(Deployment(account, make_clients()).apply(context.sources().values()))
    return account


@pytest.fixture
def deployed(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAKEHOUSE_PREFIX", account.prefix)
    monkeypatch.setenv("LAKEHOUSE_DATABASE", account.database)


def test_help_lists_every_command(cli: Cli) -> None:
    ended = cli("--help")
    assert ended.code == 0
    for command, words in COMMANDS.items():
        assert command in ended.out
        assert words[:40] in ended.out


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_each_command_explains_itself(cli: Cli, command: str) -> None:
    ended = cli(command, "--help")
    assert ended.code == 0
    assert f"Usage: lakehouse {command}" in ended.out


def test_query_prints_rows_bytes_and_the_query_id(cli: Cli, deployed: None) -> None:
    ended = cli("query", "SELECT 1 AS one, 'x' AS letter")
    assert ended.code == 0
    assert ended.out.split()[:2] == ["one", "letter"]
    assert "1 row, " in ended.out
    assert "0 B scanned" in ended.out


def test_query_as_csv(cli: Cli, deployed: None) -> None:
    ended = cli("query", "--csv", "SELECT 1 AS one, 'a,b' AS two, CAST(NULL AS int) AS three")
    assert (ended.code, ended.out) == (0, 'one,two,three\n1,"a,b",\n')


def test_a_query_with_a_mistake_is_one_line(cli: Cli, deployed: None) -> None:
    ended = cli("query", "SELECT nothing FROM nowhere")
    assert ended.code == 1
    assert "nowhere" in ended.err
    assert "Traceback" not in ended.err


@pytest.mark.parametrize("packed", [False, True])
def test_land_uploads_a_part_for_each_day(
    cli: Cli, deployed: None, client: Callable[..., Any], tmp_path: Path, packed: bool
) -> None:
    path = tmp_path / ("access.log.gz" if packed else "access.log")
    path.write_bytes(gzip.compress(LOG.encode()) if packed else LOG.encode())
    ended = cli("land", "access_logs", str(path))
    assert ended.code == 0, ended.err
    assert "--partition-range 2015-05-17...2015-05-18" in ended.out
    s3, lines = client("s3"), LOG.splitlines(keepends=True)
    for day, line in zip(("2015-05-17", "2015-05-18"), lines, strict=True):
        key = f"access_logs/event_date={day}/landed-access.log"
        assert s3.get_object(Bucket="clitest-raw", Key=key)["Body"].read() == line.encode()


@pytest.mark.slow
def test_standard_input_is_landed(deployed: None, client: Callable[..., Any]) -> None:
    code = "from lakehouse.cli.main import main; main()"
    ended = subprocess.run(
        [sys.executable, "-c", code, "land", "access_logs", "-"],
        input=LOG.encode(),
        capture_output=True,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, b"")
    key = "access_logs/event_date=2015-05-18/landed-stdin"
    body = client("s3").get_object(Bucket="clitest-raw", Key=key)["Body"].read()
    assert body == LOG.splitlines(keepends=True)[1].encode()


def test_generate_writes_the_same_bytes_again(cli: Cli, tmp_path: Path) -> None:
    for folder in ("a", "b"):
        ended = cli(
            *("generate", "web_logs", "--from", "2026-01-01", "--to", "2026-01-02"),
            *("--rows", "300", "--out", str(tmp_path / folder)),
        )
        assert ended.code == 0
    found = {p.relative_to(tmp_path / "a") for p in (tmp_path / "a").rglob("*.csv")}
    assert {str(p) for p in found} == {
        f"2026-01-0{day}/{hour}.csv" for day in (1, 2) for hour in ("00", "12")
    }
    for path in found:
        assert (tmp_path / "a" / path).read_bytes() == (tmp_path / "b" / path).read_bytes()


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (52_100, "52.1 kB"), (2.45e9, "2.5 GB")],
)
def test_sizes(size: float, text: str) -> None:
    assert bytes_text(size) == text


def test_vacuum_lists_and_removes_what_failed_runs_left(
    cli: Cli, deployed: None, client: Callable[..., Any]
) -> None:
    key = "web_logs/failed-run/event_date=2026-01-01/part.parquet"
    client("s3").put_object(Bucket="clitest-clean", Key=key, Body=b"1234")
    assert cli("vacuum").out == "0 files, 0 B removed\n"
    listed = cli("vacuum", "web_logs", "--dry-run", "--grace-hours", "0")
    assert "s3://clitest-clean/web_logs/failed-run/" in listed.out
    assert listed.out.endswith("1 files, 4 B would be removed\n")
    assert cli("vacuum", "--grace-hours", "0").out.endswith("1 files, 4 B removed\n")
    assert "Contents" not in client("s3").list_objects_v2(Bucket="clitest-clean")


def test_deploy_plans_mends_and_prints_a_template(cli: Cli, deployed: None) -> None:
    planned = cli("deploy", "--plan")
    assert planned.out.endswith("0 of 13 to be made or mended\n")
    template = json.loads(cli("deploy", "--cloudformation").out)
    assert template["Resources"]["CleanLogsJob"]["Properties"]["Name"] == "clitest-clean-logs"


def terminal(typed: str) -> io.StringIO:
    stream = io.StringIO(typed)
    stream.isatty = lambda: True  # type: ignore[method-assign]
    return stream


@pytest.mark.slow
def test_destroy_asks_and_keeps_data(
    cli: Cli, local_aws: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAKEHOUSE_PREFIX", "cligone")
    monkeypatch.setenv("LAKEHOUSE_DATABASE", "cligone")
    monkeypatch.setenv("LAKEHOUSE_GLUE_ROLE", "CliGone")
    assert cli("deploy").code == 0
    monkeypatch.setattr("sys.stdin", terminal("n\n"))
    refused = cli("destroy")
    assert (refused.code, refused.err) == (1, "error: not confirmed: nothing was removed\n")
    monkeypatch.setattr("sys.stdin", terminal(""))  # Ctrl-D
    assert cli("destroy").err.strip() == "interrupted"
    assert cli("destroy", "--yes").code == 0
    left = cli("destroy", "--plan")
    assert left.out.endswith("0 to be removed\n")
    assert [line.split()[:2] for line in left.out.splitlines() if "keep" in line] == [
        ["keep", kind] for kind in ("database", "database", *("bucket",) * 4)
    ]
    assert cli("destroy", "--delete-data", "--yes").code == 0
    assert cli("destroy", "--delete-data", "--plan").out.strip().endswith("0 to be removed")
