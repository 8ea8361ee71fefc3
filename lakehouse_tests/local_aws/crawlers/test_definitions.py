"""Crawlers and classifiers as definitions: what is kept, changed, listed and refused."""

import json
from typing import Any
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError

from lakehouse_tests.local_aws.crawlers.lake import Lake


def refusal(call: Any, **request: Any) -> tuple[str, str]:
    """Make a call that is refused; return the error's code and message."""
    with pytest.raises(ClientError) as refused:
        call(**request)
    error = refused.value.response["Error"]
    return error["Code"], error["Message"]


def test_a_crawler_is_shown_as_glue_shows_it(lake: Lake) -> None:
    name = lake.crawler("logs", Description="d")
    crawler = lake.glue.get_crawler(Name=name)["Crawler"]
    assert crawler.pop("CreationTime") == crawler.pop("LastUpdated")
    assert crawler == {
        "Name": name,
        "Role": "role",
        "Description": "d",
        "DatabaseName": lake.database,
        "Targets": {
            "S3Targets": [{"Path": f"s3://{lake.name}/logs", "Exclusions": []}],
            "JdbcTargets": [],
            "MongoDBTargets": [],
            "DynamoDBTargets": [],
            "CatalogTargets": [],
            "DeltaTargets": [],
        },
        "Classifiers": [],
        "RecrawlPolicy": {"RecrawlBehavior": "CRAWL_EVERYTHING"},
        "SchemaChangePolicy": {
            "UpdateBehavior": "UPDATE_IN_DATABASE",
            "DeleteBehavior": "DEPRECATE_IN_DATABASE",
        },
        "LineageConfiguration": {"CrawlerLineageSettings": "DISABLE"},
        "LakeFormationConfiguration": {"UseLakeFormationCredentials": False, "AccountId": ""},
        "State": "READY",
        "CrawlElapsedTime": 0,
        "Version": 1,
    }
    lake.glue.update_crawler(Name=name, Description="e")
    updated = lake.glue.get_crawler(Name=name)["Crawler"]
    assert (updated["Description"], updated["Version"]) == ("e", 2)
    lake.glue.delete_crawler(Name=name)
    with pytest.raises(lake.glue.exceptions.EntityNotFoundException):
        lake.glue.get_crawler(Name=name)


def test_an_incremental_crawler_logs_unless_it_is_said(lake: Lake) -> None:
    recrawl = {"RecrawlBehavior": "CRAWL_NEW_FOLDERS_ONLY"}
    crawler = lake.glue.get_crawler(Name=lake.crawler(RecrawlPolicy=recrawl))["Crawler"]
    assert crawler["SchemaChangePolicy"] == {"UpdateBehavior": "LOG", "DeleteBehavior": "LOG"}


def test_crawlers_are_listed_in_pages_by_names_and_by_tags(lake: Lake) -> None:
    tags = {"team": lake.name, "env": "test"}
    tagged = sorted(lake.crawler(Tags={**tags, "n": str(n)}) for n in range(3))
    other = lake.crawler()
    listed = lake.glue.list_crawlers(Tags=tags)
    assert listed["CrawlerNames"] == tagged
    first = lake.glue.list_crawlers(Tags=tags, MaxResults=2)
    second = lake.glue.list_crawlers(Tags=tags, MaxResults=2, NextToken=first["NextToken"])
    assert first["CrawlerNames"] + second["CrawlerNames"] == tagged
    assert "NextToken" not in second
    assert lake.glue.list_crawlers(Tags={"team": "none"})["CrawlerNames"] == []
    assert {*tagged, other} <= set(lake.glue.list_crawlers()["CrawlerNames"])
    pages = lake.glue.get_paginator("get_crawlers").paginate(PaginationConfig={"PageSize": 2})
    assert {*tagged, other} <= {c["Name"] for page in pages for c in page["Crawlers"]}
    found = lake.glue.batch_get_crawlers(CrawlerNames=[other, "none"])
    assert ([c["Name"] for c in found["Crawlers"]], found["CrawlersNotFound"]) == (
        [other],
        ["none"],
    )


def configured(**parts: Any) -> dict[str, Any]:
    return {"Configuration": json.dumps({"Version": 1.0, **parts})}


def s3_target(**fields: Any) -> dict[str, Any]:
    return {"Targets": {"S3Targets": [{"Path": "s3://b/", **fields}]}}


