"""Pages of Glue's list operations: MaxResults, and a NextToken that names the last key seen.

Only the arithmetic of pages and the form of tokens; what is listed belongs to its own module.
A token stays valid while entries come and go, because it holds a key and not a position.
"""

import base64
import binascii
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

from lakehouse.local_aws.catalog.records import constraint_error, invalid_input


def page_size(body: Mapping[str, Any], limit: int) -> int:
    """Return how many entries a page holds; `limit` is the API's own maximum."""
    asked = int(body.get("MaxResults") or limit)
    if asked > limit:
        raise constraint_error("maxResults", f"have value less than or equal to {limit}")
    return asked


def start_key(body: Mapping[str, Any]) -> str:
    """Return the key after which the page starts, "" for the first page."""
    token = body.get("NextToken")
    if not token:
        return ""
    try:
        return base64.b64decode(token, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError) as error:
        raise invalid_input("The NextToken is not valid.") from error


def page(entries: Iterable[tuple[str, dict[str, Any]]], field: str, size: int) -> dict[str, Any]:
    """Take one page from keyed entries: `{field: [...]}` and NextToken if there is more.

    Only `size + 1` entries are consumed, so a lazy source is not read to its end.
    """
    taken = list(islice(entries, size + 1))
    answer: dict[str, Any] = {field: [body for _, body in taken[:size]]}
    if len(taken) > size:
        answer["NextToken"] = base64.b64encode(taken[size - 1][0].encode()).decode()
    return answer
