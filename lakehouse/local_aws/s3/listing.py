"""ListObjects, ListObjectsV2, ListObjectVersions: pages of keys and common prefixes.

Belongs here: paging, delimiters, continuation, the XML of lists.
Does not belong here: the range scan below it (`objects`).
"""

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from lakehouse.local_aws.errors import AwsError
from lakehouse.local_aws.objects.rows import StoredObject
from lakehouse.local_aws.objects.store import ObjectStore
from lakehouse.local_aws.s3.checksums import checksum_type
from lakehouse.local_aws.s3.request import S3Request
from lakehouse.local_aws.s3.response import (
    Fields,
    Markup,
    S3Response,
    escaped,
    iso_date,
    xml_response,
)
from lakehouse.local_aws.sqlite import key_range

_MOST_KEYS = 1000
_FEW_ROWS = 8  # read at a time where a delimiter may skip most of them

Item = StoredObject | str
"""An object, or a common prefix."""


@dataclass(frozen=True)
class Page:
    """Some items in key order; `last` is where the next page goes on, "" if there is none."""

    items: list[Item]
    last: str

    def objects(self) -> list[StoredObject]:
        """The objects alone."""
        return [item for item in self.items if isinstance(item, StoredObject)]

    def prefixes(self) -> list[str]:
        """The common prefixes alone."""
        return [item for item in self.items if isinstance(item, str)]


def page(
    objects: ObjectStore, bucket: str, prefix: str, delimiter: str, after: str, limit: int
) -> Page:
    """Up to `limit` items after a key (or after all keys of a common prefix)."""
    if limit == 0:
        return Page([], "")
    items: list[Item] = []
    for item in _items(objects, bucket, prefix, delimiter, after, limit + 1):
        if len(items) == limit:
            return Page(items, _name(items[-1]))
        items.append(item)
    return Page(items, "")


def _name(item: Item) -> str:
    return item if isinstance(item, str) else item.key


def _items(
    objects: ObjectStore, bucket: str, prefix: str, delimiter: str, after: str, rows: int
) -> Iterator[Item]:
    """All items from there on, read in steps of at most `rows`.

    After a common prefix the scan goes on behind all of its keys. As long as prefixes are many,
    few rows are read at a time, because most of them would be skipped.
    """
    low, high = key_range(prefix, after)
    folded = _folded(after, prefix, delimiter) if after else ""
    if folded and folded == after:
        low = after.encode() + b"\xff"
    size = min(rows, _FEW_ROWS) if delimiter else rows
    while found := objects.scan(bucket, low, high, size):
        low = found[-1].key.encode() + b"\x00"
        seen = ""
        for stored in found:
            if seen and stored.key.startswith(seen):
                continue
            seen = _folded(stored.key, prefix, delimiter)
            yield seen or stored
        if seen:
            low = seen.encode() + b"\xff"  # 0xFF is above all keys that start with it
        size = min(rows, _FEW_ROWS if seen else size * 8)


def _folded(key: str, prefix: str, delimiter: str) -> str:
    """The common prefix that stands for a key, "" if the key stands for itself."""
    end = key.find(delimiter, len(prefix)) if delimiter else -1
    return key[: end + len(delimiter)] if end >= 0 else ""


def list_objects(request: S3Request, objects: ObjectStore) -> S3Response:
    """ListObjects and ListObjectsV2."""
    _check(request, objects)
    if request.query.get("list-type") == "2":
        return _version_2(request, objects)
    return _version_1(request, objects)


def list_versions(request: S3Request, objects: ObjectStore) -> S3Response:
    """ListObjectVersions of a bucket that never had versioning: each object is version null."""
    _check(request, objects)
    query = request.query
    found = _page(request, objects, query.get("key-marker", ""))
    fields: Fields = [
        ("Name", request.bucket),
        ("Prefix", _text(request, query.get("prefix", ""))),
        ("KeyMarker", _text(request, query.get("key-marker", ""))),
        ("VersionIdMarker", query.get("version-id-marker", "")),
        *([("NextKeyMarker", _text(request, found.last))] if found.last else []),
        *([("NextVersionIdMarker", "null")] if found.last else []),
        ("MaxKeys", _limit(request)),
        *_asked(request),
        ("IsTruncated", bool(found.last)),
        *(("Version", _version(request, stored)) for stored in found.objects()),
        *_common(request, found),
    ]
    return xml_response("ListVersionsResult", fields)