NEW_FOLDERS = {"RecrawlPolicy": {"RecrawlBehavior": "CRAWL_NEW_FOLDERS_ONLY"}}
EVENTS = {"RecrawlPolicy": {"RecrawlBehavior": "CRAWL_EVENT_MODE"}}
QUEUE = {"EventQueueArn": "arn:aws:sqs:us-east-1:123456789012:q"}
CATALOG = {"Targets": {"CatalogTargets": [{"DatabaseName": "d", "Tables": ["t"]}]}}
LOG = {"SchemaChangePolicy": {"UpdateBehavior": "LOG", "DeleteBehavior": "LOG"}}
REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"Targets": {"JdbcTargets": [{"Path": "db/%"}]}}, "JdbcTargets is not supported"),
    ({"Targets": {"DynamoDBTargets": [{"Path": "t"}]}}, "DynamoDBTargets is not supported"),
    ({"Targets": {"IcebergTargets": [{"Paths": ["s3://b/"]}]}}, "IcebergTargets is not supported"),
    ({"Targets": {}}, "needs at least one target"),
    ({"Targets": {"S3Targets": [{"Path": "file:///tmp"}]}}, "is not an Amazon S3 path"),
    (s3_target(ConnectionName="vpc"), "S3Target.ConnectionName is not supported"),
    (s3_target(SampleSize=250), "SampleSize must be an integer between 1 and 249"),
    (s3_target(Exclusions=["{a"]), "The braces of the exclude pattern {a do not match"),
    (CATALOG, "The DeleteBehavior of a crawler with catalog targets must be LOG"),
    ({**CATALOG, **LOG, "Targets": {**CATALOG["Targets"], **s3_target()["Targets"]}}, "mixed"),
    ({"Schedule": "cron(0 1 * * * *)"}, "exactly one of Day-of-month and Day-of-week must be ?"),
    ({"Classifiers": ["none"]}, "Classifier none does not exist"),
    ({"CrawlerSecurityConfiguration": "s"}, "CrawlerSecurityConfiguration is not supported"),
    ({"LineageConfiguration": {"CrawlerLineageSettings": "ENABLE"}}, "ENABLE is not supported"),
    ({"SchemaChangePolicy": {"UpdateBehavior": "NONE"}}, "NONE"),
    ({"Configuration": "{"}, "not valid JSON"),
    ({"Configuration": "{}"}, '"Version": 1.0'),
    (configured(Grouping=[]), "Grouping must be an object"),
    (configured(Groups={}), "Configuration contains unsupported keys: Groups."),
    (
        configured(CrawlerOutput={"Partitions": {"UpdateBehavior": "LOG"}}),
        "CrawlerOutput.Partitions contains unsupported keys: UpdateBehavior.",
    ),
    (configured(CrawlerOutput={"Tables": {"AddOrUpdateBehavior": "X"}}), "X is not supported"),
    (configured(Grouping={"TableGroupingPolicy": "X"}), "TableGroupingPolicy X is not supported"),
    (
        configured(Grouping={"TableLevelConfiguration": 0}),
        "TableLevelConfiguration must be an integer greater than 0",
    ),
    (configured(CreatePartitionIndex="no"), "CreatePartitionIndex must be true or false"),
    (
        {**NEW_FOLDERS, "SchemaChangePolicy": {"UpdateBehavior": "LOG"}},
        'The SchemaChangePolicy for "Crawl new folders only" Amazon S3 target can have only LOG '
        "DeleteBehavior value and LOG UpdateBehavior value.",
    ),
    (
        {**CATALOG, **LOG, **NEW_FOLDERS},
        'RecrawlBehavior "Crawl new folders only" can only apply to Amazon S3 target.',
    ),
    (EVENTS, "Event queue ARN is required when event crawler is selected."),
    ({**EVENTS, **s3_target(SampleSize=1, **QUEUE)}, "Sampling is not supported"),
    (
        {**EVENTS, "Targets": {"S3Targets": [{"Path": "s3://a/"}, {"Path": "s3://b/"}]}},
        "Only a single target is supported",
    ),
]


@pytest.mark.parametrize(("options", "reason"), REFUSED, ids=[reason for _, reason in REFUSED])
def test_what_no_crawl_here_obeys_is_refused(
    lake: Lake, options: dict[str, Any], reason: str
) -> None:
    request = {"Role": "r", "DatabaseName": "d", **s3_target(), **options}
    code, message = refusal(lake.glue.create_crawler, Name="refused", **request)
    assert code in ("InvalidInputException", "ValidationException")
    assert reason in message
    with pytest.raises(lake.glue.exceptions.EntityNotFoundException):
        lake.glue.get_crawler(Name="refused")


def test_names_are_taken_once_and_updates_are_checked_like_creations(lake: Lake) -> None:
    name = lake.crawler()
    create = {"Role": "r", "DatabaseName": "d", **s3_target()}
    code, message = refusal(lake.glue.create_crawler, Name=name, **create)
    assert (code, message) == ("AlreadyExistsException", f"Crawler {name} already exists.")
    code, _ = refusal(lake.glue.update_crawler, Name=name, Targets={})
    assert code == "InvalidInputException"
    code, _ = refusal(lake.glue.update_crawler, Name="none", Description="x")
    assert code == "EntityNotFoundException"
    code, message = refusal(lake.glue.create_crawler, Name="x", TablePrefix="p" * 129, **create)
    assert code == "ValidationException"
    assert "length less than or equal to 128" in message


