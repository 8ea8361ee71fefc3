"""Which bucket and key a request is about: path, host, encoding; the errors that say it.

Hosts: https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html, 2026-11.
"""

import socket
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlsplit
from xml.etree import ElementTree

import boto3
import pytest
from botocore.config import Config

from lakehouse.local_aws.s3.request import virtual_bucket
from lakehouse.local_aws.server import LocalAws
from lakehouse_tests.local_aws.s3.conftest import Answer

Call = Callable[..., Answer]

HOSTS = [
    ("localhost", None),
    ("localhost:4566", None),
    ("127.0.0.1:4566", None),
    ("[::1]:4566", None),
    ("example.com", None),
    ("s3.localhost", None),
    ("s3.eu-west-1.localhost:4566", None),
    ("s3.amazonaws.com", None),
    ("s3.eu-west-1.amazonaws.com", None),
    ("s3-eu-west-1.amazonaws.com", None),
    ("s3.dualstack.us-west-2.amazonaws.com", None),
    ("s3.localhost.localstack.cloud:4566", None),
    ("logs.localhost", "logs"),
    ("LOGS.localhost:4566", "logs"),
    ("my.own.logs.localhost:4566", "my.own.logs"),
    ("s3-logs.localhost", "s3-logs"),
    ("logs.s3.localhost", "logs"),
    ("logs.s3.us-east-1.localhost.localstack.cloud:4566", "logs"),
    ("logs.s3.amazonaws.com", "logs"),
    ("my.own.logs.s3.eu-west-1.amazonaws.com", "my.own.logs"),
    ("logs.s3-eu-west-1.amazonaws.com", "logs"),
    ("logs.s3.dualstack.us-west-2.amazonaws.com", "logs"),
    ("logs.s3.cn-north-1.amazonaws.com.cn", "logs"),
    ("a.s3.b.s3.us-east-1.amazonaws.com", "a.s3.b"),
]


@pytest.mark.parametrize(("host", "bucket"), HOSTS)
def test_a_host_may_name_the_bucket(host: str, bucket: str | None) -> None:
    assert virtual_bucket(host) == bucket


@pytest.mark.parametrize(
    "host", ["{}.localhost", "{}.s3.us-east-1.localhost", "{}.s3.eu-west-1.amazonaws.com"]
)
def test_a_bucket_with_dots_is_reached_by_its_host(
    s3: Any, local_aws: LocalAws, http_call: Call, host: str
) -> None:
    s3.create_bucket(Bucket="raw.logs.2026")
    named = f"{host.format('raw.logs.2026')}:{urlsplit(local_aws.endpoint_url).port}"
    assert http_call("PUT", "/a/b%20c", b"1", Host=named).status == 200
    assert http_call("GET", "/raw.logs.2026/a/b%20c").body == b"1"
    assert b"<Key>a/b c</Key>" in http_call("GET", "/?list-type=2", Host=named).body
    assert http_call("HEAD", "/", Host=named).status == 200


@pytest.mark.parametrize("domain", ["localhost", "s3.eu-west-1.amazonaws.com"])
def test_boto3_names_the_bucket_in_the_host(
    s3: Any, bucket: str, local_aws: LocalAws, monkeypatch: pytest.MonkeyPatch, domain: str
) -> None:
    resolve = socket.getaddrinfo

    def everything_is_here(host: str, *arguments: Any, **more: Any) -> Any:
        return resolve("127.0.0.1" if host.endswith(domain) else host, *arguments, **more)

    monkeypatch.setattr(socket, "getaddrinfo", everything_is_here)
    endpoint = f"http://{domain}:{urlsplit(local_aws.endpoint_url).port}"
    config = Config(s3={"addressing_style": "virtual"})
    virtual = boto3.client("s3", endpoint_url=endpoint, config=config)
    sent: list[str] = []
    virtual.meta.events.register("before-send.s3", lambda request, **_: sent.append(request.url))
    virtual.put_object(Bucket=bucket, Key="a b/ü", Body=b"1")
    assert sent == [f"{endpoint.replace('//', f'//{bucket}.')}/a%20b/%C3%BC"]
    assert s3.get_object(Bucket=bucket, Key="a b/ü")["Body"].read() == b"1"
    listed = virtual.list_objects_v2(Bucket=bucket)["Contents"]
    assert [item["Key"] for item in listed] == ["a b/ü"]


