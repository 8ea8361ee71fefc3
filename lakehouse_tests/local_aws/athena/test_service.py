"""The Athena API: starting, watching, stopping queries, results, work groups, metadata."""

import uuid
from typing import Any

import pytest
from botocore.exceptions import ClientError

from lakehouse.local_aws.athena.result_metadata import encoded
from lakehouse_tests.local_aws.athena.queries import OUTPUT, Done, Queries


def message(error: pytest.ExceptionInfo[ClientError]) -> tuple[str, str]:
    detail = error.value.response["Error"]
    return detail["Code"], detail["Message"]


def test_a_select_gives_rows_types_files_and_statistics(queries: Queries) -> None:
    done = queries.must("SELECT 1 AS a, 'x\"y' AS b, CAST(NULL AS varchar) AS c, '' AS d")
    assert done.rows == [("1", 'x"y', None, "")]
    assert done.types == ["integer", "varchar", "varchar", "varchar"]
    assert done.execution["StatementType"] == "DML"
    assert done.execution["SubstatementType"] == "SELECT"
    assert done.execution["WorkGroup"] == "primary"
    assert done.scanned == 0
    key = f"results/{done.execution['QueryExecutionId']}.csv"
    assert done.execution["ResultConfiguration"]["OutputLocation"] == f"s3://{OUTPUT}/{key}"
    body = queries.s3.get_object(Bucket=OUTPUT, Key=key)["Body"].read()
    assert body == b'"a","b","c","d"\n"1","x""y",,""\n'
    metadata = queries.s3.get_object(Bucket=OUTPUT, Key=f"{key}.metadata")["Body"].read()
    assert metadata == encoded(done.execution["QueryExecutionId"], columns_of(queries, done))


def columns_of(queries: Queries, done: Done) -> list[dict[str, Any]]:
    answer = queries.athena.get_query_results(QueryExecutionId=done.execution["QueryExecutionId"])
    return list(answer["ResultSet"]["ResultSetMetadata"]["ColumnInfo"])


def test_every_type_of_column_is_described(queries: Queries) -> None:
    types = {
        "true": ("boolean", 0, 0),
        "CAST(1 AS tinyint)": ("tinyint", 3, 0),
        "CAST(1 AS smallint)": ("smallint", 5, 0),
        "1": ("integer", 10, 0),
        "CAST(1 AS bigint)": ("bigint", 19, 0),
        "CAST(1 AS real)": ("float", 17, 0),
        "1e0": ("double", 17, 0),
        "CAST(1 AS decimal(9,2))": ("decimal", 9, 2),
        "CAST('x' AS varchar)": ("varchar", 2147483647, 0),
        "CAST('x' AS varchar(7))": ("varchar", 7, 0),
        "CAST('x' AS char(3))": ("char", 3, 0),
        "X'00'": ("varbinary", 1073741824, 0),
        "DATE '2026-01-01'": ("date", 0, 0),
        "CAST('2026-01-01' AS timestamp)": ("timestamp", 3, 0),
        "ARRAY[1]": ("array", 0, 0),
        "MAP(ARRAY['a'], ARRAY[1])": ("map", 0, 0),
        "CAST(ROW(1) AS ROW(a integer))": ("row", 0, 0),
    }
    selected = ", ".join(f"{sql} AS c{i}" for i, sql in enumerate(types))
    assert columns_of(queries, queries.must(f"SELECT {selected}")) == [
        {
            "CatalogName": "hive",
            "SchemaName": "",
            "TableName": "",
            "Name": f"c{i}",
            "Label": f"c{i}",
            "Type": name,
            "Precision": precision,
            "Scale": scale,
            "Nullable": "UNKNOWN",
            "CaseSensitive": name in ("varchar", "char"),
        }
        for i, (name, precision, scale) in enumerate(types.values())
    ]


def test_ddl_leaves_its_lines_and_their_metadata(queries: Queries) -> None:
    queries.must("CREATE DATABASE IF NOT EXISTS lines_db")
    done = queries.must("SHOW DATABASES LIKE 'lines_*'")
    key = f"results/{done.execution['QueryExecutionId']}.txt"
    assert done.execution["ResultConfiguration"]["OutputLocation"] == f"s3://{OUTPUT}/{key}"
    assert queries.s3.get_object(Bucket=OUTPUT, Key=key)["Body"].read() == b"lines_db\n"
    metadata = queries.s3.get_object(Bucket=OUTPUT, Key=f"{key}.metadata")["Body"].read()
    assert metadata == encoded(done.execution["QueryExecutionId"], columns_of(queries, done))
    assert done.rows == [("lines_db",)]
    assert (done.execution["StatementType"], done.scanned) == ("UTILITY", 0)


MOMENTS = ("SubmissionDateTime", "CompletionDateTime")


