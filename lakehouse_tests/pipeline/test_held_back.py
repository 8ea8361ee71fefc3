"""A range with a bad day: good days are published, the bad one is reported and stays as it was."""

import gzip
from collections.abc import Iterator
from datetime import date

import dagster as dg
import pytest

from lakehouse.aws.account import Account
from lakehouse.pipeline.run import RunFailed
from lakehouse_tests.pipeline.landed_lake import Client, LandedLake
from lakehouse_tests.sources import built_in

pytestmark = pytest.mark.spark

ACCOUNT = Account(prefix="held", database="held")
FIRST, SECOND, THIRD = (date(2026, 1, number) for number in (1, 2, 3))
KEYS = [day.isoformat() for day in (FIRST, SECOND, THIRD)]
HEADER = "timestamp,request_id,endpoint,status,latency_ms\n"
WORDS = (
    "rejected_ratio of web_logs/clean_table failed. "
    "2026-01-02: 2 of 4 rows rejected (50.00%, 5.0% allowed), most often malformed_line; "
    "2026-01-03: 1 of 1 rows rejected (100.00%, 5.0% allowed), most often bad_type:status"
)


def good(day: date, count: int) -> str:
    return "".join(f"{day}T10:00:00,{day}-{n},/a,200,1.5\n" for n in range(count))


@pytest.fixture(scope="module")
def lake(client: Client) -> Iterator[LandedLake]:
    source = built_in("web_logs").model_copy(update={"synthetic": None})
    with dg.instance_for_test() as instance:
        yield LandedLake(client, instance, ACCOUNT, source)


def test_a_bad_day_of_a_range_is_held_back_and_the_good_day_published(lake: LandedLake) -> None:
    lake.land(FIRST, HEADER + good(FIRST, 3))
    lake.land(SECOND, HEADER + good(SECOND, 2))
    lake.run(FIRST, SECOND)
    before = lake.runs("web_logs")
    lake.land(FIRST, HEADER + good(FIRST, 4))
    lake.land(SECOND, HEADER + good(SECOND, 2) + "broken\nbroken too\n")
    lake.land(THIRD, HEADER + f"{THIRD}T10:00:00,x,/a,two hundred,1.5\n")
    with pytest.raises(RunFailed) as failed:
        lake.run(FIRST, THIRD)
    assert str(failed.value) == WORDS

    assert lake.counts("web_logs") == {"2026-01-01": "4", "2026-01-02": "2"}
    requests = lake.counts("logs_daily_endpoint_metrics", "sum(requests)")
    assert requests == {"2026-01-01": "4", "2026-01-02": "2"}
    after = lake.runs("web_logs")
    assert after["2026-01-02"] == before["2026-01-02"]
    assert after["2026-01-01"] != before["2026-01-01"]
    assert "2026-01-03" not in after
    for asset in ("clean_table", "daily_metrics"):
        assert lake.materialized(asset) == {"2026-01-01": 2, "2026-01-02": 1}


def test_the_rows_that_held_a_day_back_can_be_queried(lake: LandedLake) -> None:
    rows = lake.rows("SELECT event_date, raw_text, reason FROM web_logs_rejected ORDER BY 1, 2")
    assert rows == [
        ("2026-01-02", "broken", "malformed_line"),
        ("2026-01-02", "broken too", "malformed_line"),
        ("2026-01-03", f"{THIRD}T10:00:00,x,/a,two hundred,1.5", "bad_type:status"),
    ]


def test_a_corrected_file_is_published_and_its_rejected_rows_disappear(lake: LandedLake) -> None:
    lake.land(SECOND, HEADER + good(SECOND, 4))
    lake.land(THIRD, HEADER + good(THIRD, 1))
    lake.run(SECOND, THIRD)
    assert lake.counts("web_logs") == dict(zip(KEYS, "441", strict=True))
    assert lake.counts("web_logs_rejected") == {}


def test_a_file_cut_short_holds_back_the_days_that_need_it(lake: LandedLake) -> None:
    key = f"logs/event_date={THIRD}/cut.csv.gz"
    body = gzip.compress((HEADER + good(THIRD, 9000)).encode())[:-1000]
    lake.s3.put_object(Bucket=ACCOUNT.raw_bucket, Key=key, Body=body)
    lake.land(FIRST, HEADER + good(FIRST, 5))
    words = f"cannot read s3://held-raw/{key}"
    with pytest.raises(RunFailed) as failed:
        lake.run(FIRST, THIRD)
    assert str(failed.value) == (
        "rejected_ratio of web_logs/clean_table failed. "
        f"2026-01-02: {words}; 2026-01-03: {words}"  # a late row of the 2nd may stand in it
    )
    assert lake.counts("web_logs") == dict(zip(KEYS, "541", strict=True))


def test_a_day_of_something_else_is_held_back_and_stops_no_other(lake: LandedLake) -> None:
    fourth, fifth = date(2026, 1, 4), date(2026, 1, 5)
    lake.land(fourth, "<html>\n<p>503, and no log</p>\n</html>\n")
    lake.land(fifth, HEADER + good(fifth, 3))
    with pytest.raises(RunFailed) as failed:
        lake.run(fourth, fifth)
    assert str(failed.value) == (
        "rejected_ratio of web_logs/clean_table failed. "
        "2026-01-04: 3 of 3 rows rejected (100.00%, 5.0% allowed), most often malformed_line"
    )
    assert lake.counts("web_logs")["2026-01-05"] == "3"
    assert "2026-01-04" not in lake.runs("web_logs")
