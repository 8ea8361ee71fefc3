# /// script
# requires-python = ">=3.11"
# dependencies = ["awswrangler>=3.9"]
# ///
"""`awswrangler.catalog` against the endpoint of AWS_ENDPOINT_URL: every function that it has.

A program of its own, because awswrangler is not installed beside the project. It ends with status 0
when everything is as it would be on AWS.
"""

import uuid
from typing import Any

import boto3
from awswrangler import catalog

NAME = f"wrangler-{uuid.uuid4().hex[:8]}"
DATABASE = NAME.replace("-", "_")
ROOT = f"s3://{NAME}"
EVENTS: dict[str, Any] = {"database": DATABASE, "table": "events"}


def location(day: int, hour: int) -> str:
    """The folder of an hour."""
    return f"{ROOT}/events/day=2026-01-0{day}/hour={hour}/"


def databases() -> None:
    """Databases are made once, listed and found."""
    boto3.client("s3").create_bucket(Bucket=NAME)
    more = {"Parameters": {"owner": "tests"}}
    catalog.create_database(DATABASE, description="by hand", database_input_args=more)
    catalog.create_database(DATABASE, exist_ok=True)
    listed = catalog.databases(limit=10_000)
    assert listed[listed["Database"] == DATABASE]["Description"].tolist() == ["by hand"]
    assert DATABASE in [entry["Name"] for entry in catalog.get_databases()]


def tables() -> None:
    """Tables of four formats are made, listed by parts of their names, described."""
    catalog.create_parquet_table(
        **EVENTS,
        path=f"{ROOT}/events/",
        columns_types={"id": "bigint", "name": "string"},
        partitions_types={"day": "date", "hour": "int"},
        description="events",
        parameters={"k": "v"},
        columns_comments={"id": "the id"},
        compression="snappy",
    )
    text: dict[str, Any] = {
        "database": DATABASE,
        "columns_types": {"a": "int"},
        "partitions_types": {"p": "string"},
    }
    catalog.create_csv_table(
        table="lines_csv", path=f"{ROOT}/csv/", compression="gzip", skip_header_line_count=1, **text
    )
    catalog.create_json_table(table="lines_json", path=f"{ROOT}/json/", **text)
    catalog.create_orc_table(table="lines_orc", path=f"{ROOT}/orc/", **text)
    assert catalog.does_table_exist(**EVENTS)
    for asked, found in (
        ({}, ["events", "lines_csv", "lines_json", "lines_orc"]),
        ({"name_prefix": "lines_"}, ["lines_csv", "lines_json", "lines_orc"]),
        ({"name_suffix": "json"}, ["lines_json"]),
        ({"name_contains": "_c"}, ["lines_csv"]),
        ({"search_text": "events"}, ["events"]),
    ):
        assert catalog.tables(database=DATABASE, **asked)["Table"].tolist() == found, asked
    types = {"id": "bigint", "name": "string", "day": "date", "hour": "int"}
    assert catalog.get_table_types(**EVENTS) == types
    assert catalog.table(**EVENTS)["Partition"].tolist() == [False, False, True, True]
    assert catalog.get_table_location(**EVENTS) == f"{ROOT}/events/"
    assert catalog.get_table_description(**EVENTS) == "events"
    assert catalog.get_columns_comments(**EVENTS)["id"] == "the id"


def changes() -> None:
    """Parameters and columns change; versions are kept when asked for."""
    catalog.upsert_table_parameters({"more": "1"}, catalog_versioning=True, **EVENTS)
    parameters = catalog.get_table_parameters(**EVENTS)
    assert (parameters["k"], parameters["more"]) == ("v", "1")
    catalog.overwrite_table_parameters({"classification": "parquet"}, **EVENTS)
    assert catalog.get_table_parameters(**EVENTS) == {"classification": "parquet"}
    assert catalog.get_table_number_of_versions(**EVENTS) == 2
    catalog.add_column(**EVENTS, column_name="extra", column_type="double", column_comment="x")
    assert catalog.get_table_types(**EVENTS)["extra"] == "double"
    catalog.delete_column(**EVENTS, column_name="extra")
    assert "extra" not in catalog.get_table_types(**EVENTS)


def partitions() -> None:
    """More partitions than a batch holds are made, found by expression, deleted."""
    hours = [(day, hour) for day in range(1, 6) for hour in range(24)]
    values = {location(day, hour): [f"2026-01-0{day}", str(hour)] for day, hour in hours}
    catalog.add_parquet_partitions(**EVENTS, partitions_values=values)
    catalog.add_parquet_partitions(**EVENTS, partitions_values=values)
    assert catalog.get_parquet_partitions(**EVENTS) == values
    late = catalog.get_partitions(**EVENTS, expression="day = '2026-01-02' AND hour > 21")
    assert late == {location(2, h): ["2026-01-02", str(h)] for h in (22, 23)}
    first = [entry for entry in values.values() if entry[0] == "2026-01-01"]
    catalog.delete_partitions(**EVENTS, partitions_values=first)
    assert len(catalog.get_partitions(**EVENTS)) == 96
    assert len(catalog.delete_all_partitions(**EVENTS)) == 96
    assert catalog.get_partitions(**EVENTS) == {}
    catalog.add_csv_partitions(DATABASE, "lines_csv", {f"{ROOT}/csv/p=x/": ["x"]})
    assert catalog.get_csv_partitions(DATABASE, "lines_csv") == {f"{ROOT}/csv/p=x/": ["x"]}


def deletions() -> None:
    """What is there is deleted, what is not is no error."""
    assert catalog.delete_table_if_exists(**EVENTS)
    assert not catalog.delete_table_if_exists(**EVENTS)
    assert not catalog.does_table_exist(**EVENTS)
    catalog.delete_database(DATABASE)
    assert DATABASE not in [entry["Name"] for entry in catalog.get_databases()]


if __name__ == "__main__":
    databases()
    tables()
    changes()
    partitions()
    deletions()
