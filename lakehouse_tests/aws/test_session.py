"""Clients of the environment's AWS: each of its own session, their descriptions read once."""

import pytest

from lakehouse.aws.session import make_client


def test_the_description_of_a_service_is_read_once_a_process(local_aws: object) -> None:
    first, second = make_client("sts"), make_client("sts")
    assert first.meta.service_model.metadata is second.meta.service_model.metadata


def test_each_client_is_of_the_environment_as_it_is_then(
    local_aws: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = make_client("glue")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    after = make_client("glue")
    assert (before.meta.region_name, after.meta.region_name) == ("us-east-1", "eu-west-1")
    assert after.meta.endpoint_url == "http://127.0.0.1:9"
    assert before.meta.endpoint_url != after.meta.endpoint_url
