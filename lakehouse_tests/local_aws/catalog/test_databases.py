"""Databases of the Data Catalog, and what all its calls refuse alike."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError

from lakehouse_tests.local_aws.catalog.inputs import code_and_message, partition

EVERYBODY = [
    {"Principal": {"DataLakePrincipalIdentifier": "IAM_ALLOWED_PRINCIPALS"}, "Permissions": ["ALL"]}
]


def test_a_database_is_created_changed_listed_and_deleted(glue: Any) -> None:
    name = f"Db_{uuid4().hex[:8]}"
    glue.create_database(DatabaseInput={"Name": name, "Description": "first"})
    glue.update_database(Name=name, DatabaseInput={"Name": name, "LocationUri": "s3://b/"})
    found = glue.get_database(Name=name)["Database"]
    assert found.pop("CreateTime").year >= 2020
    assert found == {
        "Name": name.lower(),
        "LocationUri": "s3://b/",
        "CreateTableDefaultPermissions": EVERYBODY,
        "CatalogId": "123456789012",
    }
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


def test_a_database_keeps_its_name(glue: Any, database: str) -> None:
    with pytest.raises(ClientError) as refused:
        glue.update_database(Name=database, DatabaseInput={"Name": f"{database}_2"})
    assert code_and_message(refused) == ("InvalidInputException", "Database cannot be renamed")


def test_only_the_names_of_databases_are_listed_if_asked(glue: Any, database: str) -> None:
    listed = glue.get_databases(AttributesToGet=["NAME"], ResourceShareType="ALL")
    assert {"Name": database} in listed["DatabaseList"]
    assert glue.get_databases(ResourceShareType="FOREIGN")["DatabaseList"] == []
    with pytest.raises(ClientError) as refused:
        glue.get_databases(AttributesToGet=["TARGET_DATABASE"])
    assert code_and_message(refused)[0] == "InvalidInputException"


def test_a_deleted_database_leaves_nothing_to_the_next_of_its_name(
    glue: Any, database: str, days: dict[str, str]
) -> None:
    glue.create_partition(**days, PartitionInput=partition(1, 0))
    glue.create_user_defined_function(DatabaseName=database, FunctionInput={"FunctionName": "f"})
    table = glue.get_table(DatabaseName=database, Name="days")["Table"]
    glue.delete_database(Name=database)
    glue.create_database(DatabaseInput={"Name": database})
    assert glue.get_tables(DatabaseName=database)["TableList"] == []
    functions = glue.get_user_defined_functions(DatabaseName=database, Pattern="*")
    assert functions["UserDefinedFunctions"] == []
    keys = {"PartitionKeys": table["PartitionKeys"]}
    glue.create_table(DatabaseName=database, TableInput={"Name": "days", **keys})
    assert glue.get_partitions(**days)["Partitions"] == []


REFUSED: list[tuple[str, dict[str, Any], str, str]] = [
    ("get_tables", {"DatabaseName": "no"}, "EntityNotFoundException", "Database no not found."),
    (
        "get_table",
        {"DatabaseName": "{db}", "Name": "no"},
        "EntityNotFoundException",
        "Table no not found.",
    ),
    (
        "get_partitions",
        {"DatabaseName": "{db}", "TableName": "no"},
        "EntityNotFoundException",
        "Table no not found.",
    ),
    (
        "get_database",
        {"Name": "{db}", "CatalogId": "999999999999"},
        "AccessDeniedException",
        "User: arn:aws:iam::123456789012:root is not authorized to perform: glue:GetDatabase on "
        "resource: arn:aws:glue:us-east-1:999999999999:catalog because no resource-based policy "
        "allows the glue:GetDatabase action",
    ),
    (
        "get_tables",
        {"DatabaseName": "{db}", "CatalogId": "s3tablescatalog/b"},
        "EntityNotFoundException",
        "Catalog s3tablescatalog/b not found.",
    ),
    (
        "get_databases",
        {"NextToken": "%%%"},
        "InvalidInputException",
        "The NextToken is not valid.",
    ),
    (
        "get_databases",
        {"NextToken": "/w=="},
        "InvalidInputException",
        "The NextToken is not valid.",
    ),
    (
        "get_table",
        {"DatabaseName": "{db}", "Name": "t", "TransactionId": "x"},
        "InvalidInputException",
        "TransactionId is not supported by the local AWS.",
    ),
    (
        "create_database",
        {"DatabaseInput": {"Name": "d", "FederatedDatabase": {"ConnectionName": "c"}}},
        "InvalidInputException",
        "FederatedDatabase is not supported by the local AWS.",
    ),
    (
        "create_database",
        {"DatabaseInput": {"Name": "d", "TargetDatabase": {"DatabaseName": "c"}}},
        "InvalidInputException",
        "TargetDatabase is not supported by the local AWS.",
    ),
    (
        "create_database",
        {"DatabaseInput": {"Name": "x" * 256}},
        "ValidationException",
        f"1 validation error detected: Value '{'x' * 256}' at 'databaseInput.name' failed to "
        "satisfy constraint: Member must have length less than or equal to 255",
    ),
]


@pytest.mark.parametrize(("operation", "arguments", "code", "message"), REFUSED)
def test_what_cannot_be_is_refused(
    glue: Any, database: str, operation: str, arguments: dict[str, Any], code: str, message: str
) -> None:
    given = {k: database if v == "{db}" else v for k, v in arguments.items()}
    with pytest.raises(ClientError) as refused:
        getattr(glue, operation)(**given)
    assert code_and_message(refused) == (code, message)


def test_the_account_itself_is_an_accepted_catalog(glue: Any, database: str) -> None:
    assert glue.get_tables(DatabaseName=database, CatalogId="123456789012")["TableList"] == []


def test_regions_do_not_see_each_others_databases(
    client: Callable[..., Any], database: str
) -> None:
    elsewhere = client("glue", region_name="eu-central-1")
    names = [entry["Name"] for entry in elsewhere.get_databases()["DatabaseList"]]
    assert database not in names
