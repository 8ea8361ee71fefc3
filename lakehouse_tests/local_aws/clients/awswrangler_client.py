# /// script
# requires-python = ">=3.11"
# dependencies = ["awswrangler>=3.9"]
# ///
"""awswrangler against the endpoint of AWS_ENDPOINT_URL: reading, writing and looking at tables.

A program of its own, because awswrangler is not installed beside the project. It ends with status 0
when everything is as it would be on AWS.
"""

import uuid

import awswrangler as wr
import boto3
import pandas as pd

NAME = f"wrangler-{uuid.uuid4().hex[:8]}"
DATABASE = NAME.replace("-", "_")
ROOT = f"s3://{NAME}"
READ = {"database": DATABASE, "s3_output": f"{ROOT}/results/"}


def prepare() -> None:
    """A bucket and a database; polling as fast as awswrangler allows."""
    boto3.client("s3").create_bucket(Bucket=NAME)
    wr.config.athena_query_wait_polling_delay = 0.05
    wr.catalog.create_database(DATABASE, description="made by awswrangler")


def frame(day: str, *ids: int) -> pd.DataFrame:
    """Rows of one day."""
    return pd.DataFrame({"id": list(ids), "name": [f"n{i}" for i in ids], "day": [day] * len(ids)})


def ids(table: str = "t") -> list[int]:
    """The ids of a table, by Athena."""
    found = wr.athena.read_sql_query(f"SELECT id FROM {table} ORDER BY id", **READ)
    return [int(i) for i in found["id"]]


def writing() -> None:
    """to_parquet in its three modes, over partitions."""
    more = {
        "path": f"{ROOT}/t/",
        "dataset": True,
        "database": DATABASE,
        "table": "t",
        "partition_cols": ["day"],
    }
    both = pd.concat([frame("2026-01-01", 1, 2), frame("2026-01-02", 3)])
    wr.s3.to_parquet(both, mode="overwrite", **more)
    assert ids() == [1, 2, 3]
    wr.s3.to_parquet(frame("2026-01-02", 4), mode="append", **more)
    assert ids() == [1, 2, 3, 4]
    wr.s3.to_parquet(frame("2026-01-01", 9), mode="overwrite_partitions", **more)
    assert ids() == [3, 4, 9]
    wr.s3.to_parquet(both, mode="overwrite", **more)
    assert ids() == [1, 2, 3]


def reading() -> None:
    """read_sql_query in its three ways, parameters, read_sql_table."""
    sql = "SELECT id, name, day FROM t WHERE id > :low ORDER BY id"
    for options in (
        {"ctas_approach": True},
        {"ctas_approach": False},
        {"ctas_approach": False, "unload_approach": True, "s3_output": f"{ROOT}/u/{uuid.uuid4()}/"},
    ):
        found = wr.athena.read_sql_query(sql, params={"low": 1}, **{**READ, **options})
        assert sorted(found["id"].tolist()) == [2, 3], (options, found)
        assert sorted(found["name"].tolist()) == ["n2", "n3"], (options, found)
    found = wr.athena.read_sql_query(
        "SELECT id FROM t WHERE name = ?",
        params=["'n2'"],
        paramstyle="qmark",
        ctas_approach=False,
        **READ,
    )
    assert found["id"].tolist() == [2], found
    assert len(wr.athena.read_sql_table("t", **READ)) == 3
    chunks = wr.athena.read_sql_query("SELECT id FROM t", ctas_approach=False, chunksize=2, **READ)
    assert sum(len(chunk) for chunk in chunks) == 3


def looking() -> None:
    """What tables are: describe, SHOW CREATE TABLE, types, partitions, queries."""
    described = wr.athena.describe_table("t", **READ)
    shown = dict(zip(described["Column Name"], described["Type"], strict=True))
    assert shown["id"] == "bigint", described
    created = wr.athena.show_create_table("t", **READ)
    assert created.startswith(f"CREATE EXTERNAL TABLE `{DATABASE}.t`("), created
    assert wr.catalog.does_table_exist(DATABASE, "t")
    types = wr.catalog.get_table_types(DATABASE, "t")
    assert types == {"id": "bigint", "name": "string", "day": "string"}, types
    assert len(wr.catalog.get_partitions(DATABASE, "t")) == 2
    query = wr.athena.start_query_execution("SELECT 1", wait=True, **READ)
    assert query["Status"]["State"] == "SUCCEEDED", query
    assert wr.athena.list_query_executions(), "no history"


def making() -> None:
    """create_ctas_table, repair_table, parameters of tables, deletion."""
    made = wr.athena.create_ctas_table(
        sql="SELECT id, name, day FROM t",
        ctas_table="made",
        storage_format="parquet",
        write_compression="snappy",
        partitioning_info=["day"],
        wait=True,
        **READ,
    )
    assert made["ctas_table"] == "made", made
    assert ids("made") == [1, 2, 3]
    wr.s3.copy_objects(
        wr.s3.list_objects(f"{ROOT}/t/day=2026-01-01/"),
        f"{ROOT}/t/day=2026-01-01/",
        f"{ROOT}/t/day=2026-01-03/",
    )
    assert wr.athena.repair_table("t", **READ) == "SUCCEEDED"
    assert ids() == [1, 1, 2, 2, 3]
    wr.catalog.upsert_table_parameters({"a": "b"}, DATABASE, "t")
    assert wr.catalog.get_table_parameters(DATABASE, "t")["a"] == "b"
    assert wr.catalog.delete_table_if_exists(DATABASE, "made")
    wr.catalog.delete_database(DATABASE)


if __name__ == "__main__":
    prepare()
    writing()
    reading()
    looking()
    making()
