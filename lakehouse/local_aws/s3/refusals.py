"""What S3 offers and the local AWS does not: refused by name instead of ignored.

Belongs here: headers, subresources and bucket configurations that would change what is stored or
read if they worked.
Does not belong here: errors in what is supported.
"""

import re
from collections.abc import Mapping

from lakehouse.local_aws.errors import AwsError
from lakehouse.local_aws.s3.request import S3Request

_HARMLESS_ACLS = {"private", "bucket-owner-full-control", "bucket-owner-read"}
_BILLED_ONLY = {
    "STANDARD",
    "STANDARD_IA",
    "ONEZONE_IA",
    "INTELLIGENT_TIERING",
    "REDUCED_REDUNDANCY",
    "GLACIER_IR",
}
_REFUSED_HEADERS: Mapping[str, str] = {
    "x-amz-server-side-encryption-customer-algorithm": "encryption with customer keys (SSE-C)",
    "x-amz-server-side-encryption-aws-kms-key-id": "encryption with KMS keys",
    "x-amz-grant-full-control": "access control lists",
    "x-amz-grant-read": "access control lists",
    "x-amz-grant-read-acp": "access control lists",
    "x-amz-grant-write-acp": "access control lists",
    "x-amz-tagging": "object tagging",
    "x-amz-object-lock-mode": "object lock",
    "x-amz-object-lock-legal-hold": "object lock",
    "x-amz-object-lock-retain-until-date": "object lock",
    "x-amz-bucket-object-lock-enabled": "object lock",
    "x-amz-website-redirect-location": "website redirects",
    "x-amz-write-offset-bytes": "appending to objects",
    "x-amz-rename-source": "renaming objects",
    "x-amz-mfa": "MFA delete",
}
_OBJECT_SUBRESOURCES = (
    "acl",
    "annotation",
    "attributes",
    "encryption",
    "legal-hold",
    "renameObject",
    "restore",
    "retention",
    "select",
    "tagging",
    "torrent",
)
_BUCKET_CONFIGURATIONS = (
    "accelerate",
    "analytics",
    "intelligent-tiering",
    "inventory",
    "lifecycle",
    "logging",
    "metadataConfiguration",
    "metadataTable",
    "metrics",
    "object-lock",
    "replication",
    "requestPayment",
    "versioning",
    "website",
)
_OTHER_TARGETS = re.compile(rb"<(Topic|CloudFunction|EventBridge)Configuration\b")


def not_implemented(what: str) -> AwsError:
    """S3's error for a functionality that is not implemented, naming it."""
    message = "A header or query you provided implies functionality that is not implemented"
    return AwsError("NotImplemented", f"{message} by the local AWS: {what}", 501)


def refuse_headers(request: S3Request) -> None:
    """Refuse what headers ask for beyond what is stored: ACLs, tags, locks, encryption keys.

    Storage classes that differ in price only are accepted; nothing is encrypted, so SSE-S3, which
    is AWS's default, is accepted and not reported back.
    """
    for name, what in _REFUSED_HEADERS.items():
        if request.headers.get(name) not in (None, "false"):
            raise not_implemented(f"{what} ({name})")
    encryption = request.headers.get("x-amz-server-side-encryption", "AES256")
    if encryption != "AES256":
        raise not_implemented(f"server-side encryption {encryption}")
    acl = request.headers.get("x-amz-acl", "private")
    if acl not in _HARMLESS_ACLS:
        raise not_implemented(f"access control list {acl}")
    storage_class = request.headers.get("x-amz-storage-class", "STANDARD")
    if storage_class not in _BILLED_ONLY:
        raise not_implemented(f"storage class {storage_class}")


def refuse_object_subresource(request: S3Request) -> None:
    """Refuse subresources of objects that have no answer here."""
    for name in _OBJECT_SUBRESOURCES:
        if name in request.query:
            raise not_implemented(f"{request.method} of the object subresource {name}")
    if request.query.get("versionId", "null") != "null":
        raise AwsError("InvalidArgument", "Invalid version id specified")


def refuse_bucket_configuration(request: S3Request) -> None:
    """Refuse bucket configurations that would change what happens to objects."""
    if request.method not in ("PUT", "POST"):
        return
    for name in _BUCKET_CONFIGURATIONS:
        if name in request.query:
            raise not_implemented(f"the bucket configuration {name}")


def refuse_notification_targets(configuration: bytes) -> None:
    """Refuse notifications to anything else than queues."""
    other = _OTHER_TARGETS.search(configuration)
    if other is not None:
        raise not_implemented(f"bucket notifications by {other.group(1).decode()}Configuration")
