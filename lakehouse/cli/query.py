"""`lakehouse query`: Athena SQL from the shell."""

import csv
import sys
from pathlib import Path

import click

from lakehouse.cli import context
from lakehouse.cli.output import bytes_text, counted, print_table


@click.command()
@click.argument("sql", required=False)
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV, ready for a pipe.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON lines, one object a row.")
@click.option("--parquet", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False),
              help="Write a Parquet file with the result's types.")  # fmt: skip
def query(sql: str | None, as_csv: bool, as_json: bool, parquet: Path | None) -> None:
    """Run SQL (or standard input, when SQL is left out) in Athena and print the result.

    \b
    Examples:
      lakehouse query "SELECT * FROM logs_daily_endpoint_metrics ORDER BY errors DESC LIMIT 5"
      lakehouse query "SELECT reason, count(*) FROM web_logs_rejected GROUP BY reason"
      lakehouse query --csv < report.sql > report.csv
      lakehouse query --parquet day.parquet "SELECT * FROM web_logs WHERE event_date = '2026-01-01'"

    Ctrl-C cancels the query.
    """
    from lakehouse.cli.query_values import json_lines, require_pyarrow, write_parquet

    if as_csv + as_json + (parquet is not None) > 1:
        raise click.UsageError("one of --csv, --json and --parquet, not several")
    text = sql if sql is not None else _standard_input()
    _refuse_what_is_no_sql(text)
    if parquet is not None:
        _require_folder(parquet)
        require_pyarrow()
    result = context.athena().query(text)
    names = [name for name, _ in result.columns]
    if as_csv:
        _print_csv(names, result.rows)
        return
    if as_json:
        click.echo(json_lines(result), nl=False)
        return
    if parquet is not None:
        write_parquet(result, parquet)
        click.echo(f"{parquet}: {counted(len(result.rows), 'row')}")
        return
    print_table("", names, result.rows)
    run = result.run
    click.echo(
        f"{counted(len(result.rows), 'row')}, {run.seconds:.2f} s, "
        f"{bytes_text(run.bytes_scanned)} scanned, ${run.dollars:.6f} (query {run.query_id})"
    )


def _standard_input() -> str:
    if sys.stdin is None:  # closed, as cron does
        return ""
    if sys.stdin.isatty():
        click.echo("reading SQL until Ctrl-D", err=True)
    return sys.stdin.read()


def _refuse_what_is_no_sql(text: str) -> None:
    if not text.strip():
        raise click.UsageError("no SQL: give it as an argument or on standard input")
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise click.UsageError("the SQL is not UTF-8 text")
    if text.endswith(".sql") and len(text.split()) == 1:
        raise click.UsageError(f"{text!r} is a file: lakehouse query < {text}")


def _require_folder(path: Path) -> None:
    """Before the query runs, and is paid for."""
    if not path.parent.is_dir():
        raise click.UsageError(f"--parquet {path}: there is no folder {path.parent}")


def _print_csv(names: list[str], rows: tuple[tuple[str | None, ...], ...]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(names)
    writer.writerows(rows)
