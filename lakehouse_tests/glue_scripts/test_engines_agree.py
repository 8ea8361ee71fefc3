"""Athena's statements and the Spark job make the same of the same dirty files.

Row for row, reason for reason, count for count. Each drawn example is a file; each engine cleans
all of them in one run.
"""

import gzip
import json
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lakehouse.aws.account import Account
from lakehouse.aws.athena import Athena
from lakehouse.aws.catalog import Catalog
from lakehouse.aws.clean_queries import CleanQueries
from lakehouse.aws.deployment.deployment import Deployment, make_clients
from lakehouse.aws.inventory import days_to_read, take_inventory
from lakehouse.aws.publish import run_location
from lakehouse.aws.run_records import MANIFEST, RunRecords
from lakehouse.aws.s3 import S3
from lakehouse.source import LogSource, raw_prefix
from lakehouse_tests.glue_scripts import dirty_access_logs
from lakehouse_tests.glue_scripts.clean_run import plain, rows_by_day, run_job
from lakehouse_tests.glue_scripts.dirty_access_logs import access_logs
from lakehouse_tests.glue_scripts.dirty_files import COLUMNS, DAYS, DirtyFile, files

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

pytestmark = [pytest.mark.spark, pytest.mark.filterwarnings("ignore::ResourceWarning")]

ACCOUNT = Account(prefix="engines", database="engines")
FILES = 150
OUTCOMES = ("clean", "duplicates", "filtered", "other_day", "late", "header_lines")
BUILT = DAYS[:2]  # the files of the third day are read for late rows alone
Rows = dict[str, list[list[Any]]]


def dirty_source(name: str, **more: Any) -> LogSource:
    document = {
        "name": name,
        "start_date": "2026-01-01",
        "engine": "athena",
        "raw": {"path": f"{name}/{{event_date}}/", "format": "csv"},
        "columns": COLUMNS,
        "event_time": "event_time",
        "unique_key": ["id", "n"],
        "keep": "n >= 0 OR (big > 5 AND NOT x BETWEEN 0 AND 0.5) OR note IN ('é', 'x')",
        "late_days": 1,
        "metrics": {"table": f"{name}_daily", "measures": {"c": "count(*)"}},
    }
    return LogSource.model_validate(document | more)


@pytest.fixture(scope="module")
def dirty() -> list[DirtyFile]:
    """Drawn before a server starts: hypothesis parses Python, which no two threads may at once."""
    return drawn(FILES)


@pytest.fixture(scope="module")
def dirty_logs() -> list[DirtyFile]:
    """Access logs, drawn before a server starts too."""
    return drawn(FILES, access_logs)


def drawn(
    count: int, kind: Callable[[int], st.SearchStrategy[DirtyFile]] = files
) -> list[DirtyFile]:
    found: list[DirtyFile] = []

    @settings(max_examples=count, deadline=None, derandomize=True, database=None)
    @given(st.data())
    def draw(data: st.DataObject) -> None:
        found.append(data.draw(kind(len(found))))

    draw()
    return found


def by_spark(
    spark: "SparkSession", source: LogSource, dirty: Sequence[DirtyFile], folder: Path
) -> tuple[Any, Rows, Rows]:
    paths: dict[str, list[str]] = {day: [] for day in DAYS}
    for file in dirty:
        path = folder / "raw" / file.day / file.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(packed(file))
        paths[file.day].append(str(path))
    run_job(spark, source, BUILT, paths, folder)
    document = json.loads((folder / "manifest.json").read_text())
    return document, rows_by_day(folder / "clean"), rows_by_day(folder / "rejected")


def packed(file: DirtyFile) -> bytes:
    return gzip.compress(file.body) if file.name.endswith("gz") else file.body


