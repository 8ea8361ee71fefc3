"""What was just made is waited for; roles are removed and compared as IAM and Glue have them."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from lakehouse.aws.account import Account
from lakehouse.aws.deployment import propagation
from lakehouse.aws.deployment.glue import Crawler
from lakehouse.aws.deployment.queues import Place, Queue
from lakehouse.aws.deployment.role import Role
from lakehouse.aws.errors import AwsFailure
from lakehouse.local_aws.server import LocalAws
from lakehouse_tests.faulty_aws import Fault, FaultyAws, faulty_aws
from lakehouse_tests.sources import built_in

Client = Callable[..., Any]
ACCOUNT = Account(prefix="propagating", database="propagating", glue_role="PropagatingGlue")
NOT_YET = "Service is unable to assume provided role. Please verify role's TrustPolicy"


@pytest.fixture
def aws(local_aws: LocalAws, monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultyAws]:
    def quickly(first: float, longest: float, growth: float) -> Iterator[float]:
        return iter([0.01] * 1000)

    monkeypatch.setattr(propagation, "pauses", quickly)
    with faulty_aws(local_aws.endpoint_url) as proxy:
        yield proxy


def crawler(aws: FaultyAws, account: Account = ACCOUNT) -> Crawler:
    return Crawler(account, built_in("web_logs"), aws.client("glue"))


def test_a_crawler_whose_role_is_not_known_yet_is_made_when_it_is(aws: FaultyAws) -> None:
    words = Fault("CreateCrawler", "error", 2, 400, "InvalidInputException", NOT_YET)
    aws.faults.append(words)
    made = crawler(aws)
    made.apply(made.change())
    assert (made.change().action, aws.calls["CreateCrawler"]) == ("unchanged", 3)
    made.delete()


def test_another_refusal_is_final(aws: FaultyAws) -> None:
    aws.faults.append(Fault("CreateCrawler", "error", 2, 400, "InvalidInputException", "no such"))
    refused = crawler(aws)
    with pytest.raises(AwsFailure, match=r"create crawler .*: InvalidInputException: no such"):
        refused.apply(refused.change())
    assert aws.calls["CreateCrawler"] == 1


def test_it_is_not_waited_for_for_ever(aws: FaultyAws, monkeypatch: pytest.MonkeyPatch) -> None:
    aws.faults.append(Fault("CreateCrawler", "error", 9, 400, "InvalidInputException", NOT_YET))
    with pytest.raises(AwsFailure, match="unable to assume"):
        propagation.when_propagated(crawler(aws).create, patience=0.0)


def test_a_queue_of_a_name_that_was_just_deleted_is_made_when_it_is_free(aws: FaultyAws) -> None:
    words = "You must wait 60 seconds after deleting a queue before you can create another with the same name."  # noqa: E501
    aws.faults.append(Fault("CreateQueue", "error", 2, 400, "QueueDeletedRecently", words))
    place = Place("aws", "123456789012", "us-east-1")
    queue = Queue(ACCOUNT, "propagating-dead", None, place, aws.client("sqs"))
    told: list[str] = []
    queue.apply(queue.change(), told.append)
    assert told == ["waiting a minute: a queue of that name was just deleted"]
    assert (queue.change().action, aws.calls["CreateQueue"]) == ("unchanged", 3)
    queue.delete()


def test_a_role_without_our_policy_is_removed_all_the_same(client: Client) -> None:
    role = Role(ACCOUNT, client("iam"))
    role.create()
    client("iam").delete_role_policy(RoleName=role.name, PolicyName="propagating-glue")
    role.delete()
    assert role.present() is None


def test_a_role_named_by_its_arn_is_the_same_as_by_its_name(aws: FaultyAws) -> None:
    made = crawler(aws)
    made.create()
    by_arn = replace(ACCOUNT, glue_role=f"arn:aws:iam::123456789012:role/{ACCOUNT.glue_role}")
    assert crawler(aws, by_arn).change().action == "unchanged"
    other = replace(ACCOUNT, glue_role="arn:aws:iam::123456789012:role/Other")
    assert crawler(aws, other).change().differences == ("Role",)
    made.delete()
