"""DeleteObject and DeleteObjects.

Belongs here: removing objects on request, one or a thousand.
Does not belong here: what removing does to rows and files (`objects`).
"""

from collections.abc import Mapping

from lakehouse.local_aws.errors import AwsError
from lakehouse.local_aws.objects.store import ObjectStore
from lakehouse.local_aws.s3.body import small_body
from lakehouse.local_aws.s3.conditions import write_condition
from lakehouse.local_aws.s3.documents import children, local_name, malformed_xml, parsed_xml
from lakehouse.local_aws.s3.refusals import refuse_object_subresource
from lakehouse.local_aws.s3.request import S3Request
from lakehouse.local_aws.s3.response import Fields, S3Response, xml_response


def delete_object(request: S3Request, objects: ObjectStore) -> S3Response:
    """DeleteObject; 204 whether there was one or not."""
    refuse_object_subresource(request)
    condition = (
        write_condition({"if-match": request.headers["if-match"]})
        if ("if-match" in request.headers)
        else None
    )
    objects.delete(request.bucket, request.key or "", condition)
    return S3Response(204)


def delete_objects(request: S3Request, objects: ObjectStore) -> S3Response:
    """DeleteObjects: up to 1,000 keys, each with an outcome of its own."""
    objects.list(request.bucket, limit=0)
    root = parsed_xml(small_body(request))
    named = [children(entry) for entry in root if local_name(entry.tag) == "Object"]
    quiet = any(local_name(entry.tag) == "Quiet" and entry.text == "true" for entry in root)
    if not 1 <= len(named) <= 1000 or any("Key" not in entry for entry in named):
        raise malformed_xml()
    outcomes = [_deleted(request, objects, entry) for entry in named]
    shown = [(kind, fields) for kind, fields in outcomes if kind == "Error" or not quiet]
    return xml_response("DeleteResult", shown)


def _deleted(
    request: S3Request, objects: ObjectStore, entry: Mapping[str, str]
) -> tuple[str, Fields]:
    key = entry["Key"]
    try:
        if entry.get("VersionId", "null") != "null":
            raise AwsError("NoSuchVersion", "The specified version does not exist.", 404)
        etag = entry.get("ETag")
        objects.delete(request.bucket, key, write_condition({"if-match": etag}) if etag else None)
    except AwsError as error:
        return "Error", [("Key", key), ("Code", error.code), ("Message", error.message)]
    return "Deleted", [("Key", key)]
