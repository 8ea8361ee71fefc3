"""Fixtures of the tests with other S3 clients."""

from typing import Any
from uuid import uuid4

import boto3
import pytest

from lakehouse.local_aws.server import LocalAws


@pytest.fixture
def bucket(local_aws: LocalAws) -> str:
    name = f"client-{uuid4().hex[:12]}"
    boto3.client("s3").create_bucket(Bucket=name)
    return name


@pytest.fixture
def s3(local_aws: LocalAws) -> Any:
    """boto3, to look at what another client did."""
    return boto3.client("s3")
