"""The checksums of S3: algorithms, how requests claim them, how answers show them.

Belongs here: the table of algorithms, x-amz-checksum-* in headers and trailers, composite values.
Does not belong here: reading bodies (`body`), where checksums are kept (`objects`).
Source of rules: https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
and the AWS-run test suites of OpenStack Swift and Argmin, checked 2026-11.
"""

import base64
import hashlib
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from awscrt import checksums as crt

from lakehouse.local_aws.objects.files import Digest
from lakehouse.local_aws.s3.errors import S3Error, invalid_request, not_implemented

ChecksumType = Literal["COMPOSITE", "FULL_OBJECT"]

DEFAULT = "crc64nvme"
"""What S3 computes by itself when a client sends no checksum."""
_HEADER = "x-amz-checksum-"
_OTHER_HEADERS = {"algorithm", "mode", "type"}


class _Crc:
    """A CRC in the manner of hashlib, over a function (bytes, value so far) -> value."""

    def __init__(self, function: Callable[[bytes, int], int], size: int) -> None:
        self._function = function
        self._size = size
        self._value = 0

    def update(self, data: bytes, /) -> None:
        """Take in more bytes."""
        self._value = self._function(data, self._value)

    def digest(self) -> bytes:
        """The CRC, most significant byte first."""
        return self._value.to_bytes(self._size, "big")


class _XxHash:
    """An XXHash in the manner of hashlib."""

    def __init__(self, hasher: crt.XXHash) -> None:
        self._hasher = hasher

    def update(self, data: bytes, /) -> None:
        """Take in more bytes."""
        self._hasher.update(data)

    def digest(self) -> bytes:
        """The hash; may be asked for once."""
        value: bytes = self._hasher.finalize()
        return value


@dataclass(frozen=True)
class Algorithm:
    """One algorithm: a new digest of it, its bytes, and what it can be of a multipart upload.

    `types` are in S3's order: the first is what an upload gets that names none.
    """

    new: Callable[[], Digest]
    size: int
    types: Sequence[ChecksumType]


_CRC_TYPES: Sequence[ChecksumType] = ("COMPOSITE", "FULL_OBJECT")
_COMPOSITE: Sequence[ChecksumType] = ("COMPOSITE",)

ALGORITHMS: Mapping[str, Algorithm] = {
    "crc32": Algorithm(lambda: _Crc(zlib.crc32, 4), 4, _CRC_TYPES),
    "crc32c": Algorithm(lambda: _Crc(crt.crc32c, 4), 4, _CRC_TYPES),
    "crc64nvme": Algorithm(lambda: _Crc(crt.crc64nvme, 8), 8, ("FULL_OBJECT",)),
    "md5": Algorithm(lambda: hashlib.md5(usedforsecurity=False), 16, _COMPOSITE),
    "sha1": Algorithm(lambda: hashlib.sha1(usedforsecurity=False), 20, _COMPOSITE),
    "sha256": Algorithm(hashlib.sha256, 32, _COMPOSITE),
    "sha512": Algorithm(hashlib.sha512, 64, _COMPOSITE),
    "xxhash64": Algorithm(lambda: _XxHash(crt.XXHash.new_xxhash64()), 8, _COMPOSITE),
    "xxhash3": Algorithm(lambda: _XxHash(crt.XXHash.new_xxhash3_64()), 8, _COMPOSITE),
    "xxhash128": Algorithm(lambda: _XxHash(crt.XXHash.new_xxhash3_128()), 16, _COMPOSITE),
}
"""By the name in lower case, as in x-amz-checksum-<name>."""


@dataclass(frozen=True)
class Claim:
    """What a request says its body sums up to; `value` is None if a trailer will say it."""

    algorithm: str
    value: bytes | None


def claimed(headers: Mapping[str, str]) -> Claim | None:
    """The checksum that the headers of an upload give or announce; InvalidRequest."""
    given = [name.removeprefix(_HEADER) for name in headers if name.startswith(_HEADER)]
    given = [name for name in given if name not in _OTHER_HEADERS]
    unknown = [name for name in given if name not in ALGORITHMS]
    if unknown:
        raise not_implemented(f"the checksum {unknown[0]}")
    trailers = list(_announced(headers.get("x-amz-trailer", "")))
    if len(given) + len(trailers) > 1:
        raise invalid_request(
            "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed."
        )
    found = next(iter(given + trailers), None)
    _check_sdk_algorithm(headers.get("x-amz-sdk-checksum-algorithm"), found)
    if found is None:
        return None
    return Claim(found, decoded(found, headers[_HEADER + found]) if given else None)


def _announced(trailer: str) -> Iterator[str]:
    for name in filter(None, (name.strip().lower() for name in trailer.split(","))):
        algorithm = name.removeprefix(_HEADER)
        if algorithm not in ALGORITHMS:
            message = "The value specified in the x-amz-trailer header is not supported"
            raise invalid_request(message)
        yield algorithm


def _check_sdk_algorithm(said: str | None, found: str | None) -> None:
    if said is None:
        return
    if found is None:
        raise invalid_request(
            "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or "
            "x-amz-trailer headers were found."
        )
    if said.lower() != found:
        raise invalid_request("Value for x-amz-sdk-checksum-algorithm header is invalid.")


def decoded(algorithm: str, text: str) -> bytes:
    """The digest in a header or trailer: base64 in its only form, of the right length."""
    value = _from_base64(text)
    if value is None or len(value) != ALGORITHMS[algorithm].size:
        raise invalid_request(f"Value for {_HEADER}{algorithm} header is invalid.")
    return value


def is_digest(algorithm: str, text: str) -> bool:
    """Whether a text is a digest of an algorithm in base64."""
    value = _from_base64(text)
    return value is not None and len(value) == ALGORITHMS[algorithm].size


def _from_base64(text: str) -> bytes | None:
    try:
        value = base64.b64decode(text, validate=True)
    except ValueError:
        return None
    return value if encoded(value) == text else None


def encoded(digest: bytes) -> str:
    """A digest in base64."""
    return base64.b64encode(digest).decode()


def wrong_checksum(algorithm: str) -> S3Error:
    """The error for a body that does not sum up to what its sender said."""
    message = f"The {algorithm} you specified did not match the calculated checksum."
    return S3Error("BadDigest", message)


def composite(algorithm: str, parts: Sequence[str]) -> str:
    """The checksum of the parts' checksums, with their number, as S3 makes it."""
    digest = ALGORITHMS[algorithm].new()
    for text in parts:
        digest.update(base64.b64decode(text))
    return f"{encoded(digest.digest())}-{len(parts)}"


def checksum_type(checksums: Mapping[str, str]) -> ChecksumType:
    """What the checksums of an object are: a composite one ends in -<number of parts>."""
    return "COMPOSITE" if any("-" in value for value in checksums.values()) else "FULL_OBJECT"


def checksum_headers(checksums: Mapping[str, str]) -> dict[str, str]:
    """The checksums of an object or a part as headers."""
    return {_HEADER + name: value for name, value in checksums.items()}


def typed_checksum_headers(checksums: Mapping[str, str]) -> dict[str, str]:
    """The checksums of an object as headers, with their type."""
    headers = checksum_headers(checksums)
    return {**headers, f"{_HEADER}type": checksum_type(checksums)} if headers else {}


def checksum_fields(checksums: Mapping[str, str]) -> list[tuple[str, str]]:
    """The checksums of an object or a part as elements: ChecksumCRC32 and its kin."""
    return [(f"Checksum{name.upper()}", value) for name, value in checksums.items()]
