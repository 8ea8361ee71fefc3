"""CreateCrawler and UpdateCrawler requests: what is accepted, what is refused, the Crawler made.

Pure. A crawler that asks for what a crawl would not do here is refused when it is defined, not
when it runs. States and runs belong to `runs`, the Configuration to `configuration`.

Source: https://docs.aws.amazon.com/glue/latest/webapi/API_CreateCrawler.html,
https://docs.aws.amazon.com/glue/latest/dg/define-crawler-choose-data-sources.html and
crawler-s3-event-notifications.html (checked 2026-11); words of errors from reports of users.
"""

import time
from collections.abc import Mapping
from typing import Any

from lakehouse.local_aws.crawlers.configuration import configuration_of, invalid
from lakehouse.local_aws.crawlers.cron import parse_cron
from lakehouse.local_aws.crawlers.globs import glob_pattern
from lakehouse.local_aws.crawlers.location import parse_location

Document = dict[str, Any]

_TARGET_KINDS = (
    "S3Targets",
    "JdbcTargets",
    "MongoDBTargets",
    "DynamoDBTargets",
    "CatalogTargets",
    "DeltaTargets",
)
_SUPPORTED_KINDS = ("S3Targets", "CatalogTargets")
_QUEUES = {"EventQueueArn", "DlqEventQueueArn"}
_S3_FIELDS = {"Path", "Exclusions", "SampleSize", *_QUEUES}
_CATALOG_FIELDS = {"DatabaseName", "Tables", *_QUEUES}
_OPTIONAL = ("Description", "DatabaseName", "TablePrefix", "Configuration")


def new_crawler(request: Mapping[str, Any]) -> Document:
    """Build the stored crawler of a CreateCrawler request. Raises InvalidInputException."""
    _check_request(request)
    now = time.time()
    recrawl = {"RecrawlBehavior": "CRAWL_EVERYTHING", **request.get("RecrawlPolicy", {})}
    crawler = {
        "Name": request["Name"],
        "Role": request["Role"],
        "Targets": complete_targets(request["Targets"]),
        **{name: request[name] for name in _OPTIONAL if request.get(name)},
        "Classifiers": list(request.get("Classifiers", [])),
        "RecrawlPolicy": recrawl,
        "SchemaChangePolicy": _schema_change_policy(recrawl, request.get("SchemaChangePolicy")),
        "LineageConfiguration": {"CrawlerLineageSettings": "DISABLE"},
        "LakeFormationConfiguration": {"UseLakeFormationCredentials": False, "AccountId": ""},
        **_schedule(request.get("Schedule")),
        "State": "READY",
        "CrawlElapsedTime": 0,
        "CreationTime": now,
        "LastUpdated": now,
        "Version": 1,
    }
    _check_definition(crawler)
    return crawler


def updated_crawler(crawler: Document, request: Mapping[str, Any]) -> Document:
    """Build the crawler after an UpdateCrawler request: what is not given stays."""
    _check_request(request)
    fresh = {**crawler, "Version": crawler["Version"] + 1, "LastUpdated": time.time()}
    fresh.update({name: request[name] for name in ("Role", *_OPTIONAL) if name in request})
    if "Targets" in request:
        fresh["Targets"] = complete_targets(request["Targets"])
    if "Classifiers" in request:
        fresh["Classifiers"] = list(request["Classifiers"])
    for name in ("RecrawlPolicy", "SchemaChangePolicy"):
        fresh[name] = {**crawler[name], **request.get(name, {})}
    if "Schedule" in request:
        fresh.pop("Schedule", None)
        fresh.update(_schedule(request["Schedule"]))
    _check_definition(fresh)
    _check_immutable(crawler, fresh)
    return fresh


def complete_targets(targets: Mapping[str, Any]) -> Document:
    """Return the targets with a list for each kind, as GetCrawler has them, after checks."""
    for kind, entries in targets.items():
        if entries and kind not in _SUPPORTED_KINDS:
            raise refused(kind)
    for target in targets.get("S3Targets", []):
        _check_s3_target(target)
    for target in targets.get("CatalogTargets", []):
        _check_fields("CatalogTarget", target, _CATALOG_FIELDS)
        if not target.get("Tables"):
            raise invalid("A catalog target needs at least one table.")
    complete = {kind: list(targets.get(kind, [])) for kind in _TARGET_KINDS}
    complete["S3Targets"] = [{"Exclusions": [], **target} for target in complete["S3Targets"]]
    return complete


def refused(what: str) -> Exception:
    """Build the error for an option of the API that is not here."""
    return invalid(f"{what} is not supported by the local AWS.")


