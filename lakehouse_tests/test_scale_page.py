"""docs/scale.md shows what the model of costs says today."""

from pathlib import Path

import pytest

from benchmarks.cost import __main__ as page
from benchmarks.cost.model import GB, Load, builds, cost, dpu_hours, job_seconds

PAGE = Path(__file__).parents[1] / "docs" / "scale.md"


@pytest.mark.slow
def test_the_page_has_the_tables_of_the_model() -> None:
    played, agree = page.simulated()
    text = PAGE.read_text()
    for table in (page.costs(), played, page.nights()):
        assert "\n".join(table) in text
    assert agree


def test_a_late_day_reads_the_text_three_times() -> None:
    assert builds(Load(GB, late_days=1)) == [GB, 2 * GB]
    assert Load(GB, late_days=1).read == 3 * GB


def test_a_run_is_billed_a_minute_at_least() -> None:
    assert dpu_hours(1.0, workers=2) == pytest.approx(2 / 60)
    assert cost(Load(1)).dpu_hours == pytest.approx(2 / 60)


def test_twice_the_workers_halve_what_grows_with_the_text() -> None:
    fixed = job_seconds(0, 2)
    few, many = job_seconds(10_000 * GB, 51), job_seconds(10_000 * GB, 101)
    assert few - fixed == pytest.approx(2 * (many - fixed), rel=0.01)


def test_a_run_that_writes_two_files_does_not_write_faster_with_more_workers() -> None:
    assert job_seconds(GB, 2) - job_seconds(GB, 3) < (job_seconds(GB, 2) - job_seconds(0, 2)) / 3
