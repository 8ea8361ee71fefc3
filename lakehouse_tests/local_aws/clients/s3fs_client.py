# /// script
# requires-python = ">=3.11"
# dependencies = ["s3fs>=2025.9", "pandas>=2.2", "pyarrow>=17"]
# ///
"""s3fs against the endpoint of AWS_ENDPOINT_URL: files, folders, parts, ranges, tags, pandas.

A program of its own, because s3fs is not installed beside the project. It ends with status 0 when
everything is as it would be on AWS.
"""

import uuid

import pandas as pd
import s3fs

NAME = f"s3fs-{uuid.uuid4().hex[:8]}"
MB = 1024 * 1024
BIG = f"{NAME}/in/big.bin"
DEEP = f"{NAME}/in/deep/er.txt"


def large(files: s3fs.S3FileSystem) -> None:
    """A file of several parts, and ranges of it."""
    body = bytes(range(256)) * (12 * MB // 256)
    with files.open(BIG, "wb", block_size=5 * MB, ContentType="x/y") as file:
        file.write(body)
    assert files.info(BIG)["size"] == len(body)
    assert files.info(BIG)["ContentType"] == "x/y"
    assert files.cat_file(BIG, start=5 * MB, end=5 * MB + 300) == body[5 * MB : 5 * MB + 300]
    with files.open(BIG, "rb") as file:
        file.seek(-256, 2)
        assert file.read() == body[-256:]


def looking(files: s3fs.S3FileSystem) -> None:
    """Listings, metadata and tags."""
    spaced = f"{NAME}/in/a b+ü.txt"
    files.pipe({spaced: b"1", DEEP: b"22"})
    assert sorted(files.ls(f"{NAME}/in", detail=False)) == [spaced, BIG, f"{NAME}/in/deep"]
    assert files.find(f"{NAME}/in/deep") == [DEEP]
    assert files.glob(f"{NAME}/in/*.txt") == [spaced]
    assert files.isdir(f"{NAME}/in/deep")
    assert not files.exists(f"{NAME}/none")
    files.setxattr(DEEP, said="this")
    assert files.metadata(DEEP) == {"said": "this"}
    files.put_tags(DEEP, {"a": "1"})
    assert files.get_tags(DEEP) == {"a": "1"}


def moving(files: s3fs.S3FileSystem) -> None:
    """Copies, moves and deletes."""
    files.copy(BIG, f"{NAME}/copy.bin")
    files.mv(DEEP, f"{NAME}/moved.txt")
    assert files.checksum(f"{NAME}/copy.bin") is not None
    assert files.cat(f"{NAME}/moved.txt") == b"22"
    files.rm(f"{NAME}/in", recursive=True)
    assert sorted(files.find(NAME)) == [f"{NAME}/copy.bin", f"{NAME}/moved.txt"]


def frames() -> None:
    """What pandas and pyarrow do through s3fs."""
    frame = pd.DataFrame({"day": ["d1", "d1", "d2"], "status": [200, 500, 200]})
    frame.to_parquet(f"s3://{NAME}/frame", partition_cols=["day"])
    read = pd.read_parquet(f"s3://{NAME}/frame", filters=[("day", "==", "d1")])
    assert read["status"].tolist() == [200, 500], read
    frame.to_csv(f"s3://{NAME}/frame.csv", index=False)
    assert pd.read_csv(f"s3://{NAME}/frame.csv").equals(frame)


def main() -> None:
    files = s3fs.S3FileSystem()
    files.mkdir(NAME)
    large(files)
    looking(files)
    moving(files)
    frames()
    files.rm(NAME, recursive=True)
    assert not files.exists(NAME)


if __name__ == "__main__":
    main()
