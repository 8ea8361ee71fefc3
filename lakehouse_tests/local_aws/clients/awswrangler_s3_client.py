# /// script
# requires-python = ">=3.11"
# dependencies = ["awswrangler>=3.9"]
# ///
"""`awswrangler.s3` against the endpoint of AWS_ENDPOINT_URL: its functions, without the catalog.

A program of its own, because awswrangler is not installed beside the project. It ends with status 0
when everything is as it would be on AWS.
"""

import tempfile
import uuid
from pathlib import Path

import awswrangler as wr
import boto3
import pandas as pd

NAME = f"wrangler-s3-{uuid.uuid4().hex[:8]}"
ROOT = f"s3://{NAME}"
LOGS = f"{ROOT}/logs/"
BIG = f"{ROOT}/big.bin"
MB = 1024 * 1024
FRAME = pd.DataFrame({"day": ["d1", "d1", "d2"], "status": [200, 500, 200], "path": list("abc")})


def datasets() -> None:
    """A partitioned data set is written, read in part and overwritten in part."""
    written = wr.s3.to_parquet(
        FRAME, path=LOGS, dataset=True, partition_cols=["day"], compression="zstd"
    )
    assert sorted(written["partitions_values"].values()) == [["d1"], ["d2"]], written
    pruned = wr.s3.read_parquet(
        LOGS, dataset=True, partition_filter=lambda keys: keys["day"] == "d1"
    )
    assert pruned["status"].tolist() == [200, 500], pruned
    second = FRAME[FRAME["day"] == "d2"]
    wr.s3.to_parquet(
        second, path=LOGS, dataset=True, partition_cols=["day"], mode="overwrite_partitions"
    )
    assert len(wr.s3.read_parquet(LOGS, dataset=True)) == 3


def files() -> None:
    """Frames as single files; a file of several parts, up and down."""
    wr.s3.to_csv(FRAME, f"{ROOT}/a b+ü.csv", index=False)
    assert wr.s3.read_csv(f"{ROOT}/a b+ü.csv").equals(FRAME)
    lines = {"path": f"{ROOT}/frame.json", "orient": "records", "lines": True}
    wr.s3.to_json(FRAME, **lines)
    assert wr.s3.read_json(**lines).equals(FRAME)
    with tempfile.TemporaryDirectory() as folder:
        body = bytes(range(256)) * (12 * MB // 256)
        local = Path(folder) / "big.bin"
        local.write_bytes(body)
        wr.s3.upload(str(local), BIG)
        wr.s3.download(BIG, str(local.with_suffix(".back")))
        assert local.with_suffix(".back").read_bytes() == body


def looking() -> None:
    """What is there, copied and deleted."""
    assert wr.s3.size_objects(BIG) == {BIG: 12 * MB}
    assert wr.s3.describe_objects(BIG)[BIG]["ContentLength"] == 12 * MB
    assert wr.s3.does_object_exist(BIG)
    assert not wr.s3.does_object_exist(f"{ROOT}/none")
    assert wr.s3.list_directories(f"{ROOT}/") == [LOGS]
    copied = wr.s3.copy_objects([BIG], source_path=ROOT, target_path=f"{ROOT}/copies")
    assert copied == [f"{ROOT}/copies/big.bin"], copied
    assert wr.s3.get_bucket_region(NAME) == "us-east-1"
    wr.s3.delete_objects(f"{ROOT}/")
    assert wr.s3.list_objects(f"{ROOT}/") == []


if __name__ == "__main__":
    boto3.client("s3").create_bucket(Bucket=NAME)
    datasets()
    files()
    looking()
