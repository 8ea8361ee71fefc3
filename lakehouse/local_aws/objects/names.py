"""Names of buckets: which ones S3 lets anybody create, and what it says of taken ones.

Belongs here: the rule, the error.
Does not belong here: keys of objects and the paths they become (`files`).
"""

import re

from lakehouse.local_aws.errors import AwsError

_FORM = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_IP_ADDRESS = re.compile(r"\d+\.\d+\.\d+\.\d+")
_RESERVED_PREFIXES = ("xn--", "sthree-", "amzn-s3-demo-")
_RESERVED_SUFFIXES = ("-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3")


def is_bucket_name(name: str) -> bool:
    """Whether a general purpose bucket may have the name.

    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html, checked
    2026-11. Such a name is also a safe name of a folder: no slash, never `.` or `..`.
    """
    return (
        _FORM.fullmatch(name) is not None
        and ".." not in name
        and _IP_ADDRESS.fullmatch(name) is None
        and not name.startswith(_RESERVED_PREFIXES)
        and not name.endswith(_RESERVED_SUFFIXES)
    )


def bucket_exists(mine: bool) -> AwsError:
    """BucketAlreadyOwnedByYou or BucketAlreadyExists."""
    if mine:
        message = (
            "Your previous request to create the named bucket succeeded and you already own it."
        )
        return AwsError("BucketAlreadyOwnedByYou", message, 409)
    message = (
        "The requested bucket name is not available. The bucket namespace is shared by all users "
        "of the system. Please select a different name and try again."
    )
    return AwsError("BucketAlreadyExists", message, 409)
