"""Days cleaned by Athena, through all assets: no Spark, the same tables and checks."""

import gzip
from collections.abc import Iterator
from datetime import date
from typing import Any

import dagster as dg
import pytest

from lakehouse.aws.account import Account
from lakehouse.pipeline.run import RunFailed
from lakehouse_tests.pipeline.landed_lake import Client, LandedLake
from lakehouse_tests.sources import built_in

pytestmark = pytest.mark.slow
ACCOUNT = Account(prefix="quick", database="quick")
FIRST, SECOND, THIRD = (date(2026, 1, number) for number in (1, 2, 3))
HEADER = "timestamp,request_id,endpoint,status,latency_ms\n"


def rows(day: date, count: int) -> str:
    return "".join(f"{day}T10:00:00.123Z,{day}-{n},/a,200,1.5\n" for n in range(count))


def new_lake(
    client: Client, instance: dg.DagsterInstance, engine: str, name: str = "web_logs"
) -> LandedLake:
    source = built_in(name).model_copy(update={"synthetic": None, "engine": engine})
    return LandedLake(client, instance, ACCOUNT, source)


@pytest.fixture(scope="module")
def lake(client: Client) -> Iterator[LandedLake]:
    with dg.instance_for_test() as instance:
        yield new_lake(client, instance, "athena")


def told(lake: LandedLake, day: date) -> dict[str, Any]:
    """The newest metadata of a day's clean table."""
    key = dg.AssetKey([lake.source.name, "clean_table"])
    events = lake.instance.fetch_materializations(key, limit=20).records
    newest = next(event for event in events if event.partition_key == day.isoformat())
    found = newest.asset_materialization
    return {n: v.value for n, v in found.metadata.items()} if found else {}


def own_tables(lake: LandedLake) -> list[str]:
    """Tables of the crawl database that runs made for themselves."""
    tables = lake.catalog.client.get_tables(DatabaseName=ACCOUNT.crawl_database)["TableList"]
    return [t["Name"] for t in tables if not t["Name"].endswith(("_raw", "_lines"))]


def test_days_are_cleaned_published_and_counted_by_athena(lake: LandedLake) -> None:
    lake.land(FIRST, HEADER + rows(FIRST, 40) + f"{FIRST}T10:00:00Z,x,/a,200,fast\n")
    lake.land(FIRST, HEADER + rows(FIRST, 3) + f"{FIRST}T10:00:00Z,y,/a,999,1\n", "b.csv")
    other = "status,latency_ms,stranger,request_id,endpoint,timestamp\n"
    body = (
        other + f'201,2,z,"a""b","/c,d",{SECOND} 08:00\n' + f"503,7,z,late,/b,{FIRST}T23:59:59.5Z\n"
    )
    lake.s3.put_object(
        Bucket=ACCOUNT.raw_bucket,
        Key=f"logs/event_date={SECOND}/a b.csv.gz",
        Body=gzip.compress(body.encode()),
    )
    run = lake.run(FIRST, SECOND)

    assert lake.counts("web_logs") == {"2026-01-01": "41", "2026-01-02": "1"}
    sql = "SELECT event_time, request_id, endpoint FROM web_logs WHERE event_date = '2026-01-02'"
    assert lake.rows(sql) == [("2026-01-02 08:00:00.000", 'a"b', "/c,d")]
    sql = "SELECT event_time FROM web_logs WHERE request_id = 'late' AND event_date = '2026-01-01'"
    assert lake.rows(sql) == [("2026-01-01 23:59:59.500",)]
    assert lake.rows("SELECT reason, raw_text FROM web_logs_rejected") == [
        ("bad_type:latency_ms", f"{FIRST}T10:00:00Z,x,/a,200,fast")
    ]
    requests = lake.counts("logs_daily_endpoint_metrics", "sum(requests)")
    assert requests == {"2026-01-01": "41", "2026-01-02": "1"}
    assert all(e.passed for e in lake.evaluations("reconciliation", run).values())

    metadata = told(lake, FIRST)
    counted = {n: metadata[n] for n in metadata if n.startswith("rows_")}
    assert counted == {"rows_raw": 45, "rows_clean": 40, "rows_rejected": 1, "rows_filtered": 1,
                       "rows_duplicate": 3, "rows_other_day": 0, "rows_late": 1}  # fmt: skip
    assert metadata["engine"] == "athena"
    assert len(metadata["athena_query_ids"]) == 7
    assert metadata["athena_bytes_scanned"] > 0
    assert metadata["athena_dollars"] > 0
    assert "glue_job_run_id" not in metadata
    assert own_tables(lake) == []
    staged = lake.s3.list_objects_v2(Bucket=ACCOUNT.athena_bucket, Prefix="typed/")
    assert staged["KeyCount"] == 0


