"""What a materialization tells in the Dagster UI: pure functions from results to metadata.

Numbers that Dagster plots over time have one name each, the same for every source.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import dagster as dg

from lakehouse.aws.clean_table import CleanRun
from lakehouse.aws.daily_metrics import MetricsRun
from lakehouse.aws.drift import Drift
from lakehouse.aws.inventory import DayFiles
from lakehouse.aws.raw_table import RawTableUpdate
from lakehouse.aws.reconciliation import Comparison
from lakehouse.aws.run_records import DayCounts
from lakehouse.source import LogSource

Metadata = Mapping[str, Any]


def column_schema(types: Mapping[str, str], words: Mapping[str, str]) -> dg.TableSchema:
    """Columns with types and descriptions, for the asset's page."""
    return dg.TableSchema(
        [dg.TableColumn(name, kind, words.get(name) or None) for name, kind in types.items()]
    )


def clean_schema(source: LogSource) -> dg.TableSchema:
    """The declared columns of the clean table."""
    words = {name: column.description or "" for name, column in source.columns.items()}
    return column_schema(source.column_types, words)


def inventory_metadata(day: DayFiles) -> Metadata:
    """Files of a day: how many, how large, which."""
    return {
        "files": len(day.files),
        "bytes": day.bytes,
        "location": day.location,
        "manifest": day.version,
        "sample": dg.MetadataValue.table(
            [dg.TableRecord({"key": f.key, "bytes": f.size}) for f in day.files[:10]],
            schema=dg.TableSchema([dg.TableColumn("key"), dg.TableColumn("bytes", "int")]),
        ),
    }


def raw_table_metadata(table: str, update: RawTableUpdate) -> Metadata:
    """The table, its discovered columns, crawls and drift; the same for all days of a run."""
    return {
        "dagster/table_name": table,
        "dagster/column_schema": column_schema(dict(update.columns), {}),
        "crawls": len(update.crawls),
        "crawl_seconds": round(sum(crawl.seconds for crawl in update.crawls), 3),
        "undeclared_fields": list(update.drift.undeclared),
        "missing_fields": list(update.drift.missing),
    }


def clean_metadata(counts: DayCounts, location: str, files: tuple[int, int]) -> Metadata:
    """One day's rows by outcome, files and bytes."""
    reasons = [
        dg.TableRecord({"reason": reason, "rows": rows})
        for reason, rows in sorted(counts.reasons.items(), key=lambda item: -item[1])
    ]
    return {
        "dagster/row_count": counts.published,
        "rows_raw": counts.raw,
        "rows_clean": counts.clean,
        "rows_rejected": counts.rejected,
        "rows_filtered": counts.filtered,
        "rows_duplicate": counts.duplicates,
        "rows_other_day": counts.other_day,
        "rows_late": counts.late,
        "files": files[0],
        "bytes": files[1],
        "location": location,
        "rejected_reasons": dg.MetadataValue.table(
            reasons,
            schema=dg.TableSchema([dg.TableColumn("reason"), dg.TableColumn("rows", "int")]),
        ),
    }


def clean_run_metadata(table: str, run: CleanRun) -> Metadata:
    """The Glue run behind a materialization; the same for all its days."""
    return {
        "dagster/table_name": table,
        "run_id": run.outcome.run_id,
        "glue_job": run.job_run.job,
        "glue_job_run_id": run.job_run.run_id,
        "glue_seconds": run.job_run.seconds,
        "glue_dpu_seconds": run.job_run.dpu_seconds,
        "glue_dollars": round(run.job_run.dollars, 6),
    }


def metrics_metadata(table: str, run: MetricsRun) -> Metadata:
    """The Athena queries behind a materialization; the same for all its days."""
    return {
        "dagster/table_name": table,
        "athena_query_ids": [query.query_id for query in run.queries],
        "athena_bytes_scanned": run.bytes_scanned,
        "athena_seconds": round(sum(query.seconds for query in run.queries), 3),
        "athena_dollars": round(sum(query.dollars for query in run.queries), 6),
        "sql": dg.MetadataValue.md("\n".join(f"```sql\n{q.sql}\n```" for q in run.queries)),
    }


def _number(value: int | Decimal) -> int | str:
    return int(value) if value == int(value) else str(value)


def comparison_metadata(comparisons: Iterable[Comparison]) -> Metadata:
    """Expected and actual of every comparison of a day."""
    schema = dg.TableSchema(
        [dg.TableColumn("what"), dg.TableColumn("expected", "int"), dg.TableColumn("actual", "int")]
    )
    records = [
        dg.TableRecord(
            {"what": c.what, "expected": _number(c.expected), "actual": _number(c.actual)}
        )
        for c in comparisons
    ]
    return {"comparisons": dg.MetadataValue.table(records, schema=schema)}


def drift_metadata(drift: Drift) -> Metadata:
    """The fields that a day's files should not have, and those that they lack."""
    return {"undeclared_fields": list(drift.undeclared), "missing_fields": list(drift.missing)}
