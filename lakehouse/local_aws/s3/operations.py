"""What becomes of each operation of S3: executed here, left to moto, or refused.

Belongs here: the tables of operations, and the one way through them.
Does not belong here: the operations (their modules), telling them apart (`routes`), HTTP
(`application`).
"""

import functools
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from lakehouse.local_aws.objects.store import ObjectStore
from lakehouse.local_aws.s3 import (
    acl,
    buckets,
    deletes,
    forms,
    listing,
    multipart,
    object_attributes,
    reads,
    tagging,
    upload_lists,
    writes,
)
from lakehouse.local_aws.s3.body import small_body
from lakehouse.local_aws.s3.documents import parsed_xml
from lakehouse.local_aws.s3.errors import S3Error, not_implemented
from lakehouse.local_aws.s3.notifications import Notifications
from lakehouse.local_aws.s3.presigned import check_presigned
from lakehouse.local_aws.s3.request import S3Request
from lakehouse.local_aws.s3.response import S3Response
from lakehouse.local_aws.s3.routes import POST_OBJECT, operation_of, s3_operation_names, s3_routes
from lakehouse.local_aws.s3.uploads import Uploads

Outcome = Literal["executed", "stored", "refused"]

_ON_OBJECTS: Mapping[str, Callable[[S3Request, ObjectStore], S3Response]] = {
    "CopyObject": writes.copy_object,
    "DeleteBucketEncryption": buckets.delete_bucket_encryption,
    "DeleteObject": deletes.delete_object,
    "DeleteObjectTagging": tagging.delete_object_tagging,
    "DeleteObjects": deletes.delete_objects,
    "GetBucketAcl": buckets.get_bucket_acl,
    "GetBucketEncryption": buckets.get_bucket_encryption,
    "GetBucketLocation": buckets.get_bucket_location,
    "GetBucketOwnershipControls": buckets.get_bucket_ownership_controls,
    "GetBucketRequestPayment": buckets.get_bucket_request_payment,
    "GetObject": reads.get_object,
    "GetObjectAcl": acl.get_object_acl,
    "GetObjectAttributes": object_attributes.get_object_attributes,
    "GetObjectTagging": tagging.get_object_tagging,
    "HeadBucket": buckets.head_bucket,
    "HeadObject": reads.get_object,
    "ListBuckets": buckets.list_buckets,
    "ListObjectVersions": listing.list_versions,
    "ListObjects": listing.list_objects,
    "ListObjectsV2": listing.list_objects,
    POST_OBJECT: forms.post_object,
    "PutBucketAcl": buckets.put_bucket_acl,
    "PutBucketEncryption": buckets.put_bucket_encryption,
    "PutBucketOwnershipControls": buckets.put_bucket_ownership_controls,
    "PutObject": writes.put_object,
    "PutObjectAcl": acl.put_object_acl,
    "PutObjectTagging": tagging.put_object_tagging,
}
_ON_UPLOADS: Mapping[str, Callable[[S3Request, Uploads], S3Response]] = {
    "AbortMultipartUpload": multipart.abort_multipart_upload,
    "CompleteMultipartUpload": multipart.complete_multipart_upload,
    "CreateMultipartUpload": multipart.create_multipart_upload,
    "ListMultipartUploads": upload_lists.list_multipart_uploads,
    "ListParts": upload_lists.list_parts,
    "UploadPart": multipart.upload_part,
    "UploadPartCopy": multipart.upload_part_copy,
}
_ON_NOTIFICATIONS: Mapping[str, Callable[[Notifications, S3Request], S3Response]] = {
    "GetBucketNotificationConfiguration": Notifications.get,
    "PutBucketNotificationConfiguration": Notifications.put,
}
_EXECUTED_THROUGH_MOTO = {"CreateBucket", "DeleteBucket"}
"""Moto reads and writes the wire, and calls the object store (see `backends`)."""

