"""PostObject: uploads by browsers' forms, as boto3 presigns them.

Source: https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html and LocalStack's
recorded answers of AWS, checked 2026-11.
"""

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from xml.etree import ElementTree

import pytest

from lakehouse.local_aws.errors import AwsError
from lakehouse.local_aws.s3.post_policy import post_policy
from lakehouse_tests.local_aws.s3.conftest import Answer

Call = Callable[..., Answer]

BOUNDARY = "----lakehouse"
LATER = "2120-01-01T00:00:00.000Z"


def form(
    fields: Mapping[str, str], content: bytes = b"hello", filename: str = "my file.txt"
) -> bytes:
    lines = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    file = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{filename}"'
    head = "".join(lines) + file + "\r\nContent-Type: text/plain\r\n\r\n"
    return head.encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()


def post(http_call: Call, bucket: str, body: bytes) -> Answer:
    content_type = f"multipart/form-data; boundary={BOUNDARY}"
    return http_call("POST", f"/{bucket}", body, Content_Type=content_type, Authorization=None)


def error(answer: Answer) -> dict[str, str]:
    return {child.tag: child.text or "" for child in ElementTree.fromstring(answer.body)}


def test_a_form_that_boto3_presigned(s3: Any, bucket: str, http_call: Call) -> None:
    said = {
        "x-amz-meta-cafe": "crème",
        "Content-Type": "text/csv",
        "tagging": "<Tagging><TagSet><Tag><Key>a</Key><Value>1</Value></Tag></TagSet></Tagging>",
        "success_action_status": "201",
        "acl": "private",
    }
    conditions = [
        ["starts-with", f"${name}", value[:3]] if name == "Content-Type" else {name: value}
        for name, value in said.items()
    ]
    presigned = s3.generate_presigned_post(
        bucket, "in/${filename}", said, [*conditions, ["content-length-range", 1, 10]]
    )
    answer = post(http_call, bucket, form(presigned["fields"]))
    assert answer.status == 201
    root = ElementTree.fromstring(answer.body)
    shown = {child.tag.rpartition("}")[2]: child.text for child in root}
    assert (shown["Bucket"], shown["Key"]) == (bucket, "in/my file.txt")
    assert shown["Location"] == answer.headers["location"]
    assert shown["Location"].endswith(f"/{bucket}/in/my%20file.txt")
    got = s3.get_object(Bucket=bucket, Key="in/my file.txt")
    assert (got["Body"].read(), got["ContentType"], got["TagCount"]) == (b"hello", "text/csv", 1)
    assert got["ETag"] == shown["ETag"] == answer.headers["etag"]
    assert got["Metadata"]["cafe"].startswith("=?UTF-8?B?")


@pytest.mark.parametrize(("asked", "status"), [("200", 200), ("204", 204), ("500", 204), ("", 204)])
def test_the_form_may_choose_the_status(
    bucket: str, http_call: Call, asked: str, status: int
) -> None:
    answer = post(http_call, bucket, form({"key": "a", "success_action_status": asked}))
    assert (answer.status, answer.body) == (status, b"")


def test_the_form_may_send_the_browser_on(bucket: str, http_call: Call) -> None:
    fields = {"key": "a b", "success_action_redirect": "https://example.com/döne日/?x=1"}
    answer = post(http_call, bucket, form(fields))
    url = urlsplit(answer.headers["location"])
    assert (answer.status, url.netloc, url.path) == (303, "example.com", "/d%C3%B6ne%E6%97%A5/")
    assert dict(parse_qsl(url.query)) == {
        "x": "1",
        "bucket": bucket,
        "key": "a b",
        "etag": answer.headers["etag"],
    }


@pytest.mark.parametrize("target", ["http://[x", "javascript:alert(1)", "done"])
def test_a_redirect_to_no_url_is_as_none(bucket: str, http_call: Call, target: str) -> None:
    answer = post(http_call, bucket, form({"key": "a", "success_action_redirect": target}))
    assert answer.status == 204


def test_a_large_file_comes_through_whole(s3: Any, bucket: str, http_call: Call) -> None:
    content = bytes(range(256)) * 12_000 + b"\r\n--" + BOUNDARY[:-1].encode()
    assert post(http_call, bucket, form({"key": "a"}, content)).status == 204
    assert s3.get_object(Bucket=bucket, Key="a")["Body"].read() == content


def policy(*conditions: Any, expiration: str = LATER) -> str:
    document = {"expiration": expiration, "conditions": list(conditions)}
    return base64.b64encode(json.dumps(document).encode()).decode()


