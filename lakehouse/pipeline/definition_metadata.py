"""What an asset's page tells before anything ran: tables, columns, lineage, the SQL that makes it.

Pure functions from a source to metadata, attached to the asset's definition, so that no run has to
repeat it. What a materialization adds stands in `metadata`.
"""

from collections.abc import Mapping
from typing import Any

import dagster as dg

from lakehouse.aws.account import Account
from lakehouse.column_lineage import Lineage, clean_lineage, metrics_lineage
from lakehouse.plan import build_clean_plan
from lakehouse.source import LogSource, raw_root
from lakehouse.source_fields import PARTITION_KEY, Column
from lakehouse.sql import PARTITION_COLUMNS, metrics_select

Metadata = Mapping[str, Any]


def raw_logs_metadata(source: LogSource, account: Account) -> Metadata:
    """Where the files stand, and how they get there."""
    return {
        "dagster/uri": f"s3://{account.raw_bucket}/{raw_root(source)}",
        "files_of_a_day": f"s3://{account.raw_bucket}/{source.raw.path}",
        "land": _code("shell", f"lakehouse land {source.name} FILE"),
    }


def raw_table_metadata(source: LogSource, account: Account) -> Metadata:
    """The table and how to look at it; its columns are known when files were crawled."""
    return {
        "dagster/table_name": f"{account.database}.{source.raw_table}",
        "dagster/uri": f"s3://{account.raw_bucket}/{raw_root(source)}",
        "query": _query(source, source.raw_table),
    }


def clean_table_metadata(
    source: LogSource, account: Account, upstream: dg.AssetKey
) -> dict[str, Any]:
    """Table, columns and their origin, the Spark SQL of the job, how to see rejected rows."""
    return {
        "dagster/table_name": f"{account.database}.{source.clean_table}",
        "dagster/uri": f"s3://{account.clean_bucket}/{source.clean_table}/",
        "dagster/column_schema": clean_schema(source),
        "dagster/column_lineage": column_lineage(clean_lineage(source), upstream),
        "glue_job": account.clean_job,
        "script": dg.MetadataValue.path("glue_scripts/clean_logs.py"),
        "sql": _code("sql", clean_sql(source)),
        "query": _query(source, source.clean_table),
        "query_rejected": _query(source, source.rejected_table),
    }


def daily_metrics_metadata(
    source: LogSource, account: Account, upstream: dg.AssetKey
) -> dict[str, Any]:
    """Table, origin of the columns and the query; the columns' types are Athena's to say."""
    return {
        "dagster/table_name": f"{account.database}.{source.metrics_table}",
        "dagster/uri": f"s3://{account.clean_bucket}/{source.metrics_table}/",
        "dagster/column_lineage": column_lineage(metrics_lineage(source), upstream),
        "sql": _code("sql", metrics_select(source, account.database, [source.start_date])),
        "query": _query(source, source.metrics_table),
    }


def column_lineage(lineage: Lineage, upstream: dg.AssetKey) -> dg.TableColumnLineage:
    """Dagster's form of a lineage whose columns all come from one asset."""
    return dg.TableColumnLineage(
        {
            column: [dg.TableColumnDep(asset_key=upstream, column_name=name) for name in names]
            for column, names in lineage.items()
        }
    )


def clean_schema(source: LogSource) -> dg.TableSchema:
    """The declared columns: type, meaning, what each is made from, whether it must be there."""
    key = f"one row per {', '.join(source.unique_key)} and day" if source.unique_key else ""
    rules = [rule for rule in (key, f"keep: {source.keep}" if source.keep else "") if rule]
    return dg.TableSchema(
        [*(_column(name, column) for name, column in source.columns.items()), _partition()],
        constraints=dg.TableConstraints(rules) if rules else None,
    )


def metrics_schema(source: LogSource, types: Mapping[str, str]) -> dg.TableSchema:
    """The metrics table's columns with the types that Athena gave; a measure shows its SQL."""
    words = {name: column.description for name, column in source.columns.items()}
    words |= {name: f"`{text.strip()}`" for name, text in source.metrics.measures.items()}
    columns = [dg.TableColumn(name, kind, words.get(name)) for name, kind in types.items()]
    return dg.TableSchema([*columns, _partition()])


def _column(name: str, column: Column) -> dg.TableColumn:
    origin = f"from {column.from_}" if column.expr is None else f"expr {column.expr}"
    constraints = dg.TableColumnConstraints(nullable=not column.required, other=[origin])
    return dg.TableColumn(name, column.type, column.description, constraints)


def _partition() -> dg.TableColumn:
    (key,) = PARTITION_COLUMNS
    return dg.TableColumn(key["Name"], key["Type"], key["Comment"])


def clean_sql(source: LogSource) -> str:
    """What the job does with each line of a file, as the Spark SQL of its plan."""
    plan = build_clean_plan(
        source,
        run_id="",
        days=[],
        files={},
        clean_location="",
        rejected_location="",
        manifest_location="",
    )
    fields = ", ".join(f"__r{at} is {field}" for at, field in enumerate(plan["fields"]))
    values = [f"  {sql} AS {name}" for name, sql in [*plan["values"], *plan["computed"]]]
    reason = plan["reason"].replace(" WHEN ", "\n  WHEN ")
    return (
        f"-- as read: {fields}\nSELECT\n" + ",\n".join(values) + "\n"
        f"-- rejected if this is not NULL:\n{reason}\n-- kept if:\n{plan['keep']}"
    )


def _query(source: LogSource, table: str) -> dg.MarkdownMetadataValue:
    where = f"{PARTITION_KEY} = '{source.start_date}'"
    return _code("shell", f'lakehouse query "SELECT * FROM {table} WHERE {where} LIMIT 10"')


def _code(language: str, text: str) -> dg.MarkdownMetadataValue:
    return dg.MetadataValue.md(f"```{language}\n{text}\n```")