_STORED_BY_MOTO = {
    "DeleteBucketCors",
    "DeleteBucketLifecycle",
    "DeleteBucketPolicy",
    "DeleteBucketReplication",
    "DeleteBucketTagging",
    "DeleteBucketWebsite",
    "DeletePublicAccessBlock",
    "GetBucketAccelerateConfiguration",
    "GetBucketCors",
    "GetBucketLifecycleConfiguration",
    "GetBucketLogging",
    "GetBucketPolicy",
    "GetBucketPolicyStatus",
    "GetBucketReplication",
    "GetBucketTagging",
    "GetBucketVersioning",
    "GetBucketWebsite",
    "GetObjectLockConfiguration",
    "GetPublicAccessBlock",
    "PutBucketCors",
    "PutBucketLifecycleConfiguration",  # AWS acts on it a day later at the earliest; nobody here
    "PutBucketPolicy",
    "PutBucketTagging",
    "PutPublicAccessBlock",
}
"""Configurations that change nothing here, and the answer that there is none of those whose
change is refused, because it would change what happens to objects."""


@dataclass(frozen=True)
class ForMoto:
    """A request that moto answers; `document` is its body, decoded and verified."""

    document: bytes


def s3_operations() -> Mapping[str, Outcome]:
    """What becomes of every operation of S3 that AWS's model has."""
    return {name: _outcome(name) for name in sorted(s3_operation_names())}


@functools.cache
def _outcome(name: str) -> Outcome:
    known = s3_routes().aliases.get(name, name)
    executed = (_ON_OBJECTS, _ON_UPLOADS, _ON_NOTIFICATIONS, _EXECUTED_THROUGH_MOTO)
    if any(known in operations for operations in executed):
        return "executed"
    return "stored" if known in _STORED_BY_MOTO else "refused"


class S3Operations:
    """Answers requests over one object store."""

    def __init__(self, objects: ObjectStore, notifications: Notifications) -> None:
        self._objects = objects
        self._notifications = notifications
        self._uploads = Uploads(objects)

    def answer(self, request: S3Request) -> S3Response | ForMoto:
        """The answer to a request, or what moto needs to answer it."""
        if not request.readable:
            message = "Couldn't parse the specified URI."
            raise S3Error("InvalidURI", message, 400, {"URI": request.resource})
        check_presigned(request.query, time.time())
        if request.service == "s3express":
            raise not_implemented("directory buckets (S3 Express)")
        operation = operation_of(request)
        if _outcome(operation) == "refused":
            raise not_implemented(f"the operation {operation}")
        buckets.check_bucket_name(request.bucket)
        if request.key is not None:
            writes.check_key(request.key)
        expected = request.headers.get("x-amz-expected-bucket-owner")
        buckets.check_owner(request.bucket, expected, self._objects)
        if operation in _EXECUTED_THROUGH_MOTO or operation in _STORED_BY_MOTO:
            return self._for_moto(operation, request)
        if operation in _ON_NOTIFICATIONS:
            return _ON_NOTIFICATIONS[operation](self._notifications, request)
        if operation in _ON_UPLOADS:
            return _ON_UPLOADS[operation](request, self._uploads)
        return _ON_OBJECTS[operation](request, self._objects)

    def _for_moto(self, operation: str, request: S3Request) -> ForMoto:
        document = small_body(request)
        if request.method == "PUT" and operation in _STORED_BY_MOTO:
            _check_document(operation, document)
        if operation == "CreateBucket":
            buckets.check_create_bucket(request.headers)
            if not self._objects.has_bucket(request.bucket):
                self._uploads.forget_bucket(request.bucket)
        return ForMoto(document)


def _check_document(operation: str, document: bytes) -> None:
    """Refuse what is no document: moto fails on it."""
    if not document:
        raise S3Error("MissingRequestBodyError", "Request Body is empty")
    if operation != "PutBucketPolicy":  # JSON
        parsed_xml(document)
