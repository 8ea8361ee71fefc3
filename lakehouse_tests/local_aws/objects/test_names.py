"""Which names buckets may have.

Cases: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html, 2026-11.
"""

import pytest

from lakehouse.local_aws.objects.names import is_bucket_name

GOOD = ["abc", "a" * 63, "my.data.s3.bucket", "log-delivery-march-2020", "1.2.3", "123", "a-.b"]
BAD = [
    "ab",
    "a" * 64,
    "doc_example_bucket",
    "DocExampleBucket",
    "doc-example-bucket-",
    "-doc",
    ".doc",
    "doc.",
    "doc..example",
    "192.168.5.4",
    "xn--doc",
    "sthree-doc",
    "amzn-s3-demo-bucket",
    "doc-s3alias",
    "doc--ol-s3",
    "doc.mrap",
    "doc--use1-az4--x-s3",
    "doc--table-s3",
    "döc",
    "a/b",
    "...",
    "abc\n",
    "",
]


@pytest.mark.parametrize("name", GOOD)
def test_good_names(name: str) -> None:
    assert is_bucket_name(name)


@pytest.mark.parametrize("name", BAD)
def test_bad_names(name: str) -> None:
    assert not is_bucket_name(name)