def error(answer: Answer) -> dict[str, str]:
    root = ElementTree.fromstring(answer.body)
    assert root.tag == "Error"
    return {child.tag: child.text or "" for child in root}


def test_an_error_says_what_it_is_about(bucket: str, http_call: Call) -> None:
    answer = http_call("GET", f"/{bucket}/missing%20one")
    assert (answer.status, answer.headers["content-type"]) == (404, "application/xml")
    assert error(answer) == {
        "Code": "NoSuchKey",
        "Message": "The specified key does not exist.",
        "Key": "missing one",
        "Resource": f"/{bucket}/missing one",
        "RequestId": answer.headers["x-amz-request-id"],
        "HostId": answer.headers["x-amz-id-2"],
    }


SAID = [
    ("GET", "/no-such-bucket/a", 404, "NoSuchBucket", {"BucketName": "no-such-bucket"}),
    ("GET", "/No_Bucket/a", 400, "InvalidBucketName", {"BucketName": "No_Bucket"}),
    ("PUT", "/No_Bucket", 400, "InvalidBucketName", {"BucketName": "No_Bucket"}),
    ("GET", "/{}/a?versionId=1", 400, "InvalidArgument", {"ArgumentName": "versionId"}),
    ("GET", f"/{{}}/{'x' * 1025}", 400, "KeyTooLongError", {"MaxSizeAllowed": "1024"}),
    ("PUT", f"/{{}}/{'%C3%A4' * 513}", 400, "KeyTooLongError", {"Size": "1026"}),
    ("GET", "/{}/%FF", 400, "InvalidURI", {}),
    ("GET", "/{}/a?uploadId=no", 404, "NoSuchUpload", {"UploadId": "no"}),
]


@pytest.mark.parametrize(("method", "target", "status", "code", "details"), SAID)
def test_errors_carry_their_details(
    bucket: str,
    http_call: Call,
    method: str,
    target: str,
    status: int,
    code: str,
    details: dict[str, str],
) -> None:
    answer = http_call(method, target.format(bucket))
    said = error(answer)
    assert (answer.status, said["Code"]) == (status, code)
    assert {name: said[name] for name in details} == details


def test_a_key_of_1024_bytes_is_the_longest(s3: Any, bucket: str, http_call: Call) -> None:
    key = "ä" * 512
    assert http_call("PUT", f"/{bucket}/{quote(key)}", b"1").status == 200
    assert s3.get_object(Bucket=bucket, Key=key)["Body"].read() == b"1"


CONTROLS = ["\x01", "a\x1fb", "\x7f", "\r\n", "\ufffd", "e\u0301", "é"]


def test_keys_with_control_characters_are_listed_url_encoded(s3: Any, bucket: str) -> None:
    for key in CONTROLS:
        s3.put_object(Bucket=bucket, Key=key, Body=key.encode())
    listed = [item["Key"] for item in s3.list_objects_v2(Bucket=bucket)["Contents"]]
    assert listed == sorted(CONTROLS, key=str.encode)
    for key in CONTROLS:
        assert s3.get_object(Bucket=bucket, Key=key)["Body"].read() == key.encode()


def test_control_characters_are_references_where_nothing_is_encoded(
    s3: Any, bucket: str, http_call: Call
) -> None:
    s3.put_object(Bucket=bucket, Key="\x01&\r", Body=b"")
    assert b"<Key>&#x1;&amp;&#xd;</Key>" in http_call("GET", f"/{bucket}").body
