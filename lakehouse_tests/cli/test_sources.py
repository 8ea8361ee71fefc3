"""`lakehouse sources`: listing, drafting, the schema."""

import json
from pathlib import Path

import pytest

from lakehouse.draft.json_schema import SCHEMA_FILE, source_schema
from lakehouse_tests.cli.conftest import Cli
from lakehouse_tests.draft.samples import TILL


@pytest.fixture
def till(tmp_path: Path) -> Path:
    path = tmp_path / "till.csv"
    path.write_text(TILL)
    return path


def test_a_new_source_is_listed_and_lands_its_sample(
    cli: Cli, till: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "mine"
    ended = cli("sources", "new", "till", "--from", str(till), "--to", str(folder))
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith(f"{folder}/till.yaml: csv, 10 columns, event time from 'Time'\n")
    assert (folder / SCHEMA_FILE).read_text() == source_schema()
    assert (
        (folder / "till.yaml")
        .read_text()
        .startswith(f"# yaml-language-server: $schema={SCHEMA_FILE}\n")
    )
    monkeypatch.setenv("LAKEHOUSE_SOURCES", str(folder))
    listed = json.loads(cli("sources", "--json").out)
    assert [s["raw"] for s in listed if s["name"] == "till"] == [
        {"path": "till/event_date={event_date}/", "format": "csv"}
    ]


def test_a_new_source_goes_to_the_first_folder_of_sources(
    cli: Cli, till: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAKEHOUSE_SOURCES", str(tmp_path))
    assert cli("sources", "new", "till", "--from", str(till)).code == 0
    written = (tmp_path / "till.yaml").read_text()
    again = cli("sources", "new", "till", "--from", str(till))
    assert (again.code, "already" in again.err) == (1, True)
    assert (tmp_path / "till.yaml").read_text() == written


def test_the_schema_is_printed(cli: Cli) -> None:
    ended = cli("sources", "schema")
    assert ended.out == source_schema()
    assert json.loads(ended.out)["properties"]["raw"]["$ref"] == "#/$defs/Raw"
