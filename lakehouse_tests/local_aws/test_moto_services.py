"""What moto answers only with words is refused; what it does is passed on."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from lakehouse.local_aws.backends import implemented_operations
from lakehouse.local_aws.moto_services import MOTO_SERVICES

GROUP, STREAM = "patterns", "s"
LINES = ["ERROR disk full", "INFO disk ok", '{"level": "ERROR"}']


@pytest.fixture(scope="module")
def logs(client: Callable[..., Any]) -> Any:
    found = client("logs")
    found.create_log_group(logGroupName=GROUP)
    found.create_log_stream(logGroupName=GROUP, logStreamName=STREAM)
    now = int(time.time() * 1000)  # CloudWatch Logs takes events of the last two weeks
    events = [{"timestamp": now + n, "message": line} for n, line in enumerate(LINES)]
    found.put_log_events(logGroupName=GROUP, logStreamName=STREAM, logEvents=events)
    return found


@pytest.mark.parametrize(
    ("pattern", "found"),
    [("", [0, 1, 2]), ("ERROR", [0, 2]), ("ERROR full", [0]), ('"disk ok"', [1])],
)
def test_words_and_phrases_filter_log_events(logs: Any, pattern: str, found: list[int]) -> None:
    events = logs.filter_log_events(logGroupName=GROUP, filterPattern=pattern)["events"]
    assert [event["message"] for event in events] == [LINES[n] for n in found]


@pytest.mark.parametrize("pattern", ['{ $.level = "ERROR" }', "?a ?b", "a -b", "%a.b%", '"a" "b"'])
def test_other_patterns_are_refused_instead_of_ignored(logs: Any, pattern: str) -> None:
    with pytest.raises(ClientError) as refused:
        logs.filter_log_events(logGroupName=GROUP, filterPattern=pattern)
    error = refused.value.response["Error"]
    assert error["Code"] == "InvalidParameterException"
    assert error["Message"].startswith(f"The filter pattern {pattern} is not supported")


def test_what_is_said_of_motos_operations_is_said_of_real_ones() -> None:
    for name, service in MOTO_SERVICES.items():
        assert service.stored | service.refused <= implemented_operations(name)
