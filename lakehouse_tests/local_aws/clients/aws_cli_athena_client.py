# /// script
# requires-python = ">=3.11"
# dependencies = ["awscli>=1.42"]
# ///
"""`aws athena` against the endpoint of AWS_ENDPOINT_URL: queries, results, work groups, metadata.

It ends with status 0 when everything is as it would be on AWS.
"""

import json
import subprocess
import sys
import time
import uuid
from typing import Any

NAME = f"cli-{uuid.uuid4().hex[:8]}"
DATABASE = NAME.replace("-", "_")
RESULTS = f"OutputLocation=s3://{NAME}/results/"


def aws(*words: str) -> Any:
    """The JSON answer of one command, which has to succeed."""
    command = [sys.executable, "-m", "awscli", *words, "--output", "json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, (words, done.stderr)
    return json.loads(done.stdout) if done.stdout.strip().startswith("{") else done.stdout


def run(sql: str, *words: str) -> list[list[str | None]]:
    """The rows of a query, its header among them."""
    started = aws(
        "athena", "start-query-execution", "--query-string", sql,
        "--result-configuration", RESULTS, *words,
    )  # fmt: skip
    query = ("--query-execution-id", started["QueryExecutionId"])
    while True:
        found = aws("athena", "get-query-execution", *query)["QueryExecution"]["Status"]
        if found["State"] not in ("QUEUED", "RUNNING"):
            break
        time.sleep(0.05)
    assert found["State"] == "SUCCEEDED", found
    rows = aws("athena", "get-query-results", *query)["ResultSet"]["Rows"]
    return [[cell.get("VarCharValue") for cell in row["Data"]] for row in rows]


def main() -> None:
    """A database, a table, a parameter, a work group, a named and a prepared query."""
    aws("s3", "mb", f"s3://{NAME}")
    run(f"CREATE DATABASE {DATABASE}")
    run(f"CREATE TABLE {DATABASE}.t AS SELECT 1 AS a, 'x' AS b")
    context = ("--query-execution-context", f"Database={DATABASE}")
    rows = run("SELECT a, b FROM t WHERE a = ?", *context, "--execution-parameters", "1")
    assert rows == [["a", "b"], ["1", "x"]], rows
    tables = aws(
        "athena", "list-table-metadata", "--catalog-name", "AwsDataCatalog",
        "--database-name", DATABASE,
    )  # fmt: skip
    assert [table["Name"] for table in tables["TableMetadataList"]] == ["t"], tables
    aws("athena", "create-work-group", "--name", NAME, "--tags", "Key=team,Value=logs")
    groups = aws("athena", "list-work-groups")["WorkGroups"]
    assert {group["Name"] for group in groups} >= {"primary", NAME}, groups
    aws(
        "athena", "create-prepared-statement", "--statement-name", "plus", "--work-group", NAME,
        "--query-statement", "SELECT ? + 1 AS c",
    )  # fmt: skip
    rows = run("EXECUTE plus", "--work-group", NAME, "--execution-parameters", "41")
    assert rows == [["c"], ["42"]], rows
    aws("athena", "delete-work-group", "--work-group", NAME, "--recursive-delete-option")


if __name__ == "__main__":
    main()
