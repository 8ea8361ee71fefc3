"""CreateCrawler and UpdateCrawler requests: what is accepted, what is refused, the Crawler made.

Pure. A crawler that asks for what a crawl would not do here is refused when it is defined, not
when it runs. States and runs belong to `crawler`.

Source: https://docs.aws.amazon.com/glue/latest/webapi/API_CreateCrawler.html and
https://docs.aws.amazon.com/glue/latest/dg/crawler-configuration.html (checked 2026-11).
"""

import json
import time
from collections.abc import Mapping
from typing import Any

from lakehouse.local_aws.crawlers.scan import parse_location
from lakehouse.local_aws.errors import AwsError

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
_SUPPORTED_S3_FIELDS = {"Path", "Exclusions", "SampleSize"}
_SUPPORTED_CATALOG_FIELDS = {"DatabaseName", "Tables"}
_OPTIONAL = ("Description", "DatabaseName", "TablePrefix", "Configuration")
_REFUSED = ("Schedule", "Classifiers", "CrawlerSecurityConfiguration")
_OUTPUTS = {"Partitions": "InheritFromTable", "Tables": "MergeNewColumns"}


def new_crawler(request: Mapping[str, Any]) -> Document:
    """Build the stored crawler of a CreateCrawler request. Raises InvalidInputException."""
    check_request(request)
    now = time.time()
    crawler = {
        "Name": request["Name"],
        "Role": request["Role"],
        "Targets": complete_targets(request["Targets"]),
        **{name: request[name] for name in _OPTIONAL if request.get(name)},
        "Classifiers": [],
        "RecrawlPolicy": {"RecrawlBehavior": "CRAWL_EVERYTHING"},
        "SchemaChangePolicy": _schema_change_policy({}, request.get("SchemaChangePolicy")),
        "LineageConfiguration": {"CrawlerLineageSettings": "DISABLE"},
        "LakeFormationConfiguration": {"UseLakeFormationCredentials": False, "AccountId": ""},
        "State": "READY",
        "CrawlElapsedTime": 0,
        "CreationTime": now,
        "LastUpdated": now,
        "Version": 1,
    }
    check_definition(crawler)
    return crawler


def updated_crawler(crawler: Document, request: Mapping[str, Any]) -> Document:
    """Build the crawler after an UpdateCrawler request: what is not given stays."""
    check_request(request)
    fresh = {**crawler, "Version": crawler["Version"] + 1, "LastUpdated": time.time()}
    fresh.update({name: request[name] for name in ("Role", *_OPTIONAL) if name in request})
    if "Targets" in request:
        fresh["Targets"] = complete_targets(request["Targets"])
    fresh["SchemaChangePolicy"] = _schema_change_policy(
        crawler["SchemaChangePolicy"], request.get("SchemaChangePolicy")
    )
    check_definition(fresh)
    return fresh


def check_request(request: Mapping[str, Any]) -> None:
    """Refuse the options that no crawl here obeys."""
    for name in _REFUSED:
        if request.get(name):
            raise refused(name)
    recrawl = request.get("RecrawlPolicy", {}).get("RecrawlBehavior", "CRAWL_EVERYTHING")
    if recrawl != "CRAWL_EVERYTHING":
        raise refused(f"RecrawlBehavior {recrawl}")
    if request.get("LineageConfiguration", {}).get("CrawlerLineageSettings") == "ENABLE":
        raise refused("CrawlerLineageSettings ENABLE")
    if request.get("LakeFormationConfiguration", {}).get("UseLakeFormationCredentials"):
        raise refused("UseLakeFormationCredentials")
    _check_configuration(request.get("Configuration"))


def check_definition(crawler: Mapping[str, Any]) -> None:
    """Check what depends on several parts of a definition: targets, database and policy."""
    s3_targets = crawler["Targets"]["S3Targets"]
    catalog_targets = crawler["Targets"]["CatalogTargets"]
    if not s3_targets and not catalog_targets:
        raise invalid("The crawler needs at least one target.")
    if s3_targets and catalog_targets:
        raise invalid("Catalog targets cannot be mixed with other types of targets.")
    if s3_targets and not crawler.get("DatabaseName"):
        raise invalid("DatabaseName is required for Amazon S3 targets.")
    if catalog_targets and crawler["SchemaChangePolicy"]["DeleteBehavior"] != "LOG":
        raise invalid("The DeleteBehavior of a crawler with catalog targets must be LOG.")


def complete_targets(targets: Mapping[str, Any]) -> Document:
    """Return the targets with a list for each kind, as GetCrawler has them, after checks."""
    for kind, entries in targets.items():
        if entries and kind not in _SUPPORTED_KINDS:
            raise refused(kind)
    for target in targets.get("S3Targets", []):
        _check_fields("S3Target", target, _SUPPORTED_S3_FIELDS)
        parse_location(target.get("Path", ""))
        if not 1 <= target.get("SampleSize", 1) <= 249:
            raise invalid("SampleSize must be an integer between 1 and 249.")
    for target in targets.get("CatalogTargets", []):
        _check_fields("CatalogTarget", target, _SUPPORTED_CATALOG_FIELDS)
        if not target.get("Tables"):
            raise invalid("A catalog target needs at least one table.")
    complete = {kind: list(targets.get(kind, [])) for kind in _TARGET_KINDS}
    complete["S3Targets"] = [{"Exclusions": [], **target} for target in complete["S3Targets"]]
    return complete


def refused(what: str) -> AwsError:
    """Build the error for an option of the API that is not here."""
    return invalid(f"{what} is not supported by the local AWS.")


def invalid(message: str) -> AwsError:
    """Build Glue's error for a definition that is not acceptable."""
    return AwsError("InvalidInputException", message)


def _check_fields(kind: str, target: Mapping[str, Any], supported: set[str]) -> None:
    for name, value in target.items():
        if value and name not in supported:
            raise refused(f"{kind}.{name}")


def _schema_change_policy(current: Mapping[str, str], given: Mapping[str, str] | None) -> Document:
    defaults = {
        "UpdateBehavior": "UPDATE_IN_DATABASE",
        "DeleteBehavior": "DEPRECATE_IN_DATABASE",
    }
    return {**defaults, **current, **(given or {})}


def _check_configuration(text: str | None) -> None:
    """Accept a Configuration of version 1.0 with the CrawlerOutput behaviours, nothing else."""
    if not text:
        return
    try:
        configuration = json.loads(text)
    except ValueError as error:
        raise invalid(f"The Configuration is not valid JSON: {error}") from error
    if not isinstance(configuration, dict) or configuration.get("Version") not in (1, 1.0, "1.0"):
        raise invalid('The Configuration must be an object with "Version": 1.0.')
    for name in configuration.keys() - {"Version", "CrawlerOutput"}:
        raise refused(f"Configuration {name}")
    for name, output in configuration.get("CrawlerOutput", {}).items():
        behaviour = output.get("AddOrUpdateBehavior")
        if behaviour != _OUTPUTS.get(name):
            raise refused(f"Configuration CrawlerOutput.{name} {behaviour}")
