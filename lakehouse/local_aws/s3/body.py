"""Reading the body of a request: whole or chunked by the SDK, with what it must sum up to.

Belongs here: lengths, the aws-chunked coding with trailers, the verification of checksums,
Content-MD5 and x-amz-content-sha256.
Does not belong here: the algorithms (`checksums`), where the bytes go. Signatures (of a request
or of its chunks) are not checked by the local AWS.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import BinaryIO

from lakehouse.local_aws.errors import AwsError
from lakehouse.local_aws.objects.files import StagedFile
from lakehouse.local_aws.objects.store import ObjectStore
from lakehouse.local_aws.s3.checksums import (
    ALGORITHMS,
    DEFAULT,
    Claim,
    claimed,
    decoded,
    encoded,
    is_digest,
    wrong_checksum,
)
from lakehouse.local_aws.s3.errors import (
    S3Error,
    invalid_argument,
    invalid_request,
    malformed_xml,
    not_implemented,
)
from lakehouse.local_aws.s3.request import S3Request

_PIECE = 1 << 18  # bytes read at a time
_LONGEST_LINE = 8192  # bytes of a chunk's head or of a trailer
_LARGEST_BODY = 5 << 30  # bytes of one upload; larger objects come in parts
_LARGEST_DOCUMENT = 4 << 20  # bytes; 1,000 keys of 1,024 characters of XML fit
_NO_TRAILERS: Mapping[str, str] = MappingProxyType({})
_STREAMING = (
    "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
    "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
    "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
    "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD",
    "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER",
)


@dataclass(frozen=True)
class Upload:
    """A staged body that was found to be what its sender said; checksums in base64."""

    staged: StagedFile
    checksums: Mapping[str, str]


def receive(request: S3Request, objects: ObjectStore, also: Iterable[str] = ()) -> Upload:
    """Stage the body of an upload and verify its length and what was sent with it.

    Raises IncompleteBody, EntityTooLarge, MissingContentLength, MalformedTrailerError and what
    `stage_verified` raises.
    """
    trailers: dict[str, str] = {}
    body = body_of(request, trailers)
    return stage_verified(request.headers, body, objects, trailers, also)


def stage_verified(
    headers: Mapping[str, str],
    body: Iterable[bytes],
    objects: ObjectStore,
    trailers: Mapping[str, str] = _NO_TRAILERS,
    also: Iterable[str] = (),
) -> Upload:
    """Stage a body and verify it against headers and against trailers that come at its end.

    Computed are the checksum that the headers claim, CRC64NVME if they claim none, and those in
    `also`. Raises BadDigest, InvalidDigest, XAmzContentSHA256Mismatch, InvalidRequest.
    """
    claim, content_md5 = claimed(headers), _content_md5(headers)
    names = {claim.algorithm if claim else DEFAULT, *also}
    digests = {name: ALGORITHMS[name].new() for name in names | _content_sha256(headers)}
    staged = objects.stage(body, digests)
    try:
        _verify_claim(claim, staged.digests, trailers)
        _verify_md5(content_md5, staged.md5)
        _verify_sha256(headers, staged.digests)
    except AwsError:
        objects.discard(staged)
        raise
    return Upload(staged, {name: encoded(staged.digests[name]) for name in sorted(names)})


def small_body(request: S3Request, must_be_verified: bool = False) -> bytes:
    """The body of a call that carries a document, verified like that of an upload.

    `must_be_verified` is for calls that S3 refuses without Content-MD5 or a checksum.
    """
    claim = claimed(request.headers)
    content_md5 = _content_md5(request.headers)
    if must_be_verified and claim is None and content_md5 is None:
        message = "Missing required header for this request: Content-MD5 OR x-amz-checksum-*"
        raise invalid_request(message)
    trailers: dict[str, str] = {}
    body = _limited(body_of(request, trailers))
    digests = {}
    for name in {claim.algorithm if claim else DEFAULT} | _content_sha256(request.headers):
        digest = ALGORITHMS[name].new()
        digest.update(body)
        digests[name] = digest.digest()
    _verify_claim(claim, digests, trailers)
    _verify_md5(content_md5, hashlib.md5(body, usedforsecurity=False).digest())
    _verify_sha256(request.headers, digests)
    return body


def _limited(pieces: Iterable[bytes]) -> bytes:
    body = bytearray()
    for piece in pieces:
        body += piece
        if len(body) > _LARGEST_DOCUMENT:
            raise malformed_xml()
    return bytes(body)


def body_of(request: S3Request, trailers: dict[str, str]) -> Iterator[bytes]:
    """The bytes that are meant, with the SDK's chunk coding taken off; trailers are put aside."""
    said = request.headers.get("x-amz-content-sha256", "")
    if said.startswith("STREAMING-"):
        if said not in _STREAMING:
            raise _bad_content_sha256(said)
        return _decoded(request, _decoded_length(request), trailers)
    if said not in ("", "UNSIGNED-PAYLOAD") and not _is_sha256(said):
        raise _bad_content_sha256(said)
    if "content-length" not in request.headers and request.method in ("PUT", "POST"):
        if "transfer-encoding" in request.headers:
            raise not_implemented("Transfer-Encoding", header="Transfer-Encoding")
        raise _missing_length()
    _check_size(request.length or 0)
    return _plain(request)