NAMED = {"key": "in/a", "bucket": "b"}
HOLDING: list[tuple[Sequence[Any], dict[str, str]]] = [
    ([{"key": "in/a"}, {"bucket": "b"}], NAMED),
    ([["eq", "$key", "in/a"]], NAMED),
    ([["starts-with", "$key", "in/"]], NAMED),
    ([["starts-with", "$KEY", ""]], {**NAMED, "x-ignore-me": "1", "policy": "p", "file": ""}),
    (
        [["starts-with", "$key", ""], ["starts-with", "$Content-Type", "image/"]],
        {**NAMED, "content-type": "image/png,image/jpg"},
    ),
]


@pytest.mark.parametrize(("conditions", "fields"), HOLDING)
def test_policies_that_hold(conditions: Sequence[Any], fields: dict[str, str]) -> None:
    post_policy(policy(*conditions), 0).check(fields)


FAILING: list[tuple[Sequence[Any], dict[str, str], str]] = [
    ([{"key": "other"}], NAMED, 'Policy Condition failed: ["eq", "$key", "other"]'),
    (
        [["starts-with", "$key", "out/"]],
        NAMED,
        'Policy Condition failed: ["starts-with", "$key", "out/"]',
    ),
    ([{"key": "in/a"}, {"bucket": "c"}], NAMED, "Policy Condition failed"),
    ([{"key": "in/a"}], {**NAMED, "acl": "private"}, "Extra input fields: acl"),
    (
        [["starts-with", "$key", ""], ["starts-with", "$Content-Type", "image/"]],
        {**NAMED, "content-type": "image/png,text/csv"},
        "Policy Condition failed",
    ),
]


@pytest.mark.parametrize(("conditions", "fields", "words"), FAILING)
def test_policies_that_do_not(
    conditions: Sequence[Any], fields: dict[str, str], words: str
) -> None:
    with pytest.raises(AwsError) as caught:
        post_policy(policy(*conditions), 0).check(fields)
    assert (caught.value.code, caught.value.status) == ("AccessDenied", 403)
    assert caught.value.message.startswith(f"Invalid according to Policy: {words}")


BROKEN = [
    "no base64!",
    base64.b64encode(b"{").decode(),
    base64.b64encode(b"{}").decode(),
    policy(["contains", "$key", "a"]),
    policy({"a": "1", "b": "2"}),
    policy("key"),
]


@pytest.mark.parametrize("text", BROKEN)
def test_policies_that_are_none(text: str) -> None:
    with pytest.raises(AwsError) as caught:
        post_policy(text, 0)
    assert caught.value.code == "InvalidPolicyDocument"


def test_what_a_policy_forbids_is_not_stored(s3: Any, bucket: str, http_call: Call) -> None:
    anything = [["starts-with", "$key", ""], ["content-length-range", 2, 4]]
    expired = policy(*anything, expiration="2020-01-01T00:00:00Z")
    for text, content, code in (
        (expired, b"123", "AccessDenied"),
        (policy(*anything), b"1", "EntityTooSmall"),
        (policy(*anything), b"12345", "EntityTooLarge"),
        (policy({"key": "b"}), b"123", "AccessDenied"),
    ):
        answer = post(http_call, bucket, form({"key": "a", "policy": text}, content))
        assert error(answer)["Code"] == code
    assert "Contents" not in s3.list_objects_v2(Bucket=bucket)
    allowed = form({"key": "a", "policy": policy(*anything)}, b"1234")
    assert post(http_call, bucket, allowed).status == 204


def test_forms_that_are_none(bucket: str, http_call: Call) -> None:
    without_file = form({"key": "a"}).replace(b'name="file"', b'name="other"')
    for body, code in (
        (form({}), "InvalidArgument"),
        (without_file, "InvalidArgument"),
        (b"nothing of this kind", "MalformedPOSTRequest"),
        (form({"key": "a", "x": "y" * 21_000}), "MaxPostPreDataLengthExceeded"),
        (form({"key": "x" * 1025}), "KeyTooLongError"),
        (form({"key": "a", "acl": "public-read"}), "AccessControlListNotSupported"),
        (form({"key": "a", "Content-Type": "a\r\nSet-Cookie: b"}), "InvalidArgument"),
        (form({"key": "a", "x-amz-meta-a b": "c"}), "InvalidArgument"),
        (form({"key": "a", "x-amz-checksum-crc32": "AAAAAA=="}), "BadDigest"),
    ):
        assert error(post(http_call, bucket, body))["Code"] == code
    missing = post(http_call, "no-such-bucket", form({"key": "a"}))
    assert error(missing)["Code"] == "NoSuchBucket"
