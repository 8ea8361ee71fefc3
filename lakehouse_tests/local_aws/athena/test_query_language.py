"""The query language through boto3: types, texts and errors as a client sees them."""

import pytest
from botocore.exceptions import ClientError

from lakehouse_tests.local_aws.athena.queries import Queries


def test_types_of_the_query_language_reach_the_client(queries: Queries) -> None:
    done = queries.must(
        "SELECT TIMESTAMP '2020-01-01 00:00:00 UTC' AT TIME ZONE 'Asia/Tokyo', "
        "ARRAY[ROW(1, 'a')], MAP(ARRAY['k'], ARRAY[1.50]), JSON '{\"a\": 1}', "
        "IPADDRESS '10.0.0.1', INTERVAL '3' DAY, REAL '1.5', X'0a'"
    )
    assert done.rows == [
        (
            "2020-01-01 09:00:00.000 Asia/Tokyo",
            "[{field0=1, field1=a}]",
            "{k=1.50}",
            '{"a":1}',
            "10.0.0.1",
            "3 00:00:00.000",
            "1.5",
            "0a",
        )
    ]
    assert done.types == [
        "timestamp with time zone", "array", "map", "json", "ipaddress", "interval day to second",
        "float", "varbinary",
    ]  # fmt: skip


def test_python_functions_answer_over_many_rows(queries: Queries) -> None:
    done = queries.must(
        "SELECT count(*), sum(length(regexp_extract(s, '(?<=x)\\d+$'))) FROM ("
        "SELECT 'x' || CAST(n AS varchar) AS s FROM UNNEST(sequence(1, 5000)) AS t(n)) AS q"
    )
    assert done.rows == [("5000", str(9 + 90 * 2 + 900 * 3 + 4001 * 4))]


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("SELECT 1 / 0", "DIVISION_BY_ZERO: Division by zero"),
        (
            "SELECT x FROM (VALUES (1, 2)) AS t(x, y) GROUP BY y",
            "EXPRESSION_NOT_AGGREGATE: line 1:8: 'x' must be an aggregate expression or appear in "
            "GROUP BY clause",
        ),
        (
            "SELECT \"a\" - \"b\" FROM (VALUES ('x', 'y')) AS t(a, b)",
            "TYPE_MISMATCH: line 1:12: Cannot apply operator: varchar(1) - varchar(1)",
        ),
        (
            "SELECT json_parse('{')",
            "INVALID_FUNCTION_ARGUMENT: Cannot convert value to JSON: '{'",
        ),
    ],
)
def test_a_failed_query_says_why_in_athenas_words(queries: Queries, sql: str, reason: str) -> None:
    assert queries.run(sql).reason == reason


_FOREIGN = (
    "SELECT 1::bigint", "SELECT 1_000", "SELECT 1 == 1", "SELECT 1 <=> 1", "SELECT 1 & 2",
    "SELECT FROM t", "SELECT a, FROM t", "SELECT [1]", "SELECT f(1,)", "SELECT a DIV 2 FROM t",
    "SELECT DISTINCT ON (a) a FROM t", "SELECT a FROM t WHERE a IN ()", "SELECT N'x'",
    "SELECT a FROM t WHERE a ILIKE 'x'", "SELECT a FROM t WHERE a RLIKE 'x'",
    "SELECT a FROM t LIMIT 1, 2", "SELECT a FROM t GROUP BY ALL", "SELECT a FROM t ORDER BY ALL",
    "SELECT INTERVAL 1 DAY",
)  # fmt: skip


@pytest.mark.parametrize("sql", _FOREIGN)
def test_what_trino_does_not_read_is_refused_at_the_start(queries: Queries, sql: str) -> None:
    with pytest.raises(ClientError) as caught:
        queries.start(sql)
    error = caught.value.response["Error"]
    assert error["Code"] == "InvalidRequestException"
    assert "mismatched input" in error["Message"]