def _is_sha256(text: str) -> bool:
    return len(text) == 64 and set(text) <= set("0123456789abcdef")


def _bad_content_sha256(value: str) -> S3Error:
    message = (
        "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, "
        + ", ".join(_STREAMING)
        + " or a valid sha256 value."
    )
    return invalid_argument(message, "x-amz-content-sha256", value)


def _missing_length() -> S3Error:
    message = "You must provide the Content-Length HTTP header."
    return S3Error("MissingContentLength", message, 411)


def _decoded_length(request: S3Request) -> int:
    text = request.headers.get("x-amz-decoded-content-length", "")
    if not text.isdecimal():
        raise _missing_length()
    _check_size(int(text))
    return int(text)


def _check_size(size: int) -> None:
    if size > _LARGEST_BODY:
        details = {"ProposedSize": str(size), "MaxSizeAllowed": str(_LARGEST_BODY)}
        message = "Your proposed upload exceeds the maximum allowed size"
        raise S3Error("EntityTooLarge", message, 400, details)


def _plain(request: S3Request) -> Iterator[bytes]:
    left = request.length or 0
    while left > 0:
        piece = request.body.read(min(left, _PIECE))
        if not piece:
            raise _incomplete()
        left -= len(piece)
        yield piece


def _decoded(request: S3Request, length: int, trailers: dict[str, str]) -> Iterator[bytes]:
    """Chunks `<hex size>[;chunk-signature=...]CRLF<bytes>CRLF`, an empty one, then trailers."""
    stream = _Stream(request.body)
    total = 0
    while size := _chunk_size(stream.line()):
        total += size
        if total > length:
            raise _incomplete()
        yield from stream.pieces(size)
        if b"".join(stream.pieces(2)) != b"\r\n":
            raise _incomplete()
    if total != length:
        raise _incomplete()
    while line := stream.line():
        name, _, value = line.decode("latin-1").partition(":")
        trailers[name.strip().lower()] = value.strip()


class _Stream:
    """A body by lines and by numbers of bytes, over `read` alone.

    The `readline` of a server is not to be trusted: cheroot's, of a body with Transfer-Encoding
    chunked, never ends.
    """

    def __init__(self, body: BinaryIO) -> None:
        self._body = body
        self._buffer = b""

    def line(self) -> bytes:
        """The next line without its end; what is left if no line end comes."""
        while b"\n" not in self._buffer:
            more = self._body.read(_PIECE)
            if not more or len(self._buffer) > _LONGEST_LINE:
                break
            self._buffer += more
        line, _, self._buffer = self._buffer.partition(b"\n")
        return line.rstrip(b"\r")

    def pieces(self, size: int) -> Iterator[bytes]:
        """The next `size` bytes; IncompleteBody if there are fewer."""
        while size:
            piece = self._buffer or self._body.read(_PIECE)
            if not piece:
                raise _incomplete()
            self._buffer = piece[size:]
            size -= len(piece) - len(self._buffer)
            yield piece[: len(piece) - len(self._buffer)]


def _chunk_size(line: bytes) -> int:
    try:
        return int(line.partition(b";")[0], 16)
    except ValueError as error:
        raise _incomplete() from error


def _incomplete() -> S3Error:
    return S3Error("IncompleteBody", "The request body terminated unexpectedly")


def _content_md5(headers: Mapping[str, str]) -> bytes | None:
    text = headers.get("content-md5")
    if text is None:
        return None
    if not is_digest("md5", text):
        message = "The Content-MD5 you specified was invalid."
        raise S3Error("InvalidDigest", message, 400, {"Content-MD5": text})
    return decoded("md5", text)


def _content_sha256(headers: Mapping[str, str]) -> set[str]:
    return {"sha256"} if _is_sha256(headers.get("x-amz-content-sha256", "")) else set()


def _verify_claim(
    claim: Claim | None, digests: Mapping[str, bytes], trailers: Mapping[str, str]
) -> None:
    if claim is None:
        return
    value = claim.value
    if value is None:
        text = trailers.get(f"x-amz-checksum-{claim.algorithm}")
        if text is None:
            message = (
                "The request contained trailing data that was not well-formed or did not conform "
                "to our published schema."
            )
            raise S3Error("MalformedTrailerError", message)
        value = decoded(claim.algorithm, text)
    if value != digests[claim.algorithm]:
        raise wrong_checksum(claim.algorithm.upper())


def _verify_md5(said: bytes | None, md5: bytes) -> None:
    if said is not None and said != md5:
        message = "The Content-MD5 you specified did not match what we received."
        details = {"ExpectedDigest": said.hex(), "CalculatedDigest": encoded(md5)}
        raise S3Error("BadDigest", message, 400, details)


def _verify_sha256(headers: Mapping[str, str], digests: Mapping[str, bytes]) -> None:
    said = headers.get("x-amz-content-sha256", "")
    if _is_sha256(said) and said != digests["sha256"].hex():
        message = "The provided 'x-amz-content-sha256' header does not match what was computed."
        details = {
            "ClientComputedContentSHA256": said,
            "S3ComputedContentSHA256": digests["sha256"].hex(),
        }
        raise S3Error("XAmzContentSHA256Mismatch", message, 400, details)
