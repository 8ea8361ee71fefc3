"""A job that runs in this process: what a signal makes of it."""

from datetime import date

import dagster as dg
import pytest

from lakehouse.pipeline.run import RunFailed, run_days

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::dagster.BetaWarning")]
DAYS = dg.DailyPartitionsDefinition("2026-01-01")
FIRST, LAST = date(2026, 1, 1), date(2026, 1, 2)


def run(failure: BaseException) -> str:
    @dg.asset(partitions_def=DAYS, backfill_policy=dg.BackfillPolicy.single_run())
    def table() -> None:
        raise failure

    job = dg.define_asset_job("work", [table])
    definitions = dg.Definitions(assets=[table], jobs=[job])
    with dg.instance_for_test() as instance:
        return run_days(definitions, "work", FIRST, LAST, instance)


def test_a_signal_inside_a_step_is_an_interrupt_and_no_failure() -> None:
    with pytest.raises(KeyboardInterrupt):
        run(KeyboardInterrupt())


def test_a_failure_is_told_in_its_words() -> None:
    with pytest.raises(RunFailed) as failed:
        run(ValueError("no rows"))
    assert str(failed.value) == "table: ValueError: no rows"