def timeless(execution: dict[str, Any]) -> dict[str, Any]:
    """An execution without its moments and durations, all of which must be there."""
    status, statistics = dict(execution["Status"]), dict(execution["Statistics"])
    started, ended = (status.pop(name) for name in MOMENTS)
    assert started <= ended
    times = {name: statistics.pop(name) for name in list(statistics) if name.endswith("InMillis")}
    assert set(times) == {
        "QueryQueueTimeInMillis",
        "ServicePreProcessingTimeInMillis",
        "QueryPlanningTimeInMillis",
        "EngineExecutionTimeInMillis",
        "ServiceProcessingTimeInMillis",
        "TotalExecutionTimeInMillis",
    }
    assert all(value >= 0 for value in times.values())
    assert times["TotalExecutionTimeInMillis"] >= times["EngineExecutionTimeInMillis"]
    return {**execution, "Status": status, "Statistics": statistics}


def test_an_execution_says_all_there_is_to_say(queries: Queries) -> None:
    sql = "SELECT ? AS x"
    done = queries.must(
        sql,
        ExecutionParameters=["5"],
        QueryExecutionContext={"Database": "default", "Catalog": "AwsDataCatalog"},
    )
    query_id = done.execution["QueryExecutionId"]
    expected = {
        "QueryExecutionId": query_id,
        "Query": sql,
        "StatementType": "DML",
        "SubstatementType": "SELECT",
        "ResultConfiguration": {"OutputLocation": f"s3://{OUTPUT}/results/{query_id}.csv"},
        "ResultReuseConfiguration": {"ResultReuseByAgeConfiguration": {"Enabled": False}},
        "QueryExecutionContext": {"Database": "default", "Catalog": "awsdatacatalog"},
        "Status": {"State": "SUCCEEDED"},
        "Statistics": {
            "DataScannedInBytes": 0,
            "ResultReuseInformation": {"ReusedPreviousResult": False},
        },
        "WorkGroup": "primary",
        "EngineVersion": {
            "SelectedEngineVersion": "AUTO",
            "EffectiveEngineVersion": "Athena engine version 3",
        },
        "ExecutionParameters": ["5"],
    }
    assert timeless(done.execution) == expected
    missing = str(uuid.uuid4())
    batch = queries.athena.batch_get_query_execution(QueryExecutionIds=[query_id, missing])
    assert [timeless(execution) for execution in batch["QueryExecutions"]] == [expected]
    assert batch["UnprocessedQueryExecutionIds"] == [
        {
            "QueryExecutionId": missing,
            "ErrorCode": "InvalidRequestException",
            "ErrorMessage": f"QueryExecution {missing} was not found",
        }
    ]
    assert queries.athena.get_query_results(QueryExecutionId=query_id)["UpdateCount"] == 0


def test_results_come_in_pages_with_the_header_first(queries: Queries) -> None:
    query_id = queries.start("SELECT x FROM UNNEST(sequence(1, 5)) AS t(x)")
    queries.wait(query_id)
    first = queries.athena.get_query_results(QueryExecutionId=query_id, MaxResults=3)
    assert [r["Data"][0]["VarCharValue"] for r in first["ResultSet"]["Rows"]] == ["x", "1", "2"]
    rest = queries.athena.get_query_results(
        QueryExecutionId=query_id, MaxResults=3, NextToken=first["NextToken"]
    )
    assert [r["Data"][0]["VarCharValue"] for r in rest["ResultSet"]["Rows"]] == ["3", "4", "5"]
    assert "NextToken" not in rest


def test_the_same_client_request_token_starts_one_query(queries: Queries) -> None:
    token = str(uuid.uuid4())
    first = queries.start("SELECT 1", ClientRequestToken=token)
    assert queries.start("SELECT 1", ClientRequestToken=token) == first
    with pytest.raises(ClientError) as error:
        queries.start("SELECT 2", ClientRequestToken=token)
    assert message(error) == ("InvalidRequestException", "Idempotent parameters do not match")


def test_execution_parameters_replace_question_marks(queries: Queries) -> None:
    done = queries.must("SELECT ? || 'b', ? + 1", ExecutionParameters=["'a'", "41"])
    assert done.rows == [("ab", "42")]
    wrong = queries.run("SELECT ?", ExecutionParameters=["1", "2"])
    assert wrong.reason == (
        "INVALID_PARAMETER_USAGE: line 1:1: Incorrect number of parameters: expected 1 but found 2"
    )
    typed = queries.must(
        "SELECT ?, ?, ?, typeof(?)",
        ExecutionParameters=[
            "DATE '2026-01-31'",
            "lower('X')",
            "ARRAY[1, -2]",
            "CAST(1 AS bigint)",
        ],
    )
    assert typed.rows == [("2026-01-31", "x", "[1, -2]", "bigint")]


