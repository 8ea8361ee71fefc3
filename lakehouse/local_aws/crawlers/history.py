"""Records of crawls: what ListCrawls, LastCrawl and GetCrawlerMetrics say of them.

Pure. Writing them down belongs to `crawler`, what a crawl does to `crawl`.
"""

import json
import time
import uuid
from collections.abc import Sequence
from statistics import median
from typing import Any

from lakehouse.local_aws.crawlers.publish import Changes

Document = dict[str, Any]

LOG_GROUP = "/aws-glue/crawlers"
_STATE_OF_STATUS = {"SUCCEEDED": "COMPLETED", "FAILED": "FAILED", "CANCELLED": "STOPPED"}


def started_crawl(crawler: str) -> Document:
    """Build the record of a crawl that begins now."""
    return {
        "CrawlId": str(uuid.uuid4()),
        "State": "RUNNING",
        "StartTime": time.time(),
        "LogGroup": LOG_GROUP,
        "LogStream": crawler,
        "MessagePrefix": str(uuid.uuid4()),
    }


def ended_crawl(crawl: Document, status: str, reason: str, changes: Changes) -> Document:
    """Build the record of a crawl that ended, as ListCrawls returns it."""
    summary = {
        "TablesCreated": len(changes.created),
        "TablesUpdated": len(changes.updated),
        "TablesDeleted": len(changes.deleted),
        "PartitionsWritten": changes.partitions,
    }
    return {
        **crawl,
        "State": _STATE_OF_STATUS[status],
        "EndTime": time.time(),
        "Summary": json.dumps(summary),
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
    """Build the CrawlerMetrics of a crawler from its crawls, oldest first."""
    ended = [crawl for crawl in crawls if "EndTime" in crawl]
    seconds = [crawl["EndTime"] - crawl["StartTime"] for crawl in ended] or [0.0]
    counts = json.loads(ended[-1]["Summary"]) if ended else {}
    return {
        "CrawlerName": name,
        "TimeLeftSeconds": 0.0,
        "StillEstimating": False,
        "LastRuntimeSeconds": seconds[-1],
        "MedianRuntimeSeconds": median(seconds),
        "TablesCreated": counts.get("TablesCreated", 0),
        "TablesUpdated": counts.get("TablesUpdated", 0),
        "TablesDeleted": counts.get("TablesDeleted", 0),
    }
