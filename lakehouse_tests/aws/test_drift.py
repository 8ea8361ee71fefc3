"""Drift of a day's files and of the raw table."""

import gzip
import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from lakehouse.aws.account import Account
from lakehouse.aws.drift import Drift, day_drift, table_drift
from lakehouse.aws.inventory import day_files
from lakehouse.aws.s3 import S3
from lakehouse.source import LogSource, raw_prefix
from lakehouse_tests.sources import built_in

ACCOUNT = Account(prefix="drift", database="drift")
DAY = date(2026, 1, 1)
WEB, ACTIVITY, ACCESS = (built_in(n) for n in ("web_logs", "user_activity", "access_logs"))
HEADER = "timestamp,request_id,client_ip,method,endpoint,status,latency_ms,bytes_sent"
EVENT = {"event_id": "1", "user_id": "u", "action": "view", "timestamp": "t"}
METADATA = {"device": "d", "location": "EU"}


def test_drift_names_fields_that_nobody_declared_and_declared_ones_that_are_missing() -> None:
    source = built_in("user_activity")
    found = [("event_id", "string"), ("timestamp", "string"), ("session", "string")]
    assert table_drift(source, found) == Drift(("session",), ("action", "metadata", "user_id"))


def lines(*documents: dict[str, Any]) -> bytes:
    return "".join(json.dumps(document) + "\n" for document in documents).encode()


@pytest.mark.parametrize(
    ("source", "body", "expected"),
    [
        (WEB, f"{HEADER}\nx".encode(), Drift()),
        (WEB, f"\ufeff{HEADER}\r\nx".encode(), Drift()),
        (WEB, f'{HEADER}," new, one "\n'.encode(), Drift(("new, one",))),
        (WEB, HEADER.replace("endpoint,", "").encode(), Drift((), ("endpoint",))),
        (WEB, b"", Drift()),
        (ACTIVITY, lines({**EVENT, "metadata": METADATA}), Drift()),
        (ACTIVITY, lines({**EVENT, "metadata": {**METADATA, "os": "x"}}), Drift(("metadata.os",))),
        (ACTIVITY, lines({**EVENT, "metadata": None}, {**EVENT, "new": 1}), Drift(("new",))),
        (ACTIVITY, lines({**EVENT, "metadata": {"os": None}}), Drift(("metadata.os",))),
        (
            ACTIVITY,
            lines({"timestamp": "t", "metadata": METADATA}),
            Drift((), ("action", "event_id", "user_id")),
        ),
        (ACCESS, b"anything", Drift()),
    ],
)
def test_a_day_by_its_files(
    client: Callable[..., Any], source: LogSource, body: bytes, expected: Drift
) -> None:
    boto = client("s3")
    boto.create_bucket(Bucket=ACCOUNT.raw_bucket)
    key = raw_prefix(source, DAY) + "a.gz"
    boto.put_object(Bucket=ACCOUNT.raw_bucket, Key=key, Body=gzip.compress(body))
    s3 = S3(boto)
    assert day_drift(s3, source, day_files(s3, ACCOUNT, source, DAY)) == expected


def test_a_file_that_is_not_packed_as_its_name_says_shows_nothing(
    client: Callable[..., Any],
) -> None:
    boto, day = client("s3"), date(2026, 1, 2)
    boto.create_bucket(Bucket=ACCOUNT.raw_bucket)
    boto.put_object(Bucket=ACCOUNT.raw_bucket, Key=raw_prefix(WEB, day) + "a.gz", Body=b"a,b\n")
    s3 = S3(boto)
    assert day_drift(s3, WEB, day_files(s3, ACCOUNT, WEB, day)) == Drift()


def test_words_say_what_differs_and_what_becomes_of_it() -> None:
    assert Drift(("a", "b"), ("c",)).words == (
        "not declared, so not read: a, b; declared, but not in the files: c"
    )
    assert Drift().words == "The files have exactly the declared fields."