@pytest.mark.parametrize(
    "value",
    ["(SELECT 1)", "x", "1, 2", "1 FROM t", "1 AS a", "?", "*", "1 LIMIT 0", "1 WHERE false", "'a"],
)
def test_a_parameter_is_a_constant_and_nothing_else(queries: Queries, value: str) -> None:
    hostile = queries.run("SELECT ?", ExecutionParameters=[value])
    assert hostile.reason == (
        f"INVALID_PARAMETER_USAGE: The parameter {value} is not a constant expression"
    )


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("SELEC 1", "line 1:1: mismatched input 'SELEC'"),
        ("SELECT FROM", "mismatched input"),
        ("SELECT 1; SELECT 2", "Only one sql statement is allowed. Got: SELECT 1; SELECT 2"),
        ("EXPLAIN ANALYZE SELECT 1", "Queries of this type are not supported: EXPLAIN ANALYZE"),
        ("COPY t TO 'x'", "line 1:1: mismatched input 'COPY'"),
        ("PRAGMA database_list", "PRAGMA"),
        ("INSTALL httpfs", "mismatched input"),
        ("ATTACH 'x.db'", "ATTACH"),
        ("SET memory_limit = '1GB'", "Queries of this type are not supported: SET"),
    ],
)
def test_what_is_not_understood_is_refused_at_start(queries: Queries, sql: str, words: str) -> None:
    with pytest.raises(ClientError) as error:
        queries.start(sql)
    code, said = message(error)
    assert code == "InvalidRequestException"
    assert words in said


def test_unknown_queries_are_invalid_requests(queries: Queries) -> None:
    missing = str(uuid.uuid4())
    with pytest.raises(ClientError) as error:
        queries.athena.get_query_execution(QueryExecutionId=missing)
    assert message(error) == ("InvalidRequestException", f"QueryExecution {missing} was not found")
    answer = queries.athena.batch_get_query_execution(QueryExecutionIds=[missing])
    assert answer["QueryExecutions"] == []
    assert answer["UnprocessedQueryExecutionIds"][0]["QueryExecutionId"] == missing


def test_a_failed_query_says_why_and_has_no_results(queries: Queries) -> None:
    query_id = queries.start("SELECT 1/0")
    execution = queries.wait(query_id)
    assert execution["Status"]["State"] == "FAILED"
    assert execution["Status"]["StateChangeReason"] == "DIVISION_BY_ZERO: Division by zero"
    assert execution["Status"]["AthenaError"] == {
        "ErrorCategory": 2,
        "ErrorType": 1001,
        "Retryable": False,
        "ErrorMessage": "DIVISION_BY_ZERO: Division by zero",
    }
    with pytest.raises(ClientError) as error:
        queries.athena.get_query_results(QueryExecutionId=query_id)
    assert message(error)[1] == "Query did not finish successfully. Final query state: FAILED"


def test_a_running_query_stops_at_once(queries: Queries) -> None:
    numbers = "UNNEST(sequence(1, 10000))"
    query_id = queries.start(
        f"SELECT sum(a.x * b.x % c.x) FROM {numbers} AS a(x) CROSS JOIN {numbers} AS b(x) "
        f"CROSS JOIN {numbers} AS c(x)"
    )
    found = queries.athena.get_query_execution(QueryExecutionId=query_id)["QueryExecution"]
    assert found["Status"]["State"] in ("QUEUED", "RUNNING")
    assert "CompletionDateTime" not in found["Status"]
    queries.athena.stop_query_execution(QueryExecutionId=query_id)
    execution = queries.wait(query_id)
    assert execution["Status"]["State"] == "CANCELLED"
    assert execution["Status"]["StateChangeReason"] == "Query cancelled by user"


def test_queries_are_listed_newest_first(queries: Queries) -> None:
    group = f"group-{uuid.uuid4()}"
    queries.athena.create_work_group(Name=group)
    ids = [queries.start(f"SELECT {i}", WorkGroup=group) for i in range(3)]
    listed = queries.athena.list_query_executions(WorkGroup=group, MaxResults=2)
    rest = queries.athena.list_query_executions(WorkGroup=group, NextToken=listed["NextToken"])
    assert listed["QueryExecutionIds"] + rest["QueryExecutionIds"] == ids[::-1]


