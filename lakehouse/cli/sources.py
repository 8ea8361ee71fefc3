"""`lakehouse sources`: what is ingested, whether the files that say so are right, what is stale."""

from datetime import UTC, datetime, timedelta

import click

from lakehouse.aws.catalog import Catalog
from lakehouse.aws.session import make_client
from lakehouse.aws.stale_days import stale_days
from lakehouse.cli import context
from lakehouse.cli.output import print_table


@click.command()
@click.option("--stale", is_flag=True, help="List the days to build again instead: their raw files "
              "came, changed or went since. Lists the files of every day.")  # fmt: skip
def sources(stale: bool) -> None:
    """List the log sources; a wrong source file is reported with its key, and exit code 1.

    Sources are YAML files, one each: the built-in ones and those in the folder (or folders,
    separated by a colon) that LAKEHOUSE_SOURCES names.

    \b
    Examples:
      LAKEHOUSE_SOURCES=my_sources lakehouse sources
      lakehouse sources --stale
    """
    if stale:
        _print_stale_days()
        return
    rows = [
        (s.name, s.raw.format, s.raw.path, s.start_date, s.metrics_table, s.description.strip())
        for s in context.sources().values()
    ]
    columns = ("source", "format", "raw files under", "from", "metrics table", "description")
    print_table("", columns, rows)


def _print_stale_days() -> None:
    s3, catalog, account = context.s3(), Catalog(make_client("glue")), context.account()
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    found = [
        stale
        for source in context.sources().values()
        for stale in stale_days(s3, catalog, account, source, yesterday)
    ]
    if found:
        print_table("", ("source", "day", "why"), [(s.source, s.day, s.why) for s in found])
    click.echo(f"{len(found):,} days to build again")
