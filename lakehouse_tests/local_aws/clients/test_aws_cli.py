"""The AWS CLI against the local AWS: aws s3 mb, cp, sync, mv, ls, presign, rm, rb; aws s3api."""

import json
import os
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow
MB = 1024 * 1024


def aws(*arguments: str) -> str:
    """What the CLI prints; it is pointed at the local AWS by the environment."""
    command = [sys.executable, "-m", "awscli", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A folder with a file in it that is sent in parts, and names that need encoding."""
    folder = tmp_path / "tree"
    for name, content in (
        ("big.bin", bytes(range(256)) * (9 * MB // 256)),
        ("a/b c+ü.txt", b"small"),
        ("a/empty", b""),
    ):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        os.utime(path, (1_700_000_000, 1_700_000_000))  # `sync` compares in whole seconds
    return folder


def contents(s3: Any, bucket: str) -> dict[str, int]:
    listed = s3.list_objects_v2(Bucket=bucket).get("Contents", [])
    return {item["Key"]: item["Size"] for item in listed}


def test_a_folder_goes_up_and_comes_back(s3: Any, bucket: str, tree: Path, tmp_path: Path) -> None:
    sent = aws("s3", "sync", str(tree), f"s3://{bucket}/in", "--no-progress")
    assert len(sent.splitlines()) == 3
    assert contents(s3, bucket) == {"in/a/b c+ü.txt": 5, "in/a/empty": 0, "in/big.bin": 9 * MB}
    assert s3.head_object(Bucket=bucket, Key="in/big.bin")["ETag"].endswith('-2"')
    assert aws("s3", "sync", str(tree), f"s3://{bucket}/in") == ""
    s3.delete_object(Bucket=bucket, Key="in/a/empty")
    back = tmp_path / "back"
    aws("s3", "cp", f"s3://{bucket}/in", str(back), "--recursive", "--no-progress")
    found = {path.name: path.read_bytes() for path in back.rglob("*") if path.is_file()}
    assert found == {
        "big.bin": (tree / "big.bin").read_bytes(),
        "b c+ü.txt": b"small",
    }


def test_objects_are_moved_listed_and_removed_with_their_bucket(s3: Any, bucket: str) -> None:
    for key in ("logs/1.txt", "logs/2.txt", "top.txt"):
        s3.put_object(Bucket=bucket, Key=key, Body=b"12345", Metadata={"kept": "1"})
    aws("s3", "mv", f"s3://{bucket}/logs/1.txt", f"s3://{bucket}/moved/1.txt")
    assert s3.head_object(Bucket=bucket, Key="moved/1.txt")["Metadata"] == {"kept": "1"}
    listed = [line.split() for line in aws("s3", "ls", f"s3://{bucket}/").splitlines()]
    assert [words[-1] for words in listed] == ["logs/", "moved/", "top.txt"]
    assert listed[2][2] == "5"
    aws("s3", "rb", f"s3://{bucket}", "--force")  # rm --recursive, then DeleteBucket
    assert bucket not in [item["Name"] for item in s3.list_buckets()["Buckets"]]


def test_a_presigned_url_is_read_by_anybody(s3: Any, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="a b", Body=b"hello")
    url = aws("s3", "presign", f"s3://{bucket}/a b", "--expires-in", "60").strip()
    with urllib.request.urlopen(url) as answer:
        assert answer.read() == b"hello"


def test_calls_of_the_api_answer_in_json(bucket: str, tmp_path: Path) -> None:
    body = tmp_path / "body"
    body.write_bytes(b"123456789")
    named = ("--bucket", bucket, "--key", "a")
    put = aws(
        *("s3api", "put-object", *named, "--body", str(body), "--checksum-algorithm", "CRC32C"),
        *("--tagging", "a=1", "--metadata", "said=this", "--if-none-match", "*"),
    )
    assert json.loads(put)["ChecksumCRC32C"] == "4waSgw=="
    head = json.loads(aws("s3api", "head-object", *named, "--checksum-mode", "ENABLED"))
    assert (head["ChecksumCRC32C"], head["Metadata"]) == ("4waSgw==", {"said": "this"})
    assert (head["ContentLength"], head["TagCount"]) == (9, 1)
