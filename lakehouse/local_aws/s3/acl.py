"""Access control lists: always the owner's alone.

Belongs here: the one list that there is; refusing others as AWS does where they are off.
Does not belong here: x-amz-acl on writes (`refusals`).
Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html, 2026-11.
"""

from lakehouse.local_aws.objects.store import ObjectStore
from lakehouse.local_aws.s3.listing import owner_fields
from lakehouse.local_aws.s3.refusals import acl_not_supported, check_acl, refuse_version
from lakehouse.local_aws.s3.request import S3Request
from lakehouse.local_aws.s3.response import Fields, S3Response, xml_response

_GRANTEE = 'Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser"'


def get_object_acl(request: S3Request, objects: ObjectStore) -> S3Response:
    """GetObjectAcl."""
    refuse_version(request.query)
    objects.get(request.bucket, request.key or "")
    return owners_acl(request)


def put_object_acl(request: S3Request, objects: ObjectStore) -> S3Response:
    """PutObjectAcl: only what changes nothing."""
    refuse_version(request.query)
    objects.get(request.bucket, request.key or "")
    if request.headers.get("x-amz-acl") != "bucket-owner-full-control":
        raise acl_not_supported()
    check_acl(request.headers)
    return S3Response()


def owners_acl(request: S3Request) -> S3Response:
    """The one list that there is: full control for the owner."""
    owner = owner_fields(request.account)
    grant: Fields = [(_GRANTEE, owner), ("Permission", "FULL_CONTROL")]
    fields: Fields = [("Owner", owner), ("AccessControlList", [("Grant", grant)])]
    return xml_response("AccessControlPolicy", fields)
