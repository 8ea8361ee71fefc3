"""What a notification configuration says: read, checked by S3's rules, written. Pure.

Belongs here: rules by queue, events and key, which events match, the XML.
Does not belong here: whether a queue exists, sending (`notifications`), messages (`events`).
"""

import functools
import json
import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Any
from xml.etree.ElementTree import Element

import botocore.loaders

from lakehouse.local_aws.s3.documents import local_name, named, parsed_xml, texts
from lakehouse.local_aws.s3.errors import S3Error, invalid_argument, malformed_xml, not_implemented
from lakehouse.local_aws.s3.response import Fields

_OTHER_TARGETS = {
    "TopicConfiguration": "SNS topics",
    "CloudFunctionConfiguration": "Lambda functions",
    "EventBridgeConfiguration": "EventBridge",
}
_QUEUE_ARN = re.compile(r"arn:aws[a-z-]*:sqs:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]+(\.fifo)?")
_LONGEST_VALUE = 1024  # bytes of a filter's value


@dataclass(frozen=True)
class Rule:
    """One queue configuration; `prefix` and `suffix` are those of the encoded key."""

    id: str
    queue_arn: str
    events: tuple[str, ...]
    prefix: str | None
    suffix: str | None

    def matches(self, event: str, encoded_key: str) -> bool:
        """Whether the queue wants an event such as "ObjectCreated:Put" of a key."""
        wanted = any(_covers(known, f"s3:{event}") for known in self.events)
        return (
            wanted
            and encoded_key.startswith(self.prefix or "")
            and encoded_key.endswith(self.suffix or "")
        )


def read_rules(document: bytes) -> list[Rule]:
    """The rules of a NotificationConfiguration; MalformedXML, InvalidArgument, NotImplemented.

    Source of the words: the tests of localstack's S3 against AWS, checked 2026-11.
    """
    if not document:
        raise malformed_xml()
    root = parsed_xml(document, "NotificationConfiguration")
    for element in root:
        other = _OTHER_TARGETS.get(local_name(element))
        if other is not None:
            raise not_implemented(f"bucket notifications to {other} ({local_name(element)})")
        if local_name(element) != "QueueConfiguration":
            raise malformed_xml()
    rules = [_rule(element) for element in root]
    _check_together(rules)
    return rules


def _rule(element: Element) -> Rule:
    known = texts(element)
    events = tuple(event.text or "" for event in named(element, "Event"))
    if "Queue" not in known or not events:
        raise malformed_xml()
    if not _QUEUE_ARN.fullmatch(known["Queue"]):
        raise invalid_argument("The ARN is not well formed", "QueueArn", known["Queue"])
    for event in events:
        if event not in _event_names():
            message = f"The event '{event}' is not supported for notifications"
            raise invalid_argument(message, "Event", event)
    filters = dict(_filters(element))
    return Rule(
        known.get("Id") or uuid.uuid4().hex,
        known["Queue"],
        events,
        filters.get("prefix"),
        filters.get("suffix"),
    )


def _filters(element: Element) -> Iterator[tuple[str, str]]:
    seen = set()
    keys = [key for outer in named(element, "Filter") for key in named(outer, "S3Key")]
    for rule in (rule for key in keys for rule in named(key, "FilterRule")):
        fields = texts(rule)
        name, value = fields.get("Name", "").lower(), fields.get("Value", "")
        shown = name.capitalize()
        if name not in ("prefix", "suffix"):
            message = "filter rule name must be either prefix or suffix"
            raise invalid_argument(message, shown, value)
        if name in seen:
            message = f"Cannot specify more than one {name} rule in a filter."
            raise invalid_argument(message, shown, value)
        if not value:
            raise invalid_argument("filter value cannot be empty", shown, value)
        if len(value.encode()) > _LONGEST_VALUE:
            message = "Size of filter rule value cannot exceed 1024 bytes in UTF-8 representation"
            raise invalid_argument(message, shown, value)
        seen.add(name)
        yield name, value


def _check_together(rules: Sequence[Rule]) -> None:
    if len({rule.id for rule in rules}) < len(rules):
        message = "Same ID used for multiple configurations. IDs must be unique"
        raise S3Error("InvalidArgument", message)
    if any(_overlap(one, other) for one, other in combinations(rules, 2)):
        message = (
            "Configurations overlap. Configurations on the same bucket cannot share a common "
            "event type."
        )
        raise S3Error("InvalidArgument", message)


def _overlap(one: Rule, other: Rule) -> bool:
    """Whether a key could be of interest to both; S3 allows one interested queue per event."""
    prefixes = sorted((one.prefix or "", other.prefix or ""), key=len)
    suffixes = sorted((one.suffix or "", other.suffix or ""), key=len)
    common = any(_covers(a, b) or _covers(b, a) for a in one.events for b in other.events)
    return common and prefixes[1].startswith(prefixes[0]) and suffixes[1].endswith(suffixes[0])


def _covers(pattern: str, event: str) -> bool:
    """Whether s3:ObjectCreated:* or the like stands for an event."""
    return pattern == event or (pattern.endswith("*") and event.startswith(pattern[:-1]))


@functools.cache
def _event_names() -> frozenset[str]:
    model = botocore.loaders.create_loader().load_service_model("s3", "service-2")
    return frozenset(model["shapes"]["Event"]["enum"])


def to_text(rules: Sequence[Rule]) -> str:
    """Rules as they are kept."""
    return json.dumps([asdict(rule) for rule in rules])


@functools.lru_cache(maxsize=1000)
def from_text(text: str) -> tuple[Rule, ...]:
    """Kept rules."""
    return tuple(_from_fields(fields) for fields in json.loads(text))


def _from_fields(fields: Mapping[str, Any]) -> Rule:
    return Rule(**{**fields, "events": tuple(fields["events"])})


def rule_fields(rule: Rule) -> Fields:
    """A rule as the XML of GetBucketNotificationConfiguration has it."""
    filters = [("Prefix", rule.prefix), ("Suffix", rule.suffix)]
    filter_rules: Fields = [
        ("FilterRule", [("Name", name), ("Value", value)])
        for name, value in filters
        if value is not None
    ]
    yield "Id", rule.id
    yield "Queue", rule.queue_arn
    yield from (("Event", event) for event in rule.events)
    if filter_rules:
        yield "Filter", [("S3Key", filter_rules)]
