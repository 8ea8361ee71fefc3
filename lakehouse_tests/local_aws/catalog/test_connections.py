"""Connections: created, read with and without password, filtered, changed, deleted."""

from typing import Any
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError

from lakehouse_tests.local_aws.catalog.inputs import code_and_message

PROPERTIES = {"JDBC_CONNECTION_URL": "jdbc:postgresql://h/d", "USERNAME": "u", "PASSWORD": "p"}


def connection(name: str, **more: Any) -> dict[str, Any]:
    properties = {"ConnectionType": "JDBC", "ConnectionProperties": PROPERTIES}
    return {"Name": name, **properties, **more}


def test_a_connection_is_created_changed_and_deleted(glue: Any) -> None:
    name = f"c-{uuid4().hex[:8]}"
    answer = glue.create_connection(ConnectionInput=connection(name), Tags={"team": "lake"})
    assert answer["CreateConnectionStatus"] == "READY"
    found = glue.get_connection(Name=name)["Connection"]
    assert found.pop("CreationTime") <= found.pop("LastUpdatedTime")
    assert found == {
        **connection(name),
        "LastUpdatedBy": "arn:aws:iam::123456789012:root",
        "Status": "READY",
        "ConnectionSchemaVersion": 1,
    }
    hidden = glue.get_connection(Name=name, HidePassword=True)["Connection"]
    assert "PASSWORD" not in hidden["ConnectionProperties"]
    arn = f"arn:aws:glue:us-east-1:123456789012:connection/{name}"
    assert glue.get_tags(ResourceArn=arn)["Tags"] == {"team": "lake"}
    glue.update_connection(Name=name, ConnectionInput=connection(name, Description="changed"))
    assert glue.get_connection(Name=name)["Connection"]["Description"] == "changed"
    glue.delete_connection(ConnectionName=name)
    with pytest.raises(ClientError) as refused:
        glue.get_connection(Name=name)
    assert code_and_message(refused) == (
        "EntityNotFoundException",
        f"Connection {name} not found.",
    )


def test_connections_are_listed_by_filter_and_deleted_together(glue: Any) -> None:
    mine = f"m{uuid4().hex[:8]}"
    names = [f"{mine}-{n}" for n in range(3)]
    for name in names:
        glue.create_connection(ConnectionInput=connection(name, MatchCriteria=[mine, name]))
    pages = glue.get_paginator("get_connections").paginate(
        Filter={"MatchCriteria": [mine], "ConnectionType": "JDBC"}, PaginationConfig={"PageSize": 2}
    )
    assert [c["Name"] for page in pages for c in page["ConnectionList"]] == names
    assert glue.get_connections(Filter={"MatchCriteria": [mine, "x"]})["ConnectionList"] == []
    answer = glue.batch_delete_connection(ConnectionNameList=[*names, "no"])
    assert answer["Succeeded"] == names
    detail = {"ErrorCode": "EntityNotFoundException", "ErrorMessage": "Connection no not found."}
    assert answer["Errors"] == {"no": detail}


SECRET = {"SecretArn": "arn:aws:secretsmanager:us-east-1:1:secret:x"}


@pytest.mark.parametrize(
    "field", [{"ValidateCredentials": True}, {"AuthenticationConfiguration": SECRET}]
)
def test_what_would_be_checked_on_aws_is_refused(glue: Any, field: dict[str, Any]) -> None:
    with pytest.raises(ClientError) as refused:
        glue.create_connection(ConnectionInput=connection("c", **field))
    assert code_and_message(refused) == (
        "InvalidInputException",
        f"{next(iter(field))} is not supported by the local AWS.",
    )
