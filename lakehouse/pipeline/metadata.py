"""What a materialization tells in the Dagster UI: pure functions from results to metadata.

Numbers that Dagster plots over time have one name each, the same for every source.
"""

import base64
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import dagster as dg

from lakehouse.aws.clean_engines import CleanWork
from lakehouse.aws.clean_queries import QueriesRun
from lakehouse.aws.clean_table import CleanRun
from lakehouse.aws.daily_metrics import MetricsRun
from lakehouse.aws.drift import Drift
from lakehouse.aws.inventory import DayFiles
from lakehouse.aws.raw_table import RawTableUpdate
from lakehouse.aws.reconciliation import Comparison
from lakehouse.aws.run_records import DayCounts
from lakehouse.aws.samples import Rejected
from lakehouse.pipeline.definition_metadata import Metadata, metrics_schema
from lakehouse.report.charts import STYLE, Chart, svg
from lakehouse.report.figures import DayMetrics, GroupDay, Number
from lakehouse.report.sections import trend
from lakehouse.source import LogSource


def inventory_metadata(day: DayFiles) -> Metadata:
    """Files of a day: how many, how large, which."""
    return {
        "files": len(day.files),
        "bytes": day.bytes,
        "location": dg.MetadataValue.path(day.location),
        "manifest": day.version,
        "sample": table(
            {"key": "string", "bytes": "int"}, [(f.key, f.size) for f in day.files[:10]]
        ),
    }


def raw_table_metadata(update: RawTableUpdate) -> Metadata:
    """The discovered columns, crawls and drift; the same for all days of a run."""
    return {
        "dagster/column_schema": dg.TableSchema(
            [dg.TableColumn(name, kind) for name, kind in update.columns]
        ),
        "crawls": len(update.crawls),
        "crawl_seconds": round(sum(crawl.seconds for crawl in update.crawls), 3),
        "undeclared_fields": list(update.drift.undeclared),
        "missing_fields": list(update.drift.missing),
    }


def clean_metadata(
    counts: DayCounts, location: str, files: tuple[int, int], examples: Mapping[str, Rejected]
) -> dict[str, Any]:
    """One day's rows by outcome, files and bytes, and a rejected row for each reason."""
    return {
        "dagster/partition_row_count": counts.published,
        "rows_raw": counts.raw,
        "rows_clean": counts.clean,
        "rows_rejected": counts.rejected,
        "rows_filtered": counts.filtered,
        "rows_duplicate": counts.duplicates,
        "rows_other_day": counts.other_day,
        "rows_late": counts.late,
        "files": files[0],
        "bytes": files[1],
        "location": dg.MetadataValue.path(location),
        "rejected_reasons": table(
            {"reason": "string", "rows": "int", "example": "string", "file": "string"},
            [
                (reason, rows, example.raw_text, example.file)
                for reason, rows in sorted(counts.reasons.items(), key=lambda item: -item[1])
                if (example := examples.get(reason, Rejected("", "")))
            ],
        ),
    }


def sample_metadata(types: Mapping[str, str], rows: Sequence[Mapping[str, Any]]) -> Metadata:
    """Some rows of a table, as text."""
    columns = dict.fromkeys(types, "string")
    return {"sample_rows": table(columns, [tuple(row[name] for name in types) for row in rows])}


def table(columns: Mapping[str, str], rows: Iterable[Sequence[Any]]) -> dg.TableMetadataValue:
    """Rows as Dagster shows a table; what is missing is written NULL."""
    return dg.MetadataValue.table(
        [
            dg.TableRecord({n: _cell(value) for n, value in zip(columns, row, strict=True)})
            for row in rows
        ],
        schema=dg.TableSchema([dg.TableColumn(name, kind) for name, kind in columns.items()]),
    )


def _cell(value: Any) -> str | int | float | bool:
    if value is None:
        return "NULL"
    return value if isinstance(value, (int, float)) else str(value)


def clean_run_metadata(run: CleanRun) -> Metadata:
    """The Glue run or the Athena queries behind a materialization; the same for all its days."""
    shared = {"run_id": run.outcome.run_id, **_engine_metadata(run.work)}
    return shared | ({"engine_reason": run.work.why} if run.work.why else {})


def _engine_metadata(work: CleanWork) -> Metadata:
    if isinstance(work.by, QueriesRun):
        return {
            "engine": "athena",
            "athena_query_ids": [query.query_id for query in work.by.queries],
            "athena_seconds": round(work.by.seconds, 3),
            "athena_bytes_scanned": work.by.bytes_scanned,
            "athena_dollars": round(work.by.dollars, 6),
        }
    return {
        "engine": "glue",
        "glue_job": work.by.job,
        "glue_job_run_id": work.by.run_id,
        "glue_seconds": work.by.seconds,
        "glue_dpu_seconds": work.by.dpu_seconds,
        "glue_dollars": round(work.by.dollars, 6),
    }


def metrics_run_metadata(source: LogSource, run: MetricsRun) -> Metadata:
    """The columns, and the Athena queries behind a materialization; the same for all its days."""
    return {
        "dagster/column_schema": metrics_schema(source, dict(run.columns)),
        "athena_query_ids": [query.query_id for query in run.queries],
        "athena_bytes_scanned": run.bytes_scanned,
        "athena_seconds": round(sum(query.seconds for query in run.queries), 3),
        "athena_dollars": round(sum(query.dollars for query in run.queries), 6),
    }


def metrics_metadata(
    source: LogSource, day: DayMetrics, groups: Sequence[GroupDay], files: tuple[int, int]
) -> dict[str, Any]:
    """One day's rows, totals and ratios, to be plotted, and its largest groups."""
    measured = {**day.totals, **day.ratios}
    columns = (*source.metrics.group_by, *source.metrics.measures)
    return {
        "dagster/partition_row_count": day.groups,
        "files": files[0],
        "bytes": files[1],
        **{f"day/{n}": plotted(value) for n, value in measured.items() if value is not None},
        "largest_groups": table(
            dict.fromkeys(columns, ""),
            [
                (*item.group, *(item.measures[n] for n in source.metrics.measures))
                for item in groups
            ],
        ),
    }


def trend_metadata(source: str, days: Mapping[str, DayMetrics]) -> Metadata:
    """The daily chart of a source up to a day, as a picture in Markdown."""
    chart = trend(source, days)
    return {"trend": dg.MetadataValue.md(picture(chart))} if chart else {}


def picture(chart: Chart) -> str:
    """A chart as Markdown: an SVG in a data URI, which Dagster's UI shows."""
    data = base64.b64encode(svg(chart, "trend", STYLE).encode()).decode()
    return f"![{chart.title}](data:image/svg+xml;base64,{data})"


def plotted(value: Number) -> int | float:
    """A number as Dagster plots it."""
    return value if isinstance(value, int) else float(value)


def _number(value: int | Decimal) -> int | str:
    return int(value) if value == int(value) else str(value)


def comparison_metadata(comparisons: Iterable[Comparison]) -> Metadata:
    """Expected and actual of every comparison of a day."""
    rows = [(c.what, _number(c.expected), _number(c.actual)) for c in comparisons]
    return {"comparisons": table({"what": "string", "expected": "int", "actual": "int"}, rows)}


def drift_metadata(drift: Drift) -> Metadata:
    """The fields that a day's files should not have, and those that they lack."""
    return {"undeclared_fields": list(drift.undeclared), "missing_fields": list(drift.missing)}
