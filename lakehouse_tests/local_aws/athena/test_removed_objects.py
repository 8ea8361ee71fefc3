"""Objects that are gone when a query reads them, though the catalog and the listing had them."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lakehouse.local_aws.athena.engine_errors import query_error
from lakehouse_tests.local_aws.athena.lake import Lake
from lakehouse_tests.local_aws.athena.queries import Queries
from lakehouse_tests.local_aws.servers import running

pytestmark = pytest.mark.slow
WORDS = "The specified key does not exist. (Service: Amazon S3; Status Code: 404; NoSuchKey)"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("removed")


@pytest.fixture(scope="module")
def own_lake(folder: Path) -> Iterator[Lake]:
    with running(folder) as server:
        queries = Queries(*(server.client(name) for name in ("athena", "s3", "glue")))
        lake = Lake(queries, "removed-objects")
        queries.s3.create_bucket(Bucket=lake.name)
        queries.must(f"CREATE DATABASE {lake.database}")
        yield lake


def parquet() -> bytes:
    out = BytesIO()
    pq.write_table(pa.table({"a": [1, 2]}), out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("table", "body", "how"),
    [
        ("p", parquet(), "STORED AS PARQUET"),
        ("c", b"1\n2\n", "ROW FORMAT DELIMITED FIELDS TERMINATED BY ','"),
    ],
)
def test_an_object_whose_file_is_gone(
    own_lake: Lake, folder: Path, table: str, body: bytes, how: str
) -> None:
    own_lake.put(f"{table}/x", body)
    own_lake.create("a bigint", how, table)
    (folder / "objects" / own_lake.name / table / "x").unlink()
    reason = own_lake.reason(f"SELECT * FROM {own_lake.database}.{table}")
    uri = f"s3://{own_lake.name}/{table}/x"
    assert reason == f"HIVE_CANNOT_OPEN_SPLIT: Error opening Hive split {uri}: {WORDS}"


@pytest.mark.parametrize("reader", ["read_parquet(['{}'])", "read_parquet('{}/*')"])
def test_a_file_that_goes_between_footer_and_rows(tmp_path: Path, reader: str) -> None:
    with pytest.raises(duckdb.Error) as told:
        duckdb.execute(f"SELECT * FROM {reader.format(tmp_path / 'gone')}").fetchall()
    assert str(query_error(str(told.value))) == (
        f"HIVE_CANNOT_OPEN_SPLIT: Error opening Hive split: {WORDS}"
    )
