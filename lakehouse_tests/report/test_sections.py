"""What a report shows of a source: whole sections from figures made by hand."""

from dataclasses import replace

from lakehouse.report.charts import Chart, Series
from lakehouse.report.figures import GroupDay
from lakehouse.report.sections import Table, chart_table, cost, daily, groups, quality, tiles, trend
from lakehouse_tests.report.web import ONE, TWO, WEB

DAYS = (ONE, TWO)
RATE = Chart(
    "error_rate",
    "Line: error_rate of web on each day.",
    DAYS,
    (Series("error_rate", (0.02, 0.0)),),
    "lines",
    "share",
)


def test_per_day_there_are_totals_and_ratios() -> None:
    assert daily(WEB).charts == (
        Chart(
            "requests",
            "Bars: requests of web on each day.",
            DAYS,
            (Series("requests", (1500.0, 500.0)),),
        ),
        Chart("errors", "Bars: errors of web on each day.", DAYS, (Series("errors", (30.0, 0.0)),)),
        RATE,
    )


def test_the_trend_is_the_first_ratio_or_else_the_first_total() -> None:
    assert trend("web", WEB.metrics) == RATE
    days = {day: replace(found, ratios={}) for day, found in WEB.metrics.items()}
    assert trend("web", days) == daily(WEB).charts[0]
    assert trend("web", {}) is None


def test_the_head_has_sums_over_all_days() -> None:
    assert tiles(WEB) == [
        ("requests", "2,000"),
        ("errors", "30"),
        ("error_rate", "1.50%"),
        ("rows rejected", "0.50%"),
    ]


def test_groups_are_stacked_and_what_does_not_add_up_is_drawn_as_lines() -> None:
    section = groups(WEB)
    assert section.charts == (
        Chart(
            "requests",
            "Stacked bars: requests on each day, by endpoint.",
            DAYS,
            (Series("/a", (1000.0, 500.0)), Series("NULL", (500.0, None))),
        ),
        Chart(
            "p95",
            "Lines: p95 on each day, for each of the 2 largest groups.",
            DAYS,
            (Series("/a", (80.5, 90.25)), Series("NULL", (10.0, None))),
            "lines",
        ),
    )
    assert section.tables == (
        Table(
            "Largest groups, summed over the days; what does not add up as its range of days",
            ("endpoint", "requests", "errors", "error_rate", "p95"),
            (
                ("/a", "1,500", "30", "2.00%", "80.5 to 90.25"),
                ("NULL", "500", "0", "0.00%", "10"),
            ),
        ),
    )


def test_two_group_columns_make_a_chart_for_each_value_of_the_first() -> None:
    def at(place: str, action: str, count: int) -> GroupDay:
        return GroupDay(ONE, (place, action), {"requests": count, "errors": 0})

    found = (at("EU", "view", 5), at("US", "view", 9), at("US", "buy", 2), at("EU", "buy", 1))
    charts = groups(replace(WEB, group_by=("place", "action"), groups=found)).charts
    assert [(chart.title, chart.series) for chart in charts] == [
        (
            "requests of place US",
            (Series("buy", (2.0, None)), Series("view", (9.0, None))),
        ),
        (
            "requests of place EU",
            (Series("buy", (1.0, None)), Series("view", (5.0, None))),
        ),
    ]


def test_a_source_without_groups_has_one_series_named_after_the_measure() -> None:
    found = tuple(GroupDay(day, (), {"requests": 5, "errors": 0, "p95": 7.5}) for day in DAYS)
    section = groups(replace(WEB, group_by=(), groups=found))
    assert [chart.series for chart in section.charts] == [
        (Series("requests", (5.0, 5.0)),),
        (Series("p95", (7.5, 7.5)),),
    ]
    assert section.tables[0].rows == (("10", "0", "7.5"),)


def test_rows_are_shown_by_outcome_and_reason() -> None:
    section = quality(WEB)
    assert section.words.endswith("Not published, though there are raw files: 2026-01-03.")
    assert [table.rows for table in section.tables] == [
        (
            (ONE, "1,510", "1,500", "10", "0", "0", "0", "0"),
            (TWO, "500", "500", "0", "0", "0", "0", "0"),
        ),
        (("bad", "7"), ("odd", "3")),
    ]
    assert section.charts[0].series[0] == Series("rejected", (10.0, 0.0))


def test_bytes_of_raw_files_stand_beside_those_scanned() -> None:
    section = cost(WEB)
    assert section.charts[0].series == (
        Series("raw csv", (200_000.0, 100_000.0)),
        Series("clean Parquet", (4000.0, 1000.0)),
    )
    assert section.tables == (
        Table(
            "2 days: 60 times less",
            ("scanned from", "bytes", "dollars"),
            (("raw csv", "300.0 kB", "$0.000002"), ("clean Parquet", "5.0 kB", "$0.000000")),
        ),
    )


def test_the_numbers_of_a_chart_are_a_table() -> None:
    assert chart_table(RATE) == Table(
        "error_rate", ("day", "error_rate"), ((ONE, "2.00%"), (TWO, "0.00%"))
    )
