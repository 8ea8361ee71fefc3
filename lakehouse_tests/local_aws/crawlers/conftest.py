"""Crawlers through boto3 against the local AWS of the session, or in a directory of their own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from lakehouse_tests.local_aws.crawlers.lake import Client, Lake
from lakehouse_tests.local_aws.crawlers.shop import Shop


@pytest.fixture
def lake(client: Client) -> Lake:
    """A bucket and a database of the test's own."""
    return Lake(client)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """A crawler service of the test's own."""
    shop = Shop(tmp_path)
    yield shop
    shop.close()
