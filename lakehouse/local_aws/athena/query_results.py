"""GetQueryResults: pages of the rows that stand in the output location.

Source: AWS Athena API reference, checked 2026-11.
"""

from typing import Any

from lakehouse.local_aws.athena import results
from lakehouse.local_aws.athena.errors import refused
from lakehouse.local_aws.errors import AwsError

Document = dict[str, Any]


def answer(query: Document, body: Document, objects: Any) -> Document:
    """A page of rows as text; the first row of a SELECT is its header."""
    _require_succeeded(query)
    if body.get("QueryResultType", "DATA_ROWS") != "DATA_ROWS":
        raise refused("QueryResultType is not supported by the local AWS")
    offset = _offset(body.get("NextToken"))
    page = _page(query, objects, offset, body.get("MaxResults", 1000))
    rows = [{"Data": [{} if v is None else {"VarCharValue": v} for v in row]} for row in page.rows]
    found: Document = {
        "UpdateCount": query.get("UpdateCount") or 0,
        "ResultSet": {"Rows": rows, "ResultSetMetadata": {"ColumnInfo": query["Columns"]}},
    }
    more = {} if page.next_offset is None else {"NextToken": str(page.next_offset)}
    return found | more


def _require_succeeded(query: Document) -> None:
    state = query["QueryExecution"]["Status"]["State"]
    if state in ("QUEUED", "RUNNING"):
        raise refused(f"Query has not yet finished. Current state: {state}")
    if state != "SUCCEEDED":
        raise refused(f"Query did not finish successfully. Final query state: {state}")


def _offset(token: str | None) -> int:
    if token is None:
        return 0
    if not token.isdigit():
        raise refused("NextToken is not valid")
    return int(token)


def _page(query: Document, objects: Any, offset: int, count: int) -> results.Page:
    if query["Kind"] == "none":
        return results.Page([], None)
    location = query["QueryExecution"]["ResultConfiguration"]["OutputLocation"]
    bucket, _, key = location.removeprefix("s3://").partition("/")
    try:
        path = objects.get(bucket, key).path
    except AwsError as error:
        words = "Could not find results; they were removed from the output location"
        raise refused(words) from error
    if query["Kind"] == "txt":
        return results.read_text_page(path, offset, count)
    return results.read_csv_page(path, offset, count, len(query["Columns"]))
