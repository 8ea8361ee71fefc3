"""Functions on bytes in Python: encodings, numbers as bytes, hashes.

Source: Trino's VarbinaryFunctions and airlift's hash functions, checked 2026-11.
"""

import base64
import binascii
import hashlib
import hmac
import struct
import zlib
from collections.abc import Callable
from typing import Any

from lakehouse.local_aws.athena.python_function import PythonFunction, failure

_MASK = 2**64 - 1
_P1, _P2, _P3, _P4, _P5 = (
    11400714785074694791, 14029467366897019727, 1609587929392839161,
    9650029242287828579, 2870177450012600261,
)  # fmt: skip


def from_hex(text: str) -> bytes:
    """Bytes of pairs of hexadecimal digits."""
    try:
        return binascii.unhexlify(text)
    except (binascii.Error, ValueError) as error:
        words = f"invalid input length {len(text)}" if len(text) % 2 else f"Invalid hex: {text}"
        raise failure(words) from error


def from_base64(text: str) -> bytes:
    """Bytes of a base64 text, padded or not."""
    return _decoded(lambda padded: base64.b64decode(padded, validate=True), text, 4)


def from_base64url(text: str) -> bytes:
    """Bytes of a base64 text in the alphabet for URLs."""
    if {"+", "/"} & set(text):  # Python takes both alphabets at once
        raise failure(f"Invalid encoding: {text}")
    return _decoded(lambda padded: base64.b64decode(padded, b"-_", validate=True), text, 4)


def from_base32(text: str) -> bytes:
    """Bytes of a base32 text."""
    return _decoded(base64.b32decode, text.rstrip("="), 8)


def _decoded(decode: Callable[[str], bytes], text: str, block: int) -> bytes:
    try:
        return decode(text + "=" * (-len(text) % block))
    except (binascii.Error, ValueError) as error:
        raise failure(f"Invalid encoding: {text}") from error


def unpacked(layout: str, size: int, function: str) -> Callable[[bytes], int | float]:
    """A number of exactly `size` bytes."""

    def read(data: bytes) -> int | float:
        if len(data) != size:
            raise failure(f"expected {size}-byte input, but got instead: {len(data)}")
        number: int | float = struct.unpack(layout, data)[0]
        return number

    read.__name__ = function
    return read


def packed(layout: str) -> Callable[[float], bytes]:
    """The bytes of a number."""
    return lambda number: struct.pack(layout, number)


def digest(name: str) -> Callable[[bytes], bytes]:
    """A hash of hashlib."""
    return lambda data: hashlib.new(name, data, usedforsecurity=False).digest()


def keyed(name: str) -> Callable[[bytes, bytes], bytes]:
    """HMAC with a hash of hashlib: the data, then the key."""
    return lambda data, key: hmac.digest(key, data, name)


def _rotate(value: int, bits: int) -> int:
    return ((value << bits) | (value >> (64 - bits))) & _MASK


def _xx_round(accumulator: int, lane: int) -> int:
    return _rotate((accumulator + lane * _P2) & _MASK, 31) * _P1 & _MASK


def _xx_merged(lanes: list[int]) -> int:
    total = sum(_rotate(v, n) for v, n in zip(lanes, (1, 7, 12, 18), strict=True)) & _MASK
    for lane in lanes:
        total = ((total ^ _xx_round(0, lane)) * _P1 + _P4) & _MASK
    return total


def xxhash64_number(data: bytes) -> int:
    """xxHash64 with seed 0, as an unsigned number."""
    size, index, total = len(data), 0, _P5
    if size >= 32:
        lanes = [(_P1 + _P2) & _MASK, _P2, 0, -_P1 & _MASK]
        while index <= size - 32:
            words = struct.unpack_from("<4Q", data, index)
            lanes = [_xx_round(v, w) for v, w in zip(lanes, words, strict=True)]
            index += 32
        total = _xx_merged(lanes)
    return _xx_tail(data, index, (total + size) & _MASK)


def _xx_tail(data: bytes, index: int, total: int) -> int:
    while index <= len(data) - 8:
        total ^= _xx_round(0, int.from_bytes(data[index : index + 8], "little"))
        total, index = (_rotate(total, 27) * _P1 + _P4) & _MASK, index + 8
    if index <= len(data) - 4:
        total ^= int.from_bytes(data[index : index + 4], "little") * _P1 & _MASK
        total, index = (_rotate(total, 23) * _P2 + _P3) & _MASK, index + 4
    for byte in data[index:]:
        total = _rotate(total ^ (byte * _P5 & _MASK), 11) * _P1 & _MASK
    for shift, factor in ((33, _P2), (29, _P3), (32, 1)):
        total = (total ^ (total >> shift)) * factor & _MASK
    return total


def xxhash64(data: bytes) -> bytes:
    """xxHash64 as 8 bytes, the highest first."""
    return xxhash64_number(data).to_bytes(8, "big")


_C1, _C2 = 0x87C37B91114253D5, 0x4CF5AD432745937F


