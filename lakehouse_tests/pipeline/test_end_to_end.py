"""From dropped files to metrics: sensor, run, tables, checks, on the local AWS with real Spark."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import dagster as dg
import pytest

from lakehouse.aws.account import Account
from lakehouse.aws.athena import Athena
from lakehouse.aws.catalog import Catalog
from lakehouse.aws.deployment.deployment import Deployment, make_clients
from lakehouse.aws.raw_files import RawFiles
from lakehouse.aws.s3 import S3
from lakehouse.pipeline.build import build_definitions
from lakehouse.pipeline.run import run_days
from lakehouse.resources import resources_for
from lakehouse.source import LogSource
from lakehouse_tests.pipeline.web_logs_oracle import Day, days_of
from lakehouse_tests.sources import built_in

pytestmark = pytest.mark.spark

ACCOUNT = Account(prefix="e2e", database="e2e")
DAYS = [date(2026, 1, number) for number in (1, 2, 3)]
KEYS = [day.isoformat() for day in DAYS]
Client = Callable[..., Any]


def small_web_logs() -> LogSource:
    source = built_in("web_logs")
    assert source.synthetic
    synthetic = source.synthetic.model_copy(update={"rows_per_day": 2000})
    return source.model_copy(update={"synthetic": synthetic})


@dataclass(frozen=True)
class Pipeline:
    """A deployed account with three landed days, and everything to run and look."""

    source: LogSource
    definitions: dg.Definitions
    instance: dg.DagsterInstance
    athena: Athena
    s3: Any
    glue: Any

    def tick(self, cursor: str | None) -> dg.SensorResult:
        sensor = self.definitions.get_repository_def().get_sensor_def("web_logs_raw_files")
        with dg.build_sensor_context(
            self.instance, cursor=cursor, resources=resources_for(ACCOUNT)
        ) as context:
            found = sensor(context)
        assert isinstance(found, dg.SensorResult)
        return found

    def run(self) -> str:
        return run_days(self.definitions, "web_logs", DAYS[0], DAYS[-1], self.instance)

    def rows(self, sql: str) -> list[tuple[str | None, ...]]:
        return list(self.athena.query(sql).rows)

    def raw_text(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for key in KEYS:
            listed = S3(self.s3).objects(ACCOUNT.raw_bucket, f"logs/event_date={key}/")
            bodies = [self.s3.get_object(Bucket=o.bucket, Key=o.key)["Body"] for o in listed]
            found[key] = [line for b in bodies for line in b.read().decode().splitlines()]
        return found


@pytest.fixture(scope="module")
def pipeline(client: Client) -> Iterator[Pipeline]:
    source = small_web_logs()
    list(Deployment(ACCOUNT, make_clients()).apply([source]))
    for day in DAYS:
        RawFiles(ACCOUNT, S3(client("s3"))).land_synthetic(source, day)
    with dg.instance_for_test() as instance:
        athena = Athena(client("athena"), ACCOUNT.work_group, ACCOUNT.database)
        definitions = build_definitions([source], ACCOUNT)
        yield Pipeline(source, definitions, instance, athena, client("s3"), client("glue"))


@pytest.fixture(scope="module")
def first_run(pipeline: Pipeline) -> str:
    return pipeline.run()


@pytest.fixture(scope="module")
def oracle(pipeline: Pipeline) -> dict[str, Day]:
    return days_of(pipeline.raw_text())


def test_the_sensor_requests_each_day_with_files_once(pipeline: Pipeline) -> None:
    first = pipeline.tick(None)
    assert [request.partition_key for request in first.run_requests or []] == KEYS
    assert pipeline.tick(first.cursor).run_requests == []


def test_metrics_equal_those_computed_from_the_raw_text(
    pipeline: Pipeline, first_run: str, oracle: dict[str, Day]
) -> None:
    found = pipeline.rows(
        "SELECT event_date, endpoint, requests, errors FROM logs_daily_endpoint_metrics"
    )
    expected = [
        (key, endpoint, str(requests), str(day.errors[endpoint]))
        for key, day in oracle.items()
        for endpoint, requests in day.requests.items()
    ]
    assert sorted(found) == sorted(expected)


def test_outcomes_in_the_metadata_equal_those_counted_from_the_raw_text(
    pipeline: Pipeline, first_run: str, oracle: dict[str, Day]
) -> None:
    key = dg.AssetKey(["web_logs", "clean_table"])
    records = pipeline.instance.fetch_materializations(key, limit=10).records
    found = {
        str(record.partition_key): {
            name: materialization.metadata[f"rows_{name}"].value
            for name in ("clean", "rejected", "filtered", "other_day")
        }
        for record in reversed(records)
        if (materialization := record.asset_materialization)
    }
    assert found == {
        day: {
            "clean": counts.outcomes["clean"],
            "rejected": counts.outcomes["rejected"],
            "filtered": counts.outcomes["filtered"],
            "other_day": counts.outcomes["other_day"],
        }
        for day, counts in oracle.items()
    }


def test_each_day_has_its_own_data_version_and_check_evaluations(
    pipeline: Pipeline, first_run: str
) -> None:
    key = dg.AssetKey(["web_logs", "raw_logs"])
    records = pipeline.instance.fetch_materializations(key, limit=10).records
    versions = {
        record.partition_key: (record.asset_materialization.tags or {})["dagster/data_version"]
        for record in records
        if record.asset_materialization
    }
    assert sorted(map(str, versions)) == KEYS
    assert len(set(versions.values())) == len(KEYS)

    events = pipeline.instance.all_logs(
        first_run, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION
    )
    evaluations = [e.dagster_event.asset_check_evaluation_data for e in events if e.dagster_event]
    assert sorted((e.check_name, e.partition, e.passed) for e in evaluations) == [
        (name, day, True)
        for name in ("reconciliation", "rejected_ratio", "schema_drift", "totals")
        for day in KEYS
    ]


def test_rejected_rows_can_be_queried_with_text_file_and_reason(
    pipeline: Pipeline, first_run: str, oracle: dict[str, Day]
) -> None:
    lines = {line for lines in pipeline.raw_text().values() for line in lines}
    rows = pipeline.rows("SELECT raw_text, file, reason FROM web_logs_rejected")
    assert len(rows) == sum(day.outcomes["rejected"] for day in oracle.values())
    for text, file, reason in rows:
        assert text in lines
        assert str(file).startswith("s3://e2e-raw/logs/event_date=2026-01-0")
        assert reason


def test_a_rerun_changes_no_row_and_reads_from_a_prefix_of_its_own(
    pipeline: Pipeline, first_run: str
) -> None:
    everything = "SELECT * FROM web_logs ORDER BY request_id, event_date"
    before, old = pipeline.rows(everything), _locations(pipeline)
    pipeline.run()
    assert pipeline.rows(everything) == before
    new = _locations(pipeline)
    assert sorted(new) == sorted(old) == KEYS
    assert not set(new.values()) & set(old.values())


def _locations(pipeline: Pipeline) -> dict[str, str]:
    return Catalog(pipeline.glue).locations(ACCOUNT.database, "web_logs", KEYS)


def test_a_changed_file_requests_its_day_and_the_day_before(pipeline: Pipeline) -> None:
    cursor = pipeline.tick(None).cursor
    assert cursor
    assert sorted(json.loads(cursor)["days"]) == KEYS
    key = "logs/event_date=2026-01-03/late.csv"
    pipeline.s3.put_object(Bucket=ACCOUNT.raw_bucket, Key=key, Body=b"")
    try:
        changed = pipeline.tick(cursor).run_requests or []
        assert [request.partition_key for request in changed] == KEYS[1:]
    finally:
        pipeline.s3.delete_object(Bucket=ACCOUNT.raw_bucket, Key=key)


def metadata_of(pipeline: Pipeline, asset: str, day: str) -> dict[str, Any]:
    """The metadata of a day's newest materialization."""
    key = dg.AssetKey(["web_logs", asset])
    filter_ = dg.AssetRecordsFilter(asset_key=key, asset_partitions=[day])
    (record,) = pipeline.instance.fetch_materializations(filter_, limit=1).records
    assert record.asset_materialization
    return dict(record.asset_materialization.metadata)


