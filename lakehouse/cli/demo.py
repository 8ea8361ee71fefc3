"""`lakehouse demo`: the README's main command, from nothing to metrics on a local AWS.

The steps in order, with progress; what is printed at the end stands in `demo_results`. Whatever
takes long to import is imported inside the command.
"""

import time
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lakehouse.cli import context
from lakehouse.cli.ending import ending_signals
from lakehouse.cli.local_server import DATA_DIR, LocalFolder, local_aws
from lakehouse.cli.output import bytes_text

if TYPE_CHECKING:
    from lakehouse.source import LogSource

DAYS = 7
SOURCES = ("web_logs", "user_activity", "access_logs")
FIRST_DAY = date(2026, 1, 1)
REPORT = "report.html"


@click.command()
@DATA_DIR
def demo(data_dir: Path) -> None:
    """Run the whole pipeline on seven days of synthetic logs, on a local AWS of its own.

    Lands CSV, nested JSON and access logs in S3, lets a Glue crawler discover them, cleans them
    with the Glue Spark job, computes daily metrics in Athena, all through Dagster, prints what came
    out and writes a report of it. Nothing is needed but this package: no AWS account, no Docker,
    no Java. Run it again in the same folder: it is the same tables, rebuilt.
    """
    from lakehouse.cli import demo_results
    from lakehouse.cli.report import write_report

    started = time.monotonic()
    days = [FIRST_DAY + timedelta(days=n) for n in range(DAYS)]
    chosen = [context.sources()[name] for name in SOURCES]
    click.echo(f"Local AWS: starting, data in {data_dir}")
    with ending_signals() as ending, local_aws(LocalFolder(data_dir), ending) as endpoint:
        click.echo(f"Local AWS: {endpoint}")
        changes = list(context.deployment().apply(chosen))
        made = sum(change.action != "unchanged" for change in changes)
        click.echo(f"Account: {len(changes)} buckets, databases, jobs and crawlers, {made} made")
        _land(chosen, days)
        _materialize(chosen, days)
        demo_results.show(chosen, days)
        write_report(chosen, days[0], days[-1], data_dir / REPORT)
    _say_how_to_go_on(time.monotonic() - started, data_dir)


def _land(sources: "list[LogSource]", days: list[date]) -> None:
    from lakehouse.aws.raw_files import RawFiles

    uploads = RawFiles(context.account(), context.s3())
    for source in sources:
        empty = [day for day, found in uploads.inventory(source, days).items() if not found.files]
        for day in empty:
            uploads.land_synthetic(source, day)
        files = [file for day in uploads.inventory(source, days).values() for file in day.files]
        size = bytes_text(sum(file.size for file in files))
        words = "landed" if empty else "there already"
        click.echo(f"Raw files: {source.name}: {len(files)} {source.raw.format}, {size}, {words}")


def _materialize(sources: "list[LogSource]", days: list[date]) -> None:
    from lakehouse.pipeline.run import materialize

    for source in sources:
        began = time.monotonic()
        click.echo(f"Dagster: {source.name}, {days[0]} to {days[-1]} as one backfill run")
        materialize([source], context.account(), source.name, days[0], days[-1], _tell_step)
        click.echo(f"  done in {time.monotonic() - began:.1f} s")


def _tell_step(step: str) -> None:
    click.echo(f"  {step.replace('__', ' / ')}")


def _say_how_to_go_on(seconds: float, data_dir: Path) -> None:
    where = "" if data_dir == Path(".lakehouse") else f" --data-dir {data_dir}"
    click.echo(
        f"\nDone in {seconds:.0f} s. Go on from here:\n"
        f"  {data_dir / REPORT}\n"
        "      the report of these days: open it in a browser\n"
        f"  lakehouse dev{where}\n"
        "      the same data in Dagster's web UI, http://127.0.0.1:3000\n"
        '  lakehouse query "SELECT * FROM logs_daily_endpoint_metrics LIMIT 10"\n'
        "      in another shell, with the environment that `lakehouse dev` prints\n"
        "  lakehouse land access_logs FILE\n"
        "      an access log of your own, cut by day"
    )
