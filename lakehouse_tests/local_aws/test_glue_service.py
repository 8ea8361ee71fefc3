"""Tags of Glue resources."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError

Client = Callable[..., Any]


def arn(kind: str, name: str) -> str:
    return f"arn:aws:glue:us-east-1:123456789012:{kind}/{name}"


def test_tags_are_given_added_and_removed(client: Client) -> None:
    glue = client("glue")
    name = f"tagged_{uuid4().hex[:8]}"
    glue.create_database(DatabaseInput={"Name": name}, Tags={"team": "logs"})
    resource = arn("database", name)
    glue.tag_resource(ResourceArn=resource, TagsToAdd={"env": "test", "team": "lake"})
    glue.untag_resource(ResourceArn=resource, TagsToRemove=["env", "none"])
    assert glue.get_tags(ResourceArn=resource)["Tags"] == {"team": "lake"}
    glue.delete_database(Name=name)
    glue.create_database(DatabaseInput={"Name": name})
    assert glue.get_tags(ResourceArn=resource)["Tags"] == {}
    glue.delete_database(Name=name)


@pytest.mark.parametrize(
    ("resource", "code"),
    [
        (arn("database", "no_such"), "EntityNotFoundException"),
        (arn("crawler", "no_such"), "EntityNotFoundException"),
        (arn("job", "no_such"), "EntityNotFoundException"),
        (arn("trigger", "t"), "InvalidInputException"),
        ("arn:aws:glue:us-east-1:999999999999:job/x", "InvalidInputException"),
    ],
)
def test_only_existing_resources_have_tags(client: Client, resource: str, code: str) -> None:
    with pytest.raises(ClientError) as refused:
        client("glue").get_tags(ResourceArn=resource)
    assert refused.value.response["Error"]["Code"] == code
