"""`lakehouse deploy`: make what the pipeline needs, wherever the environment's AWS is."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from lakehouse.cli import context
from lakehouse.cli.output import print_json, print_table

if TYPE_CHECKING:
    from lakehouse.aws.deployment.deployment import Deployment
    from lakehouse.aws.deployment.resource import Change
    from lakehouse.source import LogSource


@click.command()
@click.option("--plan", is_flag=True, help="Show what would be made or mended; do nothing.")
@click.option(
    "--cloudformation", "as_template", is_flag=True, help="Print a CloudFormation template instead."
)
@click.option("--json", "as_json", is_flag=True, help="Print the changes as JSON, for a script.")
def deploy(plan: bool, as_template: bool, as_json: bool) -> None:
    """Make what the pipeline needs, and mend what differs.

    That is: four buckets (encrypted, closed to the public, TLS only), two databases, the role of
    Glue, the Glue job with its script, an Athena work group, a crawler for each source, and with
    LAKEHOUSE_SENSORS=sqs queues with the bucket's notifications. May be run again at any time, also
    after a failure; tables and files are never touched. A role given to LAKEHOUSE_GLUE_ROLE as an
    ARN is used as it is.

    \b
    Examples:
      lakehouse deploy --plan
      LAKEHOUSE_PREFIX=acme-logs lakehouse deploy
      lakehouse deploy --cloudformation > lakehouse.json
    """
    deployment, sources = context.deployment(), list(context.sources().values())
    if as_template:
        click.echo(json.dumps(deployment.template(sources), indent=2))
        return
    changes = list(deployment.plan(sources)) if plan else _applied(deployment, sources)
    if as_json:
        print_json([asdict(change) for change in changes])
        return
    print_changes(changes)
    open_changes = sum(change.action != "unchanged" for change in changes)
    click.echo(f"{open_changes:,} of {len(changes):,} {'to be ' if plan else ''}made or mended")


def _applied(deployment: "Deployment", sources: "Sequence[LogSource]") -> "list[Change]":
    """Every change; those that were made before a failure are printed."""
    done: list[Change] = []
    try:
        for change in deployment.apply(sources):
            done.append(change)  # noqa: PERF402 - extend would lose them
    except BaseException:
        print_changes(change for change in done if change.action != "unchanged")
        raise
    return done


def print_changes(changes: "Iterable[Change]") -> None:
    """What was or would be done about each thing."""
    rows = [(c.action, c.kind, c.name, ", ".join(c.differences)) for c in changes]
    print_table("", ("action", "what", "name", "differs in"), rows)
