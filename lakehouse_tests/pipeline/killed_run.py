"""`python -m lakehouse_tests.pipeline.killed_run FIRST LAST [--kill-at STEP] [--after SECONDS]`.

Runs web_logs' job in the DAGSTER_HOME instance and account of the environment, and kills itself
with SIGKILL when a step starts, or some seconds after. With `--assets` only those are run.
"""

import argparse
import os
import signal
import threading
from datetime import date

import dagster as dg

from lakehouse.aws.account import account_from
from lakehouse.pipeline.build import build_definitions
from lakehouse.pipeline.run import RunFailed, run_days, step_logger
from lakehouse.source import LogSource
from lakehouse_tests.sources import built_in

ROWS = 300


def small_web_logs() -> LogSource:
    """web_logs with few synthetic rows a day."""
    source = built_in("web_logs")
    assert source.synthetic
    synthetic = source.synthetic.model_copy(update={"rows_per_day": ROWS})
    return source.model_copy(update={"synthetic": synthetic})


def die() -> None:
    """As `kill -9` does."""
    os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    """Run; exit code 1 and the words of the failure if the run fails."""
    parser = argparse.ArgumentParser()
    parser.add_argument("first", type=date.fromisoformat)
    parser.add_argument("last", type=date.fromisoformat)
    parser.add_argument("--kill-at", default="")
    parser.add_argument("--after", type=float, default=0.0)
    parser.add_argument("--assets", nargs="*", default=[])
    asked = parser.parse_args()

    def tell(step: str) -> None:
        if step == asked.kill_at:
            threading.Timer(asked.after, die).start() if asked.after else die()

    loggers = {"steps": step_logger(tell)}
    definitions = build_definitions([small_web_logs()], account_from(os.environ), loggers)
    if asked.assets:
        keys = [dg.AssetKey(["web_logs", name]) for name in asked.assets]
        part = dg.define_asset_job("web_logs_part", selection=dg.AssetSelection.assets(*keys))
        definitions = dg.Definitions.merge(definitions, dg.Definitions(jobs=[part]))
    with dg.DagsterInstance.get() as instance:
        job = "web_logs_part" if asked.assets else "web_logs"
        try:
            run_days(definitions, job, asked.first, asked.last, instance)
        except RunFailed as failure:
            raise SystemExit(str(failure)) from failure


if __name__ == "__main__":
    main()
