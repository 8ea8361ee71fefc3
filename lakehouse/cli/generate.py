"""`lakehouse generate`: synthetic files on disk."""

from datetime import date, timedelta
from pathlib import Path

import click

from lakehouse.cli import context
from lakehouse.cli.output import bytes_text, print_table, progress
from lakehouse.errors import LakehouseError


@click.command()
@click.argument("source", shell_complete=context.complete_sources)
@click.option("--from", "first", type=context.DAY, required=True, help="First day.")
@click.option("--to", "last", type=context.DAY, help="Last day (default: the first).")
@click.option("--rows", type=click.IntRange(1), help="Rows a day instead of the source's own.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=Path(),
              help="Folder to write to (default: the current one).")  # fmt: skip
def generate(source: str, first: date, last: date | None, rows: int | None, out: Path) -> None:
    """Write synthetic files of SOURCE, one folder a day; the same day gives the same bytes.

    Example:  lakehouse generate web_logs --from 2026-01-01 --to 2026-01-07 --out /tmp/logs
    """
    from lakehouse.synthetic.generate import generate_day

    chosen = context.source(source)
    if chosen.synthetic is None:
        raise LakehouseError(f"{source} has no `synthetic:` section, so nothing can be generated")
    if rows:
        synthetic = chosen.synthetic.model_copy(update={"rows_per_day": rows})
        chosen = chosen.model_copy(update={"synthetic": synthetic})
    end = last or first
    if end < first:
        raise click.UsageError(f"--to {end} is before --from {first}")
    written = []
    for offset in progress(range((end - first).days + 1), "generating"):
        day = first + timedelta(days=offset)
        folder = out / day.isoformat()
        folder.mkdir(parents=True, exist_ok=True)
        for name, body in generate_day(chosen, day):
            (folder / name).write_bytes(body)
            written.append((day, bytes_text(len(body)), folder / name))
    print_table("", ("day", "size", "file"), written)
