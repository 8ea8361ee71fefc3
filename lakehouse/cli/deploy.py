"""`lakehouse deploy`: make what the pipeline needs, wherever the environment's AWS is."""

import click

from lakehouse.cli import context
from lakehouse.cli.output import print_table


@click.command()
def deploy() -> None:
    """Make what the pipeline needs: buckets, databases, Glue job and script, crawlers, work group.

    May be run again at any time: what is there and right is left alone, what differs is mended.
    On AWS the role named by LAKEHOUSE_GLUE_ROLE (default LakehouseGlueRole) must exist; it needs
    Glue's service policy and read and write access to the four buckets.

    Example:  LAKEHOUSE_PREFIX=acme-logs lakehouse deploy
    """
    changes = context.deployment().apply(context.sources().values())
    rows = [(change.action, change.kind, change.name) for change in changes]
    print_table("", ("action", "what", "name"), rows)
