"""Pages of Glue's list operations: MaxResults, and a NextToken that names the last key seen.

Only the arithmetic of pages and the form of tokens; what is listed belongs to its own module.
A token stays valid while entries come and go, because it holds a key and not a position.
"""

import base64
import binascii
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from lakehouse.local_aws.catalog.records import invalid_input
from lakehouse.local_aws.errors import AwsError
from lakehouse.local_aws.state import Documents

_CHUNK = 200


def page_size(body: Mapping[str, Any], limit: int) -> int:
    """Return how many entries a page holds; `limit` is the API's own maximum, and its default."""
    return int(body.get("MaxResults") or limit)


def start_key(body: Mapping[str, Any]) -> str:
    """Return the key after which the page starts, "" for the first page."""
    token = body.get("NextToken")
    if not token:
        return ""
    try:
        return base64.b64decode(token, validate=True).decode()
    except (binascii.Error, ValueError) as error:
        raise invalid_token() from error


def invalid_token() -> AwsError:
    """Build the error for a NextToken that is none of ours."""
    return invalid_input("The NextToken is not valid.")


def page(entries: Iterable[tuple[str, dict[str, Any]]], field: str, size: int) -> dict[str, Any]:
    """Take one page from keyed entries: `{field: [...]}` and NextToken if there is more.

    Only `size + 1` entries are consumed, so a lazy source is not read to its end.
    """
    taken = list(islice(entries, size + 1))
    answer: dict[str, Any] = {field: [body for _, body in taken[:size]]}
    if len(taken) > size:
        answer["NextToken"] = base64.b64encode(taken[size - 1][0].encode()).decode()
    return answer


def in_chunks(
    read: Callable[[str, int], Documents], after: str
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Walk keyed entries with `read(after, how many)`, no further than they are consumed."""
    while chunk := read(after, _CHUNK):
        yield from chunk
        after = chunk[-1][0]
