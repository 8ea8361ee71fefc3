"""A user's mistakes: each ends with one clear line on standard error and no traceback."""

import socket
from pathlib import Path

import pytest

from lakehouse_tests.cli.conftest import Cli

SOURCE = """\
name: shop
start_date: 2026-01-01
raw: {path: "shop/event_date={event_date}/", format: csv}
columns:
  at: {type: timestamp}
  item: {type: string}
event_time: at
metrics: {table: shop_daily, group_by: [item], measures: {orders: "count(*)"}}
"""


def said(cli: Cli, *arguments: str, code: int = 1) -> str:
    ended = cli(*arguments)
    assert ended.code == code, ended
    assert "Traceback" not in ended.err
    return ended.err.strip()


def a_source_file(folder: Path, old: str, new: str) -> Path:
    assert old in SOURCE
    path = folder / "shop.yaml"
    path.write_text(SOURCE.replace(old, new))
    return path


def test_unknown_source(cli: Cli) -> None:
    assert said(cli, "land", "nginx", "x.log").startswith(
        "error: no source 'nginx'; there are access_logs, user_activity, web_logs."
    )


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("event_time: at", "event_tiem: at", "event_tiem"),
        ("type: string", "type: strnig", "columns.item.type"),
        ('"count(*)"', '"count(* FROM"', "metrics.measures.orders"),
        ("event_time: at", "event_time: item", "event_time"),
        ("name: shop", "name: [shop", "shop.yaml"),
        ("name: shop", "name: web_logs", "web_logs"),
    ],
)
def test_a_wrong_source_file(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: str, new: str, words: str
) -> None:
    path = a_source_file(tmp_path, old, new)
    monkeypatch.setenv("LAKEHOUSE_SOURCES", str(tmp_path))
    message = said(cli, "sources")
    assert message.startswith(f"error: {path}: ")
    assert words in message


def test_a_right_source_file_is_listed(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_source_file(tmp_path, "shop", "shop")
    monkeypatch.setenv("LAKEHOUSE_SOURCES", str(tmp_path))
    ended = cli("sources")
    assert (ended.code, ended.err) == (0, "")
    assert "shop_daily" in ended.out


def test_a_folder_of_sources_that_is_not_there(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAKEHOUSE_SOURCES", "/no/such/folder")
    assert said(cli, "sources") == "error: /no/such/folder: no such folder of source files"


@pytest.mark.parametrize(("option", "what"), [("--port", "web UI"), ("--aws-port", "local AWS")])
def test_a_port_in_use(cli: Cli, tmp_path: Path, option: str, what: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        message = said(cli, "dev", option, str(port), "--data-dir", str(tmp_path / "d"))
    assert message.startswith(f"error: port {port} for ")
    assert what in message
    assert message.endswith(f"Choose another with {option}")


def test_a_data_folder_that_cannot_be_written(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    message = said(cli, "demo", "--data-dir", str(tmp_path / "file" / "sub"))
    assert message.startswith(f"error: cannot write to {tmp_path}/file/sub: Not a directory")


def test_an_endpoint_that_nobody_serves(
    cli: Cli, local_aws: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    message = said(cli, "query", "SELECT 1")
    assert message.startswith("error: start an Athena query: Could not connect")
    assert "lakehouse dev" in message


def test_no_credentials(cli: Cli, local_aws: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    assert "AWS_ACCESS_KEY_ID" in said(cli, "query", "SELECT 1")


def test_a_profile_that_is_not_configured(
    cli: Cli, local_aws: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    assert "(nobody) could not be found" in said(cli, "query", "SELECT 1")


def test_an_account_that_was_never_deployed(
    cli: Cli, local_aws: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAKEHOUSE_PREFIX", "never-deployed")
    assert "never-deployed" in said(cli, "query", "SELECT 1")


def test_a_file_that_is_not_there(cli: Cli, local_aws: object) -> None:
    assert "no/such.log" in said(cli, "land", "access_logs", "no/such.log")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("fly",), "No such command 'fly'"),
        (("generate", "web_logs", "--from", "2026-13-01"), "'2026-13-01' is not a day"),
        (("generate", "web_logs", "--from", "2026-01-02", "--to", "2026-01-01"), "is before"),
        (("land", "access_logs"), "Missing argument"),
        (("query", " "), "no SQL"),
    ],
)
def test_wrong_usage_ends_with_2(cli: Cli, arguments: tuple[str, ...], words: str) -> None:
    assert words in said(cli, *arguments, code=2)
