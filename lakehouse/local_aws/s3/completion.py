"""What CompleteMultipartUpload names, against what was received.

Belongs here: reading its document, the rules for parts and their checksums, the checks of the
whole object's checksum and size.
Does not belong here: composing the object (`uploads`).
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from lakehouse.local_aws.objects.rows import Attributes
from lakehouse.local_aws.s3.checksums import (
    ALGORITHMS,
    checksum_type,
    decoded,
    encoded,
    is_digest,
    wrong_checksum,
)
from lakehouse.local_aws.s3.documents import named, parsed_xml, texts
from lakehouse.local_aws.s3.errors import (
    S3Error,
    invalid_argument,
    invalid_request,
    malformed_xml,
)
from lakehouse.local_aws.s3.uploads import MultipartUpload, Part

SMALLEST_PART = 5 * 1024 * 1024  # bytes of every part but the last


class Claim(NamedTuple):
    """A part as a completion names it; checksums in base64 by algorithm."""

    number: int
    etag: str
    checksums: Mapping[str, str]


def claims(document: bytes) -> list[Claim]:
    """The parts that a CompleteMultipartUpload document names; MalformedXML."""
    root = parsed_xml(document, "CompleteMultipartUpload")
    found = [_claim(texts(entry)) for entry in named(root, "Part")]
    if not found:
        raise malformed_xml()
    return found


def _claim(fields: Mapping[str, str]) -> Claim:
    if not {"PartNumber", "ETag"} <= set(fields) or not fields["PartNumber"].isdecimal():
        raise malformed_xml()
    checksums = {
        name: fields[f"Checksum{name.upper()}"]
        for name in ALGORITHMS
        if f"Checksum{name.upper()}" in fields
    }
    if len(checksums) > 1 or not all(is_digest(name, text) for name, text in checksums.items()):
        said = "".join(f"{name.upper()}:{text};" for name, text in checksums.items())
        message = "Invalid Base64 or multiple checksums present in request"
        raise invalid_argument(message, "Checksum", said)
    return Claim(int(fields["PartNumber"]), fields["ETag"].strip('"'), checksums)


def chosen_parts(
    upload: MultipartUpload, claimed: Sequence[Claim], received: Sequence[Part]
) -> list[Part]:
    """The parts that a completion names; InvalidPartOrder, InvalidPart, EntityTooSmall."""
    numbers = [claim.number for claim in claimed]
    if numbers != sorted(set(numbers)):
        message = (
            "The list of parts was not in ascending order. Parts must be ordered by part number."
        )
        raise S3Error("InvalidPartOrder", message, 400, {"UploadId": upload.id})
    by_number = {part.number: part for part in received}
    chosen = [_chosen(upload, claim, by_number.get(claim.number)) for claim in claimed]
    for part in chosen[:-1]:
        if part.size < SMALLEST_PART:
            raise _too_small(part)
    if upload.algorithm and upload.kind == "COMPOSITE" and numbers[-1] != len(numbers):
        # AWS answers 500 here, says its guide of checksums
        raise invalid_request("Parts of an upload with a checksum must have consecutive numbers.")
    return chosen


def _chosen(upload: MultipartUpload, claim: Claim, part: Part | None) -> Part:
    if upload.algorithm:
        _check_algorithm(upload, claim)
    wrong = part is None or part.etag != claim.etag or _contradicts(claim, part)
    if part is None or wrong:
        message = (
            "One or more of the specified parts could not be found.  The part may not have been "
            "uploaded, or the specified entity tag may not match the part's entity tag."
        )
        details = {"UploadId": upload.id, "PartNumber": str(claim.number), "ETag": claim.etag}
        raise S3Error("InvalidPart", message, 400, details)
    return part


def _check_algorithm(upload: MultipartUpload, claim: Claim) -> None:
    other = next((name for name in claim.checksums if name != upload.algorithm), None)
    if other is not None:
        message = f"The {other} you specified for part {claim.number} did not match what we"
        raise S3Error("BadDigest", f"{message} received.")
    if not claim.checksums and upload.kind == "COMPOSITE":
        raise invalid_request(
            f"The upload was created using a {upload.algorithm} checksum. The complete request "
            "must include the checksum for each part. It was missing for part "
            f"{claim.number} in the request."
        )


def _contradicts(claim: Claim, part: Part) -> bool:
    return any(part.checksums.get(name) != text for name, text in claim.checksums.items())


def _too_small(part: Part) -> S3Error:
    details = {
        "ProposedSize": str(part.size),
        "MinSizeAllowed": str(SMALLEST_PART),
        "PartNumber": str(part.number),
        "ETag": part.etag,
    }
    message = "Your proposed upload is smaller than the minimum allowed size"
    return S3Error("EntityTooSmall", message, 400, details)


def check_mode(headers: Mapping[str, str], upload: MultipartUpload) -> None:
    """Refuse a completion that names another type of checksum than the creation did."""
    said = headers.get("x-amz-checksum-type", upload.kind).upper()
    if said != upload.kind:
        raise invalid_request(
            f"The upload was created using the {upload.kind if upload.algorithm else 'null'} "
            "checksum mode. The complete request must use the same checksum mode."
        )


def check_size(headers: Mapping[str, str], parts: Sequence[Part]) -> None:
    """Refuse a completion whose parts have not the size that it says."""
    said = headers.get("x-amz-mp-object-size")
    size = sum(part.size for part in parts)
    if said is not None and said != str(size):
        raise invalid_request(
            f"The provided 'x-amz-mp-object-size' header value {said} does not match what was "
            f"computed: {size}"
        )


def check_object(headers: Mapping[str, str], attributes: Attributes) -> None:
    """Refuse a completion whose checksum of the whole is not the one that was computed.

    S3 looks only at the algorithm that the upload has; a composite one may lack its ending.
    """
    for name, computed in attributes.checksums.items():
        said = headers.get(f"x-amz-checksum-{name}")
        if said is None:
            continue
        value, dash, count = said.partition("-")
        composite = checksum_type(attributes.checksums) == "COMPOSITE"
        if dash and not (composite and count.isdecimal()):
            raise invalid_request(f"Value for x-amz-checksum-{name} header is invalid.")
        canonical = encoded(decoded(name, value)) + dash + count
        if canonical not in (computed, computed.partition("-")[0]):
            raise wrong_checksum(name)
