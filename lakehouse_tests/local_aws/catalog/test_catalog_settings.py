"""Settings of the catalog as a whole: policies, encryption, the catalog itself."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from lakehouse_tests.local_aws.catalog.inputs import code_and_message

ARN = "arn:aws:glue:us-east-1:123456789012:table/d/t"
POLICY = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow"}]})


def test_a_resource_policy_is_put_read_listed_and_deleted(glue: Any) -> None:
    first = glue.put_resource_policy(PolicyInJson=POLICY, ResourceArn=ARN)["PolicyHash"]
    found = glue.get_resource_policy(ResourceArn=ARN)
    assert (found["PolicyInJson"], found["PolicyHash"]) == (POLICY, first)
    listed = glue.get_resource_policies()["GetResourcePoliciesResponseList"]
    assert [entry["PolicyHash"] for entry in listed] == [first]
    changed = POLICY.replace("Allow", "Deny")
    second = glue.put_resource_policy(
        PolicyInJson=changed,
        ResourceArn=ARN,
        PolicyHashCondition=first,
        PolicyExistsCondition="MUST_EXIST",
    )["PolicyHash"]
    assert second != first
    refusals: list[tuple[str, dict[str, Any]]] = [
        ("put_resource_policy", {"PolicyInJson": POLICY, "PolicyExistsCondition": "NOT_EXIST"}),
        ("put_resource_policy", {"PolicyInJson": POLICY, "PolicyHashCondition": first}),
        ("delete_resource_policy", {"PolicyHashCondition": first}),
    ]
    for operation, arguments in refusals:
        with pytest.raises(ClientError) as refused:
            getattr(glue, operation)(ResourceArn=ARN, **arguments)
        assert code_and_message(refused)[0] == "ConditionCheckFailureException"
    glue.delete_resource_policy(ResourceArn=ARN, PolicyHashCondition=second)
    with pytest.raises(ClientError) as refused:
        glue.get_resource_policy(ResourceArn=ARN)
    assert code_and_message(refused) == ("EntityNotFoundException", "Policy not found")


@pytest.mark.parametrize("policy", ["{]", "[]", "{}"])
def test_a_policy_that_is_none_is_refused(glue: Any, policy: str) -> None:
    with pytest.raises(ClientError) as refused:
        glue.put_resource_policy(PolicyInJson=policy)
    assert code_and_message(refused)[0] == "InvalidInputException"


def test_encryption_settings_are_given_back(glue: Any) -> None:
    found = glue.get_data_catalog_encryption_settings()["DataCatalogEncryptionSettings"]
    off = {
        "EncryptionAtRest": {"CatalogEncryptionMode": "DISABLED"},
        "ConnectionPasswordEncryption": {"ReturnConnectionPasswordEncrypted": False},
    }
    assert found == off
    on = {"EncryptionAtRest": {"CatalogEncryptionMode": "SSE-KMS", "SseAwsKmsKeyId": "k"}}
    glue.put_data_catalog_encryption_settings(DataCatalogEncryptionSettings=on)
    found = glue.get_data_catalog_encryption_settings()["DataCatalogEncryptionSettings"]
    assert found == {**off, **on}
    glue.put_data_catalog_encryption_settings(DataCatalogEncryptionSettings=off)


def test_the_account_has_one_catalog(glue: Any) -> None:
    catalog = {
        "CatalogId": "123456789012",
        "Name": "123456789012",
        "ResourceArn": "arn:aws:glue:us-east-1:123456789012:catalog",
    }
    assert glue.get_catalog(CatalogId="123456789012")["Catalog"] == catalog
    assert glue.get_catalogs(IncludeRoot=True)["CatalogList"] == [catalog]
    assert glue.get_catalogs()["CatalogList"] == []
    assert glue.get_catalog_import_status()["ImportStatus"] == {"ImportCompleted": True}
    with pytest.raises(ClientError) as refused:
        glue.get_catalogs(IncludeRoot=True, ParentCatalogId="123456789012")
    assert code_and_message(refused)[0] == "InvalidInputException"
