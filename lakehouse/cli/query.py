"""`lakehouse query`: Athena SQL from the shell."""

import csv
import sys

import click

from lakehouse.cli import context
from lakehouse.cli.output import bytes_text, print_table


@click.command()
@click.argument("sql", required=False)
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV, ready for a pipe.")
def query(sql: str | None, as_csv: bool) -> None:
    """Run SQL (or standard input, when SQL is left out) in Athena and print the result.

    \b
    Examples:
      lakehouse query "SELECT * FROM logs_daily_endpoint_metrics ORDER BY errors DESC LIMIT 5"
      lakehouse query "SELECT reason, count(*) FROM web_logs_rejected GROUP BY reason"
      lakehouse query --csv < report.sql > report.csv
    """
    text = sql if sql is not None else sys.stdin.read()
    if not text.strip():
        raise click.UsageError("no SQL: give it as an argument or on standard input")
    result = context.athena().query(text)
    names = [name for name, _ in result.columns]
    if as_csv:
        _print_csv(names, result.rows)
        return
    print_table("", names, result.rows)
    run = result.run
    click.echo(
        f"{len(result.rows):,} rows, {run.seconds:.2f} s, {bytes_text(run.bytes_scanned)} scanned, "
        f"${run.dollars:.6f} (query {run.query_id})"
    )


def _print_csv(names: list[str], rows: tuple[tuple[str | None, ...], ...]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(names)
    writer.writerows(rows)
