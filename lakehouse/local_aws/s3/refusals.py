"""What S3 offers and the local AWS does not: refused by name instead of ignored.

Belongs here: headers that would change what is stored or read if they worked, and the values that
AWS itself refuses in them (access control lists, storage classes).
Does not belong here: operations (`operations` refuses those that nobody answers).
"""

from collections.abc import Mapping

from lakehouse.local_aws.s3.errors import (
    S3Error,
    invalid_argument,
    invalid_request,
    not_implemented,
)

_OWNERS_ACLS = {"private", "bucket-owner-full-control", "bucket-owner-read"}
_OTHER_ACLS = {
    "authenticated-read",
    "aws-exec-read",
    "log-delivery-write",
    "public-read",
    "public-read-write",
}
_BILLED_ONLY = {
    "STANDARD",
    "STANDARD_IA",
    "ONEZONE_IA",
    "INTELLIGENT_TIERING",
    "REDUCED_REDUNDANCY",
    "GLACIER_IR",
}
_ARCHIVES = {"GLACIER", "DEEP_ARCHIVE"}
_CUSTOMER_KEY = "x-amz-server-side-encryption-customer-algorithm"
_REFUSED_HEADERS: Mapping[str, str] = {
    _CUSTOMER_KEY: "encryption with customer keys (SSE-C)",
    "x-amz-copy-source-server-side-encryption-customer-algorithm": "customer keys (SSE-C)",
    "x-amz-server-side-encryption-aws-kms-key-id": "encryption with KMS keys",
    "x-amz-object-lock-event-hold": "object lock",
    "x-amz-object-lock-legal-hold": "object lock",
    "x-amz-object-lock-mode": "object lock",
    "x-amz-object-lock-retain-until-date": "object lock",
    "x-amz-website-redirect-location": "website redirects",
    "x-amz-write-offset-bytes": "appending to objects",
}


def refuse_headers(headers: Mapping[str, str]) -> None:
    """Refuse what the headers of a write ask for beyond what is kept.

    Storage classes that differ in price only are kept and given back; the encryption that AWS
    does by default (SSE-S3) is accepted and reported, and done by nobody.
    """
    for name, what in _REFUSED_HEADERS.items():
        if name in headers:
            raise not_implemented(f"{what} ({name})")
    encryption = headers.get("x-amz-server-side-encryption", "AES256")
    if encryption != "AES256":
        raise not_implemented(f"server-side encryption {encryption}")
    _check_storage_class(headers.get("x-amz-storage-class", "STANDARD"))
    check_acl(headers)


def _check_storage_class(name: str) -> None:
    if name in _ARCHIVES:
        raise not_implemented(f"storage class {name}")
    if name not in _BILLED_ONLY:
        message = "The storage class you specified is not valid"
        raise S3Error("InvalidStorageClass", message, 400, {"StorageClassRequested": name})


def check_acl(headers: Mapping[str, str]) -> None:
    """Refuse access control lists as AWS does where the bucket's owner owns all objects.

    That is so in every bucket made since 2023 (ObjectOwnership BucketOwnerEnforced), and in every
    bucket here. `private` is accepted by AWS although its documentation says otherwise.
    """
    acl = headers.get("x-amz-acl", "private")
    if acl not in _OWNERS_ACLS | _OTHER_ACLS:
        raise invalid_argument("", "x-amz-acl", acl)
    if acl in _OTHER_ACLS or any(name.startswith("x-amz-grant-") for name in headers):
        raise acl_not_supported()


def acl_not_supported() -> S3Error:
    """AWS's error where access control lists are off."""
    return S3Error("AccessControlListNotSupported", "The bucket does not allow ACLs")


def refuse_customer_key(headers: Mapping[str, str]) -> None:
    """Refuse to read with a customer's key: no object here was stored with one."""
    if _CUSTOMER_KEY in headers:
        message = "The encryption parameters are not applicable to this object."
        raise invalid_request(message)


def refuse_version(query: Mapping[str, str]) -> None:
    """Refuse the id of a version: buckets here have no versioning, their objects are `null`."""
    version = query.get("versionId", "null")
    if version != "null":
        raise invalid_argument("Invalid version id specified", "versionId", version)