def _check_request(request: Mapping[str, Any]) -> None:
    """Refuse the options that no crawl here obeys."""
    if request.get("CrawlerSecurityConfiguration"):
        raise refused("CrawlerSecurityConfiguration")
    if request.get("LineageConfiguration", {}).get("CrawlerLineageSettings") == "ENABLE":
        raise refused("CrawlerLineageSettings ENABLE")
    if request.get("LakeFormationConfiguration", {}).get("UseLakeFormationCredentials"):
        raise refused("UseLakeFormationCredentials")


def _check_s3_target(target: Mapping[str, Any]) -> None:
    _check_fields("S3Target", target, _S3_FIELDS)
    parse_location(target.get("Path", ""))
    if not 1 <= target.get("SampleSize", 1) <= 249:
        raise invalid("SampleSize must be an integer between 1 and 249.")
    for pattern in target.get("Exclusions", []):
        try:
            glob_pattern(pattern)
        except ValueError as error:
            raise invalid(str(error)) from error


def _check_definition(crawler: Mapping[str, Any]) -> None:
    """Check what depends on several parts of a definition: targets, database and policies."""
    s3_targets = crawler["Targets"]["S3Targets"]
    catalog_targets = crawler["Targets"]["CatalogTargets"]
    policy = crawler["SchemaChangePolicy"]
    if not s3_targets and not catalog_targets:
        raise invalid("The crawler needs at least one target.")
    if s3_targets and catalog_targets:
        raise invalid("Catalog targets cannot be mixed with other types of targets.")
    if catalog_targets and policy["DeleteBehavior"] != "LOG":
        raise invalid("The DeleteBehavior of a crawler with catalog targets must be LOG.")
    configuration_of(crawler)
    _check_recrawl(crawler, [*s3_targets, *catalog_targets])


def _check_recrawl(crawler: Mapping[str, Any], targets: list[Document]) -> None:
    behavior = crawler["RecrawlPolicy"]["RecrawlBehavior"]
    if behavior == "CRAWL_NEW_FOLDERS_ONLY":
        _check_incremental(crawler)
    if behavior == "CRAWL_EVENT_MODE":
        _check_event_mode(targets)


def _check_incremental(crawler: Mapping[str, Any]) -> None:
    if crawler["Targets"]["CatalogTargets"]:
        raise invalid(
            'RecrawlBehavior "Crawl new folders only" can only apply to Amazon S3 target.'
        )
    policy = crawler["SchemaChangePolicy"]
    if (policy["UpdateBehavior"], policy["DeleteBehavior"]) != ("LOG", "LOG"):
        raise invalid(
            'The SchemaChangePolicy for "Crawl new folders only" Amazon S3 target can have only '
            "LOG DeleteBehavior value and LOG UpdateBehavior value."
        )


def _check_event_mode(targets: list[Document]) -> None:
    if len(targets) > 1:
        raise invalid("Only a single target is supported when event crawler is selected.")
    if not targets[0].get("EventQueueArn"):
        raise invalid("Event queue ARN is required when event crawler is selected.")
    if targets[0].get("SampleSize"):
        raise invalid("Sampling is not supported when event crawler is selected.")


def _check_immutable(crawler: Mapping[str, Any], fresh: Mapping[str, Any]) -> None:
    incremental = "CRAWL_NEW_FOLDERS_ONLY"
    if crawler["RecrawlPolicy"]["RecrawlBehavior"] != incremental:
        return
    same = crawler["Targets"]["S3Targets"] == fresh["Targets"]["S3Targets"]
    if fresh["RecrawlPolicy"]["RecrawlBehavior"] == incremental and not same:
        raise invalid(
            'Amazon S3 target is immutable when "Crawl new folders only" recrawl behavior is '
            "selected"
        )


def _check_fields(kind: str, target: Mapping[str, Any], supported: set[str]) -> None:
    for name, value in target.items():
        if value and name not in supported:
            raise refused(f"{kind}.{name}")


def _schema_change_policy(recrawl: Mapping[str, str], given: Mapping[str, str] | None) -> Document:
    """Complete a policy: LOG is the default of incremental crawls."""
    if recrawl["RecrawlBehavior"] == "CRAWL_NEW_FOLDERS_ONLY" and not given:
        return {"UpdateBehavior": "LOG", "DeleteBehavior": "LOG"}
    defaults = {"UpdateBehavior": "UPDATE_IN_DATABASE", "DeleteBehavior": "DEPRECATE_IN_DATABASE"}
    return {**defaults, **(given or {})}


def _schedule(expression: str | None) -> Document:
    if not expression:
        return {}
    return {"Schedule": scheduled(expression)}


def scheduled(expression: str) -> Document:
    """Build the Schedule of a cron expression. Raises InvalidInputException."""
    try:
        parse_cron(expression)
    except ValueError as error:
        raise invalid(str(error)) from error
    return {"ScheduleExpression": expression, "State": "SCHEDULED"}
