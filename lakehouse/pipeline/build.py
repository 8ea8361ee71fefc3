"""The whole graph on one screen: a list of sources in, Dagster definitions out.

Reading `build_definitions` tells what exists for each source. What holds for all assets (executor,
resources) is said here, once.
"""

import warnings
from collections.abc import Iterable, Mapping

import dagster as dg

from lakehouse.aws.account import Account
from lakehouse.pipeline.assets import source_assets
from lakehouse.pipeline.checks import source_checks
from lakehouse.pipeline.event_sensors import raw_events_sensor
from lakehouse.pipeline.maintenance import maintenance_definitions
from lakehouse.pipeline.report import report_definitions
from lakehouse.pipeline.sensors import daily_schedule, raw_files_sensor
from lakehouse.resources import resources_for
from lakehouse.source import LogSource


def source_definitions(source: LogSource, account: Account) -> dg.Definitions:
    """Assets, checks, job, sensor and schedule of one source."""
    job = dg.define_asset_job(
        source.name,
        selection=dg.AssetSelection.groups(source.name),
        description=f"All four assets of {source.name}, for one day or a range of days.",
    )
    sensor = raw_events_sensor if account.raw_events else raw_files_sensor
    return dg.Definitions(
        assets=source_assets(source, account),
        asset_checks=source_checks(source, account),
        jobs=[job],
        sensors=[sensor(source, account, job)],
        schedules=[daily_schedule(job, source)],
    )


def build_definitions(
    sources: Iterable[LogSource],
    account: Account,
    loggers: Mapping[str, dg.LoggerDefinition] | None = None,
) -> dg.Definitions:
    """Everything Dagster shows and runs.

    Steps only wait on AWS, so they run in one process: a process for each would pay seconds of
    imports four times a run.
    """
    shared = dg.Definitions(
        resources=resources_for(account), executor=dg.in_process_executor, loggers=loggers or {}
    )
    with warnings.catch_warnings():
        # Used on purpose and pinned to dagster 1.13: backfill_policy on assets is beta there,
        # partitions on checks are in preview.
        warnings.simplefilter("ignore", dg.BetaWarning)
        warnings.simplefilter("ignore", dg.PreviewWarning)
        every = list(sources)
        return dg.Definitions.merge(
            shared,
            maintenance_definitions(every, account),
            report_definitions(every, account),
            *(source_definitions(source, account) for source in every),
        )