def by_athena(
    client: Callable[..., Any], source: LogSource, dirty: Sequence[DirtyFile]
) -> tuple[Any, Rows, Rows]:
    list(Deployment(ACCOUNT, make_clients()).apply([source]))
    s3, catalog = S3(client("s3")), Catalog(client("glue"))
    for file in dirty:
        key = raw_prefix(source, date.fromisoformat(file.day)) + file.name
        s3.put(ACCOUNT.raw_bucket, key, packed(file))
    athena = Athena(client("athena"), ACCOUNT.work_group, ACCOUNT.database)
    records = RunRecords(ACCOUNT, s3)
    days = [date.fromisoformat(day) for day in BUILT]
    inventory = take_inventory(s3, ACCOUNT, source, days_to_read(source, days))
    queries = CleanQueries(ACCOUNT, s3, catalog, athena, records)
    queries.run(source, "run-1", days, inventory, lambda words: None)
    place = records.location(source, "run-1", MANIFEST).removeprefix("s3://").partition("/")
    document = s3.get_json(place[0], place[2])
    tables = (source.clean_table, source.rejected_table)
    clean, rejected = (rows_in(s3, run_location(ACCOUNT, table, "run-1")) for table in tables)
    return document, clean, rejected


def rows_in(s3: S3, location: str) -> Rows:
    bucket, _, prefix = location.removeprefix("s3://").partition("/")
    found: Rows = {}
    for item in s3.objects(bucket, prefix):
        body = s3.client.get_object(Bucket=bucket, Key=item.key)["Body"].read()
        day = item.key.removeprefix(prefix).partition("/")[0].removeprefix("event_date=")
        found.setdefault(day, []).extend(
            [plain(value) for value in record.values()]
            for record in pq.read_table(BytesIO(body)).to_pylist()
        )
    return {day: sorted(rows, key=repr) for day, rows in found.items()}


def by_name(document: Any) -> Any:
    """A manifest without the places of its files."""
    named = {
        day: {Path(uri).name: counts for uri, counts in of_day.items()}
        for day, of_day in document["files"].items()
    }
    days = {day: {**counts, "files": 0} for day, counts in document["days"].items()}
    return {**document, "days": days, "files": named}


def test_engines_agree(
    dirty: list[DirtyFile], spark: "SparkSession", client: Callable[..., Any], tmp_path: Path
) -> None:
    source = dirty_source("dirty")
    document, clean, rejected = by_spark(spark, source, dirty, tmp_path)
    found, found_clean, found_rejected = by_athena(client, source, dirty)
    assert differences(rejected, found_rejected) == {}
    assert differences(clean, found_clean) == {}
    assert by_name(found) == by_name(document)
    days = document["days"].values()
    assert [name for name in OUTCOMES if not any(counts[name] for counts in days)] == []
    assert min(len(counts["reasons"]) for counts in days) > 10


def test_engines_agree_about_access_logs(
    dirty_logs: list[DirtyFile], spark: "SparkSession", client: Callable[..., Any], tmp_path: Path
) -> None:
    source = dirty_source(
        "access",
        raw={"path": "access/{event_date}/", "format": "combined"},
        columns=dirty_access_logs.COLUMNS,
        unique_key=[],
        keep="status < 500 OR method = 'POST'",
    )
    document, clean, rejected = by_spark(spark, source, dirty_logs, tmp_path)
    found, found_clean, found_rejected = by_athena(client, source, dirty_logs)
    assert differences(rejected, found_rejected) == {}
    assert differences(clean, found_clean) == {}
    assert by_name(found) == by_name(document)
    days = document["days"].values()
    assert all(counts["clean"] and counts["filtered"] and counts["late"] for counts in days)
    assert min(len(counts["reasons"]) for counts in days) > 5


def differences(one: Rows, other: Rows) -> dict[str, Any]:
    """Day -> rows that only one of both has."""
    found = {}
    for day in sorted(one.keys() | other.keys()):
        mine, theirs = counted(one.get(day, [])), counted(other.get(day, []))
        if mine != theirs:
            found[day] = {"spark": [*(mine - theirs)], "athena": [*(theirs - mine)]}
    return found


def counted(rows: list[list[Any]]) -> Counter[str]:
    """Equal rows, in which a file has its name alone."""
    return Counter(repr([_name_alone(value) for value in row]) for row in rows)


def _name_alone(value: Any) -> Any:
    is_place = isinstance(value, str) and (value.startswith("s3://") or "/raw/2026" in value)
    return Path(value).name if is_place else value
