"""`lakehouse destroy`: remove what `lakehouse deploy` made."""

import sys

import click

from lakehouse.cli import context
from lakehouse.cli.deploy import print_changes
from lakehouse.errors import LakehouseError


class NotRemoved(LakehouseError):
    """Nobody said yes."""


@click.command()
@click.option("--delete-data", is_flag=True, help="Delete buckets with all files, and tables, too.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--plan", is_flag=True, help="Show what would be removed; do nothing.")
def destroy(delete_data: bool, yes: bool, plan: bool) -> None:
    """Remove crawlers, job, work group, queues and role; data is kept.

    Buckets with their files and databases with their tables stay, unless --delete-data says
    otherwise. Asks first. May be run again after a failure.

    \b
    Examples:
      lakehouse destroy --plan
      lakehouse destroy --delete-data --yes
    """
    deployment, sources = context.deployment(), list(context.sources().values())
    changes = deployment.removal(sources, delete_data)
    print_changes(changes)
    doomed = sum(change.action == "delete" for change in changes)
    if plan or not doomed:
        click.echo(f"{doomed:,} to be removed")
        return
    if not yes:
        words = " and all their data" if delete_data else ""
        _require_consent(f"Remove these {doomed:,} things{words}?")
    for change in deployment.remove(sources, delete_data):
        if change.action == "delete":
            click.echo(f"removed {change.kind} {change.name}")


def _require_consent(question: str) -> None:
    if sys.stdin is None or not sys.stdin.isatty():
        raise NotRemoved("nobody is at a terminal to confirm it: add --yes. Nothing was removed")
    if not click.confirm(question):
        raise NotRemoved("not confirmed: nothing was removed")