def _version_1(request: S3Request, objects: ObjectStore) -> S3Response:
    query = request.query
    found = _page(request, objects, query.get("marker", ""))
    following = found.last if query.get("delimiter") else ""
    fields: Fields = [
        ("Name", request.bucket),
        ("Prefix", _text(request, query.get("prefix", ""))),
        ("Marker", _text(request, query.get("marker", ""))),
        *([("NextMarker", _text(request, following))] if following else []),
        ("MaxKeys", _limit(request)),
        *_asked(request),
        ("IsTruncated", bool(found.last)),
        *(("Contents", _contents(request, stored, owner=True)) for stored in found.objects()),
        *_common(request, found),
    ]
    return xml_response("ListBucketResult", fields)


def _version_2(request: S3Request, objects: ObjectStore) -> S3Response:
    query = request.query
    token = query.get("continuation-token")
    after = query.get("start-after", "") if token is None else _from_token(token)
    found = _page(request, objects, after)
    owner = query.get("fetch-owner") == "true"
    fields: Fields = [
        ("Name", request.bucket),
        ("Prefix", _text(request, query.get("prefix", ""))),
        *([("ContinuationToken", token)] if token is not None else []),
        *([("NextContinuationToken", _to_token(found.last))] if found.last else []),
        *([("StartAfter", _text(request, query["start-after"]))] if "start-after" in query else []),
        ("KeyCount", len(found.items)),
        ("MaxKeys", _limit(request)),
        *_asked(request),
        ("IsTruncated", bool(found.last)),
        *(("Contents", _contents(request, stored, owner)) for stored in found.objects()),
        *_common(request, found),
    ]
    return xml_response("ListBucketResult", fields)


def _check(request: S3Request, objects: ObjectStore) -> None:
    objects.catch_up(request.bucket, request.query.get("prefix", ""))  # NoSuchBucket
    if request.query.get("encoding-type") not in (None, "url"):
        raise AwsError("InvalidArgument", "Invalid Encoding Method specified in Request")


def _page(request: S3Request, objects: ObjectStore, after: str) -> Page:
    query = request.query
    prefix, delimiter = query.get("prefix", ""), query.get("delimiter", "")
    return page(objects, request.bucket, prefix, delimiter, after, _limit(request))


def _limit(request: S3Request) -> int:
    text = request.query.get("max-keys", str(_MOST_KEYS))
    if not text.isdecimal() or int(text) > 2**31 - 1:
        raise AwsError(
            "InvalidArgument", "Provided max-keys not an integer or within integer range"
        )
    return min(int(text), _MOST_KEYS)


def _asked(request: S3Request) -> Fields:
    if request.query.get("delimiter"):
        yield "Delimiter", _text(request, request.query["delimiter"])
    if "encoding-type" in request.query:
        yield "EncodingType", "url"


def _contents(request: S3Request, stored: StoredObject, owner: bool) -> Markup:
    """One object of a list; written by hand because a page has a thousand of them."""
    checksums = "".join(
        f"<ChecksumAlgorithm>{name.upper()}</ChecksumAlgorithm>" for name in stored.checksums
    )
    if stored.checksums:
        checksums += f"<ChecksumType>{checksum_type(stored.checksums)}</ChecksumType>"
    owned = f"<Owner><ID>{owner_id(request.account)}</ID></Owner>" if owner else ""
    storage_class = stored.headers.get("x-amz-storage-class", "STANDARD")
    return Markup(
        f"<Key>{escaped(_text(request, stored.key))}</Key>"
        f"<LastModified>{iso_date(stored.last_modified)}</LastModified>"
        f"<ETag>&quot;{stored.etag}&quot;</ETag>{checksums}"
        f"<Size>{stored.size}</Size>{owned}<StorageClass>{escaped(storage_class)}</StorageClass>"
    )


def _version(request: S3Request, stored: StoredObject) -> Markup:
    contents = _contents(request, stored, owner=True)
    return Markup(f"{contents}<VersionId>null</VersionId><IsLatest>true</IsLatest>")


def owner_id(account: str) -> str:
    """The canonical id of an account: made of its number."""
    return account.rjust(64, "0")


def owner_fields(account: str) -> Fields:
    """The owner of a bucket and its objects: a canonical id made of the account's number."""
    return [("ID", owner_id(account))]


def _common(request: S3Request, found: Page) -> Fields:
    return [("CommonPrefixes", [("Prefix", _text(request, prefix))]) for prefix in found.prefixes()]


def _text(request: S3Request, text: str) -> str:
    return quote(text) if request.query.get("encoding-type") == "url" else text


def _to_token(last: str) -> str:
    return base64.urlsafe_b64encode(last.encode()).decode()


def _from_token(token: str) -> str:
    try:
        return base64.b64decode(token, altchars=b"-_", validate=True).decode()
    except ValueError as error:
        message = "The continuation token provided is incorrect"
        raise AwsError("InvalidArgument", message) from error
