"""What the demo prints at its end: rows by outcome, the metrics, bytes scanned raw and clean.

Everything is read back from the catalog, Athena and the runs' manifests; nothing is computed from
what the demo knows it put in.
"""

from collections.abc import Sequence
from datetime import date

from lakehouse.aws.catalog import Catalog
from lakehouse.aws.reconciliation import Reconciler
from lakehouse.aws.run_records import DayCounts, RunRecords
from lakehouse.aws.session import make_client
from lakehouse.cli import context
from lakehouse.cli.output import bytes_text, print_table
from lakehouse.source import LogSource

OUTCOMES = ("raw", "clean", "rejected", "filtered", "duplicates", "other_day", "late")

ERROR_RATE = """\
SELECT event_date, SUM(requests) AS requests, SUM(errors) AS errors,
       ROUND(100e0 * SUM(errors) / SUM(requests), 2) AS error_rate_percent
FROM logs_daily_endpoint_metrics
WHERE event_date BETWEEN '{first}' AND '{last}'
GROUP BY event_date
ORDER BY event_date"""

ACTIONS = """\
SELECT metadata.location, action, COUNT(*) AS events
FROM user_activity
WHERE event_date BETWEEN '{first}' AND '{last}'
GROUP BY metadata.location, action
ORDER BY 1, 2"""

SCANS = {
    "SELECT COUNT(*)": "SELECT COUNT(*) FROM {table} WHERE {days}",
    "requests per endpoint": (
        "SELECT endpoint, COUNT(*) AS requests FROM {table} WHERE {days} GROUP BY endpoint"
    ),
    "metrics columns": (
        "SELECT endpoint, COUNT(*), APPROX_PERCENTILE(TRY_CAST(latency_ms AS double), 0.95) "
        "FROM {table} WHERE {days} GROUP BY endpoint"
    ),
}


def show(sources: Sequence[LogSource], days: Sequence[date]) -> None:
    """Print all results for the days."""
    _show_outcomes(sources, [day.isoformat() for day in days])
    span = {"first": days[0].isoformat(), "last": days[-1].isoformat()}
    _show_query("web_logs: daily error rate", ERROR_RATE.format(**span))
    _show_query("user_activity: events by location and action", ACTIONS.format(**span))
    _show_scans("event_date BETWEEN '{first}' AND '{last}'".format(**span))


def _show_outcomes(sources: Sequence[LogSource], days: Sequence[str]) -> None:
    reconciler = _reconciler()
    rows = []
    for source in sources:
        results = reconciler.reconcile(source, days)
        totals = _totals([result.counts for result in results if result.counts])
        agree = "yes" if all(result.passed for result in results) else "NO"
        rows.append((source.name, *totals.values(), agree))
    title = "Rows by outcome: raw = clean + rejected + filtered + duplicates + other day"
    columns = ("source", *(name.replace("_", " ") for name in OUTCOMES), "tables agree")
    print_table(title, columns, rows)


def _totals(days: Sequence[DayCounts]) -> dict[str, int]:
    return {name: sum(getattr(counts, name) for counts in days) for name in OUTCOMES}


def _reconciler() -> Reconciler:
    account, catalog = context.account(), Catalog(make_client("glue"))
    return Reconciler(account, catalog, context.athena(), RunRecords(account, context.s3()))


def _show_query(title: str, sql: str) -> None:
    result = context.athena().query(sql)
    print_table(title, [name for name, _ in result.columns], result.rows)


def _show_scans(days: str) -> None:
    athena, rows = context.athena(), []
    for name, sql in SCANS.items():
        raw = athena.execute(sql.format(table="web_logs_raw", days=days)).bytes_scanned
        clean = athena.execute(sql.format(table="web_logs", days=days)).bytes_scanned
        ratio = f"{raw / clean:.0f}x" if clean else "all of it"
        rows.append((name, bytes_text(raw), bytes_text(clean), ratio))
    title = "web_logs: bytes scanned by the same query on raw CSV and on clean Parquet"
    print_table(title, ("query", "raw CSV", "clean Parquet", "saved"), rows)
