"""The report as an asset: one HTML file of all sources, refreshed when metrics are.

What stands in the report is `lakehouse.report`'s and `aws.report_figures`'; `lakehouse report`
writes the same by hand, for any days, to a file.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import dagster as dg
from dagster_aws.s3 import S3Resource

from lakehouse.aws.account import Account
from lakehouse.aws.report_figures import ReportFigures
from lakehouse.pipeline import metadata
from lakehouse.pipeline.failures import in_dagsters_words
from lakehouse.pipeline.services import Services, connect
from lakehouse.report.figures import Report
from lakehouse.report.page import render
from lakehouse.resources import AthenaResource, GlueResource
from lakehouse.source import LogSource

KEY = dg.AssetKey(["reports", "logs"])
OBJECT = "reports/logs.html"
DAYS = 30


class ReportDays(dg.Config):
    """The days of a report as ISO dates; 30 days up to yesterday in UTC if left out."""

    first: str | None = None
    last: str | None = None

    def days(self) -> tuple[date, date]:
        """First and last day."""
        yesterday = datetime.now(UTC).date() - timedelta(days=1)
        last = date.fromisoformat(self.last) if self.last else yesterday
        first = date.fromisoformat(self.first) if self.first else last - timedelta(days=DAYS - 1)
        return first, last


def report_definitions(sources: Sequence[LogSource], account: Account) -> dg.Definitions:
    """`reports/logs`, its job, and the sensor that refreshes it with the metrics."""
    asset = report(sources, account)
    job = dg.define_asset_job(
        "report", selection=[asset], description="Writes the report of the last 30 days."
    )
    refresh = dg.AutomationConditionSensorDefinition(
        "report_refresh",
        target=[asset],
        description="Writes the report again when metrics of any source were materialized.",
    )
    return dg.Definitions(assets=[asset], jobs=[job], sensors=[refresh])


def report(sources: Sequence[LogSource], account: Account) -> dg.AssetsDefinition:
    """One HTML file over all sources."""
    owners = sorted({owner for source in sources for owner in source.owners})

    @dg.asset(
        key=KEY,
        deps=[dg.AssetKey([source.name, "daily_metrics"]) for source in sources],
        group_name="reports",
        kinds={"html", "athena"},
        owners=owners or ["team:data-platform"],
        automation_condition=_when_metrics_are_new(),
        description=f"`s3://{account.clean_bucket}/{OBJECT}`: metrics per day, the largest groups, "
        "rows by outcome and cost of every source, as charts and tables in one HTML file that "
        "needs no network. Read from metrics tables and run records only.",
        metadata={"dagster/uri": f"s3://{account.clean_bucket}/{OBJECT}"},
    )
    def report(context: dg.AssetExecutionContext, config: ReportDays, s3: S3Resource,
               glue: GlueResource, athena: AthenaResource) -> None:  # fmt: skip
        first, last = config.days()
        with in_dagsters_words():
            services = connect(account, s3, glue, athena)
            found = report_figures(services).report(sources, first, last)
            body = render(found).encode()
            services.s3.put(account.clean_bucket, OBJECT, body, "text/html; charset=utf-8")
        context.add_asset_metadata(report_metadata(found, account, first, last, len(body)))

    return report


def _when_metrics_are_new() -> dg.AutomationCondition[Any]:
    updated = dg.AutomationCondition.any_deps_updated().since_last_handled()
    running = dg.AutomationCondition.any_deps_in_progress() | dg.AutomationCondition.in_progress()
    return updated & ~running


def report_figures(services: Services) -> ReportFigures:
    """What gathers a report's figures."""
    return ReportFigures(
        services.account,
        services.s3,
        services.catalog,
        services.metrics_reader,
        services.reconciler,
    )


def report_metadata(
    found: Report, account: Account, first: date, last: date, size: int
) -> Mapping[str, Any]:
    """Where the report is, which days it shows, and the chart of each source."""
    charts = {
        f"trend/{source.name}": picture["trend"]
        for source in found.sources
        if (picture := metadata.trend_metadata(source.name, source.metrics))
    }
    return {
        "location": dg.MetadataValue.path(f"s3://{account.clean_bucket}/{OBJECT}"),
        "first_day": first.isoformat(),
        "last_day": last.isoformat(),
        "published_days": sum(len(source.metrics) for source in found.sources),
        "bytes": size,
        **charts,
    }
