"""Prepared statements: by SQL and by the API, of a work group, with parameters."""

import uuid
from typing import Any

import pytest
from botocore.exceptions import ClientError

from lakehouse_tests.local_aws.athena.lake import Lake
from lakehouse_tests.local_aws.athena.queries import Queries


@pytest.fixture
def group(queries: Queries) -> str:
    name = f"group-{uuid.uuid4()}"
    queries.athena.create_work_group(Name=name)
    return name


def error_of(call: Any, **arguments: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as error:
        call(**arguments)
    detail = error.value.response["Error"]
    return detail["Code"], detail["Message"]


def test_prepare_execute_and_deallocate(queries: Queries, group: str) -> None:
    numbers = "(VALUES (1, 'a'), (2, 'b'), (3, 'c')) AS t(x, y)"
    prepared = queries.must(
        f"PREPARE two FROM\nSELECT x, y FROM {numbers} WHERE x > ? AND y <> ? ORDER BY x",
        WorkGroup=group,
    )
    assert (prepared.execution["StatementType"], prepared.rows) == ("DDL", [])
    assert queries.must("EXECUTE two USING 1, 'c'", WorkGroup=group).rows == [("2", "b")]
    done = queries.must("EXECUTE two", WorkGroup=group, ExecutionParameters=["0", "'b'"])
    assert done.rows == [("1", "a"), ("3", "c")]
    wrong = queries.run("EXECUTE two USING 1", WorkGroup=group)
    assert wrong.reason == (
        "INVALID_PARAMETER_USAGE: line 1:1: Incorrect number of parameters: expected 2 but found 1"
    )
    queries.must("DEALLOCATE PREPARE two", WorkGroup=group)
    gone = queries.run("EXECUTE two USING 1, 'c'", WorkGroup=group)
    assert gone.reason == "NOT_FOUND: Prepared statement not found: two"
    again = queries.run("DEALLOCATE PREPARE two", WorkGroup=group)
    assert again.reason == "NOT_FOUND: Prepared statement not found: two"


def test_a_prepared_statement_belongs_to_its_work_group(queries: Queries, group: str) -> None:
    queries.must("PREPARE mine FROM SELECT 1", WorkGroup=group)
    assert queries.run("EXECUTE mine").reason == "NOT_FOUND: Prepared statement not found: mine"


def test_writes_can_be_prepared(lake: Lake) -> None:
    made = f"{lake.database}.made"
    lake.queries.must(f"CREATE TABLE {made} AS SELECT 1 AS a")
    lake.queries.must(f"PREPARE {lake.database} FROM INSERT INTO {made} SELECT ? + 1")
    lake.queries.must(f"EXECUTE {lake.database} USING 41")
    assert lake.queries.must(f"SELECT a FROM {made} ORDER BY a").rows == [("1",), ("42",)]


def test_what_cannot_be_prepared_is_refused(queries: Queries, group: str) -> None:
    for sql in ("PREPARE xx FROM DROP TABLE t", "PREPARE xx FROM PREPARE yy FROM SELECT 1"):
        code, words = error_of(queries.start, sql=sql)
        assert code == "InvalidRequestException"
        assert "can be prepared or explained" in words
    made = error_of(
        queries.athena.create_prepared_statement,
        StatementName="xx",
        WorkGroup=group,
        QueryStatement="SHOW TABLES",
    )
    assert made == (
        "InvalidRequestException",
        "Only SELECT, INSERT INTO, CREATE TABLE AS and UNLOAD can be prepared",
    )


def test_the_api_creates_reads_updates_lists_and_deletes(queries: Queries, group: str) -> None:
    athena = queries.athena
    for name in ("bb", "aa", "cc"):
        athena.create_prepared_statement(
            StatementName=name, WorkGroup=group, QueryStatement="SELECT ?", Description=f"{name}!"
        )
    found = athena.get_prepared_statement(StatementName="aa", WorkGroup=group)["PreparedStatement"]
    assert {k: v for k, v in found.items() if k != "LastModifiedTime"} == {
        "StatementName": "aa",
        "QueryStatement": "SELECT ?",
        "WorkGroupName": group,
        "Description": "aa!",
    }
    athena.update_prepared_statement(
        StatementName="aa", WorkGroup=group, QueryStatement="SELECT ? + 1"
    )
    assert queries.must("EXECUTE aa USING 2", WorkGroup=group).rows == [("3",)]
    first = athena.list_prepared_statements(WorkGroup=group, MaxResults=2)
    rest = athena.list_prepared_statements(WorkGroup=group, NextToken=first["NextToken"])
    listed = [s["StatementName"] for s in first["PreparedStatements"] + rest["PreparedStatements"]]
    assert listed == ["aa", "bb", "cc"]
    athena.delete_prepared_statement(StatementName="bb", WorkGroup=group)
    batch = athena.batch_get_prepared_statement(
        PreparedStatementNames=["cc", "bb"], WorkGroup=group
    )
    assert [s["StatementName"] for s in batch["PreparedStatements"]] == ["cc"]
    assert batch["UnprocessedPreparedStatementNames"] == [
        {
            "StatementName": "bb",
            "ErrorCode": "ResourceNotFoundException",
            "ErrorMessage": f"PreparedStatement bb was not found in WorkGroup {group}",
        }
    ]
    twice = error_of(
        athena.create_prepared_statement,
        StatementName="aa",
        WorkGroup=group,
        QueryStatement="SELECT 1",
    )
    assert twice == (
        "InvalidRequestException",
        f"PreparedStatement aa already exists in WorkGroup {group}",
    )
