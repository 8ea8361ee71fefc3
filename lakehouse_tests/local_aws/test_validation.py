"""Requests against AWS's models: every kind of constraint, in AWS's words."""

from typing import Any

import pytest

from lakehouse.local_aws.errors import AwsError
from lakehouse.local_aws.validation import checked_request, checked_value, service_model


def table(**more: Any) -> dict[str, Any]:
    return {"DatabaseName": "d", "TableInput": {"Name": "t", **more}}


ACCEPTED = [
    ("CreateTable", table(Retention=0, LastAccessTime=1.5, Description="two\nlines")),
    ("CreateTable", table(Name="日本語 𐍈 t", Parameters={"k": ""})),
    ("GetTables", {"DatabaseName": "d", "MaxResults": 100}),
    ("UpdateTable", {"DatabaseName": "d", "SkipArchive": True}),
    ("ListJobs", {}),
]


@pytest.mark.parametrize(("operation", "request_"), ACCEPTED)
def test_what_the_model_allows_is_returned_as_it_is(
    operation: str, request_: dict[str, Any]
) -> None:
    assert checked_request("glue", operation, request_, "ValidationException") == request_


def test_null_members_are_left_out_at_every_depth() -> None:
    request = table(Owner=None, StorageDescriptor={"Location": None, "Columns": []})
    kept = checked_request("glue", "CreateTable", request, "ValidationException")
    assert kept == table(StorageDescriptor={"Columns": []})


REFUSED = [
    (
        "GetTables",
        {"DatabaseName": "d", "MaxResults": 101},
        "Value '101' at 'maxResults' failed to satisfy constraint: "
        "Member must have value less than or equal to 100",
    ),
    (
        "GetTables",
        {"DatabaseName": "d", "MaxResults": 0},
        "Value '0' at 'maxResults' failed to satisfy constraint: "
        "Member must have value greater than or equal to 1",
    ),
    (
        "CreateTable",
        table(Name="x" * 256),
        f"Value '{'x' * 256}' at 'tableInput.name' failed to satisfy constraint: "
        "Member must have length less than or equal to 255",
    ),
    (
        "CreateTable",
        table(PartitionKeys=[{"Name": "a"}, {}]),
        "Value null at 'tableInput.partitionKeys.2.member.name' failed to satisfy constraint: "
        "Member must not be null",
    ),
    (
        "CreateTable",
        table(Owner="a\nb"),
        "Value 'a\nb' at 'tableInput.owner' failed to satisfy constraint: Member must satisfy "
        r"regular expression pattern: [\u0020-\uD7FF\uE000-\uFFFD\uD800\uDC00-\uDBFF\uDFFF\t]*",
    ),
    (
        "TagResource",
        {"ResourceArn": "arn:aws:glue:x", "TagsToAdd": {"": "v"}},
        "Value '' at 'tagsToAdd.key' failed to satisfy constraint: "
        "Member must have length greater than or equal to 1",
    ),
    (
        "BatchGetPartition",
        {"DatabaseName": "d", "TableName": "t", "PartitionsToGet": [{"Values": ["x"]}] * 1001},
        "Value at 'partitionsToGet' failed to satisfy constraint: "
        "Member must have length less than or equal to 1000",
    ),
    (
        "GetDatabases",
        {"ResourceShareType": "MINE"},
        "Value 'MINE' at 'resourceShareType' failed to satisfy constraint: "
        "Member must satisfy enum value set: [FOREIGN, ALL, FEDERATED]",
    ),
]


@pytest.mark.parametrize(("operation", "request_", "problem"), REFUSED)
def test_what_breaks_a_constraint_is_named(
    operation: str, request_: dict[str, Any], problem: str
) -> None:
    with pytest.raises(AwsError) as refused:
        checked_request("glue", operation, request_, "ValidationException")
    assert refused.value.message == f"1 validation error detected: {problem}"
    assert refused.value.code == "ValidationException"


def test_all_problems_are_counted() -> None:
    with pytest.raises(AwsError) as refused:
        checked_request("glue", "GetTable", {"Name": ""}, "ValidationException")
    assert refused.value.message == (
        "2 validation errors detected: Value '' at 'name' failed to satisfy constraint: "
        "Member must have length greater than or equal to 1; Value null at 'databaseName' "
        "failed to satisfy constraint: Member must not be null"
    )


@pytest.mark.parametrize(
    "request_",
    [
        {"DatabaseName": 1},
        {"DatabaseName": ["d"]},
        {"DatabaseName": "d", "MaxResults": "5"},
        {"DatabaseName": "d", "MaxResults": True},
        {"DatabaseName": "d", "MaxResults": 1.0},
        {"DatabaseName": "d", "AttributesToGet": "NAME"},
        {"DatabaseName": "d", "AttributesToGet": [None]},
        {"DatabaseName": "d", "IncludeStatusDetails": 1},
    ],
)
def test_json_of_another_type_is_no_request(request_: dict[str, Any]) -> None:
    with pytest.raises(AwsError) as refused:
        checked_request("glue", "GetTables", request_, "ValidationException")
    assert refused.value.code == "SerializationException"


def test_a_value_by_itself_is_checked_under_its_own_path() -> None:
    assert checked_value("glue", "NameString", "Db", "name") == "Db"
    with pytest.raises(AwsError) as refused:
        checked_value("glue", "NameString", "", "name")
    assert refused.value.message == (
        "1 validation error detected: Value '' at 'name' failed to satisfy constraint: "
        "Member must have length greater than or equal to 1"
    )


def test_only_the_identifiers_of_transactions_have_a_pattern_that_is_not_checked() -> None:
    model = service_model("glue")
    patterns = {name: model.shape_for(name).metadata.get("pattern") for name in model.shape_names}
    unchecked = [name for name, pattern in patterns.items() if pattern and r"\p{" in pattern]
    assert unchecked == ["TransactionIdString"]
