"""Calls on buckets that moto is not asked for: ListBuckets, HeadBucket, GetBucketLocation, ...

Belongs here: what the object store knows of buckets, and what is the same for all of them: the
owner's own ACL, AWS's default encryption, ownership and payment.
Does not belong here: configurations that are stored, which stay with moto; lists of objects.
"""

import base64
from collections.abc import Mapping

from lakehouse.local_aws.objects.names import is_bucket_name
from lakehouse.local_aws.objects.rows import Bucket
from lakehouse.local_aws.objects.store import ObjectStore
from lakehouse.local_aws.s3.acl import owners_acl
from lakehouse.local_aws.s3.body import small_body
from lakehouse.local_aws.s3.documents import local_name, named, parsed_xml, texts
from lakehouse.local_aws.s3.errors import S3Error, invalid_argument, malformed_xml, not_implemented
from lakehouse.local_aws.s3.listing import owner_fields
from lakehouse.local_aws.s3.refusals import acl_not_supported
from lakehouse.local_aws.s3.request import S3Request
from lakehouse.local_aws.s3.response import Fields, S3Response, iso_date, xml_response

_MOST_BUCKETS = 10_000
_OWNERSHIP = "BucketOwnerEnforced"


def check_bucket_name(name: str) -> None:
    """Raise InvalidBucketName for a name that no bucket can have."""
    if name and not is_bucket_name(name):
        raise S3Error("InvalidBucketName", "The specified bucket is not valid.")


def check_owner(bucket: str, expected: str | None, objects: ObjectStore) -> None:
    """Raise AccessDenied if a bucket belongs to another account than expected."""
    if expected is None:
        return
    owners = {known.name: known.account for known in objects.buckets()}
    if owners.get(bucket, expected) != expected:
        raise S3Error("AccessDenied", "Access Denied", 403)


def list_buckets(request: S3Request, objects: ObjectStore) -> S3Response:
    """ListBuckets, with its four filters; a page that is not full has no token."""
    query = request.query
    if "max-buckets" in query and not 1 <= _number(query["max-buckets"]) <= _MOST_BUCKETS:
        raise _bad_number(query["max-buckets"])
    limit = int(query.get("max-buckets", _MOST_BUCKETS))
    after = _from_token(query.get("continuation-token", ""))
    found = [
        bucket
        for bucket in objects.buckets()
        if bucket.account == request.account
        and bucket.name.startswith(query.get("prefix", ""))
        and bucket.region == query.get("bucket-region", bucket.region)
        and bucket.name > after
    ]
    shown = found[:limit]
    fields: Fields = [
        ("Owner", owner_fields(request.account)),
        ("Buckets", [("Bucket", _fields(bucket)) for bucket in shown]),
        *([("ContinuationToken", _to_token(shown[-1].name))] if found[limit:] else []),
        *([("Prefix", query["prefix"])] if "prefix" in query else []),
    ]
    return xml_response("ListAllMyBucketsResult", fields)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0


def _bad_number(text: str) -> S3Error:
    message = f"Argument max-buckets must be an integer between 1 and {_MOST_BUCKETS}"
    return invalid_argument(message, "max-buckets", text)


def _fields(bucket: Bucket) -> Fields:
    yield "Name", bucket.name
    yield "CreationDate", iso_date(bucket.created)
    yield "BucketRegion", bucket.region
    yield "BucketArn", f"arn:aws:s3:::{bucket.name}"


def _to_token(name: str) -> str:
    return base64.urlsafe_b64encode(name.encode()).decode()


def _from_token(token: str) -> str:
    try:
        return base64.b64decode(token, altchars=b"-_", validate=True).decode()
    except ValueError as error:
        message = "The continuation token provided is incorrect"
        raise invalid_argument(message, "continuation-token", token) from error


def _bucket(request: S3Request, objects: ObjectStore) -> Bucket:
    objects.list(request.bucket, limit=0)  # NoSuchBucket
    return next(bucket for bucket in objects.buckets() if bucket.name == request.bucket)


def head_bucket(request: S3Request, objects: ObjectStore) -> S3Response:
    """HeadBucket."""
    region = _bucket(request, objects).region
    headers = {"x-amz-bucket-region": region, "x-amz-access-point-alias": "false"}
    return S3Response(200, {**headers, "Content-Type": "application/xml"})


