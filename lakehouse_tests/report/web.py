"""Two days of figures, made by hand: one group column, a ratio, a percentile."""

from lakehouse.report.figures import DayBytes, DayMetrics, DayQuality, GroupDay, SourceFigures

ONE, TWO = "2026-01-01", "2026-01-02"
NOTHING = {"raw": 0, "clean": 0, "rejected": 0, "filtered": 0, "duplicates": 0, "other_day": 0}
WEB = SourceFigures(
    name="web",
    description="Requests <b>& more</b>.",
    metrics_table="lake.web_daily",
    raw_format="csv",
    group_by=("endpoint",),
    size="requests",
    metrics={
        ONE: DayMetrics(2, {"requests": 1500, "errors": 30}, {"error_rate": 0.02}),
        TWO: DayMetrics(1, {"requests": 500, "errors": 0}, {"error_rate": 0.0}),
    },
    ratios={"error_rate": ("errors", "requests")},
    groups=(
        GroupDay(ONE, ("/a",), {"requests": 1000, "errors": 30, "error_rate": 0.03, "p95": 80.5}),
        GroupDay(ONE, (None,), {"requests": 500, "errors": 0, "error_rate": 0.0, "p95": 10.0}),
        GroupDay(TWO, ("/a",), {"requests": 500, "errors": 0, "error_rate": 0.0, "p95": 90.25}),
    ),
    quality={
        ONE: DayQuality(
            {**NOTHING, "raw": 1510, "clean": 1500, "rejected": 10, "late": 0}, {"bad": 7, "odd": 3}
        ),
        TWO: DayQuality({**NOTHING, "raw": 500, "clean": 500, "late": 0}, {}),
    },
    bytes={ONE: DayBytes(200_000, 4000), TWO: DayBytes(100_000, 1000)},
    unpublished=("2026-01-03",),
)
