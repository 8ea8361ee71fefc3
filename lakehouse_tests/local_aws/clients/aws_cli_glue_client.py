# /// script
# requires-python = ">=3.11"
# dependencies = ["awscli>=1.42"]
# ///
"""`aws glue` against the endpoint of AWS_ENDPOINT_URL: a catalog by hand.

It ends with status 0 when everything is as it would be on AWS.
"""

import json
import subprocess
import sys
import uuid
from typing import Any

DATABASE = f"cli_{uuid.uuid4().hex[:8]}"
WHERE = ("--database-name", DATABASE)
TABLE = (*WHERE, "--table-name", "orders")
KEYS = [{"Name": "day", "Type": "date"}, {"Name": "shop", "Type": "int"}]


def aws(*words: str, fails: str = "") -> Any:
    """The JSON answer of a command, None if it is silent; `fails` is the error it ends with."""
    command = [sys.executable, "-m", "awscli", "glue", *words, "--output", "json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert fails in done.stderr and bool(fails) == bool(done.returncode), (words, done.stderr)
    return json.loads(done.stdout) if done.stdout.strip() else None


def table_input(kind: str) -> str:
    """The definition of the table, as JSON."""
    descriptor = {"Columns": [{"Name": "id", "Type": "bigint"}], "Location": "s3://b/orders/"}
    return json.dumps(
        {
            "Name": "Orders",
            "TableType": "EXTERNAL_TABLE",
            "Parameters": {"classification": kind},
            "StorageDescriptor": descriptor,
            "PartitionKeys": KEYS,
        }
    )


def main() -> None:
    """A tagged database, a table with an index and versions, partitions by expression."""
    aws("create-database", "--database-input", f"Name={DATABASE}", "--tags", "team=lake")
    arn = f"arn:aws:glue:us-east-1:123456789012:database/{DATABASE}"
    aws("tag-resource", "--resource-arn", arn, "--tags-to-add", "env=dev")
    tags = aws("get-tags", "--resource-arn", arn)
    assert tags == {"Tags": {"team": "lake", "env": "dev"}}, tags
    index = ("--partition-indexes", "IndexName=i,Keys=shop")
    aws("create-table", *WHERE, "--table-input", table_input("csv"), *index)
    names = aws("get-tables", *WHERE, "--expression", "ord*", "--query", "TableList[].Name")
    assert names == ["orders"], names
    batch = [{"Values": ["2026-01-01", "1"]}, {"Values": ["2026-01-02", "20"]}, {"Values": ["x"]}]
    created = aws("batch-create-partition", *TABLE, "--partition-input-list", json.dumps(batch))
    assert [error["PartitionValues"] for error in created["Errors"]] == [["x"]], created
    expression = ("--expression", "day >= '2026-01-01' AND shop > 9")
    found = aws("get-partitions", *TABLE, *expression, "--query", "Partitions[].Values")
    assert found == [["2026-01-02", "20"]], found
    aws("get-partitions", *TABLE, "--expression", "id = 1", fails="Invalid partition expression!")
    update = ("update-table", *WHERE, "--table-input", table_input("json"), "--version-id", "0")
    aws(*update)
    aws(*update, fails="ConcurrentModificationException")
    kinds = "TableVersions[].[VersionId,Table.Parameters.classification]"
    versions = aws("get-table-versions", *TABLE, "--query", kinds)
    assert versions == [["1", "json"], ["0", "csv"]], versions
    aws("delete-database", "--name", DATABASE)
    aws("get-table", *WHERE, "--name", "orders", fails=f"Database {DATABASE} not found.")


if __name__ == "__main__":
    main()
