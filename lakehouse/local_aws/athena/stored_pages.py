"""Pages of the documents that Athena keeps, for its List operations.

What the documents mean belongs to their owners (`named_queries`, `prepared_statements`, ...).
"""

from typing import Any

from lakehouse.local_aws.state import State

Document = dict[str, Any]
MOST_RESULTS = 50


def stored_page(
    state: State, scope: str, kind: str, prefix: str, body: Document
) -> tuple[list[Document], Document]:
    """The documents of a kind that MaxResults and NextToken ask for, and the NextToken after."""
    limit = body.get("MaxResults", MOST_RESULTS)
    rows = state.list(scope, kind, prefix, after=body.get("NextToken", ""), limit=limit + 1)
    more = {"NextToken": rows[limit - 1][0]} if len(rows) > limit else {}
    return [document for _, document in rows[:limit]], more
