"""Prefixes that S3 would not take are refused before anything is made."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from lakehouse.aws.account import Account
from lakehouse.aws.deployment.deployment import Clients, Deployment, make_clients
from lakehouse.aws.deployment.overlaps import OverlappingPrefixes, require_apart
from lakehouse.source import LogSource
from lakehouse_tests.sources import built_in

Client = Callable[..., Any]
ACCOUNT = Account(prefix="overlaps", database="overlaps", glue_role="Overlaps", raw_events=True)
WEB = built_in("web_logs")
QUEUE = "arn:aws:sqs:us-east-1:123456789012:theirs"


def below(name: str, path: str) -> LogSource:
    """A source of other files than web_logs, at a path."""
    return WEB.model_copy(update={"name": name, "raw": WEB.raw.model_copy(update={"path": path})})


@pytest.fixture(scope="module")
def clients(local_aws: object) -> Clients:
    return make_clients()


@pytest.fixture
def deployment(clients: Clients) -> Iterator[Deployment]:
    deployment = Deployment(ACCOUNT, clients)
    yield deployment
    list(deployment.remove([WEB], delete_data=True))


@pytest.mark.parametrize(
    "path", ["logs/app/{event_date}/", "{event_date}/app/", "logs/{event_date}/"]
)
def test_sources_of_prefixes_that_contain_each_other(deployment: Deployment, path: str) -> None:
    app = below("app", path)
    with pytest.raises(OverlappingPrefixes) as caught:
        list(deployment.apply([WEB, app]))
    root = path.partition("{")[0]
    assert str(caught.value) == (
        "raw.path: the files of source web_logs stand under 'logs/', those of app under "
        f"{root!r}: S3 tells no two queues of prefixes of which one begins with the other. Give "
        "one of them another folder before its day, or leave LAKEHOUSE_SENSORS unset: sensors "
        "then list"
    )
    assert {change.action for change in deployment.plan([WEB])} >= {"create"}
    assert deployment.resources([WEB])[0].present() is None  # nothing was made


def test_sensors_that_list_do_not_mind(deployment: Deployment) -> None:
    listing = Deployment(replace(ACCOUNT, raw_events=False), deployment.clients)
    planned = list(listing.plan([WEB, below("app", "logs/app/{event_date}/")]))
    assert len([change for change in planned if change.kind == "crawler"]) == 2


def test_prefixes_side_by_side(local_aws: object) -> None:
    require_apart([WEB, below("app", "logs2/{event_date}/"), below("b", "applogs/{event_date}/")])


@pytest.mark.parametrize("prefix", ["logs/", "lo", None])
def test_notifications_of_somebody_else(
    deployment: Deployment, client: Client, prefix: str | None
) -> None:
    client("s3").create_bucket(Bucket="overlaps-raw")
    client("sqs").create_queue(QueueName="theirs")
    theirs: dict[str, Any] = {"Id": "old", "QueueArn": QUEUE, "Events": ["s3:ObjectCreated:Put"]}
    if prefix:
        theirs["Filter"] = {"Key": {"FilterRules": [{"Name": "prefix", "Value": prefix}]}}
    client("s3").put_bucket_notification_configuration(
        Bucket="overlaps-raw", NotificationConfiguration={"QueueConfigurations": [theirs]}
    )
    with pytest.raises(OverlappingPrefixes) as caught:
        list(deployment.plan([WEB]))
    assert str(caught.value) == (
        f"bucket overlaps-raw has a notification 'old' for prefix {prefix or ''!r}, which S3 does "
        "not take beside that of source web_logs for 'logs/'. Remove it (S3 console: bucket, "
        "Properties, Event notifications) if it is a former source's; else leave "
        "LAKEHOUSE_SENSORS unset: sensors then list"
    )


def test_a_source_at_the_top_of_the_bucket(deployment: Deployment) -> None:
    top = below("web_logs", "{event_date}/")
    list(deployment.apply([top]))
    assert {change.action for change in deployment.plan([top])} == {"unchanged"}
