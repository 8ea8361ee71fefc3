# /// script
# dependencies = ["awswrangler==3.17.1", "pyarrow==25.0.1"]
# ///
"""awswrangler: its functions of S3, without the catalog."""

import sys
import tempfile
from pathlib import Path

import awswrangler as wr
import pandas as pd

MB = 1024 * 1024
bucket = sys.argv[1]
frame = pd.DataFrame({"day": ["d1", "d1", "d2"], "status": [200, 500, 200], "path": list("abc")})

written = wr.s3.to_parquet(
    frame, path=f"s3://{bucket}/logs/", dataset=True, partition_cols=["day"], compression="zstd"
)
assert sorted(written["partitions_values"].values()) == [["d1"], ["d2"]]
pruned = wr.s3.read_parquet(
    f"s3://{bucket}/logs/", dataset=True, partition_filter=lambda keys: keys["day"] == "d1"
)
assert pruned["status"].tolist() == [200, 500]
wr.s3.to_parquet(
    frame[frame["day"] == "d2"],
    path=f"s3://{bucket}/logs/",
    dataset=True,
    partition_cols=["day"],
    mode="overwrite_partitions",
)
assert len(wr.s3.read_parquet(f"s3://{bucket}/logs/", dataset=True)) == 3

wr.s3.to_csv(frame, f"s3://{bucket}/a b+ü.csv", index=False)
assert wr.s3.read_csv(f"s3://{bucket}/a b+ü.csv").equals(frame)
wr.s3.to_json(frame, f"s3://{bucket}/frame.json", orient="records", lines=True)
assert wr.s3.read_json(f"s3://{bucket}/frame.json", orient="records", lines=True).equals(frame)

with tempfile.TemporaryDirectory() as folder:
    body = bytes(range(256)) * (12 * MB // 256)
    local = Path(folder) / "big.bin"
    local.write_bytes(body)
    wr.s3.upload(str(local), f"s3://{bucket}/big.bin")
    wr.s3.download(f"s3://{bucket}/big.bin", str(local.with_suffix(".back")))
    assert local.with_suffix(".back").read_bytes() == body

assert wr.s3.size_objects(f"s3://{bucket}/big.bin") == {f"s3://{bucket}/big.bin": 12 * MB}
described = wr.s3.describe_objects(f"s3://{bucket}/big.bin")
assert described[f"s3://{bucket}/big.bin"]["ContentLength"] == 12 * MB
assert wr.s3.does_object_exist(f"s3://{bucket}/big.bin")
assert not wr.s3.does_object_exist(f"s3://{bucket}/none")
assert wr.s3.list_directories(f"s3://{bucket}/") == [f"s3://{bucket}/logs/"]
copied = wr.s3.copy_objects(
    [f"s3://{bucket}/big.bin"], source_path=f"s3://{bucket}", target_path=f"s3://{bucket}/copies"
)
assert copied == [f"s3://{bucket}/copies/big.bin"]
assert wr.s3.get_bucket_region(bucket) == "us-east-1"

wr.s3.delete_objects(f"s3://{bucket}/")
assert wr.s3.list_objects(f"s3://{bucket}/") == []