def test_the_target_of_an_incremental_crawler_cannot_be_changed(lake: Lake) -> None:
    name = lake.crawler("logs/", **NEW_FOLDERS)
    code, message = refusal(lake.glue.update_crawler, Name=name, **s3_target())
    assert (code, message) == (
        "InvalidInputException",
        'Amazon S3 target is immutable when "Crawl new folders only" recrawl behavior is selected',
    )
    lake.glue.update_crawler(
        Name=name, RecrawlPolicy={"RecrawlBehavior": "CRAWL_EVERYTHING"}, **s3_target()
    )
    target = lake.glue.get_crawler(Name=name)["Crawler"]["Targets"]["S3Targets"][0]
    assert target["Path"] == "s3://b/"


def test_classifiers_are_created_shown_updated_and_deleted(lake: Lake) -> None:
    name = f"k-{uuid4().hex[:8]}"
    lake.glue.create_classifier(CsvClassifier={"Name": name, "Delimiter": "~"})
    classifier = lake.glue.get_classifier(Name=name)["Classifier"]["CsvClassifier"]
    assert classifier.pop("CreationTime") == classifier.pop("LastUpdated")
    assert classifier == {"Name": name, "Delimiter": "~", "Version": 1}
    lake.glue.update_classifier(CsvClassifier={"Name": name, "Header": ["a", "b"]})
    classifier = lake.glue.get_classifier(Name=name)["Classifier"]["CsvClassifier"]
    assert (classifier["Delimiter"], classifier["Header"], classifier["Version"]) == (
        "~",
        ["a", "b"],
        2,
    )
    pages = lake.glue.get_paginator("get_classifiers").paginate(PaginationConfig={"PageSize": 1})
    listed = [entry for page in pages for entry in page["Classifiers"]]
    assert name in [next(iter(entry.values()))["Name"] for entry in listed]
    lake.glue.delete_classifier(Name=name)
    for call in (lake.glue.get_classifier, lake.glue.delete_classifier):
        assert refusal(call, Name=name)[0] == "EntityNotFoundException"


BAD_CLASSIFIERS: list[tuple[dict[str, Any], str, str]] = [
    ({}, "InvalidInputException", "Exactly one kind of classifier must be given."),
    (
        {"XMLClassifier": {"Classification": "xml", "RowTag": "r"}},
        "InvalidInputException",
        "XMLClassifier is not supported by the local AWS.",
    ),
    (
        {"CsvClassifier": {"Delimiter": ";", "QuoteSymbol": ";"}},
        "InvalidInputException",
        "The quote symbol must be different from the column delimiter.",
    ),
    ({"CsvClassifier": {"Delimiter": "||"}}, "ValidationException", "length"),
    ({"CsvClassifier": {"ContainsHeader": "MAYBE"}}, "ValidationException", "enum value set"),
    ({"CsvClassifier": {"Serde": "Other"}}, "ValidationException", "enum value set"),
    (
        {"CsvClassifier": {"CustomDatatypeConfigured": True, "CustomDatatypes": ["UUID"]}},
        "InvalidInputException",
        "Custom datatype UUID is not one of BINARY, BOOLEAN, DATE",
    ),
    (
        {"GrokClassifier": {"Classification": "c", "GrokPattern": "%{NOSUCH:x}"}},
        "InvalidInputException",
        "The grok pattern %{NOSUCH:x} cannot be read",
    ),
    (
        {"GrokClassifier": {"Classification": "c", "GrokPattern": "%{WORD:x:uuid}"}},
        "InvalidInputException",
        "uuid is not a data type of grok patterns.",
    ),
    (
        {"GrokClassifier": {"Classification": "c", "GrokPattern": "(%{WORD:x}"}},
        "InvalidInputException",
        "The grok pattern (%{WORD:x} cannot be read",
    ),
    (
        {"JsonClassifier": {"JsonPath": "id"}},
        "InvalidInputException",
        "The JSON path id does not start with $.",
    ),
    (
        {"JsonClassifier": {"JsonPath": "$..id"}},
        "InvalidInputException",
        "The JSON path $..id cannot be read at ..id.",
    ),
]


@pytest.mark.parametrize(("definition", "code", "message"), BAD_CLASSIFIERS, ids=str)
def test_classifiers_that_cannot_work_are_refused(
    lake: Lake, definition: dict[str, Any], code: str, message: str
) -> None:
    named = {kind: {"Name": "bad", **given} for kind, given in definition.items()}
    found = refusal(lake.glue.create_classifier, **named)
    assert found[0] == code
    assert message in found[1]


def test_a_classifier_has_one_name_and_keeps_its_kind(lake: Lake) -> None:
    name = f"k-{uuid4().hex[:8]}"
    lake.glue.create_classifier(JsonClassifier={"Name": name, "JsonPath": "$[*]"})
    csv = {"CsvClassifier": {"Name": name}}
    assert refusal(lake.glue.create_classifier, **csv)[0] == "AlreadyExistsException"
    assert refusal(lake.glue.update_classifier, **csv)[0] == "InvalidInputException"
    none = {"CsvClassifier": {"Name": "none"}}
    assert refusal(lake.glue.update_classifier, **none)[0] == "EntityNotFoundException"
    lake.glue.delete_classifier(Name=name)
