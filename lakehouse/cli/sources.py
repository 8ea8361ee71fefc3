"""`lakehouse sources`: what is ingested, and whether the files that say so are right."""

import click

from lakehouse.cli import context
from lakehouse.cli.output import print_table


@click.command()
def sources() -> None:
    """List the log sources; a wrong source file is reported with its key, and exit code 1.

    Sources are YAML files, one each: the built-in ones and those in the folder (or folders,
    separated by a colon) that LAKEHOUSE_SOURCES names.

    Example:  LAKEHOUSE_SOURCES=my_sources lakehouse sources
    """
    rows = [
        (s.name, s.raw.format, s.raw.path, s.start_date, s.metrics_table, s.description.strip())
        for s in context.sources().values()
    ]
    columns = ("source", "format", "raw files under", "from", "metrics table", "description")
    print_table("", columns, rows)
