"""What keeps the tables in order and belongs to no single source, as scheduled assets.

Which files nobody needs stands in `aws.vacuum`, which days are stale in `aws.stale_days`; the
commands `lakehouse vacuum` and `lakehouse sources --stale` do the same by hand. Nothing here builds
or repairs a table.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import dagster as dg
from dagster_aws.s3 import S3Resource

from lakehouse.aws.account import Account
from lakehouse.aws.catalog import Catalog
from lakehouse.aws.s3 import S3
from lakehouse.aws.stale_days import StaleDay, stale_days
from lakehouse.aws.vacuum import Leftover, Vacuum
from lakehouse.pipeline.failures import in_dagsters_words
from lakehouse.pipeline.partitions import last_closed_day
from lakehouse.resources import GlueResource
from lakehouse.source import LogSource

GRACE = timedelta(hours=24)


def maintenance_definitions(sources: Sequence[LogSource], account: Account) -> dg.Definitions:
    """`maintenance/removed_files`, every day, and `maintenance/stale_partitions`, every week."""
    removed, stale = removed_files(sources, account), stale_partitions(sources, account)
    vacuum = dg.define_asset_job(
        "vacuum",
        selection=[removed],
        description="Removes the files of replaced and failed runs that no partition needs.",
    )
    find_stale = dg.define_asset_job(
        "find_stale_partitions",
        selection=[stale],
        description="Finds the days whose raw files changed since their partition was built.",
    )
    schedules = [
        dg.ScheduleDefinition(
            name="vacuum_daily",
            job=vacuum,
            cron_schedule="30 3 * * *",
            description="Vacuum, every day at 03:30 UTC.",
        ),
        dg.ScheduleDefinition(
            name="stale_partitions_weekly",
            job=find_stale,
            cron_schedule="0 4 * * 1",
            description="Looks for stale days, every Monday at 04:00 UTC.",
        ),
    ]
    return dg.Definitions(assets=[removed, stale], jobs=[vacuum, find_stale], schedules=schedules)


def stale_partitions(sources: Sequence[LogSource], account: Account) -> dg.AssetsDefinition:
    """Days whose clean partition is older than their raw files."""
    owners = sorted({owner for source in sources for owner in source.owners})

    @dg.asset(
        key=dg.AssetKey(["maintenance", "stale_partitions"]),
        group_name="maintenance",
        kinds={"s3", "glue"},
        owners=owners or ["team:data-platform"],
        description="Every day of every source whose clean partition was not built of the raw "
        "files that stand there now: files that came, changed or went after the sensors stopped "
        "watching their day. Nothing is built by this; materialize the days it names.",
        check_specs=[
            dg.AssetCheckSpec(
                "all_days_are_current",
                asset=dg.AssetKey(["maintenance", "stale_partitions"]),
                description="No day is stale.",
            )
        ],
    )
    def stale_partitions(s3: S3Resource, glue: GlueResource) -> dg.MaterializeResult:  # type: ignore[type-arg]  # Dagster does not know it with an argument
        catalog, objects = Catalog(glue.get_client()), S3(s3.get_client())
        with in_dagsters_words():
            found = [
                stale
                for source in sources
                for stale in stale_days(objects, catalog, account, source, last_closed_day(source))
            ]
        return dg.MaterializeResult(
            metadata=stale_metadata(found),
            check_results=[
                dg.AssetCheckResult(
                    passed=not found,
                    severity=dg.AssetCheckSeverity.WARN,
                    description=_stale_words(found),
                )
            ],
        )

    return stale_partitions


def _stale_words(found: Sequence[StaleDay]) -> str:
    if not found:
        return "Every clean partition was built of the raw files that stand there now."
    days = ", ".join(f"{stale.source} {stale.day} ({stale.why})" for stale in found[:20])
    return f"{len(found)} days to build again: {days}{' ...' if len(found) > 20 else ''}"


def stale_metadata(found: Sequence[StaleDay]) -> Mapping[str, Any]:
    """The stale days as a table."""
    records = [
        dg.TableRecord({"source": s.source, "day": s.day.isoformat(), "why": s.why}) for s in found
    ]
    columns = [dg.TableColumn("source"), dg.TableColumn("day"), dg.TableColumn("why")]
    return {
        "dagster/row_count": len(found),
        "days": dg.MetadataValue.table(records, schema=dg.TableSchema(columns)),
    }


def removed_files(sources: Sequence[LogSource], account: Account) -> dg.AssetsDefinition:
    """What vacuum removed."""
    owners = sorted({owner for source in sources for owner in source.owners})

    @dg.asset(
        key=dg.AssetKey(["maintenance", "removed_files"]),
        group_name="maintenance",
        kinds={"s3"},
        owners=owners or ["team:data-platform"],
        description="Files of replaced and failed runs that no partition has needed for "
        f"{GRACE.total_seconds() / 3600:.0f} hours. Materializing removes them; raw files and "
        "current partitions are never touched.",
    )
    def removed_files(context: dg.AssetExecutionContext, s3: S3Resource,
                      glue: GlueResource) -> None:  # fmt: skip
        vacuum = Vacuum(account, S3(s3.get_client()), Catalog(glue.get_client()))
        now = datetime.now(UTC)
        with in_dagsters_words():
            found = [item for source in sources for item in vacuum.leftovers(source, now, GRACE)]
            removed = [item for item in found if vacuum.remove(item)]
        context.add_asset_metadata(vacuum_metadata(removed))

    return removed_files


def vacuum_metadata(removed: Sequence[Leftover]) -> Mapping[str, Any]:
    """Files, bytes, and the prefixes they stood under."""
    records = [
        dg.TableRecord({"prefix": i.location, "files": len(i.objects), "bytes": i.bytes})
        for i in removed
    ]
    return {
        "files": sum(len(item.objects) for item in removed),
        "bytes": sum(item.bytes for item in removed),
        "prefixes": dg.MetadataValue.table(
            records,
            schema=dg.TableSchema(
                [
                    dg.TableColumn("prefix"),
                    dg.TableColumn("files", "int"),
                    dg.TableColumn("bytes", "int"),
                ]
            ),
        ),
    }
