"""`lakehouse sources`: what is ingested, what is stale; new ones, their schema."""

from datetime import UTC, datetime, timedelta

import click

from lakehouse.cli import context
from lakehouse.cli.output import print_json, print_table
from lakehouse.cli.sources_new import new


@click.group(invoke_without_command=True)
@click.option("--stale", is_flag=True, help="List the days to build again instead: their raw files "
              "came, changed or went since. Lists the files of every day.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for a script.")
@click.pass_context
def sources(ctx: click.Context, stale: bool, as_json: bool) -> None:
    """List the log sources; a wrong source file is reported with its key, and exit code 1.

    Sources are YAML files, one each: the built-in ones and those in the folder (or folders,
    separated by a colon) that LAKEHOUSE_SOURCES names.

    \b
    Examples:
      LAKEHOUSE_SOURCES=my_sources lakehouse sources
      lakehouse sources --stale
      lakehouse sources new orders --from till.csv --to my_sources
    """
    if ctx.invoked_subcommand is not None:
        return
    if stale:
        _print_stale_days(as_json)
    else:
        _print_sources(as_json)


sources.add_command(new)


@sources.command()
def schema() -> None:
    """Print the JSON Schema of a source file, for editors.

    \b
    Example:
      lakehouse sources schema > my_sources/source.schema.json
    and as the first line of a source file:
      # yaml-language-server: $schema=source.schema.json
    """
    from lakehouse.draft.json_schema import source_schema

    click.echo(source_schema(), nl=False)


def _print_sources(as_json: bool) -> None:
    known = context.sources().values()
    if as_json:
        print_json([source.model_dump(mode="json", by_alias=True) for source in known])
        return
    rows = [
        (s.name, s.raw.format, s.raw.path, s.start_date, s.metrics_table, s.description.strip())
        for s in known
    ]
    columns = ("source", "format", "raw files under", "from", "metrics table", "description")
    print_table("", columns, rows)


def _print_stale_days(as_json: bool) -> None:
    from lakehouse.aws.catalog import Catalog
    from lakehouse.aws.session import make_client
    from lakehouse.aws.stale_days import stale_days

    s3, catalog, account = context.s3(), Catalog(make_client("glue")), context.account()
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    found = [
        stale
        for source in context.sources().values()
        for stale in stale_days(s3, catalog, account, source, yesterday)
    ]
    if as_json:
        print_json([{"source": s.source, "day": s.day, "why": s.why} for s in found])
        return
    if found:
        print_table("", ("source", "day", "why"), [(s.source, s.day, s.why) for s in found])
    click.echo(f"{len(found):,} days to build again")
