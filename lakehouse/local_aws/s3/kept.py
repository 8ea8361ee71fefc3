"""What a writer says about an object in headers, and how it is given back.

Belongs here: system headers, user metadata and its encoding, storage class.
Does not belong here: tags (`tagging`), checksums (`checksums`), reading and writing.
"""

import base64
import string
from collections.abc import Mapping

from lakehouse.local_aws.objects.rows import DEFAULT_CONTENT_TYPE, Attributes, StoredObject
from lakehouse.local_aws.s3.errors import S3Error, invalid_argument
from lakehouse.local_aws.s3.tagging import tags_of_header

META = "x-amz-meta-"
STORAGE_CLASS = "x-amz-storage-class"
ENCRYPTION: Mapping[str, str] = {"x-amz-server-side-encryption": "AES256"}
"""What every answer about an object says: AWS encrypts by default. Nothing is encrypted here."""

_KEPT_HEADERS = {
    "cache-control": "Cache-Control",
    "content-disposition": "Content-Disposition",
    "content-encoding": "Content-Encoding",
    "content-language": "Content-Language",
    "expires": "Expires",
    STORAGE_CLASS: STORAGE_CLASS,
}
_MOST_METADATA = 2048  # bytes of names and values
_PRINTABLE = set(string.printable) - set("\r\n\x0b\x0c")


def attributes_of(headers: Mapping[str, str]) -> Attributes:
    """What the headers of a write say about the object; MetadataTooLarge, InvalidTag."""
    kept = {name: headers[low] for low, name in _KEPT_HEADERS.items() if low in headers}
    if "aws-chunked" in kept.get("Content-Encoding", ""):
        codings = [coding.strip() for coding in kept.pop("Content-Encoding").split(",")]
        codings = [coding for coding in codings if coding not in ("", "aws-chunked")]
        kept |= {"Content-Encoding": ",".join(codings)} if codings else {}
    return Attributes(
        content_type=headers.get("content-type") or DEFAULT_CONTENT_TYPE,
        metadata=_metadata(headers),
        headers=kept,
        tags=tags_of_header(headers),
    )


def _metadata(headers: Mapping[str, str]) -> dict[str, str]:
    found = {
        name.removeprefix(META): value for name, value in headers.items() if name.startswith(META)
    }
    size = sum(len(name) + len(value) for name, value in found.items())
    if size > _MOST_METADATA:
        message = "Your metadata headers exceed the maximum allowed metadata size"
        details = {"Size": str(size), "MaxSizeAllowed": str(_MOST_METADATA)}
        raise S3Error("MetadataTooLarge", message, 400, details)
    return found


def kept_headers(stored: StoredObject) -> dict[str, str]:
    """The headers that give back what was said of an object; STANDARD is not said."""
    headers = {"Content-Type": stored.content_type, **stored.headers, **ENCRYPTION}
    if headers.get(STORAGE_CLASS) == "STANDARD":
        del headers[STORAGE_CLASS]
    return headers | {META + name: _given_back(value) for name, value in stored.metadata.items()}


def _given_back(value: str) -> str:
    """A value of user metadata; RFC 2047 for what is not printable ASCII.

    S3 takes the bytes of a header for Latin-1, so that UTF-8 comes back encoded twice. Source:
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html#UserMetadata, 2026-11.
    """
    if set(value) <= _PRINTABLE:
        return value
    return f"=?UTF-8?B?{base64.b64encode(value.encode()).decode()}?="


def header_value(name: str, text: str) -> str:
    """A text that becomes the value of a header; InvalidArgument if it cannot."""
    if not text.isprintable() or any(ord(letter) > 255 for letter in text):
        raise invalid_argument("Header value cannot be represented using ISO-8859-1.", name, text)
    return text


def storage_class(attributes: Attributes | StoredObject) -> str:
    """The storage class of an object or an upload."""
    return attributes.headers.get(STORAGE_CLASS, "STANDARD")
