"""The deployment as a CloudFormation template, for those who must use one. Pure.

The script cannot be in it: `lakehouse deploy` (or `aws s3 cp`) uploads that, and says where.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from lakehouse.aws.deployment.queues import Notifications
from lakehouse.aws.deployment.resource import STACK_PARTITION, Resource, logical_id

DEPENDS_ON_ROLE = ("AWS::Glue::Job", "AWS::Glue::Crawler")


def cloudformation(resources: Iterable[Resource]) -> dict[str, Any]:
    """A template that makes the same resources."""
    made = list(resources)
    found: dict[str, Any] = {}
    for resource in made:
        found |= resource.template()
    for notifications in (item for item in made if isinstance(item, Notifications)):
        _notify(found, notifications)
    if "GlueRole" in found:
        for item in found.values():
            if item["Type"] in DEPENDS_ON_ROLE:
                item["DependsOn"] = "GlueRole"
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "Raw logs in S3 become typed tables and daily metrics.",
        "Resources": _substituted(found),
    }


def _substituted(value: Any) -> Any:
    """The value with what the stack fills in marked as such."""
    match value:
        case str() if STACK_PARTITION in value:
            return {"Fn::Sub": value}
        case dict():
            return {key: _substituted(item) for key, item in value.items()}
        case list():
            return [_substituted(item) for item in value]
        case _:
            return value


def _notify(found: dict[str, Any], notifications: Notifications) -> None:
    bucket = found[logical_id(notifications.name, "bucket")]
    settings = list(notifications.wanted().values())
    bucket["Properties"]["NotificationConfiguration"] = {
        "QueueConfigurations": [entry for item in settings for entry in _entries(item)]
    }
    bucket["DependsOn"] = sorted(
        name for name, item in found.items() if item["Type"] == "AWS::SQS::QueuePolicy"
    )


def _entries(item: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    rules = item["Filter"]["Key"]["FilterRules"]
    queue = {"Fn::GetAtt": [logical_id(item["QueueArn"].rpartition(":")[2]), "Arn"]}
    return [
        {"Event": event, "Queue": queue, "Filter": {"S3Key": {"Rules": rules}}}
        for event in item["Events"]
    ]
