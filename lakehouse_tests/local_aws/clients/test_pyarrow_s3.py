"""pyarrow's S3FileSystem (the AWS SDK for C++) against the local AWS."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest
from pyarrow import fs

from lakehouse.local_aws.server import LocalAws

MB = 1024 * 1024
DAYS = pa.table({"day": ["d1", "d1", "d2"], "status": [200, 500, 200], "path": ["/", "/a", "/"]})


@pytest.fixture(scope="module")
def arrow(local_aws: LocalAws) -> Iterator[fs.S3FileSystem]:
    yield fs.S3FileSystem(
        access_key="test",
        secret_key="test",
        region="us-east-1",
        scheme="http",
        endpoint_override=urlsplit(local_aws.endpoint_url).netloc,
        allow_bucket_creation=True,
        allow_bucket_deletion=True,
    )


def test_files_are_written_read_and_described(arrow: fs.S3FileSystem, s3: Any, bucket: str) -> None:
    body = bytes(range(256)) * (12 * MB // 256)
    with arrow.open_output_stream(f"{bucket}/in/big.bin", metadata={"Content-Type": "x/y"}) as out:
        out.write(body)
    head = s3.head_object(Bucket=bucket, Key="in/big.bin")
    assert (head["ContentLength"], head["ContentType"]) == (len(body), "x/y")
    with arrow.open_input_file(f"{bucket}/in/big.bin") as file:
        assert (file.read_at(300, 5 * MB), file.size()) == (
            body[5 * MB : 5 * MB + 300],
            len(body),
        )
    with arrow.open_input_stream(f"{bucket}/in/big.bin") as stream:
        assert stream.read() == body
    kinds = [arrow.get_file_info(f"{bucket}/{path}").type for path in ("in/big.bin", "in", "none")]
    assert kinds == [fs.FileType.File, fs.FileType.Directory, fs.FileType.NotFound]
    with pytest.raises(FileNotFoundError):
        arrow.open_input_file(f"{bucket}/none")


def test_files_are_copied_moved_listed_and_removed(
    arrow: fs.S3FileSystem, s3: Any, bucket: str
) -> None:
    arrow.create_dir(f"{bucket}/made/inside", recursive=True)
    with arrow.open_output_stream(f"{bucket}/made/a b+ü") as out:
        out.write(b"1")
    arrow.copy_file(f"{bucket}/made/a b+ü", f"{bucket}/made/copy")
    arrow.move(f"{bucket}/made/copy", f"{bucket}/moved")
    found = arrow.get_file_info(fs.FileSelector(bucket, recursive=True))
    assert {info.path.partition("/")[2]: info.is_file for info in found} == {
        "made": False,
        "made/inside": False,
        "made/a b+ü": True,
        "moved": True,
    }
    arrow.delete_dir(f"{bucket}/made")
    assert [item["Key"] for item in s3.list_objects_v2(Bucket=bucket)["Contents"]] == ["moved"]
    arrow.delete_file(f"{bucket}/moved")
    arrow.delete_dir(bucket)
    assert arrow.get_file_info(bucket).type == fs.FileType.NotFound


def test_a_partitioned_dataset_is_written_and_pruned(arrow: fs.S3FileSystem, bucket: str) -> None:
    partitioning = ds.partitioning(pa.schema([("day", pa.string())]), flavor="hive")
    ds.write_dataset(
        DAYS, f"{bucket}/logs", format="parquet", filesystem=arrow, partitioning=partitioning
    )
    logs = ds.dataset(f"{bucket}/logs", filesystem=arrow, partitioning=partitioning)
    first = logs.to_table(filter=ds.field("day") == "d1").sort_by("status")
    assert first.to_pydict() == {"status": [200, 500], "path": ["/", "/a"], "day": ["d1", "d1"]}
    pq.write_table(DAYS, f"{bucket}/one.parquet", filesystem=arrow)
    assert pq.read_table(f"{bucket}/one.parquet", filesystem=arrow) == DAYS