def test_a_day_shows_its_rejected_rows_and_its_totals(
    pipeline: Pipeline, first_run: str, oracle: dict[str, Day]
) -> None:
    day, expected = KEYS[1], oracle[KEYS[1]]
    clean = metadata_of(pipeline, "clean_table", day)
    reasons = [record.data for record in clean["rejected_reasons"].records]
    assert sum(row["rows"] for row in reasons) == expected.outcomes["rejected"]
    lines = set(pipeline.raw_text()[day])
    assert all(row["example"] in lines for row in reasons)
    assert all(
        str(row["file"]).startswith(f"s3://e2e-raw/logs/event_date={day}/") for row in reasons
    )
    assert len(metadata_of(pipeline, "clean_table", KEYS[-1])["sample_rows"].records) == 5

    metrics = metadata_of(pipeline, "daily_metrics", day)
    assert metrics["day/requests"].value == sum(expected.requests.values())
    assert metrics["day/errors"].value == sum(expected.errors.values())
    assert metrics["trend"].value.startswith("![error_rate](data:image/svg+xml;base64,")
    assert len(metrics["largest_groups"].records) == 5


def test_the_report_is_written_of_the_metrics_and_shows_each_sources_chart(
    pipeline: Pipeline, first_run: str
) -> None:
    result = pipeline.definitions.resolve_job_def("report").execute_in_process(
        instance=pipeline.instance,
        run_config={"ops": {"reports__logs": {"config": {"first": KEYS[0], "last": KEYS[-1]}}}},
    )
    (made,) = result.asset_materializations_for_node("reports__logs")
    assert made.metadata["published_days"].value == len(KEYS)
    assert "trend/web_logs" in made.metadata
    body = pipeline.s3.get_object(Bucket=ACCOUNT.clean_bucket, Key="reports/logs.html")
    assert body["ContentType"] == "text/html; charset=utf-8"
    text = body["Body"].read().decode()
    assert all(word in text for word in (*KEYS, "web_logs", "error_rate"))
