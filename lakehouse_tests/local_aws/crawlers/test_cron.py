"""AWS's cron expressions: the cases of cron.yaml, and what is refused."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from lakehouse.local_aws.crawlers.cron import next_time, parse_cron

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "cron.yaml").read_text())


def seconds(time: str) -> float:
    return datetime.fromisoformat(time).replace(tzinfo=UTC).timestamp()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["cron"])
def test_the_next_times_of_a_schedule(case: dict[str, Any]) -> None:
    cron = parse_cron(case["cron"])
    at = seconds(case["after"])
    for expected in case["next"]:
        found = next_time(cron, at)
        assert found == seconds(expected)
        at = found
    if not case["next"]:
        assert next_time(cron, at) is None


# https://docs.aws.amazon.com/glue/latest/dg/monitor-data-warehouse-schedule.html: six fields, their
# values, one of the day fields is ?, not faster than five minutes.
REFUSED = [
    ("0 10 * * ? *", "must be cron"),
    ("cron(0 10 * * ?)", "must be cron"),
    ("rate(5 minutes)", "must be cron"),
    ("cron()", "must be cron"),
    ("cron(0 10 * * * *)", "exactly one of Day-of-month and Day-of-week"),
    ("cron(0 10 ? * ? *)", "exactly one of Day-of-month and Day-of-week"),
    ("cron(60 10 * * ? *)", "60 is no value of Minutes"),
    ("cron(0 24 * * ? *)", "24 is no value of Hours"),
    ("cron(0 10 0 * ? *)", "0 is no value of Day-of-month"),
    ("cron(0 10 32 * ? *)", "32 is no value of Day-of-month"),
    ("cron(0 10 * 13 ? *)", "13 is no value of Month"),
    ("cron(0 10 * FOO ? *)", "FOO is no value of Month"),
    ("cron(0 10 ? * 8 *)", "8 is no value of Day-of-week"),
    ("cron(0 10 * * ? 1969)", "1969 is no value of Year"),
    ("cron(0 10 * * ? 2200)", "2200 is no value of Year"),
    ("cron(0 17-8 * * ? *)", "17-8 is no value of Hours"),
    ("cron(0/0 * * * ? *)", "0/0 is no value of Minutes"),
    ("cron(0/x * * * ? *)", "0/X is no value of Minutes"),
    ("cron(0, * * * ? *)", "nothing is no value of Minutes"),
    ("cron(? 10 * * ? *)", r"\? is no value of Minutes"),
    ("cron(-1 10 * * ? *)", "nothing is no value of Minutes"),
    ("cron(* * * * ? *)", "rates faster than 5 minutes"),
    ("cron(0/4 * * * ? *)", "rates faster than 5 minutes"),
    ("cron(0,3 10 * * ? *)", "rates faster than 5 minutes"),
    ("cron(0,58 * * * ? *)", "rates faster than 5 minutes"),
]


@pytest.mark.parametrize(("expression", "reason"), REFUSED)
def test_what_aws_refuses_is_refused(expression: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        parse_cron(expression)
