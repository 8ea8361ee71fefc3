"""The four assets of a source. Each body says what happens in a few lines; how stands below.

Declarations (group, kinds, partitions, backfill policy) are the same for every source and stand
once, in `_declare`. Failures of AWS reach Dagster as `dg.Failure` with the platform's words.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any
from uuid import uuid4

import dagster as dg
from dagster_aws.s3 import S3Resource

from lakehouse.aws.account import Account
from lakehouse.aws.inventory import DayFiles, days_to_read, take_inventory
from lakehouse.errors import LakehouseError
from lakehouse.pipeline import definition_metadata, metadata
from lakehouse.pipeline.failures import in_dagsters_words
from lakehouse.pipeline.partitions import daily_partitions, days_of, span_of
from lakehouse.pipeline.samples import clean_days, metrics_days
from lakehouse.pipeline.services import Services, connect
from lakehouse.resources import AthenaResource, GlueResource
from lakehouse.source import LogSource

# An output with this metadata logs its own materializations: `raw_logs` needs a data version per
# day, and MaterializeResult has one for the whole range of a backfill run; of a range with a bad
# day only the good ones are materialized. Pinned by tests.
_LOGS_ITS_OWN_EVENTS = {"__source_asset_observation__": True}


def asset_key(source: LogSource, asset: str) -> dg.AssetKey:
    """Key of one of a source's assets: [source, asset]."""
    return dg.AssetKey([source.name, asset])


def source_assets(source: LogSource, account: Account) -> list[dg.AssetsDefinition]:
    """raw_logs -> raw_table -> clean_table -> daily_metrics of one source."""
    return [
        raw_logs(source, account),
        raw_table(source, account),
        clean_table(source, account),
        daily_metrics(source, account),
    ]


def _declare(
    source: LogSource,
    name: str,
    upstream: str | None,
    kinds: set[str],
    description: str,
    **more: Any,
) -> Callable[[Callable[..., Any]], dg.AssetsDefinition]:
    declare: Callable[[Callable[..., Any]], dg.AssetsDefinition] = dg.asset(
        key=asset_key(source, name),
        deps=[asset_key(source, upstream)] if upstream else [],
        group_name=source.name,
        kinds=kinds,
        owners=list(source.owners) or ["team:data-platform"],
        description=description,
        partitions_def=daily_partitions(source),
        backfill_policy=dg.BackfillPolicy.single_run(),
        **more,
    )
    return declare


def raw_logs(source: LogSource, account: Account) -> dg.AssetsDefinition:
    """Inventory of a day's raw files."""
    description = (
        f"{source.description}\n\nThe raw {source.raw.format} files of each day under "
        f"`s3://{account.raw_bucket}/{source.raw.path}`. Materializing takes inventory; the hash "
        f"of keys, sizes and ETags is the data version.{_freshness_words(source)}"
    )

    @_declare(
        source,
        "raw_logs",
        None,
        {"s3", source.raw.format},
        description,
        dagster_type=dg.Nothing,
        freshness_policy=freshness_policy(source),
        metadata=definition_metadata.raw_logs_metadata(source, account),
    )
    def raw_logs(context: dg.AssetExecutionContext, s3: S3Resource, glue: GlueResource,
                 athena: AthenaResource) -> Iterator[dg.Output[None]]:  # fmt: skip
        with in_dagsters_words(_what(context)):
            services = connect(account, s3, glue, athena)
            found = _inventory_with_synthetic(context, services, source)
        for day in found:
            context.log_event(_inventory_event(context.asset_key, day))
        yield dg.Output(None, metadata=_LOGS_ITS_OWN_EVENTS)

    return raw_logs


def freshness_policy(source: LogSource) -> dg.FreshnessPolicy | None:
    """Says when a source has gone quiet: a day without files is never materialized.

    Dagster looks at the asset's last materialization of any day, so building a past day again
    makes a source fresh too.
    """
    hours = source.checks.fresh_within_hours
    return dg.FreshnessPolicy.time_window(timedelta(hours=hours)) if hours else None


def _freshness_words(source: LogSource) -> str:
    hours = source.checks.fresh_within_hours
    return f" Overdue {hours} hours after the last inventory of any day." if hours else ""


def _inventory_event(key: dg.AssetKey, day: DayFiles) -> dg.AssetMaterialization:
    return dg.AssetMaterialization(
        asset_key=key,
        partition=day.day.isoformat(),
        metadata=metadata.inventory_metadata(day),
        tags={
            "dagster/data_version": day.version,
            "dagster/data_version_is_user_provided": "true",
        },
    )


def _inventory_with_synthetic(
    context: dg.AssetExecutionContext, services: Services, source: LogSource
) -> list[DayFiles]:
    days = days_of(context.partition_keys)
    found = take_inventory(services.s3, services.account, source, days)
    empty = [day for day, files in found.items() if not files.files]
    if empty and source.synthetic:
        context.log.info(f"generating {len(empty)} synthetic days of {source.name}")
        for day in empty:
            services.raw_files.land_synthetic(source, day)
        found |= take_inventory(services.s3, services.account, source, empty)
        empty = []
    if len(empty) == len(days):
        raise LakehouseError(
            f"{source.name}: no raw files for {span_of(days)} under "
            f"s3://{services.account.raw_bucket}/{source.raw.path}. Upload them, or cut a file of "
            f"yours by day with `lakehouse land {source.name} FILE`"
        )
    if empty:
        context.log.warning(f"{source.name}: no raw files on {', '.join(map(str, empty))}")
    return list(found.values())


