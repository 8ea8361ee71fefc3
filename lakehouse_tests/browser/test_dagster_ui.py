"""Dagster's UI as `lakehouse dev` shows it, used as a person would: looked at, clicked, waited for.

What is seen is then asked of Dagster's GraphQL too. The backfill is launched first and looked at
last, since it runs while the other pages are looked at.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lakehouse_tests.browser.chromium import Talk, missing
from lakehouse_tests.browser.dagster_facts import (
    asset_node,
    athena_rows,
    backfills,
    evaluations,
    materialized,
    requested_runs,
    runs,
    sensor_state,
)
from lakehouse_tests.browser.dev_server import DevServer, dev_server, wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.spark,
    pytest.mark.skipif(missing() is not None, reason=str(missing())),
]

SOURCES = Path(__file__).parent / "sources"
DAYS = [f"2026-01-{day:02}" for day in range(1, 31)]
BAD_DAY = "2026-02-01"
ASSETS = ("raw_logs", "raw_table", "clean_table", "daily_metrics")
RUN_SECONDS = 240.0  # of a Spark run on a machine that has other work too


@pytest.fixture(scope="module")
def dev(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DevServer]:
    """`lakehouse dev` with the sources of this folder and their raw files."""
    folder = tmp_path_factory.mktemp("dev")
    sources = shutil.copytree(SOURCES, folder / "sources")
    with dev_server(folder / "data", {"LAKEHOUSE_SOURCES": str(sources)}) as server:
        land(server)
        yield server


def land(server: DevServer) -> None:
    """Three sales on each of 30 days; one day with two bad rows of three."""
    s3 = server.client("s3")
    for number, day in enumerate(DAYS):
        lines = [f"{day}T09:00:00Z,{number * 3 + i},tea,{i + 1}.50" for i in range(3)]
        text = "\n".join(["sold_at,sale_id,item,amount", *lines])
        s3.put_object(Bucket="lakehouse-raw", Key=f"till/event_date={day}/a.csv", Body=text)
    text = f"sold_at,sale_id\n{BAD_DAY}T09:00:00Z,1\nyesterday,2\nyesterday,3\n"
    s3.put_object(Bucket="lakehouse-raw", Key=f"kiosk/event_date={BAD_DAY}/a.csv", Body=text)


@pytest.fixture(scope="module")
def page(browser: "Browser", dev: DevServer) -> Iterator["Page"]:
    """One page for all; what it complains of and asks others for fails the module at its end."""
    page = browser.new_page(base_url=dev.url, viewport={"width": 1400, "height": 1000})
    page.set_default_timeout(60_000)
    talk = Talk(page)
    yield page
    assert talk.complaints == []
    assert talk.foreign(dev.url) == []


@pytest.fixture(scope="module")
def backfill(page: "Page", dev: DevServer) -> str:
    """Id of a backfill of all assets of till over 30 days, launched by its dialog."""
    page.goto("/locations/lakehouse/asset-groups/till")
    page.get_by_role("button", name="Materialize all").click()
    page.get_by_role("button", name="Show all partitions").click()
    days = page.get_by_placeholder("No matching partitions").or_(page.get_by_placeholder("2020-"))
    days.fill(f"[{DAYS[0]}...{DAYS[-1]}]")
    days.press("Enter")
    page.get_by_text("30 partitions", exact=True).wait_for()
    page.get_by_role("button", name="Launch backfill").click()
    (found,) = wait_until(lambda: backfills(dev), 60, "the backfill is there")
    return str(found["id"])


@pytest.fixture(scope="module")
def sensor(page: "Page", dev: DevServer, backfill: str) -> str:
    """A sensor that was switched on in the UI, after the backfill was launched."""
    name = "kiosk_raw_files"
    page.goto("/automation")
    page.locator(f"a[href$='/sensors/{name}']").click()
    page.locator("label:has(input[type=checkbox]:enabled)").click()
    wait_until(lambda: sensor_state(dev, name)["status"] == "RUNNING", 60, "the sensor runs")
    return name


def test_the_assets_of_a_source_are_shown_with_what_they_are(page: "Page", dev: DevServer) -> None:
    page.goto("/locations/lakehouse/asset-groups/till/list")
    for asset in ASSETS:
        page.get_by_role("link", name=f"till / {asset}").wait_for()
    page.get_by_role("link", name="till / clean_table").click()
    words = "Sales of one till, three a day, for a backfill that is launched in the browser."
    page.get_by_text(words).wait_for()
    page.get_by_text("Number that the till gives a sale.").wait_for()
    found = asset_node(dev, "till", "clean_table")
    assert (found["groupName"], found["description"].partition("\n")[0]) == ("till", words)


def test_a_sensor_switched_on_sees_a_file_and_starts_a_run(dev: DevServer, sensor: str) -> None:
    (run,) = wait_until(lambda: requested_runs(dev, sensor), 120, "the sensor requests a run")
    ((_, tags),) = runs(dev, runIds=[run])
    assert (tags["dagster/sensor_name"], tags["dagster/partition"]) == (sensor, BAD_DAY)


def test_a_day_with_too_many_bad_rows_is_a_failed_check(
    page: "Page", dev: DevServer, sensor: str
) -> None:
    found = wait_until(
        lambda: evaluations(dev, "kiosk", "clean_table", "rejected_ratio"), RUN_SECONDS, "the check"
    )
    words = "2 of 3 rows rejected (66.67%, 5.0% allowed), most often bad_event_time"
    expected = {"success": False, "partition": BAD_DAY, "severity": "ERROR", "description": words}
    assert found == [expected]
    page.goto("/assets/kiosk/clean_table?view=checks&checkDetail=rejected_ratio")
    page.get_by_text(words, exact=True).wait_for()
    page.get_by_text("Evaluation result").locator("..").get_by_text("Failed").wait_for()
    assert materialized(dev, "kiosk", "clean_table") == 0


def test_a_backfill_of_thirty_days_succeeds_as_one_run(
    page: "Page", dev: DevServer, backfill: str
) -> None:
    page.goto(f"/runs/b/{backfill}")
    succeeded = page.get_by_text("100% completed")
    for number in range(len(ASSETS)):
        succeeded.nth(number).wait_for(timeout=RUN_SECONDS * 1000)
    assert {asset: materialized(dev, "till", asset) for asset in ASSETS} == dict.fromkeys(
        ASSETS, 30
    )
    page.locator("text=Status").locator("..").get_by_text("Succeeded").wait_for(timeout=90_000)
    (found,) = backfills(dev)
    assert (found["status"], found["numPartitions"]) == ("COMPLETED_SUCCESS", 30)
    ((status, tags),) = runs(dev, tags=[{"key": "dagster/backfill", "value": backfill}])
    assert status == "SUCCESS"
    assert tags["dagster/asset_partition_range_start"] == DAYS[0]
    assert tags["dagster/asset_partition_range_end"] == DAYS[-1]
    rows = athena_rows(dev, "SELECT count(*), sum(sales), sum(turnover) FROM till_daily_items")
    assert rows == [["30", "90", "225.00"]]
