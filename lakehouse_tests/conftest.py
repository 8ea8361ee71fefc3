"""One local AWS for the whole test session, and boto3 clients of it."""

import gc
import os
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest

from lakehouse.local_aws.server import LocalAws

ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_CONFIG_FILE": "/dev/null",
    "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
    "AWS_EC2_METADATA_DISABLED": "true",
}


def pytest_collection_finish() -> None:
    """What was loaded stays: looking through it for garbage, again and again, took seconds."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 1000)


def pytest_unconfigure() -> None:
    """Python's own end looks through all, or libraries tell of what they think is leaked."""
    gc.unfreeze()


@pytest.fixture(scope="session")
def local_aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAws]:
    """The local AWS on a free port; the environment points every AWS client at it."""
    aws = LocalAws(tmp_path_factory.mktemp("local-aws"))
    aws.start()
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            patch.delenv(name)
        for name, value in ENVIRONMENT.items():
            patch.setenv(name, value)
        patch.setenv("AWS_ENDPOINT_URL", aws.endpoint_url)
        yield aws
    aws.stop()


@pytest.fixture(scope="session")
def client(local_aws: LocalAws) -> Callable[..., Any]:
    """`client("s3")`: a boto3 client of the local AWS, the same one for the same service."""
    clients: dict[str, Any] = {}

    def make(service_name: str, **arguments: Any) -> Any:
        if arguments:
            return boto3.client(service_name, **arguments)  # type: ignore[call-overload]
        if service_name not in clients:
            clients[service_name] = boto3.client(service_name)  # type: ignore[call-overload]
        return clients[service_name]

    return make
