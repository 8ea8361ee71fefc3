"""Athena through boto3 against the local AWS of the session."""

from collections.abc import Callable
from typing import Any

import pytest

from lakehouse_tests.local_aws.athena.queries import Queries


@pytest.fixture(scope="session")
def queries(client: Callable[..., Any]) -> Queries:
    """Queries with a result bucket."""
    return Queries(client("athena"), client("s3"))