def test_an_enforced_work_group_decides_where_results_go(queries: Queries) -> None:
    group = f"group-{uuid.uuid4()}"
    queries.athena.create_work_group(
        Name=group,
        Configuration={"ResultConfiguration": {"OutputLocation": f"s3://{OUTPUT}/enforced"}},
    )
    done = queries.must("SELECT 1", WorkGroup=group)
    assert done.execution["ResultConfiguration"]["OutputLocation"].startswith(
        f"s3://{OUTPUT}/enforced/"
    )
    queries.athena.update_work_group(
        WorkGroup=group, ConfigurationUpdates={"EnforceWorkGroupConfiguration": False}
    )
    done = queries.must("SELECT 1", WorkGroup=group)
    assert done.execution["ResultConfiguration"]["OutputLocation"].startswith(
        f"s3://{OUTPUT}/results/"
    )
    names = [g["Name"] for g in queries.athena.list_work_groups()["WorkGroups"]]
    assert {"primary", group} <= set(names)
    queries.athena.delete_work_group(WorkGroup=group, RecursiveDeleteOption=True)
    with pytest.raises(ClientError) as error:
        queries.athena.get_work_group(WorkGroup=group)
    assert message(error)[1] == f"WorkGroup {group} is not found."


def test_a_query_needs_an_output_location_that_exists(queries: Queries) -> None:
    with pytest.raises(ClientError) as error:
        queries.athena.start_query_execution(QueryString="SELECT 1")
    assert message(error)[1].startswith("No output location provided.")
    with pytest.raises(ClientError) as error:
        queries.start(
            "SELECT 1", ResultConfiguration={"OutputLocation": "s3://no-such-bucket-xyz/"}
        )
    assert message(error)[1] == "Unable to verify/create output bucket no-such-bucket-xyz"


def test_metadata_operations_answer_from_the_catalog(queries: Queries) -> None:
    queries.must("CREATE DATABASE meta_db COMMENT 'about'")
    queries.must(
        "CREATE EXTERNAL TABLE meta_db.t (a int COMMENT 'x', b string) PARTITIONED BY (d string) "
        "STORED AS PARQUET LOCATION 's3://athena-tests-output/meta/'"
    )
    where: dict[str, Any] = {"CatalogName": "AwsDataCatalog", "DatabaseName": "meta_db"}
    assert queries.athena.get_database(**where)["Database"] == {
        "Name": "meta_db",
        "Description": "about",
    }
    table = queries.athena.get_table_metadata(**where, TableName="T")["TableMetadata"]
    assert table["Columns"] == [
        {"Name": "a", "Type": "int", "Comment": "x"},
        {"Name": "b", "Type": "string"},
    ]
    assert table["PartitionKeys"] == [{"Name": "d", "Type": "string"}]
    listed = queries.athena.list_table_metadata(**where)["TableMetadataList"]
    assert [t["Name"] for t in listed] == ["t"]
    with pytest.raises(ClientError) as error:
        queries.athena.get_table_metadata(**where, TableName="nope")
    assert message(error)[0] == "MetadataException"


def test_runtime_statistics_are_those_of_the_execution(queries: Queries) -> None:
    done = queries.must("SELECT x FROM UNNEST(sequence(1, 5)) AS t(x)")
    times = done.execution["Statistics"]
    found = queries.athena.get_query_runtime_statistics(
        QueryExecutionId=done.execution["QueryExecutionId"]
    )["QueryRuntimeStatistics"]
    assert found == {
        "Timeline": {
            name: times[name]
            for name in (
                "QueryQueueTimeInMillis",
                "QueryPlanningTimeInMillis",
                "EngineExecutionTimeInMillis",
                "TotalExecutionTimeInMillis",
            )
        },
        "Rows": {"OutputRows": 5, "InputBytes": 0},
    }


@pytest.mark.parametrize(
    ("sql", "ending"), [("SELECT 1/0", "csv"), ("DROP TABLE no_such_db.t", "txt")]
)
def test_a_query_knows_from_the_start_where_its_result_would_be(
    queries: Queries, sql: str, ending: str
) -> None:
    execution = queries.wait(queries.start(sql))
    assert execution["Status"]["State"] == "FAILED"
    where = f"s3://{OUTPUT}/results/{execution['QueryExecutionId']}.{ending}"
    assert execution["ResultConfiguration"]["OutputLocation"] == where


def test_a_page_ends_after_a_row_however_long_its_values_are(queries: Queries) -> None:
    sql = "SELECT x, repeat('\n\",', x) AS t FROM UNNEST(sequence(1, 250)) AS t(x) ORDER BY x"
    sql = sql.replace("repeat('\n\",', x)", "array_join(repeat('\n\",', x), '')")
    done = queries.must(sql)
    assert done.rows == [(str(i), '\n",' * i) for i in range(1, 251)]
    pages = queries.athena.get_paginator("get_query_results").paginate(
        QueryExecutionId=done.execution["QueryExecutionId"], PaginationConfig={"PageSize": 7}
    )
    rows = [row["Data"][1]["VarCharValue"] for page in pages for row in page["ResultSet"]["Rows"]]
    assert rows == ["t", *('\n",' * i for i in range(1, 251))]
