"""Cost and time on AWS, on paper: `python -m benchmarks.cost`, the tables of docs/scale.md.

Nothing here was run on AWS. The model's closed forms are compared with a simulation; exit code 1
when a run's time differs by more than a third.
"""

import argparse
import random
import sys
from collections.abc import Sequence
from dataclasses import asdict

from benchmarks.cost.model import GB, Load, cost, job_seconds
from benchmarks.cost.simulation import played_job_seconds, played_night
from benchmarks.figures import add_json_option, write_figures
from lakehouse.aws.job_capacity import workers_for

SIZES = {"1 GB": GB, "100 GB": 100 * GB, "10 TB": 10_000 * GB}
NIGHTS = {"20 sources of 1 GB": [GB] * 20, "200 sources of 1 GB": [GB] * 200}
CONCURRENT_RUNS = 20  # of the job, as deployed
START_GAP = 7 / 20  # seconds: seven queries a run, 20 StartQueryExecution a second
REPETITIONS = 20
TOLERANCE = 1 / 3


def money(dollars: float) -> str:
    """Dollars with as many digits as matter."""
    return (
        f"${dollars:,.0f}"
        if dollars >= 100
        else f"${dollars:,.2f}"
        if dollars >= 1
        else (f"${dollars:.3f}")
    )


def costs() -> list[str]:
    """The table of a day's cost by its size."""
    rows = [
        "| a day | late_days | workers | longest run | DPU-hours | Glue | Athena | S3 requests "
        "| sensor: LIST / SQS | a day in all | per GB |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for name, size in SIZES.items():
        for late in (0, 1):
            load = Load(size, late)
            found, queue = cost(load), cost(load, queue=True)
            rows.append(
                f"| {name} | {late} | {found.workers} | {found.seconds / 60:.1f} min "
                f"| {found.dpu_hours:,.2f} | {money(found.glue)} | {money(found.athena)} "
                f"| {money(found.requests)} | {money(found.listing)} / {money(queue.listing)} "
                f"| {money(found.dollars)} | {money(found.dollars / size * GB)} |"
            )
    return rows


def simulated() -> tuple[list[str], bool]:
    """Runs by the closed form and played; whether they agree."""
    rows = [
        "| a run reads | workers | closed form | played: median | slowest of 20 |",
        "| --- | --- | --- | --- | --- |",
    ]
    agree = True
    chance = random.Random(1)
    for name, size in SIZES.items():
        workers = workers_for(size)
        played = sorted(played_job_seconds(size, workers, chance) for _ in range(REPETITIONS))
        middle, expected = played[REPETITIONS // 2], job_seconds(size, workers)
        agree &= abs(middle - expected) <= TOLERANCE * expected
        rows.append(
            f"| {name} | {workers} | {expected / 60:.1f} min | {middle / 60:.1f} min "
            f"| {played[-1] / 60:.1f} min |"
        )
    return rows, agree


def nights() -> list[str]:
    """Many sources at the same hour."""
    rows = ["| at 01:00 | all published after | DPUs at once |", "| --- | --- | --- |"]
    for name, texts in NIGHTS.items():
        night = played_night(texts, CONCURRENT_RUNS, START_GAP, seed=1)
        rows.append(f"| {name} | {night.seconds / 60:.1f} min | {night.peak_dpus} |")
    return rows


def main(arguments: Sequence[str]) -> int:
    """Print the tables, write the model's figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cost", description=__doc__)
    add_json_option(parser)
    asked = parser.parse_args(arguments)
    played, agree = simulated()
    print("\n".join([*costs(), "", *played, "", *nights()]))
    days = {
        f"{name}, late_days {late}": asdict(cost(Load(size, late)))
        for name, size in SIZES.items()
        for late in (0, 1)
    }
    write_figures("cost", asked, {"a_day": days, "simulation_agrees": agree})
    return 0 if agree else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
