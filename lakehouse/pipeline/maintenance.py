"""What keeps the tables in order and belongs to no single source: vacuum, as a scheduled asset.

Which files nobody needs stands in `aws.vacuum`; the `lakehouse vacuum` command does the same by
hand. Nothing here builds or repairs a table.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import dagster as dg
from dagster_aws.s3 import S3Resource

from lakehouse.aws.account import Account
from lakehouse.aws.catalog import Catalog
from lakehouse.aws.s3 import S3
from lakehouse.aws.vacuum import Leftover, Vacuum
from lakehouse.pipeline.failures import in_dagsters_words
from lakehouse.resources import GlueResource
from lakehouse.source import LogSource

GRACE = timedelta(hours=24)


def maintenance_definitions(sources: Sequence[LogSource], account: Account) -> dg.Definitions:
    """The asset `maintenance/removed_files` and its daily schedule."""
    asset = removed_files(sources, account)
    job = dg.define_asset_job(
        "vacuum",
        selection=[asset],
        description="Removes the files of replaced and failed runs that no partition needs.",
    )
    schedule = dg.ScheduleDefinition(
        name="vacuum_daily",
        job=job,
        cron_schedule="30 3 * * *",
        description="Vacuum, every day at 03:30 UTC.",
    )
    return dg.Definitions(assets=[asset], jobs=[job], schedules=[schedule])


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
