"""`lakehouse land`: a user's own log file, cut by day and uploaded."""

import tempfile
from pathlib import Path

import click

from lakehouse.cli import context
from lakehouse.cli.output import bytes_text, print_table, progress

STANDARD_INPUT = Path("/dev/stdin")


@click.command()
@click.argument("source", shell_complete=context.complete_sources)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
def land(source: str, files: tuple[Path, ...]) -> None:
    """Cut FILES (plain or .gz) by the day of their lines and upload each part for SOURCE.

    A file named - is standard input.

    Landing the same file again replaces its parts. A line whose time cannot be read goes with the
    line before it; the job will put it in quarantine.

    \b
    Examples:
      lakehouse land access_logs /var/log/nginx/access.log.1.gz
      ssh web1 cat /var/log/nginx/access.log | lakehouse land access_logs -
    """
    from lakehouse.aws.raw_files import Landed, RawFiles
    from lakehouse.landing import LandingError

    chosen = context.source(source)
    uploads = RawFiles(context.account(), context.s3())
    paths = [STANDARD_INPUT if str(path) == "-" else path for path in files]
    if missing := [str(path) for path in paths if not path.exists()]:
        raise LandingError(f"{', '.join(missing)}: no such file. Nothing was landed")
    landed: list[Landed] = []
    for number, path in enumerate(progress(paths, "landing")):
        with tempfile.TemporaryDirectory(prefix="lakehouse-land-") as scratch:
            landed += uploads.land(chosen, path, Path(scratch) / str(number))
    rows = [(part.day, part.rows, bytes_text(part.bytes), part.uri) for part in landed]
    print_table("", ("day", "lines", "size", "uploaded to"), rows)
    days = sorted({part.day for part in landed})
    click.echo(
        f"Next, in Dagster or here:\n  dagster asset materialize -m lakehouse.definitions "
        f"--select 'group:{chosen.name}' --partition-range {days[0]}...{days[-1]}"
    )
    early = [day for day in days if day < chosen.start_date]
    if early:
        click.echo(
            f"warning: {len(early)} days are before {chosen.name}'s start_date "
            f"{chosen.start_date} and have no partition; set an earlier start_date",
            err=True,
        )
