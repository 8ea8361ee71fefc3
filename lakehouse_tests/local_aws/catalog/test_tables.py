"""Tables of the Data Catalog: definitions, versions, lists and patterns, search."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from lakehouse_tests.local_aws.catalog.inputs import code_and_message, descriptor, partition


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
        "IsMultiDialectView": False,
        "CatalogId": "123456789012",
        "VersionId": "0",
    }


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({}, "TableInput is required."),
    (
        {"TableInput": {"Name": "t", "TargetTable": {"Name": "x"}}},
        "TargetTable is not supported by the local AWS.",
    ),
    (
        {"TableInput": {"Name": "t", "FederatedTable": {"Identifier": "x"}}},
        "FederatedTable is not supported by the local AWS.",
    ),
    (
        {"TableInput": {"Name": "t", "ViewDefinition": {"Definer": "arn:aws:iam::1:role/r"}}},
        "ViewDefinition is not supported by the local AWS.",
    ),
    (
        {
            "TableInput": {
                "Name": "t",
                "StorageDescriptor": {"SchemaReference": {"SchemaVersionNumber": 1}},
            }
        },
        "SchemaReference is not supported by the local AWS.",
    ),
    (
        {"Name": "t", "OpenTableFormatInput": {"IcebergInput": {"MetadataOperation": "CREATE"}}},
        "OpenTableFormatInput is not supported by the local AWS.",
    ),
    ({"Name": "u", "TableInput": {"Name": "t"}}, "Name must be the name in TableInput."),
    (
        {"TableInput": {"Name": "t", "PartitionKeys": [{"Name": "p", "Parameters": {"a": "b"}}]}},
        "Parameters not supported for partition columns",
    ),
]


@pytest.mark.parametrize(("given", "message"), REFUSED)
def test_a_table_that_cannot_be_is_not_created(
    glue: Any, database: str, given: dict[str, Any], message: str
) -> None:
    with pytest.raises(ClientError) as refused:
        glue.create_table(DatabaseName=database, **given)
    assert code_and_message(refused) == ("InvalidInputException", message)
    assert glue.get_tables(DatabaseName=database)["TableList"] == []


def test_a_table_that_exists_is_not_created_again(glue: Any, database: str) -> None:
    glue.create_table(DatabaseName=database, TableInput={"Name": "t"})
    with pytest.raises(ClientError) as refused:
        glue.create_table(DatabaseName=database, TableInput={"Name": "T"})
    assert code_and_message(refused) == ("AlreadyExistsException", "Table already exists.")


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
    assert code_and_message(refused) == (
        "ConcurrentModificationException",
        "Update table failed due to concurrent modifications.",
    )


def test_versions_are_read_one_by_one(glue: Any, database: str) -> None:
    glue.create_table(DatabaseName=database, TableInput={"Name": "t", "Description": "0"})
    glue.update_table(DatabaseName=database, TableInput={"Name": "t", "Description": "1"})
    where = {"DatabaseName": database, "TableName": "T"}
    for version, description in ((None, "1"), ("1", "1"), ("0", "0")):
        asked = {} if version is None else {"VersionId": version}
        found = glue.get_table_version(**where, **asked)["TableVersion"]
        assert (found["VersionId"], found["Table"]["Description"]) == (description, description)
    for version, code in (("7", "EntityNotFoundException"), ("x", "InvalidInputException")):
        with pytest.raises(ClientError) as refused:
            glue.get_table_version(**where, VersionId=version)
        assert code_and_message(refused)[0] == code
    with pytest.raises(ClientError) as refused:
        glue.get_table_versions(**where, NextToken="eA==")
    assert code_and_message(refused)[0] == "InvalidInputException"


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
        ("*ogs*", ["logs_a", "logs_b"]),
        ("logs_.*", ["logs_a", "logs_b"]),
        ("LOGS_A|other", ["logs_a", "other"]),
        ("logs_[b-z]", ["logs_b"]),
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


def test_a_pattern_that_is_none_is_refused(glue: Any, database: str) -> None:
    with pytest.raises(ClientError) as refused:
        glue.get_tables(DatabaseName=database, Expression="(")
    assert code_and_message(refused)[0] == "InvalidInputException"


def test_only_the_attributes_asked_for_are_listed(glue: Any, database: str) -> None:
    table_input = {"Name": "t", "TableType": "EXTERNAL_TABLE", "Owner": "o"}
    glue.create_table(DatabaseName=database, TableInput=table_input)
    listed = glue.get_tables(DatabaseName=database, AttributesToGet=["NAME", "TABLE_TYPE"])
    assert listed["TableList"] == [{"Name": "t", "TableType": "EXTERNAL_TABLE"}]
    for attributes in (["TABLE_TYPE"], ["NAME", "LATEST_ICEBERG_METADATA"]):
        with pytest.raises(ClientError) as refused:
            glue.get_tables(DatabaseName=database, AttributesToGet=attributes)
        assert code_and_message(refused)[0] == "InvalidInputException"


def test_a_batch_of_tables_reports_those_that_are_not_there(glue: Any, database: str) -> None:
    glue.create_table(DatabaseName=database, TableInput={"Name": "a"})
    answer = glue.batch_delete_table(DatabaseName=database, TablesToDelete=["a", "b"])
    detail = {"ErrorCode": "EntityNotFoundException", "ErrorMessage": "Table b not found"}
    assert answer["Errors"] == [{"TableName": "b", "ErrorDetail": detail}]
    assert glue.get_tables(DatabaseName=database)["TableList"] == []


def test_a_deleted_table_leaves_nothing_to_the_next_of_its_name(
    glue: Any, database: str, days: dict[str, str]
) -> None:
    glue.create_partition(**days, PartitionInput=partition(1, 0))
    glue.create_partition_index(**days, PartitionIndex={"IndexName": "i", "Keys": ["hour"]})
    keys = glue.get_table(DatabaseName=database, Name="days")["Table"]["PartitionKeys"]
    glue.delete_table(DatabaseName=database, Name="days")
    glue.create_table(DatabaseName=database, TableInput={"Name": "days", "PartitionKeys": keys})
    assert glue.get_partitions(**days)["Partitions"] == []
    assert glue.get_partitions(**days, Expression="hour = 0")["Partitions"] == []
    assert glue.get_partition_indexes(**days)["PartitionIndexDescriptorList"] == []


SEARCHES: list[tuple[dict[str, Any], list[str]]] = [
    ({}, ["click_logs", "orders", "web_logs"]),
    ({"SearchText": "LOGS"}, ["click_logs", "web_logs"]),
    ({"SearchText": '"orders"'}, ["orders"]),
    ({"SearchText": '"order"'}, []),
    ({"SearchText": "amount in"}, ["orders"]),
    ({"Filters": [{"Key": "Name", "Value": "logs"}]}, ["click_logs", "web_logs"]),
    ({"Filters": [{"Key": "Name", "Value": "log"}]}, []),
    ({"Filters": [{"Key": "classification", "Value": "csv"}]}, ["web_logs"]),
    ({"Filters": [{"Key": "Owner", "Value": "ann"}], "SearchText": "web"}, ["web_logs"]),
    (
        {"Filters": [{"Key": "CreateTime", "Value": "2026-01-01", "Comparator": "LESS_THAN"}]},
        [],
    ),
    ({"ResourceShareType": "FOREIGN"}, []),
    (
        {"SortCriteria": [{"FieldName": "Name", "Sort": "DESC"}]},
        ["web_logs", "orders", "click_logs"],
    ),
]


@pytest.mark.parametrize(("asked", "names"), SEARCHES)
def test_tables_are_searched_by_text_and_property(
    glue: Any, database: str, asked: dict[str, Any], names: list[str]
) -> None:
    columns = [{"Name": "total", "Type": "double", "Comment": "Amount in EUR"}]
    inputs: list[dict[str, Any]] = [
        {"Name": "web_logs", "Owner": "ann", "Parameters": {"classification": "csv"}},
        {"Name": "click_logs", "Owner": "bob"},
        {"Name": "orders", "StorageDescriptor": {"Columns": columns}},
    ]
    for given in inputs:
        glue.create_table(DatabaseName=database, TableInput=given)
    filters = [*asked.get("Filters", []), {"Key": "DatabaseName", "Value": database}]
    found: list[str] = []
    request = {**asked, "Filters": filters, "MaxResults": 1}
    while True:
        answer = glue.search_tables(**request)
        found += [table["Name"] for table in answer["TableList"]]
        if "NextToken" not in answer:
            break
        request["NextToken"] = answer["NextToken"]
    assert found == names


@pytest.mark.parametrize(
    "asked",
    [
        {"Filters": [{"Key": "Name"}]},
        {"Filters": [{"Key": "CreateTime", "Value": "soon"}]},
        {"SortCriteria": [{"FieldName": "Color"}]},
        {"NextToken": "eA=="},
    ],
)
def test_a_search_that_means_nothing_is_refused(glue: Any, asked: dict[str, Any]) -> None:
    with pytest.raises(ClientError) as refused:
        glue.search_tables(**asked)
    assert code_and_message(refused)[0] == "InvalidInputException"
