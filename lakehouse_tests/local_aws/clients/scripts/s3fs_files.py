# /// script
# dependencies = ["s3fs==2026.9.0", "pandas==3.1.1", "pyarrow==26.0.1"]
# ///
"""s3fs: files, folders, large files in parts, ranges, metadata, pandas on top of it."""

import sys

import pandas as pd
import s3fs

MB = 1024 * 1024
bucket = sys.argv[1]
files = s3fs.S3FileSystem()

body = bytes(range(256)) * (12 * MB // 256)
with files.open(f"{bucket}/in/big.bin", "wb", block_size=5 * MB, ContentType="x/y") as file:
    file.write(body)
assert files.info(f"{bucket}/in/big.bin")["size"] == len(body)
assert files.info(f"{bucket}/in/big.bin")["ContentType"] == "x/y"
assert (
    files.cat_file(f"{bucket}/in/big.bin", start=5 * MB, end=5 * MB + 300)
    == (body[5 * MB : 5 * MB + 300])
)
with files.open(f"{bucket}/in/big.bin", "rb") as file:
    file.seek(-256, 2)
    assert file.read() == body[-256:]

files.pipe({f"{bucket}/in/a b+ü.txt": b"1", f"{bucket}/in/deep/er.txt": b"22"})
assert sorted(files.ls(f"{bucket}/in", detail=False)) == [
    f"{bucket}/in/a b+ü.txt",
    f"{bucket}/in/big.bin",
    f"{bucket}/in/deep",
]
assert files.find(f"{bucket}/in/deep") == [f"{bucket}/in/deep/er.txt"]
assert files.glob(f"{bucket}/in/*.txt") == [f"{bucket}/in/a b+ü.txt"]
assert files.isdir(f"{bucket}/in/deep")
assert not files.exists(f"{bucket}/none")

files.setxattr(f"{bucket}/in/deep/er.txt", said="this")
assert files.metadata(f"{bucket}/in/deep/er.txt") == {"said": "this"}
files.put_tags(f"{bucket}/in/deep/er.txt", {"a": "1"})
assert files.get_tags(f"{bucket}/in/deep/er.txt") == {"a": "1"}

files.copy(f"{bucket}/in/big.bin", f"{bucket}/copy.bin")
files.mv(f"{bucket}/in/deep/er.txt", f"{bucket}/moved.txt")
assert files.checksum(f"{bucket}/copy.bin") is not None
assert files.cat(f"{bucket}/moved.txt") == b"22"
files.rm(f"{bucket}/in", recursive=True)
assert sorted(files.find(bucket)) == [f"{bucket}/copy.bin", f"{bucket}/moved.txt"]

frame = pd.DataFrame({"day": ["d1", "d1", "d2"], "status": [200, 500, 200]})
frame.to_parquet(f"s3://{bucket}/frame", partition_cols=["day"])
read = pd.read_parquet(f"s3://{bucket}/frame", filters=[("day", "==", "d1")])
assert read["status"].tolist() == [200, 500]
frame.to_csv(f"s3://{bucket}/frame.csv", index=False)
assert pd.read_csv(f"s3://{bucket}/frame.csv").equals(frame)

files.rm(bucket, recursive=True)
assert not files.exists(bucket)
