"""`lakehouse sources new`: a first source file, drafted from a sample of the logs."""

import os
from pathlib import Path
from shlex import quote

import click

from lakehouse.cli import context
from lakehouse.errors import LakehouseError
from lakehouse.source_folders import VARIABLE, source_folders


class CannotWrite(LakehouseError):
    """The new source file cannot be put where it should stand."""


@click.command()
@click.argument("name")
@click.option("--from", "sample", required=True, metavar="FILE", type=click.Path(path_type=Path),
              help="A log file: CSV with a header, JSON lines or access log.")  # fmt: skip
@click.option("--to", "folder", metavar="DIR", type=click.Path(path_type=Path),
              help=f"Folder for the file; by default the first of {VARIABLE}.")  # fmt: skip
def new(name: str, sample: Path, folder: Path | None) -> None:
    """Look at a sample FILE (plain or .gz) and write NAME.yaml, a first source to edit.

    Format, columns with their types, event time and first day are what the file's first 5,000
    lines say; a unique key is guessed in a comment. An existing file is never replaced.

    \b
    Examples:
      lakehouse sources new orders --from till.csv --to my_sources
      LAKEHOUSE_SOURCES=my_sources lakehouse sources new app --from app.jsonl.gz
    """
    from lakehouse.column_types import IDENTIFIER
    from lakehouse.source import read_source

    if not IDENTIFIER.fullmatch(name):
        raise click.UsageError(f"{name!r} is no source name: lower-case letters, digits and '_'")
    place = folder or _first_folder()
    path = place / f"{name}.yaml"
    if name in context.sources() or path.exists():
        raise CannotWrite(f"there is a source {name!r} already; choose another name")
    text = _draft(name, sample)
    _write(path, text)
    drafted = read_source(path)
    click.echo(f"{path}: {drafted.raw.format}, {len(drafted.columns)} columns, "
               f"event time from '{drafted.columns[drafted.event_time].from_}'")  # fmt: skip
    shown = _export(place)
    click.echo(f"Look it over, then:\n  {shown}lakehouse sources\n"
               f"  lakehouse deploy\n  lakehouse land {name} {quote(str(sample))}")  # fmt: skip


def _draft(name: str, sample: Path) -> str:
    from lakehouse.draft.sample import SampleError, read_sample
    from lakehouse.draft.source_text import draft_source

    found = read_sample(sample)
    try:
        return draft_source(name, found, sample.name)
    except SampleError as error:
        raise SampleError(f"{sample}: {error}") from error


def _export(place: Path) -> str:
    """The line that names the folder beside those named already; none if it is among them."""
    named = source_folders(os.environ)[1:]
    if place in named:
        return ""
    folders = os.pathsep.join(map(str, [*named, place]))
    return f"export {VARIABLE}={quote(folders)}\n  "


def _first_folder() -> Path:
    named = source_folders(os.environ)[1:]
    if not named:
        raise click.UsageError(f"where to? Name a folder with --to or in {VARIABLE}")
    return named[0]


def _write(path: Path, text: str) -> None:
    """Write the source and the schema that its editor asks for; a source that is wrong is not."""
    from lakehouse.draft.json_schema import SCHEMA_FILE, source_schema

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        (path.parent / SCHEMA_FILE).write_text(source_schema())
        with path.open("x") as stream:
            stream.write(text)
    except OSError as error:
        raise CannotWrite(f"{path}: cannot be written: {error.strerror}") from error
