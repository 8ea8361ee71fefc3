"""URLs and IP addresses in Python.

Addresses are 16 bytes, IPv4 as its mapped form, so that they compare as Trino's do.
Source: Trino's UrlFunctions, IpAddressType and IpAddressFunctions, checked 2026-11.
"""

import ipaddress
import re
from functools import lru_cache
from urllib.parse import quote_plus, unquote, unquote_plus

from lakehouse.local_aws.athena.python_function import PythonFunction, failure

_URL = re.compile(
    r"(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?://([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?", re.S
)
_AUTHORITY = re.compile(r"(?:[^@]*@)?([A-Za-z0-9.-]*|\[[0-9A-Fa-f:.]+\])(?::(\d*))?")
_REFUSED = re.compile(r'[\x00-\x20"<>\\^`{|}\x7f]|%(?![0-9A-Fa-f]{2})')
_MAPPED = bytes(10) + b"\xff\xff"


def url_part(url: str, part: str) -> str | None:
    """A part of a URL, "" when it is absent; NULL when the text is no URI."""
    if _REFUSED.search(url):
        return None
    found = _URL.fullmatch(url)
    if found is None:
        return None
    scheme, authority, path, query, fragment = found.groups()
    if part == "protocol":
        return scheme or ""
    if part in ("host", "port"):
        server = _AUTHORITY.fullmatch(authority or "")
        host, port = server.groups() if server else ("", None)
        return host if part == "host" else port or None
    if scheme and authority is None and not path.startswith("/"):
        path = ""  # opaque, as mailto:
    return unquote({"path": path, "query": query or "", "fragment": fragment or ""}[part])


def url_parameter(url: str, name: str) -> str | None:
    """url_extract_parameter: the first of that name."""
    found = None if _REFUSED.search(url) else _URL.fullmatch(url)
    for pair in (found.group(4) or "").split("&") if found and found.group(4) else ():
        key, _, value = pair.partition("=")
        if unquote_plus(key) == name:
            return unquote_plus(value)
    return None


def url_encode(text: str) -> str:
    """url_encode, as Java's form encoding."""
    return quote_plus(text, safe="*").replace("~", "%7E")


def url_decode(text: str) -> str:
    """url_decode."""
    if re.search(r"%(?![0-9A-Fa-f]{2})", text):
        raise failure("URLDecoder: Illegal hex characters in escape (%) pattern")
    return unquote_plus(text)


def to_address(text: str) -> bytes:
    """The 16 bytes of an address."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError as error:
        raise failure(f"Cannot cast value to IPADDRESS: {text}", "INVALID_CAST_ARGUMENT") from error
    return address.packed if address.version == 6 else _MAPPED + address.packed


def address_text(data: bytes) -> str:
    """An address as Trino shows it."""
    return str(ipaddress.ip_address(data[12:] if data.startswith(_MAPPED) else data))


def bytes_to_address(data: bytes) -> bytes:
    """An address of 4 or 16 bytes."""
    if len(data) not in (4, 16):
        raise failure(f"Invalid IP address binary length: {len(data)}", "INVALID_CAST_ARGUMENT")
    return _MAPPED + data if len(data) == 4 else data


@lru_cache(maxsize=1024)
def _network(text: str) -> tuple[int, int, bool]:
    address, sign, bits_text = text.partition("/")
    if not sign:
        raise failure("Invalid CIDR")
    try:
        base, bits = ipaddress.ip_address(address), int(bits_text)
    except ValueError as error:
        raise failure("Invalid network IP address") from error
    if bits < 0:
        raise failure("Invalid prefix length")
    if bits > base.max_prefixlen:
        words = f"Prefix length exceeds address length: {bits} > {base.max_prefixlen}"
        raise failure(words)
    shift = base.max_prefixlen - bits
    return int(base) >> shift, shift, base.version == 4


def network_contains(network: str, address: bytes) -> bool:
    """contains(network, address)."""
    prefix, shift, is_v4 = _network(network)
    if is_v4 != address.startswith(_MAPPED):
        return False
    return int.from_bytes(address[12:] if is_v4 else address, "big") >> shift == prefix


FUNCTIONS: dict[str, PythonFunction] = {
    "py_url_part": PythonFunction(("VARCHAR", "VARCHAR"), "VARCHAR", url_part),
    "py_url_parameter": PythonFunction(("VARCHAR", "VARCHAR"), "VARCHAR", url_parameter),
    "py_url_encode": PythonFunction(("VARCHAR",), "VARCHAR", url_encode),
    "py_url_decode": PythonFunction(("VARCHAR",), "VARCHAR", url_decode),
    "py_to_address": PythonFunction(("VARCHAR",), "BLOB", to_address),
    "py_address_text": PythonFunction(("BLOB",), "VARCHAR", address_text),
    "py_bytes_to_address": PythonFunction(("BLOB",), "BLOB", bytes_to_address),
    "py_network_contains": PythonFunction(("VARCHAR", "BLOB"), "BOOLEAN", network_contains),
}
