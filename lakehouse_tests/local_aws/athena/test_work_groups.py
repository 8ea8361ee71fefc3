"""Work groups: settings, refusals, deletion; tags; named queries; engine versions."""

import uuid
from typing import Any

import pytest
from botocore.exceptions import ClientError

from lakehouse_tests.local_aws.athena.queries import OUTPUT, Queries

ENGINE_3 = "Athena engine version 3"


@pytest.fixture
def group(queries: Queries) -> str:
    name = f"group-{uuid.uuid4()}"
    queries.athena.create_work_group(
        Name=name, Description="about", Tags=[{"Key": "team", "Value": "logs"}]
    )
    return name


def words_of(call: Any, **arguments: Any) -> str:
    with pytest.raises(ClientError) as error:
        call(**arguments)
    return str(error.value.response["Error"]["Message"])


def settings(queries: Queries, group: str) -> dict[str, Any]:
    found: dict[str, Any] = queries.athena.get_work_group(WorkGroup=group)["WorkGroup"]
    return dict(found["Configuration"])


def test_every_setting_can_be_changed_and_taken_back(queries: Queries, group: str) -> None:
    where, encrypted = f"s3://{OUTPUT}/x/", {"EncryptionOption": "SSE_S3"}
    queries.athena.update_work_group(
        WorkGroup=group,
        State="DISABLED",
        Description="changed",
        ConfigurationUpdates={
            "EnforceWorkGroupConfiguration": False,
            "PublishCloudWatchMetricsEnabled": True,
            "RequesterPaysEnabled": True,
            "BytesScannedCutoffPerQuery": 10_000_000,
            "EngineVersion": {"SelectedEngineVersion": ENGINE_3},
            "ResultConfigurationUpdates": {
                "OutputLocation": where,
                "EncryptionConfiguration": encrypted,
                "ExpectedBucketOwner": "123456789012",
                "AclConfiguration": {"S3AclOption": "BUCKET_OWNER_FULL_CONTROL"},
            },
        },
    )
    assert settings(queries, group) == {
        "EnforceWorkGroupConfiguration": False,
        "PublishCloudWatchMetricsEnabled": True,
        "RequesterPaysEnabled": True,
        "BytesScannedCutoffPerQuery": 10_000_000,
        "EngineVersion": {
            "SelectedEngineVersion": ENGINE_3,
            "EffectiveEngineVersion": ENGINE_3,
        },
        "ResultConfiguration": {
            "OutputLocation": where,
            "EncryptionConfiguration": encrypted,
            "ExpectedBucketOwner": "123456789012",
            "AclConfiguration": {"S3AclOption": "BUCKET_OWNER_FULL_CONTROL"},
        },
    }
    assert words_of(queries.start, sql="SELECT 1", WorkGroup=group) == (
        f"WorkGroup {group} is disabled."
    )
    names = ("OutputLocation", "EncryptionConfiguration", "ExpectedBucketOwner", "AclConfiguration")
    queries.athena.update_work_group(
        WorkGroup=group,
        ConfigurationUpdates={
            "RemoveBytesScannedCutoffPerQuery": True,
            "ResultConfigurationUpdates": {f"Remove{name}": True for name in names},
        },
    )
    found = settings(queries, group)
    assert found["ResultConfiguration"] == {}
    assert "BytesScannedCutoffPerQuery" not in found


@pytest.mark.parametrize(
    ("configuration", "words"),
    [
        ({"ExecutionRole": "arn:aws:iam::123456789012:role/x"}, "ExecutionRole is not supported"),
        ({"EngineVersion": {"SelectedEngineVersion": "PySpark engine version 3"}}, "engine"),
        ({"ManagedQueryResultsConfiguration": {"Enabled": True}}, "is not supported"),
        (
            {"ResultConfiguration": {"EncryptionConfiguration": {"EncryptionOption": "SSE_KMS"}}},
            "EncryptionOption SSE_KMS is not supported",
        ),
        ({"ResultConfiguration": {"OutputLocation": "/tmp/x"}}, "not a valid S3 path"),
    ],
)
def test_settings_without_effect_here_are_refused(
    queries: Queries, configuration: dict[str, Any], words: str
) -> None:
    name = f"group-{uuid.uuid4()}"
    assert words in words_of(
        queries.athena.create_work_group, Name=name, Configuration=configuration
    )
    assert "is not found" in words_of(queries.athena.get_work_group, WorkGroup=name)