def get_bucket_location(request: S3Request, objects: ObjectStore) -> S3Response:
    """GetBucketLocation; us-east-1 is said by an empty answer."""
    region = _bucket(request, objects).region
    return xml_response("LocationConstraint", "" if region == "us-east-1" else region)


def get_bucket_request_payment(request: S3Request, objects: ObjectStore) -> S3Response:
    """GetBucketRequestPayment: the owner pays nothing here."""
    _bucket(request, objects)
    return xml_response("RequestPaymentConfiguration", [("Payer", "BucketOwner")])


def get_bucket_ownership_controls(request: S3Request, objects: ObjectStore) -> S3Response:
    """GetBucketOwnershipControls: as in every new bucket of AWS."""
    _bucket(request, objects)
    return xml_response("OwnershipControls", [("Rule", [("ObjectOwnership", _OWNERSHIP)])])


def put_bucket_ownership_controls(request: S3Request, objects: ObjectStore) -> S3Response:
    """PutBucketOwnershipControls: to what every bucket has already."""
    _bucket(request, objects)
    document = parsed_xml(small_body(request), "OwnershipControls")
    rules = [texts(rule) for rule in named(document, "Rule")]
    if len(rules) != 1 or "ObjectOwnership" not in rules[0]:
        raise malformed_xml()
    _check_ownership(rules[0]["ObjectOwnership"])
    return S3Response()


def _check_ownership(ownership: str) -> None:
    if ownership != _OWNERSHIP:
        raise not_implemented(f"object ownership {ownership}: it would bring back ACLs")


def get_bucket_encryption(request: S3Request, objects: ObjectStore) -> S3Response:
    """GetBucketEncryption: SSE-S3, AWS's default."""
    _bucket(request, objects)
    default = ("ApplyServerSideEncryptionByDefault", [("SSEAlgorithm", "AES256")])
    rule: Fields = [default, ("BucketKeyEnabled", False)]
    return xml_response("ServerSideEncryptionConfiguration", [("Rule", rule)])


def put_bucket_encryption(request: S3Request, objects: ObjectStore) -> S3Response:
    """PutBucketEncryption: to the default."""
    _bucket(request, objects)
    document = parsed_xml(small_body(request), "ServerSideEncryptionConfiguration")
    rules = [rule for entry in named(document, "Rule") for rule in entry]
    defaults = [texts(r) for r in rules if local_name(r) == "ApplyServerSideEncryptionByDefault"]
    if len(defaults) != 1 or "SSEAlgorithm" not in defaults[0]:
        raise malformed_xml()
    if defaults[0]["SSEAlgorithm"] != "AES256":
        raise not_implemented(f"server-side encryption {defaults[0]['SSEAlgorithm']}")
    return S3Response()


def delete_bucket_encryption(request: S3Request, objects: ObjectStore) -> S3Response:
    """DeleteBucketEncryption: back to the default."""
    _bucket(request, objects)
    return S3Response(204)


def get_bucket_acl(request: S3Request, objects: ObjectStore) -> S3Response:
    """GetBucketAcl: the owner's alone."""
    _bucket(request, objects)
    return owners_acl(request)


def put_bucket_acl(request: S3Request, objects: ObjectStore) -> S3Response:
    """PutBucketAcl, which AWS refuses for every list, `private` too, where ACLs are off."""
    _bucket(request, objects)
    raise acl_not_supported()


def check_create_bucket(headers: Mapping[str, str]) -> None:
    """Refuse what the headers of CreateBucket ask for beyond a plain bucket."""
    if headers.get("x-amz-bucket-object-lock-enabled", "false").lower() != "false":
        raise not_implemented("object lock (x-amz-bucket-object-lock-enabled)")
    _check_ownership(headers.get("x-amz-object-ownership", _OWNERSHIP))
    grants = any(name.startswith("x-amz-grant-") for name in headers)
    if grants or headers.get("x-amz-acl", "private") != "private":
        message = "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting"
        raise S3Error("InvalidBucketAclWithObjectOwnership", message)