def _mixed(key: int) -> int:
    for factor in (0xFF51AFD7ED558CCD, 0xC4CEB9FE1A85EC53):
        key = ((key ^ (key >> 33)) * factor) & _MASK
    return key ^ (key >> 33)


def murmur3(data: bytes) -> bytes:
    """The 128-bit MurmurHash3 (x64), its two numbers with the lowest byte first."""
    one = two = 0
    full = len(data) // 16 * 16
    for index in range(0, full, 16):
        low, high = struct.unpack_from("<2Q", data, index)
        one ^= _rotate(low * _C1 & _MASK, 31) * _C2 & _MASK
        one = ((_rotate(one, 27) + two) * 5 + 0x52DCE729) & _MASK
        two ^= _rotate(high * _C2 & _MASK, 33) * _C1 & _MASK
        two = ((_rotate(two, 31) + one) * 5 + 0x38495AB5) & _MASK
    tail = data[full:]
    two ^= _rotate(int.from_bytes(tail[8:], "little") * _C2 & _MASK, 33) * _C1 & _MASK
    one ^= _rotate(int.from_bytes(tail[:8], "little") * _C1 & _MASK, 31) * _C2 & _MASK
    one, two = one ^ len(data), two ^ len(data)
    one = (one + two) & _MASK
    two = (two + one) & _MASK
    one, two = _mixed(one), _mixed(two)
    one = (one + two) & _MASK
    return struct.pack("<2Q", one, (two + one) & _MASK)


_PRIME = 0x9E3779B185EBCA87


def checksum(hashed: Callable[[Any], int]) -> Callable[[list[Any] | None], bytes | None]:
    """checksum: the hashes of the values times a prime, added up; NULL counts as the prime."""

    def summed(values: list[Any] | None) -> bytes | None:
        if not values:
            return None
        total = sum(_PRIME if v is None else hashed(v) * _PRIME for v in values)
        return (total & _MASK).to_bytes(8, "little")

    return summed


def _number_hash(layout: str) -> Callable[[Any], int]:
    return lambda value: xxhash64_number(struct.pack(layout, value))


_TEXT, _BYTES = ("VARCHAR",), ("BLOB",)
FUNCTIONS: dict[str, PythonFunction] = {
    "py_from_hex": PythonFunction(_TEXT, "BLOB", from_hex),
    "py_from_base64": PythonFunction(_TEXT, "BLOB", from_base64),
    "py_from_base64url": PythonFunction(_TEXT, "BLOB", from_base64url),
    "py_from_base32": PythonFunction(_TEXT, "BLOB", from_base32),
    "py_to_base64url": PythonFunction(
        _BYTES, "VARCHAR", lambda data: base64.urlsafe_b64encode(data).decode()
    ),
    "py_to_base32": PythonFunction(_BYTES, "VARCHAR", lambda data: base64.b32encode(data).decode()),
    "py_from_big_endian_32": PythonFunction(_BYTES, "INTEGER", unpacked(">i", 4, "int32")),
    "py_from_big_endian_64": PythonFunction(_BYTES, "BIGINT", unpacked(">q", 8, "int64")),
    "py_from_ieee754_32": PythonFunction(_BYTES, "FLOAT", unpacked(">f", 4, "float32")),
    "py_from_ieee754_64": PythonFunction(_BYTES, "DOUBLE", unpacked(">d", 8, "float64")),
    "py_to_big_endian_32": PythonFunction(("INTEGER",), "BLOB", packed(">i")),
    "py_to_big_endian_64": PythonFunction(("BIGINT",), "BLOB", packed(">q")),
    "py_to_ieee754_32": PythonFunction(("FLOAT",), "BLOB", packed(">f")),
    "py_to_ieee754_64": PythonFunction(("DOUBLE",), "BLOB", packed(">d")),
    "py_sha512": PythonFunction(_BYTES, "BLOB", digest("sha512")),
    **{
        f"py_hmac_{name}": PythonFunction(("BLOB", "BLOB"), "BLOB", keyed(name))
        for name in ("md5", "sha1", "sha256", "sha512")
    },
    "py_crc32": PythonFunction(_BYTES, "BIGINT", zlib.crc32),
    "py_xxhash64": PythonFunction(_BYTES, "BLOB", xxhash64),
    "py_murmur3": PythonFunction(_BYTES, "BLOB", murmur3),
    **{
        f"py_checksum_{kind}": PythonFunction((f"{made}[]",), "BLOB", checksum(hashed), nulls=True)
        for kind, made, hashed in (
            ("bigint", "BIGINT", _number_hash("<q")),
            ("double", "DOUBLE", _number_hash("<d")),
            ("varchar", "VARCHAR", lambda text: xxhash64_number(text.encode())),
            ("varbinary", "BLOB", xxhash64_number),
        )
    },
    "py_reverse_bytes": PythonFunction(_BYTES, "BLOB", lambda data: data[::-1]),
}
