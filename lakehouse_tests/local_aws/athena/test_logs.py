"""AWS's own logs as data: `cases/logs/*.yaml` are documented tables, sample lines and queries.

Each file names its pages, and holds objects by key, the statements that make the tables, and
queries with their rows, or with the start of their error. `$bucket` is the test's own bucket.
"""

import gzip
from pathlib import Path
from typing import Any

import pytest
import yaml

from lakehouse_tests.local_aws.athena.lake import Lake
from lakehouse_tests.local_aws.athena.test_cases import CASES, in_fixed_order

FILES = sorted((CASES / "logs").glob("*.yaml"))


def answer(lake: Lake, sql: str) -> list[list[str | None]] | str:
    """The rows of a statement in the lake's database, or why it failed."""
    where = {"QueryExecutionContext": {"Database": lake.database}}
    done = lake.queries.run(sql.replace("$bucket", lake.name), **where)
    return [list(row) for row in done.rows] if done.state == "SUCCEEDED" else done.reason


def agrees(query: dict[str, Any], found: list[list[str | None]] | str) -> bool:
    """Whether an answer is the expected one; rows in any order without an ORDER BY."""
    if "error" in query:
        return isinstance(found, str) and found.startswith(query["error"])
    if isinstance(found, str):
        return False
    return in_fixed_order(query["sql"], found) == in_fixed_order(query["sql"], query["rows"])


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_logs_of_aws_are_read_as_documented(lake: Lake, path: Path) -> None:
    case = yaml.safe_load(path.read_text())
    for key, text in case["objects"].items():
        body = text.encode()
        lake.put(key, gzip.compress(body) if key.endswith(".gz") else body)
    for statement in case["statements"]:
        assert answer(lake, statement) == []
    found = {query["sql"]: answer(lake, query["sql"]) for query in case["queries"]}
    wrong = {q["sql"]: found[q["sql"]] for q in case["queries"] if not agrees(q, found[q["sql"]])}
    assert wrong == {}
