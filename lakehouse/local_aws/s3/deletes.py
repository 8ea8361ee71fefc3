"""DeleteObject and DeleteObjects.

Belongs here: removing objects on request, one or a thousand.
Does not belong here: what removing does to rows and files (`objects`).
"""

from collections.abc import Mapping

from lakehouse.local_aws.errors import AwsError
from lakehouse.local_aws.objects.store import ObjectStore
from lakehouse.local_aws.s3.body import small_body
from lakehouse.local_aws.s3.conditions import delete_condition
from lakehouse.local_aws.s3.documents import local_name, named, parsed_xml, texts
from lakehouse.local_aws.s3.errors import S3Error, malformed_xml, not_implemented
from lakehouse.local_aws.s3.refusals import refuse_version
from lakehouse.local_aws.s3.request import S3Request
from lakehouse.local_aws.s3.response import Fields, S3Response, xml_response

_MOST_KEYS = 1000
_DIRECTORY_BUCKETS_ONLY = ("x-amz-if-match-last-modified-time", "x-amz-if-match-size")


def delete_object(request: S3Request, objects: ObjectStore) -> S3Response:
    """DeleteObject; 204 whether there was one or not."""
    refuse_version(request.query)
    for name in _DIRECTORY_BUCKETS_ONLY:
        if name in request.headers:
            raise not_implemented("It is for directory buckets only.", header=name)
    key, etag = request.key or "", request.headers.get("if-match")
    objects.delete(request.bucket, key, delete_condition(etag, key) if etag else None)
    return S3Response(204)


def delete_objects(request: S3Request, objects: ObjectStore) -> S3Response:
    """DeleteObjects: up to 1,000 keys, each with an outcome of its own."""
    objects.list(request.bucket, limit=0)  # NoSuchBucket
    root = parsed_xml(small_body(request, must_be_verified=True), "Delete")
    asked = [texts(entry) for entry in named(root, "Object")]
    quiet = any(local_name(entry) == "Quiet" and entry.text == "true" for entry in root)
    if not 1 <= len(asked) <= _MOST_KEYS or any(not entry.get("Key") for entry in asked):
        raise malformed_xml()
    outcomes = [_deleted(request.bucket, objects, entry) for entry in asked]
    shown = [(kind, fields) for kind, fields in outcomes if kind == "Error" or not quiet]
    return xml_response("DeleteResult", shown)


def _deleted(bucket: str, objects: ObjectStore, entry: Mapping[str, str]) -> tuple[str, Fields]:
    key, version = entry["Key"], entry.get("VersionId")
    named_version = [("VersionId", version)] if version else []
    try:
        if version not in (None, "null"):
            raise S3Error("NoSuchVersion", "The specified version does not exist.", 404)
        if "LastModifiedTime" in entry or "Size" in entry:
            raise not_implemented("LastModifiedTime and Size are for directory buckets only.")
        etag = entry.get("ETag")
        objects.delete(bucket, key, delete_condition(etag, key) if etag else None)
    except AwsError as error:
        said = [("Code", error.code), ("Message", error.message)]
        return "Error", [("Key", key), *named_version, *said]
    return "Deleted", [("Key", key), *named_version]
