"""Records of crawls: what ListCrawls, LastCrawl and GetCrawlerMetrics say of them.

Pure. Writing them down belongs to `runs`, what a crawl does to `crawl`.

Source: https://docs.aws.amazon.com/glue/latest/webapi/API_CrawlerHistory.html, API_CrawlsFilter
.html and API_CrawlerMetrics.html (checked 2026-11). Chosen: the form of Summary (that of the log's
run summary), DPUHour as the hours of one DPU; table counts of metrics are those of the last crawl,
as the console shows them (https://docs.aws.amazon.com/glue/latest/dg/console-crawlers.html).
"""

import json
import operator
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from statistics import median
from typing import Any

from lakehouse.local_aws.crawlers.changes import Action, Changes
from lakehouse.local_aws.crawlers.configuration import invalid
from lakehouse.local_aws.crawlers.crawl_log import LOG_GROUP

Document = dict[str, Any]

_STATE_OF_STATUS = {"SUCCEEDED": "COMPLETED", "FAILED": "FAILED", "CANCELLED": "STOPPED"}
_OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "GT": operator.gt,
    "GE": operator.ge,
    "LT": operator.lt,
    "LE": operator.le,
    "EQ": operator.eq,
    "NE": operator.ne,
}
_TEXT_FIELDS = {"CRAWL_ID": "CrawlId", "STATE": "State"}
_NUMBER_FIELDS = {"START_TIME": ("StartTime", 1000), "END_TIME": ("EndTime", 1000)}


def started_crawl(crawler: str) -> Document:
    """Build the record of a crawl that begins now."""
    crawl_id = str(uuid.uuid4())
    return {
        "CrawlId": crawl_id,
        "State": "RUNNING",
        "StartTime": time.time(),
        "LogGroup": LOG_GROUP,
        "LogStream": crawler,
        "MessagePrefix": crawl_id,
    }


def ended_crawl(crawl: Document, status: str, reason: str, changes: Changes) -> Document:
    """Build the record of a crawl that ended, as ListCrawls returns it."""
    ended = time.time()
    return {
        **crawl,
        "State": _STATE_OF_STATUS[status],
        "EndTime": ended,
        "Summary": json.dumps(changes.counts()),
        "DPUHour": round((ended - crawl["StartTime"]) / 3600, 6),
        **({"ErrorMessage": reason} if reason else {}),
    }


def ready_crawler(crawler: Document, ended: Document, status: str) -> Document:
    """Build the crawler after a crawl: READY, with its LastCrawl."""
    last = {
        "Status": status,
        **{name: ended[name] for name in ("ErrorMessage",) if name in ended},
        **{name: ended[name] for name in ("LogGroup", "LogStream", "MessagePrefix", "StartTime")},
    }
    elapsed = round((ended["EndTime"] - ended["StartTime"]) * 1000)
    return {**crawler, "State": "READY", "CrawlElapsedTime": elapsed, "LastCrawl": last}


def crawler_metrics(name: str, crawls: Sequence[Document]) -> Document:
    """Build the CrawlerMetrics of a crawler from its crawls, oldest first.

    The time left of a running crawl is estimated from those before it.
    """
    ended = [crawl for crawl in crawls if "EndTime" in crawl]
    seconds = [crawl["EndTime"] - crawl["StartTime"] for crawl in ended] or [0.0]
    running = [crawl for crawl in crawls if "EndTime" not in crawl]
    left = median(seconds) - (time.time() - running[-1]["StartTime"]) if running else 0.0
    return {
        "CrawlerName": name,
        "TimeLeftSeconds": max(0.0, left),
        "StillEstimating": bool(running) and not ended,
        "LastRuntimeSeconds": seconds[-1],
        "MedianRuntimeSeconds": median(seconds),
        "TablesCreated": _tables(ended, "ADD"),
        "TablesUpdated": _tables(ended, "UPDATE"),
        "TablesDeleted": _tables(ended, "DELETE"),
    }


def crawl_filter(filters: Sequence[Mapping[str, str]]) -> Callable[[Document], bool]:
    """Return what tells whether a crawl passes all filters of ListCrawls.

    Times are epoch milliseconds. Raises InvalidInputException.
    """
    tests = [_test(entry) for entry in filters]
    return lambda crawl: all(test(crawl) for test in tests)


def _test(entry: Mapping[str, str]) -> Callable[[Document], bool]:
    name, value = entry.get("FieldName", ""), entry.get("FieldValue", "")
    compare = _OPERATORS.get(entry.get("FilterOperator", ""))
    if compare is None:
        raise invalid(f"{entry.get('FilterOperator')} is not a FilterOperator.")
    if name in _TEXT_FIELDS:
        if compare not in (operator.eq, operator.ne):
            raise invalid(f"{name} can only be compared with EQ and NE.")
        return lambda crawl: compare(crawl[_TEXT_FIELDS[name]], value)
    field, unit = ("DPUHour", 1) if name == "DPU_HOUR" else _NUMBER_FIELDS.get(name, ("", 0))
    if not field:
        raise invalid(f"{name} is not a FieldName.")
    try:
        number = float(value)
    except ValueError as error:
        raise invalid(f"The FieldValue {value} of {name} is not a number.") from error
    return lambda crawl: field in crawl and compare(_rounded(crawl[field], unit), number)


def _rounded(value: float, unit: int) -> float:
    return float(int(value * unit)) if unit > 1 else value


def _tables(crawls: Sequence[Document], action: Action) -> int:
    summary = json.loads(crawls[-1]["Summary"]) if crawls else {}
    count: int = summary.get("TABLE", {}).get(action, 0)
    return count
