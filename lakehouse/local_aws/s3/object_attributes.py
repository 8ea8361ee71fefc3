"""GetObjectAttributes: what is known of an object, chosen by the client.

Belongs here: the attributes and the page of parts.
Does not belong here: reading the object (`reads`).
Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAttributes.html, 2026-11.
"""

from lakehouse.local_aws.objects.rows import StoredObject
from lakehouse.local_aws.objects.store import ObjectStore
from lakehouse.local_aws.s3.checksums import checksum_fields, checksum_type
from lakehouse.local_aws.s3.errors import invalid_argument, invalid_request
from lakehouse.local_aws.s3.kept import storage_class
from lakehouse.local_aws.s3.refusals import refuse_customer_key, refuse_version
from lakehouse.local_aws.s3.request import S3Request, number
from lakehouse.local_aws.s3.response import Fields, S3Response, http_date, xml_response

_HEADER = "x-amz-object-attributes"
_KNOWN = {"Checksum", "ETag", "ObjectParts", "ObjectSize", "StorageClass"}
_MOST_PARTS = 1000


def get_object_attributes(request: S3Request, objects: ObjectStore) -> S3Response:
    """GetObjectAttributes."""
    refuse_version(request.query)
    refuse_customer_key(request.headers)
    asked = _asked(request)
    stored = objects.get(request.bucket, request.key or "")
    found: dict[str, Fields | str | int] = {
        "ETag": stored.etag,
        "Checksum": _checksum(stored),
        "ObjectParts": _parts(request, stored),
        "StorageClass": storage_class(stored),
        "ObjectSize": stored.size,
    }
    fields = [(name, value) for name, value in found.items() if name in asked and value != []]
    headers = {"Last-Modified": http_date(stored.last_modified)}
    return xml_response("GetObjectAttributesResponse", fields, headers=headers)


def _asked(request: S3Request) -> set[str]:
    header = request.headers.get(_HEADER, "")
    asked = {name.strip() for name in header.split(",") if name.strip()}
    if not asked:
        raise invalid_request(
            f"The {_HEADER} header specifying the attributes to be retrieved is either missing or "
            "empty"
        )
    if not asked <= _KNOWN:
        raise invalid_argument("Invalid attribute name specified.", _HEADER, header)
    return asked


def _checksum(stored: StoredObject) -> list[tuple[str, str]]:
    """The checksum, here without the number of parts at its end."""
    if not stored.checksums:
        return []
    plain = {name: value.partition("-")[0] for name, value in stored.checksums.items()}
    return [*checksum_fields(plain), ("ChecksumType", checksum_type(stored.checksums))]


def _parts(request: S3Request, stored: StoredObject) -> list[tuple[str, Fields | int | bool]]:
    """How many parts there were; each of them if they were uploaded with checksums."""
    if not stored.part_sizes:
        return []
    count = len(stored.part_sizes)
    if not stored.part_checksums:
        return [("PartsCount", count)]
    after = number(request.headers, "x-amz-part-number-marker", 0)
    limit = min(number(request.headers, "x-amz-max-parts", _MOST_PARTS), _MOST_PARTS)
    numbers = range(after + 1, min(after + limit, count) + 1)
    return [
        ("PartsCount", count),
        ("PartNumberMarker", after),
        ("NextPartNumberMarker", numbers[-1] if numbers else 0),
        ("MaxParts", limit),
        ("IsTruncated", after + len(numbers) < count),
        *(("Part", _part(stored, number)) for number in numbers),
    ]


def _part(stored: StoredObject, number: int) -> Fields:
    yield "PartNumber", number
    yield "Size", stored.part_sizes[number - 1]
    yield from checksum_fields(dict.fromkeys(stored.checksums, stored.part_checksums[number - 1]))