def test_a_group_is_deleted_with_what_stands_in_it_only_when_told(
    queries: Queries, group: str
) -> None:
    made = queries.athena.create_named_query(
        Name="q", Database="default", QueryString="SELECT 1", WorkGroup=group
    )
    assert words_of(queries.athena.delete_work_group, WorkGroup=group) == (
        f"WorkGroup {group} is not empty"
    )
    queries.athena.delete_work_group(WorkGroup=group, RecursiveDeleteOption=True)
    missing = words_of(queries.athena.get_named_query, NamedQueryId=made["NamedQueryId"])
    assert missing == f"NamedQuery {made['NamedQueryId']} was not found"
    assert "cannot be deleted" in words_of(queries.athena.delete_work_group, WorkGroup="primary")


def test_tags_of_work_groups_and_of_the_catalog(queries: Queries, group: str) -> None:
    athena = queries.athena
    arn = f"arn:aws:athena:us-east-1:123456789012:workgroup/{group}"
    athena.tag_resource(ResourceARN=arn, Tags=[{"Key": "a", "Value": "1"}, {"Key": "b"}])
    athena.untag_resource(ResourceARN=arn, TagKeys=["team", "nope"])
    assert athena.list_tags_for_resource(ResourceARN=arn)["Tags"] == [
        {"Key": "a", "Value": "1"},
        {"Key": "b", "Value": ""},
    ]
    catalog = "arn:aws:athena:us-east-1:123456789012:datacatalog/AwsDataCatalog"
    assert athena.list_tags_for_resource(ResourceARN=catalog)["Tags"] == []
    with pytest.raises(athena.exceptions.ResourceNotFoundException):
        athena.list_tags_for_resource(ResourceARN=f"{arn}-other")


def test_named_queries_are_kept_by_work_group(queries: Queries, group: str) -> None:
    athena = queries.athena
    token = str(uuid.uuid4())
    query = {"Name": "q", "Database": "db", "QueryString": "SELECT 1", "WorkGroup": group}
    first = athena.create_named_query(**query, ClientRequestToken=token)["NamedQueryId"]
    assert athena.create_named_query(**query, ClientRequestToken=token)["NamedQueryId"] == first
    second = athena.create_named_query(**query, Description="x")["NamedQueryId"]
    listed = athena.list_named_queries(WorkGroup=group)["NamedQueryIds"]
    assert sorted(listed) == sorted([first, second])
    athena.update_named_query(NamedQueryId=first, Name="r", QueryString="SELECT 2")
    athena.delete_named_query(NamedQueryId=second)
    batch = athena.batch_get_named_query(NamedQueryIds=[first, second])
    assert batch["NamedQueries"] == [
        {**query, "Name": "r", "QueryString": "SELECT 2", "NamedQueryId": first}
    ]
    assert batch["UnprocessedNamedQueryIds"][0]["NamedQueryId"] == second


def test_engine_versions_are_listed(queries: Queries) -> None:
    assert queries.athena.list_engine_versions()["EngineVersions"] == [
        {"SelectedEngineVersion": "AUTO", "EffectiveEngineVersion": ENGINE_3},
        {"SelectedEngineVersion": ENGINE_3, "EffectiveEngineVersion": ENGINE_3},
    ]


def test_no_other_data_catalog_can_be_made(queries: Queries) -> None:
    words = words_of(queries.athena.create_data_catalog, Name="x", Type="HIVE")
    assert words == "Athena CreateDataCatalog is not supported by the local AWS"
