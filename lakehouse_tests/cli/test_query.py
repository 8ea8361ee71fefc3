"""`lakehouse query`: typed output, standard input, Ctrl-C."""

import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lakehouse.cli import context
from lakehouse_tests.cli.conftest import Cli

SQL = """\
SELECT true AS yes, 7 AS n, CAST(8 AS bigint) AS big, 1.5e0 AS x, nan() AS odd,
       CAST(1.50 AS decimal(9,2)) AS price, DATE '2026-01-02' AS day,
       TIMESTAMP '2026-01-02 03:04:05.678' AS at, 'a''b' AS word, CAST(NULL AS int) AS nothing
"""


@pytest.fixture(scope="module")
def deployed(local_aws: object) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LAKEHOUSE_PREFIX", "clitest")
        patch.setenv("LAKEHOUSE_DATABASE", "clitest")
        list(context.deployment().apply([]))
        yield


def test_json_lines_have_numbers_and_text(cli: Cli, deployed: None) -> None:
    ended = cli("query", "--json", SQL)
    assert [json.loads(line) for line in ended.out.splitlines()] == [
        {
            "yes": True,
            "n": 7,
            "big": 8,
            "x": 1.5,
            "odd": "NaN",
            "price": "1.50",
            "day": "2026-01-02",
            "at": "2026-01-02 03:04:05.678",
            "word": "a'b",
            "nothing": None,
        }
    ]


def test_a_parquet_file_has_the_results_types(cli: Cli, deployed: None, tmp_path: Path) -> None:
    path = tmp_path / "out.parquet"
    ended = cli("query", "--parquet", str(path), SQL.replace("nan()", "2e0"))
    assert (ended.code, ended.out) == (0, f"{path}: 1 row\n")
    table = pq.read_table(path)
    assert table.schema.types == [
        *(pa.bool_(), pa.int32(), pa.int64(), pa.float64(), pa.float64(), pa.decimal128(9, 2)),
        *(pa.date32(), pa.timestamp("us"), pa.string(), pa.int32()),
    ]
    moment = datetime(2026, 1, 2, 3, 4, 5, 678000)
    assert list(table.to_pylist()[0].values()) == [
        *(True, 7, 8, 1.5, 2.0, Decimal("1.50"), date(2026, 1, 2), moment, "a'b", None),
    ]


def test_sql_of_several_lines_comes_from_standard_input(
    cli: Cli, deployed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("SELECT 1 AS one\n-- a remark\nUNION SELECT 1\n"))
    assert cli("query", "--csv").out == "one\n1\n"


def test_two_forms_at_once_are_refused(cli: Cli) -> None:
    assert cli("query", "--csv", "--json", "SELECT 1").code == 2


@pytest.mark.slow
def test_ctrl_c_cancels_the_query(deployed: None, client: Callable[..., Any]) -> None:
    endless = (
        "SELECT count(*) FROM UNNEST(SEQUENCE(1, 10000)) AS a(x) "
        "CROSS JOIN UNNEST(SEQUENCE(1, 10000)) AS b(y) "
        "CROSS JOIN UNNEST(SEQUENCE(1, 10000)) AS c(z) WHERE (x * y + z) % 7 = 3"
    )
    athena = client("athena")
    before = set(athena.list_query_executions(WorkGroup="clitest")["QueryExecutionIds"])
    command = [sys.executable, "-c", "from lakehouse.cli.main import main; main()", "query"]
    process = subprocess.Popen([*command, endless], stderr=subprocess.PIPE, env={**os.environ})
    query = running_query(athena, before)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (130, b"\ninterrupted\n")
    found = athena.get_query_execution(QueryExecutionId=query)["QueryExecution"]["Status"]
    assert found["State"] == "CANCELLED"


def running_query(athena: Any, before: set[str]) -> str:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        ids = athena.list_query_executions(WorkGroup="clitest")["QueryExecutionIds"]
        for query in set(ids) - before:
            found = athena.get_query_execution(QueryExecutionId=query)["QueryExecution"]
            if found["Status"]["State"] == "RUNNING":
                return str(query)
        time.sleep(0.05)
    raise AssertionError("the query never ran")
