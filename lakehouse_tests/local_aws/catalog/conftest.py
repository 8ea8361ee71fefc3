"""A Glue client, a database and a partitioned table of the local AWS."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest

from lakehouse_tests.local_aws.catalog.inputs import descriptor


@pytest.fixture(scope="session")
def glue(client: Callable[..., Any]) -> Any:
    return client("glue")


@pytest.fixture
def database(glue: Any) -> Iterator[str]:
    name = f"db_{uuid4().hex[:8]}"
    glue.create_database(DatabaseInput={"Name": name})
    yield name
    glue.delete_database(Name=name)


@pytest.fixture
def days(glue: Any, database: str) -> dict[str, str]:
    """A table with the partition keys event_date (date) and hour (int), as arguments of calls."""
    keys = [{"Name": "event_date", "Type": "date"}, {"Name": "hour", "Type": "int"}]
    glue.create_table(
        DatabaseName=database,
        TableInput={"Name": "days", "StorageDescriptor": descriptor(), "PartitionKeys": keys},
    )
    return {"DatabaseName": database, "TableName": "days"}
