"""Lists of objects: paging, delimiters, encodings, in both versions."""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given, settings
from hypothesis import strategies as st

from lakehouse.local_aws.objects.store import ObjectStore
from lakehouse.local_aws.s3.listing import page
from lakehouse_tests.local_aws.s3.conftest import Answer

KEYS = ["a b", "a/", "a/1", "a/2/x", "a/2/y", "b/1", "c", "é"]


@pytest.fixture(scope="module")
def listed(client: Callable[..., Any]) -> str:
    s3 = client("s3")
    s3.create_bucket(Bucket="listed")
    for key in KEYS:
        s3.put_object(Bucket="listed", Key=key, Body=key.encode())
    return "listed"


LISTS = [
    ({}, KEYS, []),
    ({"Prefix": "a/"}, ["a/", "a/1", "a/2/x", "a/2/y"], []),
    ({"Delimiter": "/"}, ["a b", "c", "é"], ["a/", "b/"]),
    ({"Prefix": "a/", "Delimiter": "/"}, ["a/", "a/1"], ["a/2/"]),
    ({"Prefix": "a/2", "Delimiter": "/"}, [], ["a/2/"]),
    ({"Delimiter": "/1"}, ["a b", "a/", "a/2/x", "a/2/y", "c", "é"], ["a/1", "b/1"]),
    ({"Prefix": "none"}, [], []),
    ({"MaxKeys": 0}, [], []),
]


@pytest.mark.parametrize(("arguments", "keys", "prefixes"), LISTS)
@pytest.mark.parametrize("operation", ["list_objects", "list_objects_v2"])
def test_lists(
    s3: Any,
    listed: str,
    operation: str,
    arguments: dict[str, Any],
    keys: list[str],
    prefixes: list[str],
) -> None:
    for size in (1000, 1, 2) if "MaxKeys" not in arguments else (0,):
        config = {"PageSize": size} if size else {}
        more = {} if not config else {"PaginationConfig": config}
        pages = list(s3.get_paginator(operation).paginate(Bucket=listed, **arguments, **more))
        assert [item["Key"] for page in pages for item in page.get("Contents", [])] == keys
        shown = [item["Prefix"] for page in pages for item in page.get("CommonPrefixes", [])]
        assert shown == prefixes
        assert [page["IsTruncated"] for page in pages] == [True] * (len(pages) - 1) + [False]


def test_starting_after_a_key(s3: Any, listed: str) -> None:
    found = s3.list_objects_v2(Bucket=listed, StartAfter="a/2/x", MaxKeys=2)
    assert [item["Key"] for item in found["Contents"]] == ["a/2/y", "b/1"]
    assert (found["StartAfter"], found["KeyCount"], found["IsTruncated"]) == ("a/2/x", 2, True)
    token = found["NextContinuationToken"]
    rest = s3.list_objects_v2(Bucket=listed, ContinuationToken=token)
    assert [item["Key"] for item in rest["Contents"]] == ["c", "é"]
    found = s3.list_objects(Bucket=listed, Marker="b/1")
    assert [item["Key"] for item in found["Contents"]] == ["c", "é"]


def test_what_is_said_of_an_object(s3: Any, listed: str) -> None:
    found = s3.list_objects_v2(Bucket=listed, Prefix="c", FetchOwner=True)["Contents"][0]
    head = s3.head_object(Bucket=listed, Key="c")
    assert (found["ETag"], found["LastModified"]) == (head["ETag"], head["LastModified"])
    assert (found["Size"], found["StorageClass"]) == (1, "STANDARD")
    assert found["Owner"]["ID"].endswith("123456789012")


def test_versions_of_a_bucket_without_versioning(s3: Any, listed: str) -> None:
    versions = s3.list_object_versions(Bucket=listed, Prefix="a/")["Versions"]
    assert [(item["Key"], item["VersionId"], item["IsLatest"]) for item in versions] == [
        ("a/", "null", True),
        ("a/1", "null", True),
        ("a/2/x", "null", True),
        ("a/2/y", "null", True),
    ]


@pytest.mark.parametrize("query", ["max-keys=x", "list-type=2&continuation-token=%FF"])
def test_senseless_arguments_are_refused(
    listed: str, http_call: Callable[..., Answer], query: str
) -> None:
    answer = http_call("GET", f"/{listed}?{query}")
    assert (answer.status, b"<Code>InvalidArgument</Code>" in answer.body) == (400, True)


def test_keys_come_plain_or_url_encoded(listed: str, http_call: Callable[..., Answer]) -> None:
    assert b"<Key>a b</Key>" in http_call("GET", f"/{listed}?prefix=a%20").body
    assert b"<Key>a%20b</Key>" in http_call("GET", f"/{listed}?encoding-type=url").body


def test_a_missing_bucket_with_a_page_size_of_none(s3: Any) -> None:
    with pytest.raises(ClientError, match="NoSuchBucket"):
        s3.list_objects_v2(Bucket="no-such-bucket", MaxKeys=0)


def model(keys: set[str], prefix: str, delimiter: str) -> list[str]:
    items = set()
    for key in keys:
        if key.startswith(prefix):
            end = key.find(delimiter, len(prefix)) if delimiter else -1
            items.add(key if end < 0 else key[: end + len(delimiter)] + "*")
    return sorted(items)


def paged(store: ObjectStore, prefix: str, delimiter: str, limit: int) -> Iterator[str]:
    last = ""
    while True:
        found = page(store, "logs", prefix, delimiter, last, limit)
        yield from (item + "*" if isinstance(item, str) else item.key for item in found.items)
        last = found.last
        if not last:
            return


text = st.text(alphabet="ab/", max_size=5)


@settings(deadline=None, max_examples=40)
@given(st.sets(text.filter(bool), max_size=25), text, st.sampled_from(["", "/", "b"]))
def test_pages_of_any_size_are_the_whole_list(keys: set[str], prefix: str, delimiter: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = ObjectStore(Path(folder))
        store.create_bucket("logs")
        for key in keys:
            store.put("logs", key, b"")
        whole = model(keys, prefix, delimiter)
        for limit in (1, 2, 1000):
            found = list(paged(store, prefix, delimiter, limit))
            assert sorted(found) == whole
            assert len(found) == len(set(found))
        store.close()
