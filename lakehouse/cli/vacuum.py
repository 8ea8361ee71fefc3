"""`lakehouse vacuum`: the files that no partition needs any more, listed or removed."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import click

from lakehouse.cli import context
from lakehouse.cli.output import bytes_text, print_json, print_table, progress

if TYPE_CHECKING:
    from lakehouse.aws.vacuum import Leftover, Vacuum

MOST_GRACE = 24 * 36_500  # hours: a century


@click.command()
@click.argument("sources", nargs=-1, shell_complete=context.complete_sources)
@click.option("--dry-run", is_flag=True, help="List what would be removed; remove nothing.")
@click.option(
    "--grace-hours",
    type=click.FloatRange(0, MOST_GRACE),
    default=24.0,
    show_default=True,
    help="Keep what was written or replaced less than this long ago: a query may still read it, "
    "a run may still publish it.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for a script.")
def vacuum(sources: tuple[str, ...], dry_run: bool, grace_hours: float, as_json: bool) -> None:
    """Remove the files of replaced and failed runs of SOURCES (all, when none is named).

    Every materialization writes files of its own and then points the table's partitions at them.
    Those of earlier runs stay until nobody can be reading them; this removes them. Raw files,
    current partitions and whatever else stands in the buckets are never touched.

    \b
    Examples:
      lakehouse vacuum --dry-run
      lakehouse vacuum web_logs --grace-hours 2
    """
    if grace_hours != grace_hours:
        raise click.UsageError("--grace-hours nan is no number of hours")
    cleaner = context.vacuum()
    chosen = [context.source(name) for name in sources] or list(context.sources().values())
    now, grace = datetime.now(UTC), timedelta(hours=grace_hours)
    found = [item for source in chosen for item in cleaner.leftovers(source, now, grace)]
    removed = found if dry_run else _remove(cleaner, found)
    if as_json:
        print_json([_record(item) for item in removed])
        return
    if removed:
        print_table("", ("table", "files", "size", "not needed since", "prefix"), _rows(removed))
    files = sum(len(item.objects) for item in removed)
    size = bytes_text(sum(item.bytes for item in removed))
    click.echo(f"{files:,} files, {size} {'would be removed' if dry_run else 'removed'}")


def _remove(cleaner: "Vacuum", found: "list[Leftover]") -> "list[Leftover]":
    return [item for item in progress(found, "removing") if cleaner.remove(item)]


def _record(item: "Leftover") -> dict[str, object]:
    return {
        "table": item.tables[0],
        "files": len(item.objects),
        "bytes": item.bytes,
        "not_needed_since": item.unneeded_since.isoformat(),
        "location": item.location,
    }


def _rows(leftovers: "list[Leftover]") -> list[tuple[object, ...]]:
    return [
        (
            item.tables[0],
            len(item.objects),
            bytes_text(item.bytes),
            f"{item.unneeded_since:%Y-%m-%d %H:%M} UTC",
            item.location,
        )
        for item in leftovers
    ]
