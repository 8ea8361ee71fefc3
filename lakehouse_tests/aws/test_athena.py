"""Queries through the platform's client, on the local AWS."""

from collections.abc import Callable
from typing import Any

import pytest

from lakehouse.aws.athena import SMALLEST_BILL, Athena, QueryRun
from lakehouse.aws.daily_metrics import glue_type
from lakehouse.aws.errors import ExecutionFailed
from lakehouse_tests.sources import built_in

Client = Callable[..., Any]


@pytest.fixture
def athena(client: Client) -> Athena:
    client("s3").create_bucket(Bucket="athena-client-results")
    place = {"ResultConfiguration": {"OutputLocation": "s3://athena-client-results/"}}
    names = {group["Name"] for group in client("athena").list_work_groups()["WorkGroups"]}
    if "athena-client" not in names:
        client("athena").create_work_group(Name="athena-client", Configuration=place)
    return Athena(client("athena"), "athena-client", "default")


def test_columns_have_types_and_null_is_none(athena: Athena) -> None:
    result = athena.query(
        "SELECT 1 AS n, CAST(2.5 AS decimal(9, 2)) AS d, 'x' AS s, CAST(NULL AS double) AS f"
    )
    assert result.columns == (
        ("n", "integer"),
        ("d", "decimal(9,2)"),
        ("s", "varchar"),
        ("f", "double"),
    )
    assert result.rows == (("1", "2.50", "x", None),)
    assert result.records() == [{"n": "1", "d": "2.50", "s": "x", "f": None}]


def test_what_describe_has_in_one_text_is_a_cell_for_each_column(
    athena: Athena, client: Client
) -> None:
    if "described" not in {d["Name"] for d in client("glue").get_databases()["DatabaseList"]}:
        client("glue").create_database(DatabaseInput={"Name": "described"})
    athena.execute(
        "CREATE EXTERNAL TABLE described.t (a int COMMENT 'first', b string) "
        "PARTITIONED BY (day string) LOCATION 's3://athena-client-results/t/'"
    )
    result = athena.query("DESCRIBE described.t")
    assert [name for name, _ in result.columns] == ["col_name", "data_type", "comment"]
    assert result.rows == (
        ("a", "int", "first"),
        ("b", "string", None),
        ("day", "string", None),
        (None, None, None),
        ("# Partition Information", None, None),
        ("# col_name", "data_type", "comment"),
        (None, None, None),
        ("day", "string", None),
    )


def test_all_pages_are_read(athena: Athena) -> None:
    result = athena.query("SELECT n FROM UNNEST(SEQUENCE(1, 2500)) AS t (n) ORDER BY n")
    assert [row[0] for row in result.rows] == [str(n) for n in range(1, 2501)]


def test_a_failed_query_says_id_reason_and_statement(athena: Athena) -> None:
    with pytest.raises(
        ExecutionFailed, match=r"Athena query [0-9a-f-]{36} FAILED: .*DIVISION"
    ) as e:
        athena.query("SELECT 1 / (n - n) FROM (VALUES 1) AS t (n)")
    assert str(e.value).endswith("(statement: SELECT 1 / (n - n) FROM (VALUES 1) AS t (n) ...)")


@pytest.mark.parametrize(
    ("scanned", "dollars"),
    [(0, 0.0), (1, SMALLEST_BILL / 1e12 * 5), (10**12, 5.0)],
)
def test_cost(scanned: int, dollars: float) -> None:
    assert QueryRun("q", "SELECT 1", scanned, 0.1).dollars == pytest.approx(dollars)


def test_a_measures_type_in_the_catalog() -> None:
    source = built_in("web_logs")
    assert glue_type(source, "endpoint", "varchar") == "string"
    assert glue_type(source, "requests", "bigint") == "bigint"
    assert glue_type(source, "turnover", "decimal(38,2)") == "decimal(38,2)"
    assert glue_type(source, "first_page", "varchar") == "string"


@pytest.mark.parametrize("kind", ["array", "map", "row", "timestamp with time zone"])
def test_a_measure_that_is_no_single_value_is_refused(kind: str) -> None:
    words = rf"web_logs: metrics\.measures\.pages: .*Athena says it is {kind}"
    with pytest.raises(ExecutionFailed, match=words):
        glue_type(built_in("web_logs"), "pages", kind)
