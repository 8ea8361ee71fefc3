"""The figures of a report: from metrics tables and run records, whole values."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from lakehouse.aws.account import Account
from lakehouse.aws.daily_metrics import MetricsRun
from lakehouse.aws.metrics_reader import MetricsReader
from lakehouse.aws.reconciliation import Reconciler
from lakehouse.aws.report_figures import ReportFigures
from lakehouse.report.figures import (
    DayBytes,
    DayMetrics,
    DayQuality,
    GroupDay,
    Report,
    SourceFigures,
)
from lakehouse_tests.published_days import PublishedDays, counted
from lakehouse_tests.sources import built_in

ACCOUNT = Account(prefix="figures", database="figures")
WEB, ACTIVITY = built_in("web_logs"), built_in("user_activity")
FIRST, SECOND, THIRD = "2026-01-01", "2026-01-02", "2026-01-03"


def request(endpoint: str | None, status: int, size: int | None) -> dict[str, Any]:
    return {"endpoint": endpoint, "status": status, "latency_ms": 10.0, "bytes": size}


@pytest.fixture(scope="module")
def days(client: Callable[..., Any]) -> PublishedDays:
    made = PublishedDays(client, ACCOUNT, WEB, ACTIVITY)
    a, b = request("/a", 200, 100), request("/b", 500, None)
    made.clean(WEB, {FIRST: [a, a, a, b], SECOND: [a], THIRD: []})
    reasons = {"bad_type:status": 1}
    made.counts(
        WEB,
        {
            FIRST: counted(raw=6, clean=4, rejected=1, filtered=1, reasons=reasons),
            SECOND: counted(raw=1, clean=1),
            THIRD: counted(),
        },
    )
    made.land(WEB, date(2026, 1, 1), b"x" * 1000)
    made.land(WEB, date(2026, 1, 2), b"x" * 500)
    made.land(WEB, date(2026, 1, 5), b"x")
    return made


@pytest.fixture(scope="module")
def figures(days: PublishedDays) -> ReportFigures:
    reader = MetricsReader(days.athena)
    reconciler = Reconciler(ACCOUNT, days.catalog, days.athena, days.records)
    return ReportFigures(ACCOUNT, days.s3, days.catalog, reader, reconciler)


@pytest.fixture(scope="module")
def built(days: PublishedDays) -> MetricsRun:
    return days.metrics(WEB, [FIRST, SECOND, THIRD])


def measures(requests: int, errors: int, size: int | None) -> dict[str, Any]:
    return {
        "requests": requests,
        "errors": errors,
        "error_rate": errors / requests,
        "p50_latency_ms": 10.0,
        "p95_latency_ms": 10.0,
        "bytes": size,
    }


def test_a_report_has_totals_groups_outcomes_and_bytes_of_each_day(
    built: MetricsRun, figures: ReportFigures
) -> None:
    share = round(built.bytes_scanned / 3)
    assert share > 0
    assert figures.report([WEB], date(2026, 1, 1), date(2026, 1, 6)) == Report(
        first="2026-01-01",
        last="2026-01-06",
        sources=(
            SourceFigures(
                name="web_logs",
                description=WEB.description.strip(),
                metrics_table="figures.logs_daily_endpoint_metrics",
                raw_format="csv",
                group_by=("endpoint",),
                size="requests",
                ratios={"error_rate": ("errors", "requests")},
                metrics={
                    FIRST: DayMetrics(
                        2, {"requests": 4, "errors": 1, "bytes": 300}, {"error_rate": 0.25}
                    ),
                    SECOND: DayMetrics(
                        1, {"requests": 1, "errors": 0, "bytes": 100}, {"error_rate": 0.0}
                    ),
                },
                groups=(
                    GroupDay(FIRST, ("/a",), measures(3, 0, 300)),
                    GroupDay(FIRST, ("/b",), measures(1, 1, None)),
                    GroupDay(SECOND, ("/a",), measures(1, 0, 100)),
                ),
                quality={
                    FIRST: DayQuality(
                        {"raw": 6, "clean": 4, "rejected": 1, "filtered": 1, "duplicates": 0,
                         "other_day": 0, "late": 0},
                        {"bad_type:status": 1},
                    ),
                    SECOND: DayQuality(
                        {"raw": 1, "clean": 1, "rejected": 0, "filtered": 0, "duplicates": 0,
                         "other_day": 0, "late": 0},
                        {},
                    ),
                    THIRD: DayQuality(
                        dict.fromkeys(
                            ("raw", "clean", "rejected", "filtered", "duplicates", "other_day",
                             "late"), 0,
                        ),
                        {},
                    ),
                },
                bytes={
                    FIRST: DayBytes(1000, share),
                    SECOND: DayBytes(500, share),
                    THIRD: DayBytes(0, share),
                },
                unpublished=("2026-01-05",),
            ),
        ),
    )  # fmt: skip


def test_a_source_without_a_published_day_is_there_with_nothing_in_it(
    figures: ReportFigures,
) -> None:
    (source,) = figures.report([ACTIVITY], date(2026, 1, 1), date(2026, 1, 6)).sources
    assert (source.metrics, source.groups, source.quality, source.bytes) == ({}, (), {}, {})


def test_groups_are_the_largest_over_all_days(built: MetricsRun, figures: ReportFigures) -> None:
    found = figures.reader.largest_groups(WEB, [FIRST, SECOND], 1)
    assert [(item.day, item.group) for item in found] == [(FIRST, ("/a",)), (SECOND, ("/a",))]
    first = figures.reader.first_groups(WEB, [FIRST, SECOND], 1)
    assert {day: [item.group for item in items] for day, items in first.items()} == {
        FIRST: [("/a",)],
        SECOND: [("/a",)],
    }
