"""Athena through boto3 against the local AWS of the session."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest

from lakehouse_tests.local_aws.athena.lake import Lake
from lakehouse_tests.local_aws.athena.queries import Queries


@pytest.fixture(scope="session")
def queries(client: Callable[..., Any]) -> Queries:
    """Queries with a result bucket."""
    return Queries(client("athena"), client("s3"), client("glue"))


@pytest.fixture
def lake(queries: Queries) -> Lake:
    """A bucket and a database of the test's own."""
    made = Lake(queries, f"lake-{uuid.uuid4().hex[:12]}")
    queries.s3.create_bucket(Bucket=made.name)
    queries.must(f"CREATE DATABASE {made.database}")
    return made
