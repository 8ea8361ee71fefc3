"""Reading the body of an upload: whole or chunked by the SDK, with what it must sum up to.

Belongs here: lengths, the aws-chunked coding with trailers, Content-MD5 and x-amz-checksum-*.
Does not belong here: where the bytes go. Signatures (of a request or of its chunks) are not
checked by the local AWS. Of the checksums CRC32, SHA-1 and SHA-256 are verified and kept; CRC32C,
CRC64NVME and newer ones are neither.
"""

import base64
import hashlib
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from lakehouse.local_aws.errors import AwsError
from lakehouse.local_aws.objects.files import Digest, StagedFile
from lakehouse.local_aws.objects.store import ObjectStore
from lakehouse.local_aws.s3.request import S3Request

_PIECE = 1 << 18  # bytes read at a time
_LONGEST_LINE = 8192  # bytes of a chunk's head or of a trailer
_CHECKSUM = "x-amz-checksum-"


class Crc32:
    """CRC-32 in the manner of hashlib."""

    def __init__(self) -> None:
        self._value = 0

    def update(self, data: bytes, /) -> None:
        """Take in more bytes."""
        self._value = zlib.crc32(data, self._value)

    def digest(self) -> bytes:
        """Four bytes, the most significant first."""
        return self._value.to_bytes(4, "big")


ALGORITHMS: Mapping[str, Callable[[], Digest]] = {
    "crc32": Crc32,
    "sha1": lambda: hashlib.sha1(usedforsecurity=False),
    "sha256": hashlib.sha256,
}


@dataclass(frozen=True)
class Upload:
    """A staged body that was found to be what its sender said; checksums in base64."""

    staged: StagedFile
    checksums: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, staged: StagedFile, names: Iterable[str]) -> "Upload":
        """A staged body with the checksums of some algorithms that it was staged with."""
        return cls(staged, {name: encoded(staged.digests[name]) for name in names})


def receive(request: S3Request, objects: ObjectStore) -> Upload:
    """Stage the body of an upload and verify its length and all checksums sent with it.

    Raises IncompleteBody, BadDigest, InvalidDigest, XAmzContentSHA256Mismatch, InvalidRequest.
    """
    trailers: dict[str, str] = {}
    names = _wanted(request)
    digests = {name: ALGORITHMS[name]() for name in {*names, *_content_sha256(request)}}
    staged = objects.stage(body_of(request, trailers), digests)
    try:
        _verify(request, staged, trailers)
    except AwsError:
        objects.discard(staged)
        raise
    return Upload.of(staged, names)


def body_of(request: S3Request, trailers: dict[str, str]) -> Iterator[bytes]:
    """The bytes that are meant, with the SDK's chunk coding taken off; trailers are put aside."""
    if request.headers.get("x-amz-content-sha256", "").startswith("STREAMING-"):
        return _decoded(request, trailers)
    return _plain(request)


def small_body(request: S3Request, limit: int = 4 << 20) -> bytes:
    """The body of a call that carries a document; Content-MD5 and CRC32 are verified."""
    pieces = []
    left = limit
    for piece in body_of(request, {}):
        left -= len(piece)
        if left < 0:
            raise AwsError("MalformedXML", "The XML you provided is too long")
        pieces.append(piece)
    return b"".join(pieces)


def _plain(request: S3Request) -> Iterator[bytes]:
    left = request.length
    while left is None or left > 0:
        piece = request.body.read(_PIECE if left is None else min(left, _PIECE))
        if not piece:
            break
        left = None if left is None else left - len(piece)
        yield piece
    if left:
        raise _incomplete()


def _decoded(request: S3Request, trailers: dict[str, str]) -> Iterator[bytes]:
    """Chunks `<hex size>[;chunk-signature=...]CRLF<bytes>CRLF`, an empty one, then trailers."""
    total = 0
    while True:
        size = _chunk_size(_line(request))
        if size == 0:
            break
        total += size
        while size:
            piece = request.body.read(min(size, _PIECE))
            if not piece:
                raise _incomplete()
            size -= len(piece)
            yield piece
        if request.body.read(2) != b"\r\n":
            raise _incomplete()
    while line := _line(request):
        name, _, value = line.decode("latin-1").partition(":")
        trailers[name.strip().lower()] = value.strip()
    if int(request.headers.get("x-amz-decoded-content-length") or total) != total:
        raise _incomplete()


def _line(request: S3Request) -> bytes:
    return request.body.readline(_LONGEST_LINE).rstrip(b"\r\n")


def _chunk_size(line: bytes) -> int:
    try:
        return int(line.partition(b";")[0], 16)
    except ValueError as error:
        raise _incomplete() from error


def _incomplete() -> AwsError:
    message = "You did not provide the number of bytes specified by the Content-Length HTTP header"
    return AwsError("IncompleteBody", message)


def _wanted(request: S3Request) -> set[str]:
    """The checksums given or promised in trailers, as far as they can be checked."""
    named = {name.removeprefix(_CHECKSUM) for name in request.headers if name.startswith(_CHECKSUM)}
    trailers = request.headers.get("x-amz-trailer", "").lower().split(",")
    named |= {name.strip().removeprefix(_CHECKSUM) for name in trailers}
    named.add(request.headers.get("x-amz-sdk-checksum-algorithm", "").lower())
    return named & set(ALGORITHMS)


def _content_sha256(request: S3Request) -> set[str]:
    return {"sha256"} if len(request.headers.get("x-amz-content-sha256", "")) == 64 else set()


def _verify(request: S3Request, staged: StagedFile, trailers: Mapping[str, str]) -> None:
    given = {**request.headers, **trailers}
    for name in ALGORITHMS:
        if _CHECKSUM + name in given:
            sent = _decoded_digest(given[_CHECKSUM + name], f"{_CHECKSUM}{name} header")
            if sent != staged.digests[name]:
                raise AwsError(
                    "BadDigest",
                    f"The {name.upper()} you specified did not match the calculated checksum.",
                )
    if "content-md5" in given:
        sent = _decoded_digest(given["content-md5"], "Content-MD5")
        if sent != staged.md5:
            message = "The Content-MD5 you specified did not match what we received."
            raise AwsError("BadDigest", message)
    if _content_sha256(request) and given["x-amz-content-sha256"] != staged.digests["sha256"].hex():
        message = "The provided 'x-amz-content-sha256' header does not match what was computed."
        raise AwsError("XAmzContentSHA256Mismatch", message)


def _decoded_digest(text: str, name: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError as error:
        raise AwsError("InvalidDigest", f"The {name} you specified was invalid.") from error


def encoded(digest: bytes) -> str:
    """A digest in base64."""
    return base64.b64encode(digest).decode()
