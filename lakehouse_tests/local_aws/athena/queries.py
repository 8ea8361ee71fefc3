"""Running queries in tests: start, wait, read all rows, through boto3."""

import time
from dataclasses import dataclass
from typing import Any

OUTPUT = "athena-tests-output"


@dataclass(frozen=True)
class Done:
    """A query that has ended: its execution and all its rows as text."""

    execution: dict[str, Any]
    rows: list[tuple[str | None, ...]]
    types: list[str]

    @property
    def state(self) -> str:
        return str(self.execution["Status"]["State"])

    @property
    def reason(self) -> str:
        return str(self.execution["Status"].get("StateChangeReason", ""))

    @property
    def scanned(self) -> int:
        return int(self.execution["Statistics"]["DataScannedInBytes"])


class Queries:
    """Boto3 clients with a bucket for results."""

    def __init__(self, athena: Any, s3: Any, glue: Any) -> None:
        self.athena = athena
        self.s3 = s3
        self.glue = glue
        s3.create_bucket(Bucket=OUTPUT)

    def start(self, sql: str, **more: Any) -> str:
        request = {"ResultConfiguration": {"OutputLocation": f"s3://{OUTPUT}/results/"}, **more}
        return str(
            self.athena.start_query_execution(QueryString=sql, **request)["QueryExecutionId"]
        )

    def wait(self, query_id: str) -> dict[str, Any]:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            execution = self.athena.get_query_execution(QueryExecutionId=query_id)["QueryExecution"]
            if execution["Status"]["State"] not in ("QUEUED", "RUNNING"):
                return dict(execution)
            time.sleep(0.005)
        raise AssertionError("the query did not end")

    def run(self, sql: str, **more: Any) -> Done:
        """Run a statement; the rows are without the header of a SELECT."""
        execution = self.wait(self.start(sql, **more))
        if execution["Status"]["State"] != "SUCCEEDED":
            return Done(execution, [], [])
        pages = self.athena.get_paginator("get_query_results").paginate(
            QueryExecutionId=execution["QueryExecutionId"]
        )
        rows: list[tuple[str | None, ...]] = []
        types: list[str] = []
        for page in pages:
            types = [c["Type"] for c in page["ResultSet"]["ResultSetMetadata"]["ColumnInfo"]]
            for row in page["ResultSet"]["Rows"]:
                rows.append(tuple(cell.get("VarCharValue") for cell in row["Data"]))
        is_csv = execution["ResultConfiguration"]["OutputLocation"].endswith(".csv")
        return Done(execution, rows[1:] if is_csv else rows, types)

    def must(self, sql: str, **more: Any) -> Done:
        """Run a statement that has to succeed."""
        done = self.run(sql, **more)
        assert done.state == "SUCCEEDED", done.reason
        return done

    def put(self, bucket: str, key: str, body: bytes) -> None:
        self.s3.put_object(Bucket=bucket, Key=key, Body=body)
