"""Prefixes that S3 would refuse to tell two receivers of. Pure.

For one type of event, S3 takes no two notifications of which one's prefix begins with the other's;
it says so only when the last of them is set. Here that is known before anything is made.
Source: "Configuring event notifications using object key name filtering", S3 user guide (checked
2026-11).
"""

from collections.abc import Iterable, Mapping
from itertools import combinations
from typing import Any

from lakehouse.errors import LakehouseError
from lakehouse.source import LogSource, raw_root

_KINDS = ("QueueConfigurations", "TopicConfigurations", "LambdaFunctionConfigurations")
_TYPES = ("s3:ObjectCreated:", "s3:ObjectRemoved:")


class OverlappingPrefixes(LakehouseError):
    """Two notifications of the raw bucket would be told of the same files."""


def overlap(one: str, other: str) -> bool:
    """Whether some key begins with both prefixes."""
    return one.startswith(other) or other.startswith(one)


def require_apart(sources: Iterable[LogSource]) -> None:
    """Raise `OverlappingPrefixes` for the first two sources that S3 cannot tell apart."""
    for one, other in combinations(sources, 2):
        if overlap(raw_root(one), raw_root(other)):
            raise OverlappingPrefixes(
                f"raw.path: the files of source {one.name} stand under {raw_root(one)!r}, those of "
                f"{other.name} under {raw_root(other)!r}: S3 tells no two queues of prefixes of "
                "which one begins with the other. Give one of them another folder before its day, "
                "or leave LAKEHOUSE_SENSORS unset: sensors then list"
            )


def require_free(bucket: str, found: Mapping[str, Any], wanted: Mapping[str, str]) -> None:
    """Raise `OverlappingPrefixes` where somebody else's notification takes a prefix of ours.

    `found` is the bucket's notification configuration, `wanted` our prefix for each Id.
    """
    for item in (item for kind in _KINDS for item in found.get(kind, [])):
        theirs, shared = _prefix(item), any(e.startswith(_TYPES) for e in item["Events"])
        for name, ours in wanted.items():
            if item["Id"] not in wanted and shared and overlap(theirs, ours):
                raise OverlappingPrefixes(
                    f"bucket {bucket} has a notification {item['Id']!r} for prefix {theirs!r}, "
                    f"which S3 does not take beside that of source {name} for {ours!r}. Remove it "
                    "(S3 console: bucket, Properties, Event notifications) if it is a former "
                    "source's; else leave LAKEHOUSE_SENSORS unset: sensors then list"
                )


def _prefix(configuration: Mapping[str, Any]) -> str:
    rules = configuration.get("Filter", {}).get("Key", {}).get("FilterRules", [])
    return next((r["Value"] for r in rules if r["Name"].lower() == "prefix"), "")
