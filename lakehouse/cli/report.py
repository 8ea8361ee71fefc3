"""`lakehouse report`: metrics, data quality and cost of a range of days as one HTML file."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lakehouse.cli import context

if TYPE_CHECKING:
    from lakehouse.aws.report_figures import ReportFigures
    from lakehouse.source import LogSource

DAYS = 30


@click.command()
@click.option("--from", "first", type=context.DAY, help=f"First day; {DAYS} days if left out.")
@click.option("--to", "last", type=context.DAY, help="Last day; yesterday in UTC if left out.")
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False),
              default=Path("lakehouse-report.html"), show_default=True,
              help="The HTML file to write.")  # fmt: skip
def report(first: date | None, last: date | None, output: Path) -> None:
    """Write what the metrics say of a range of days, for every source, to one HTML file.

    Totals and ratios per day, the largest groups, rows by outcome, bytes scanned and their price,
    as charts and tables. The file needs no network; it is light or dark as its reader likes it,
    and prints. Only metrics tables and the runs' records are read, never raw or clean rows.

    \b
    Examples:
      lakehouse report
      lakehouse report --from 2026-01-01 --to 2026-01-31 --output january.html
    """
    to = last or datetime.now(UTC).date() - timedelta(days=1)
    since = first or date.fromordinal(max(1, to.toordinal() - DAYS + 1))
    if since > to:
        raise click.UsageError(f"--from {since} is after --to {to}")
    if not output.parent.is_dir():
        raise click.UsageError(f"--output {output}: there is no folder {output.parent}")
    days = write_report(context.sources().values(), since, to, output)
    click.echo(f"{output}: {since} to {to}, {days:,} published days of metrics")


def write_report(sources: "Iterable[LogSource]", first: date, last: date, output: Path) -> int:
    """Write the report's HTML; the number of published days in it, over all sources."""
    from lakehouse.report.page import render

    found = figures().report(sources, first, last)
    output.write_text(render(found), encoding="utf-8")
    return sum(len(source.metrics) for source in found.sources)


def figures() -> "ReportFigures":
    """What gathers a report's figures in the account of the environment."""
    from lakehouse.aws.catalog import Catalog
    from lakehouse.aws.metrics_reader import MetricsReader
    from lakehouse.aws.reconciliation import Reconciler
    from lakehouse.aws.report_figures import ReportFigures
    from lakehouse.aws.run_records import RunRecords
    from lakehouse.aws.session import make_client

    account, s3, catalog = context.account(), context.s3(), Catalog(make_client("glue"))
    athena = context.athena()
    reconciler = Reconciler(account, catalog, athena, RunRecords(account, s3))
    return ReportFigures(account, s3, catalog, MetricsReader(athena), reconciler)
