"""Result reuse by age: the same query answers with the last result, and nothing is scanned."""

from typing import Any

import pytest

from lakehouse_tests.local_aws.athena.lake import Lake

REUSE = {"ResultReuseByAgeConfiguration": {"Enabled": True, "MaxAgeInMinutes": 60}}
NONE_OLD = {"ResultReuseByAgeConfiguration": {"Enabled": True, "MaxAgeInMinutes": 0}}


@pytest.fixture
def numbers(lake: Lake) -> Lake:
    lake.put("t/a.csv", b"1\n2\n")
    lake.create("x int", "ROW FORMAT DELIMITED FIELDS TERMINATED BY ','")
    return lake


def reused(done: Any) -> bool:
    return bool(done.execution["Statistics"]["ResultReuseInformation"]["ReusedPreviousResult"])


def test_the_same_query_uses_the_last_result(numbers: Lake) -> None:
    sql = numbers.sql("SELECT sum(x) FROM $")
    first = numbers.queries.must(sql)
    numbers.put("t/b.csv", b"3\n")
    again = numbers.queries.must(sql, ResultReuseConfiguration=REUSE)
    assert (again.rows, again.scanned, reused(again)) == ([("3",)], 0, True)
    where = first.execution["ResultConfiguration"]["OutputLocation"]
    assert again.execution["ResultConfiguration"]["OutputLocation"] == where
    assert again.execution["ResultReuseConfiguration"] == REUSE
    fresh = numbers.queries.must(sql)
    assert (fresh.rows, reused(fresh)) == ([("6",)], False)


def test_another_text_group_parameter_or_age_runs_the_query(numbers: Lake) -> None:
    sql = numbers.sql("SELECT count(*) FROM $ WHERE x > ?")
    numbers.queries.must(sql, ExecutionParameters=["0"])
    numbers.queries.athena.create_work_group(Name=numbers.name)
    for text, more in (
        (sql, {"ExecutionParameters": ["1"]}),
        (f"{sql} ", {"ExecutionParameters": ["0"]}),
        (sql, {"ExecutionParameters": ["0"], "WorkGroup": numbers.name}),
    ):
        assert not reused(numbers.queries.must(text, ResultReuseConfiguration=REUSE, **more))
    old = numbers.queries.must(sql, ExecutionParameters=["0"], ResultReuseConfiguration=NONE_OLD)
    assert not reused(old)


@pytest.mark.parametrize(
    "sql", ["SELECT x FROM $ LIMIT 1", "SELECT rand() FROM $", "SELECT x, current_date FROM $"]
)
def test_what_is_not_deterministic_always_runs(numbers: Lake, sql: str) -> None:
    numbers.queries.must(numbers.sql(sql))
    assert not reused(numbers.queries.must(numbers.sql(sql), ResultReuseConfiguration=REUSE))


def test_an_ordered_limit_is_used_again(numbers: Lake) -> None:
    sql = numbers.sql("SELECT x FROM $ ORDER BY x LIMIT 1")
    numbers.queries.must(sql)
    assert reused(numbers.queries.must(sql, ResultReuseConfiguration=REUSE))