def _what(context: dg.AssetExecutionContext) -> str:
    """What a failure is about: the asset and its days."""
    return f"{context.asset_key.to_user_string()}, {span_of(days_of(context.partition_keys))}"


def raw_table(source: LogSource, account: Account) -> dg.AssetsDefinition:
    """The raw table in the Data Catalog."""
    description = (
        f"`{account.database}.{source.raw_table}`: the raw files of {source.name} as a table, "
        "schema discovered by a Glue crawler when a file's shape is new, one partition per day. "
        "For exploring; metrics never read it."
    )

    @_declare(
        source,
        "raw_table",
        "raw_logs",
        {"glue"},
        description,
        metadata=definition_metadata.raw_table_metadata(source, account),
    )
    def raw_table(context: dg.AssetExecutionContext, s3: S3Resource, glue: GlueResource,
                  athena: AthenaResource) -> None:  # fmt: skip
        days = days_of(context.partition_keys)
        with in_dagsters_words(_what(context)):
            services = connect(account, s3, glue, athena)
            found = take_inventory(services.s3, account, source, days)
            update = services.raw_tables.update(source, found.values())
        context.add_asset_metadata(metadata.raw_table_metadata(update))

    return raw_table


def clean_table(source: LogSource, account: Account) -> dg.AssetsDefinition:
    """The typed, deduplicated table, and the rejected rows beside it."""
    description = (
        f"{source.description}\n\n`{account.database}.{source.clean_table}`: typed, filtered and "
        f"deduplicated rows as zstd Parquet, written {_engine_words(source)}. "
        f"Rows that could not be used are in `{source.rejected_table}` with raw text and reason. "
        f"A day of which more than {source.checks.max_rejected_ratio:.1%} are rejected is not "
        "published: the table keeps what it had."
    )

    @_declare(
        source,
        "clean_table",
        "raw_table",
        {"parquet", *(["athena"] if source.engine == "athena" else ["glue", "spark"])},
        description,
        dagster_type=dg.Nothing,
        metadata=definition_metadata.clean_table_metadata(
            source, account, asset_key(source, "raw_table")
        ),
    )
    def clean_table(context: dg.AssetExecutionContext, s3: S3Resource, glue: GlueResource,
                    athena: AthenaResource) -> Iterator[dg.Output[None]]:  # fmt: skip
        days = days_of(context.partition_keys)
        with in_dagsters_words(_what(context)):
            services = connect(account, s3, glue, athena)
            files = take_inventory(services.s3, account, source, days_to_read(source, days))
            run = services.clean_tables.build(
                source, days, files, _run_id(context), context.log.info
            )
            days_metadata = clean_days(services, source, run, context.log.warning)
        shared = metadata.clean_run_metadata(run)
        found = {day: {**shared, **about} for day, about in days_metadata.items()}
        yield _materialized(context, found, run.outcome.held)

    return clean_table


def _engine_words(source: LogSource) -> str:
    if source.engine == "athena":
        return "by Athena for all days of a run"
    small = " (small ones by Athena)" if source.engine == "auto" else ""
    return f"by one Glue Spark job for all days of a run{small}"


def daily_metrics(source: LogSource, account: Account) -> dg.AssetsDefinition:
    """The daily measures."""
    description = (
        f"`{account.database}.{source.metrics_table}`: {', '.join(source.metrics.measures)} per "
        f"{', '.join(source.metrics.group_by)} and day, computed by Athena from the clean table."
    )

    @_declare(
        source,
        "daily_metrics",
        "clean_table",
        {"athena", "parquet"},
        description,
        dagster_type=dg.Nothing,
        metadata=definition_metadata.daily_metrics_metadata(
            source, account, asset_key(source, "clean_table")
        ),
    )
    def daily_metrics(context: dg.AssetExecutionContext, s3: S3Resource, glue: GlueResource,
                      athena: AthenaResource) -> Iterator[dg.Output[None]]:  # fmt: skip
        asked = [day.isoformat() for day in days_of(context.partition_keys)]
        with in_dagsters_words(_what(context)):
            services = connect(account, s3, glue, athena)
            held = services.records.newest_outcome(source, run_prefix(context.run)).held
            days = [day for day in asked if day not in held]
            run = services.metrics_tables.build(source, days, _run_id(context))
            days_metadata = metrics_days(services, source, run, context.log.warning)
        shared = metadata.metrics_run_metadata(source, run)
        found = {day: {**shared, **about} for day, about in days_metadata.items()}
        yield _materialized(context, found, held)

    return daily_metrics


def _materialized(
    context: dg.AssetExecutionContext,
    days: Mapping[str, Mapping[str, Any]],
    held: Mapping[str, str],
) -> dg.Output[None]:
    """The output of a run over `days`, each with its metadata; none of those held back."""
    if not held:
        for day, found in days.items():
            context.add_asset_metadata(found, asset_key=context.asset_key, partition_key=day)
        return dg.Output(None)
    for day, why in held.items():
        context.log.error(f"{context.asset_key.to_user_string()} of {day} stays as it was: {why}")
    for day, found in days.items():
        context.log_event(dg.AssetMaterialization(context.asset_key, partition=day, metadata=found))
    return dg.Output(None, metadata=_LOGS_ITS_OWN_EVENTS)


def run_prefix(run: dg.DagsterRun) -> str:
    """What the ids of all runs that a Dagster run starts begin with."""
    return run.run_id[:8]


def _run_id(context: dg.AssetExecutionContext) -> str:
    # A retried step must not write where its first attempt did: each attempt has its own prefix.
    return f"{run_prefix(context.run)}-{uuid4().hex[:8]}"
