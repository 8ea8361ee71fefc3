"""ARNs name the partition of the region: China and GovCloud have their own."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from lakehouse.aws.account import Account
from lakehouse.aws.deployment.deployment import Clients, Deployment, make_clients
from lakehouse.aws.deployment.template import cloudformation
from lakehouse.aws.session import make_client
from lakehouse_tests.sources import built_in

ACCOUNT = Account(prefix="partitions", database="partitions", raw_events=True)


def clients(region: str) -> Clients:
    """As for an account in the region; only who one is, is asked of the local AWS."""
    s3, glue, athena, iam, sqs = (
        make_client(name, region) for name in ("s3", "glue", "athena", "iam", "sqs")
    )
    return Clients(s3, glue, athena, iam, sqs, make_client("sts"))


def arns(value: Any) -> Iterator[str]:
    match value:
        case str() if value.startswith("arn:"):
            yield value
        case dict():
            for item in value.values():
                yield from arns(item)
        case list() | tuple():
            for item in value:
                yield from arns(item)


@pytest.mark.parametrize(
    ("region", "partition"),
    [
        ("eu-central-1", "aws"),
        ("cn-north-1", "aws-cn"),
        ("us-gov-west-1", "aws-us-gov"),
    ],
)
def test_every_arn_is_of_the_region_s_partition(
    local_aws: object, region: str, partition: str
) -> None:
    deployment = Deployment(ACCOUNT, clients(region))
    wanted = [item.wanted() for item in deployment.resources([built_in("web_logs")])]
    assert {arn.split(":")[1] for arn in arns(wanted)} == {partition}
    assert f"arn:{partition}:s3:::partitions-raw/*" in set(arns(wanted))


def test_a_template_leaves_the_partition_to_the_stack(local_aws: object) -> None:
    template = Deployment(ACCOUNT, make_clients()).template([built_in("web_logs")])
    assert "arn:aws:" not in json.dumps(template)
    policy = template["Resources"]["PartitionsRawBucketPolicy"]["Properties"]["PolicyDocument"]
    assert policy["Statement"][0]["Resource"] == [
        {"Fn::Sub": "arn:${AWS::Partition}:s3:::partitions-raw"},
        {"Fn::Sub": "arn:${AWS::Partition}:s3:::partitions-raw/*"},
    ]


def test_a_role_of_the_user_stays_as_it_was_given(local_aws: object) -> None:
    arn = "arn:aws-cn:iam::123456789012:role/Ours"
    deployment = Deployment(replace(ACCOUNT, glue_role=arn), make_clients())
    template = cloudformation(deployment.resources([built_in("web_logs")]))
    assert template["Resources"]["CleanLogsJob"]["Properties"]["Role"] == arn