def test_a_file_cut_short_holds_back_its_day_alone(lake: LandedLake) -> None:
    lake.land(THIRD, HEADER + rows(THIRD, 2))
    packed = gzip.compress((HEADER + rows(THIRD, 9000)).encode())[:-20]
    key = f"logs/event_date={date(2026, 1, 4)}/a.csv.gz"
    lake.s3.put_object(Bucket=ACCOUNT.raw_bucket, Key=key, Body=packed)
    with pytest.raises(RunFailed, match=rf"2026-01-04: cannot read s3://quick-raw/{key}"):
        lake.run(SECOND, date(2026, 1, 4))
    assert lake.counts("web_logs")["2026-01-02"] == "1"
    lake.remove(date(2026, 1, 4), "a.csv.gz")


def test_a_day_without_rows_is_published_empty(lake: LandedLake) -> None:
    day = date(2026, 2, 1)
    lake.land(day, HEADER)
    lake.run(day)
    assert (told(lake, day)["rows_raw"], told(lake, day)["files"]) == (0, 0)
    assert "2026-02-01" in lake.runs("web_logs")


@pytest.mark.spark
def test_files_that_athena_would_read_otherwise_are_the_jobs(lake: LandedLake) -> None:
    day = date(2026, 3, 1)
    lake.land(day, HEADER + rows(day, 30) + f'{day}T10:00:00Z,"open,/a,200,1\n')
    lake.run(day)
    metadata = told(lake, day)
    assert (metadata["engine"], metadata["rows_rejected"]) == ("glue", 1)
    assert metadata["engine_reason"] == (
        "a line's quotes do not pair up, and Athena does not know which line follows it"
    )


def test_auto_takes_athena_for_small_days(lake: LandedLake, client: Client) -> None:
    day = date(2026, 4, 1)
    chosen = new_lake(client, lake.instance, "auto")
    chosen.land(day, HEADER + rows(day, 2))
    chosen.run(day)
    metadata = told(chosen, day)
    assert metadata["engine"] == "athena"
    assert metadata["engine_reason"] == ("146 bytes of text; up to 536,870,912 Athena is quicker")


def request(clock: str, agent: str) -> str:
    return f'192.0.2.7 - ann [01/Jan/2026:{clock}] "GET /a HTTP/1.1" 200 5 "-" "{agent}"\n'


def test_access_logs_are_cleaned_by_athena(lake: LandedLake, client: Client) -> None:
    logs = new_lake(client, lake.instance, "athena", "access_logs")
    good = "".join(request("10:00:00 +0200", "a bot") for _ in range(60))
    logs.land(FIRST, good + request("soon", "b") + "GET /\n")
    run = logs.run(FIRST)
    columns = "event_time, user_name, path, referrer, user_agent"
    assert logs.rows(f"SELECT {columns}, count(*) FROM access_logs GROUP BY {columns}") == [
        ("2026-01-01 08:00:00.000", "ann", "/a", None, "a bot", "60")
    ]
    assert logs.rows("SELECT reason, raw_text FROM access_logs_rejected ORDER BY reason") == [
        ("bad_event_time", request("soon", "b").rstrip()),
        ("malformed_line", "GET /"),
    ]
    assert told(logs, FIRST)["engine"] == "athena"
    assert all(e.passed for e in logs.evaluations("reconciliation", run).values())


@pytest.mark.spark
def test_lines_with_control_characters_are_the_jobs(lake: LandedLake, client: Client) -> None:
    logs = new_lake(client, lake.instance, "athena", "access_logs")
    logs.land(SECOND, request("10:00:00 +0000", "\u2028").replace("01/Jan", "02/Jan"))
    logs.run(SECOND)
    assert told(logs, SECOND)["engine_reason"] == (
        "a line has a control character that the engines do not read alike"
    )
