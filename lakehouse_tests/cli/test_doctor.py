"""`lakehouse doctor`: each check's finding, and the exit code."""

import json
import socket
from pathlib import Path

import pytest

from lakehouse.cli import doctor_checks
from lakehouse.cli.doctor_checks import Finding, package_findings, port_finding, python_finding
from lakehouse_tests.cli.conftest import Cli


def test_another_python_is_a_problem() -> None:
    assert python_finding((3, 11)) == Finding("Python", "ok", "3.11")
    assert python_finding((3, 13)).state == "problem"


def test_the_installed_packages_are_the_tested_ones() -> None:
    assert {finding.state for finding in package_findings()} == {"ok"}


def test_a_port_in_use_is_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        monkeypatch.setitem(doctor_checks.PORTS, port, ("the local AWS", "--aws-port"))
        found = port_finding(port)
    assert (found.state, "--aws-port PORT" in found.mend) == ("warning", True)


def test_an_account_without_deployment_is_a_problem(
    cli: Cli, local_aws: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAKEHOUSE_PREFIX", "doctor-none")
    monkeypatch.setenv("LAKEHOUSE_DATABASE", "doctor_none")
    ended = cli("doctor", "--json")
    found = {line["check"]: line for line in json.loads(ended.out)}
    assert ended.code == 1
    assert (found["Java"]["state"], found["AWS"]["state"]) == ("ok", "ok")
    assert found["deployment"]["state"] == "problem"
    assert found["deployment"]["mend"] == "lakehouse deploy"
    assert "bucket doctor-none-raw" in found["deployment"]["found"]


def test_lines_are_plain_when_piped_and_say_how_to_mend(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "wrong.yaml").write_text("name: wrong\n")
    monkeypatch.setenv("LAKEHOUSE_SOURCES", str(tmp_path))
    ended = cli("doctor")
    assert ended.code == 1
    assert "\x1b" not in ended.out
    assert f"problem  sources: {tmp_path}/wrong.yaml: start_date: is required" in ended.out
    assert "-> mend the file" in ended.out
