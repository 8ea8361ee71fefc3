"""The Data Catalog through boto3: entities, limits, pages, names and error words of Glue."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError

Client = Callable[..., Any]


@pytest.fixture
def glue(client: Client) -> Any:
    return client("glue")


@pytest.fixture
def database(glue: Any) -> Iterator[str]:
    name = f"db_{uuid4().hex[:8]}"
    glue.create_database(DatabaseInput={"Name": name})
    yield name
    glue.delete_database(Name=name)


@pytest.fixture
def days(glue: Any, database: str) -> str:
    """A table with the partition keys event_date (date) and hour (int)."""
    keys = [{"Name": "event_date", "Type": "date"}, {"Name": "hour", "Type": "int"}]
    glue.create_table(
        DatabaseName=database,
        TableInput={"Name": "days", "StorageDescriptor": descriptor(), "PartitionKeys": keys},
    )
    return "days"


def descriptor(location: str = "s3://bucket/days/") -> dict[str, Any]:
    return {"Columns": [{"Name": "v", "Type": "bigint"}], "Location": location}


def partition(day: int, hour: int) -> dict[str, Any]:
    values = [f"2026-01-{day:02d}", str(hour)]
    return {"Values": values, "StorageDescriptor": descriptor("s3://bucket/" + "/".join(values))}


def values_of(answer: dict[str, Any]) -> list[list[str]]:
    return [entry["Values"] for entry in answer["Partitions"]]


def code_and_message(refused: pytest.ExceptionInfo[ClientError]) -> tuple[str, str]:
    error = refused.value.response["Error"]
    return error["Code"], error["Message"]


def test_a_database_is_created_changed_listed_and_deleted(glue: Any) -> None:
    name = f"Db_{uuid4().hex[:8]}"
    glue.create_database(DatabaseInput={"Name": name, "Description": "first"})
    glue.update_database(Name=name, DatabaseInput={"Name": name, "LocationUri": "s3://b/"})
    found = glue.get_database(Name=name)["Database"]
    created = found.pop("CreateTime")
    assert created.year >= 2020
    assert found == {"Name": name.lower(), "LocationUri": "s3://b/", "CatalogId": "123456789012"}
    pages = glue.get_paginator("get_databases").paginate(PaginationConfig={"PageSize": 1})
    names = [entry["Name"] for page in pages for entry in page["DatabaseList"]]
    assert name.lower() in names
    assert names == sorted(names)
    glue.delete_database(Name=name)
    with pytest.raises(ClientError) as refused:
        glue.get_database(Name=name)
    assert code_and_message(refused) == ("EntityNotFoundException", f"Database {name} not found.")


def test_a_database_that_exists_is_not_created_again(glue: Any, database: str) -> None:
    with pytest.raises(ClientError) as refused:
        glue.create_database(DatabaseInput={"Name": database.upper()})
    assert code_and_message(refused) == ("AlreadyExistsException", "Database already exists.")


def test_a_table_is_returned_as_glue_returns_it(glue: Any, database: str) -> None:
    table_input = {
        "Name": "Logs",
        "Description": "raw",
        "StorageDescriptor": descriptor(),
        "TableType": "EXTERNAL_TABLE",
        "Parameters": {"classification": "csv"},
    }
    glue.create_table(DatabaseName=database, TableInput=table_input)
    table = glue.get_table(DatabaseName=database, Name="LOGS")["Table"]
    assert table.pop("CreateTime") == table.pop("UpdateTime")
    assert table == {
        **table_input,
        "Name": "logs",
        "DatabaseName": database,
        "StorageDescriptor": {
            **descriptor(),
            "Compressed": False,
            "NumberOfBuckets": 0,
            "StoredAsSubDirectories": False,
        },
        "PartitionKeys": [],
        "Retention": 0,
        "CreatedBy": "arn:aws:iam::123456789012:root",
        "IsRegisteredWithLakeFormation": False,
        "CatalogId": "123456789012",
        "VersionId": "0",
    }


def test_an_update_archives_the_version_before_unless_skipped(glue: Any, database: str) -> None:
    glue.create_table(DatabaseName=database, TableInput={"Name": "t", "Description": "0"})
    glue.update_table(DatabaseName=database, TableInput={"Name": "t", "Description": "1"})
    glue.update_table(
        DatabaseName=database, TableInput={"Name": "t", "Description": "2"}, SkipArchive=True
    )
    glue.update_table(DatabaseName=database, TableInput={"Name": "t"}, VersionId="2")
    pages = glue.get_paginator("get_table_versions").paginate(
        DatabaseName=database, TableName="t", PaginationConfig={"PageSize": 2}
    )
    versions = [entry for page in pages for entry in page["TableVersions"]]
    assert [(v["VersionId"], v["Table"].get("Description")) for v in versions] == [
        ("3", None),
        ("2", "2"),
        ("0", "0"),
    ]
    with pytest.raises(ClientError) as refused:
        glue.update_table(DatabaseName=database, TableInput={"Name": "t"}, VersionId="2")
    assert code_and_message(refused)[0] == "ConcurrentModificationException"


def test_versions_are_deleted_one_by_one_or_together(glue: Any, database: str) -> None:
    for description in "0123":
        write = glue.update_table if description != "0" else glue.create_table
        write(DatabaseName=database, TableInput={"Name": "t", "Description": description})
    glue.delete_table_version(DatabaseName=database, TableName="t", VersionId="0")
    answer = glue.batch_delete_table_version(
        DatabaseName=database, TableName="t", VersionIds=["0", "1", "3"]
    )
    assert [(e["VersionId"], e["ErrorDetail"]["ErrorCode"]) for e in answer["Errors"]] == [
        ("0", "EntityNotFoundException"),
        ("3", "InvalidInputException"),
    ]
    left = glue.get_table_versions(DatabaseName=database, TableName="t")["TableVersions"]
    assert [version["VersionId"] for version in left] == ["3", "2"]


@pytest.mark.parametrize(
    ("expression", "names"),
    [
        (None, ["logs_a", "logs_b", "other"]),
        ("logs_*", ["logs_a", "logs_b"]),
        ("*_b", ["logs_b"]),
        ("logs_.*", ["logs_a", "logs_b"]),
        ("LOGS_A|other", ["logs_a", "other"]),
        ("logs", []),
    ],
)
def test_tables_are_listed_by_pattern_and_page(
    glue: Any, database: str, expression: str | None, names: list[str]
) -> None:
    for name in ("other", "logs_b", "logs_a"):
        glue.create_table(DatabaseName=database, TableInput={"Name": name})
    pages = glue.get_paginator("get_tables").paginate(
        DatabaseName=database,
        PaginationConfig={"PageSize": 1},
        **({"Expression": expression} if expression else {}),
    )
    assert [table["Name"] for page in pages for table in page["TableList"]] == names


def test_a_batch_of_tables_reports_those_that_are_not_there(glue: Any, database: str) -> None:
    glue.create_table(DatabaseName=database, TableInput={"Name": "a"})
    answer = glue.batch_delete_table(DatabaseName=database, TablesToDelete=["a", "b"])
    assert answer["Errors"] == [
        {
            "TableName": "b",
            "ErrorDetail": {
                "ErrorCode": "EntityNotFoundException",
                "ErrorMessage": "Table b not found.",
            },
        }
    ]
    assert glue.get_tables(DatabaseName=database)["TableList"] == []


def test_a_deleted_table_leaves_nothing_to_the_next_of_its_name(
    glue: Any, database: str, days: str
) -> None:
    glue.create_partition(DatabaseName=database, TableName=days, PartitionInput=partition(1, 0))
    keys = glue.get_table(DatabaseName=database, Name=days)["Table"]["PartitionKeys"]
    glue.delete_table(DatabaseName=database, Name=days)
    glue.create_table(DatabaseName=database, TableInput={"Name": days, "PartitionKeys": keys})
    assert glue.get_partitions(DatabaseName=database, TableName=days)["Partitions"] == []


def test_a_partition_is_created_read_moved_and_deleted(glue: Any, database: str, days: str) -> None:
    where = {"DatabaseName": database, "TableName": days}
    glue.create_partition(**where, PartitionInput=partition(1, 0))
    found = glue.get_partition(**where, PartitionValues=["2026-01-01", "0"])["Partition"]
    assert found["StorageDescriptor"]["Location"] == "s3://bucket/2026-01-01/0"
    assert (found["DatabaseName"], found["TableName"]) == (database, days)
    glue.update_partition(
        **where, PartitionValueList=["2026-01-01", "0"], PartitionInput=partition(2, 5)
    )
    assert values_of(glue.get_partitions(**where)) == [["2026-01-02", "5"]]
    glue.delete_partition(**where, PartitionValues=["2026-01-02", "5"])
    with pytest.raises(ClientError) as refused:
        glue.get_partition(**where, PartitionValues=["2026-01-02", "5"])
    assert code_and_message(refused) == ("EntityNotFoundException", "Cannot find partition.")


def test_partition_values_must_be_as_many_as_the_keys(glue: Any, database: str, days: str) -> None:
    with pytest.raises(ClientError) as refused:
        glue.create_partition(
            DatabaseName=database, TableName=days, PartitionInput={"Values": ["2026-01-01"]}
        )
    assert code_and_message(refused) == (
        "InvalidInputException",
        "The number of partition keys do not match the number of partition values",
    )


def test_batches_do_what_they_can_and_report_the_rest(glue: Any, database: str, days: str) -> None:
    where = {"DatabaseName": database, "TableName": days}
    glue.create_partition(**where, PartitionInput=partition(1, 0))
    created = glue.batch_create_partition(
        **where, PartitionInputList=[partition(1, 0), partition(1, 1), {"Values": ["x"]}]
    )
    assert [(e["PartitionValues"], e["ErrorDetail"]["ErrorCode"]) for e in created["Errors"]] == [
        (["2026-01-01", "0"], "AlreadyExistsException"),
        (["x"], "InvalidInputException"),
    ]
    moved = {**partition(1, 1), "Parameters": {"run": "2"}}
    updated = glue.batch_update_partition(
        **where,
        Entries=[
            {"PartitionValueList": ["2026-01-01", "1"], "PartitionInput": moved},
            {"PartitionValueList": ["2026-01-09", "1"], "PartitionInput": partition(9, 1)},
        ],
    )
    assert [e["PartitionValueList"] for e in updated["Errors"]] == [["2026-01-09", "1"]]
    wanted = [{"Values": ["2026-01-01", hour]} for hour in "129"]
    got = glue.batch_get_partition(**where, PartitionsToGet=wanted)
    assert [(p["Values"][1], p["Parameters"]) for p in got["Partitions"]] == [("1", {"run": "2"})]
    deleted = glue.batch_delete_partition(**where, PartitionsToDelete=wanted)
    assert [e["PartitionValues"][1] for e in deleted["Errors"]] == ["2", "9"]


@pytest.mark.parametrize(
    ("operation", "field", "entry", "limit"),
    [
        ("batch_create_partition", "PartitionInputList", partition(1, 0), 100),
        (
            "batch_update_partition",
            "Entries",
            {"PartitionValueList": ["a", "b"], "PartitionInput": partition(1, 0)},
            100,
        ),
        ("batch_delete_partition", "PartitionsToDelete", {"Values": ["a", "b"]}, 25),
        ("batch_get_partition", "PartitionsToGet", {"Values": ["a", "b"]}, 1000),
    ],
)
def test_batches_have_the_limits_of_the_api(
    glue: Any, database: str, days: str, operation: str, field: str, entry: Any, limit: int
) -> None:
    with pytest.raises(ClientError) as refused:
        getattr(glue, operation)(
            DatabaseName=database, TableName=days, **{field: [entry] * (limit + 1)}
        )
    code, message = code_and_message(refused)
    assert code == "ValidationException"
    assert f"Member must have length less than or equal to {limit}" in message


def test_partitions_are_filtered_paged_segmented_and_lightened(
    glue: Any, database: str, days: str
) -> None:
    where = {"DatabaseName": database, "TableName": days}
    inputs = [partition(day, hour) for day in range(1, 6) for hour in range(24)]
    for start in range(0, len(inputs), 100):
        glue.batch_create_partition(**where, PartitionInputList=inputs[start : start + 100])
    expression = "event_date > '2026-01-03' AND hour IN (2, 10)"
    pages = glue.get_paginator("get_partitions").paginate(
        **where, Expression=expression, PaginationConfig={"PageSize": 3}
    )
    sizes_and_values = [(len(page["Partitions"]), values_of(page)) for page in pages]
    assert sizes_and_values == [
        (3, [["2026-01-04", "10"], ["2026-01-04", "2"], ["2026-01-05", "10"]]),
        (1, [["2026-01-05", "2"]]),
    ]
    segments = [
        values_of(glue.get_partitions(**where, Segment={"SegmentNumber": n, "TotalSegments": 3}))
        for n in range(3)
    ]
    assert sorted(values for segment in segments for values in segment) == sorted(
        entry["Values"] for entry in inputs
    )
    assert all(segments)
    light = glue.get_partitions(**where, ExcludeColumnSchema=True, MaxResults=1)["Partitions"][0]
    assert light["StorageDescriptor"]["Location"] == "s3://bucket/2026-01-01/0"
    assert "Columns" not in light["StorageDescriptor"]


@pytest.mark.parametrize(
    ("operation", "arguments", "code"),
    [
        ("get_database", {"Name": "no_such"}, "EntityNotFoundException"),
        ("get_tables", {"DatabaseName": "no_such"}, "EntityNotFoundException"),
        ("get_table", {"DatabaseName": "{db}", "Name": "no_such"}, "EntityNotFoundException"),
        ("get_database", {"Name": "{db}", "CatalogId": "999999999999"}, "EntityNotFoundException"),
        ("get_databases", {"NextToken": "%%%"}, "InvalidInputException"),
        ("get_tables", {"DatabaseName": "{db}", "Expression": "("}, "InvalidInputException"),
        (
            "get_table",
            {"DatabaseName": "{db}", "Name": "t", "TransactionId": "x"},
            "InvalidInputException",
        ),
        ("create_database", {"DatabaseInput": {"Name": "x" * 256}}, "ValidationException"),
        ("create_database", {"DatabaseInput": {"Name": "a\nb"}}, "ValidationException"),
        (
            "create_table",
            {"DatabaseName": "{db}", "TableInput": {"Name": "t", "TargetTable": {"Name": "x"}}},
            "InvalidInputException",
        ),
        (
            "get_partitions",
            {"DatabaseName": "{db}", "TableName": "no_such"},
            "EntityNotFoundException",
        ),
        ("search_tables", {}, "UnsupportedOperationException"),
    ],
)
def test_what_cannot_be_is_refused(
    glue: Any, database: str, operation: str, arguments: dict[str, Any], code: str
) -> None:
    given = {k: database if v == "{db}" else v for k, v in arguments.items()}
    with pytest.raises(ClientError) as refused:
        getattr(glue, operation)(**given)
    assert code_and_message(refused)[0] == code


def test_the_account_itself_is_an_accepted_catalog(glue: Any, database: str) -> None:
    assert glue.get_tables(DatabaseName=database, CatalogId="123456789012")["TableList"] == []


def test_regions_do_not_see_each_others_databases(client: Client, database: str) -> None:
    elsewhere = client("glue", region_name="eu-central-1")
    names = [entry["Name"] for entry in elsewhere.get_databases()["DatabaseList"]]
    assert database not in names
