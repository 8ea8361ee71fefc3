"""Expressions of GetPartitions: which partitions they are true for, which of them are refused."""

import pytest

from lakehouse.local_aws.catalog.partition_filter import compile_filter
from lakehouse.local_aws.catalog.partition_values import HIVE_NULL
from lakehouse.local_aws.errors import AwsError

KEYS = [
    {"Name": "event_date", "Type": "date"},
    {"Name": "region", "Type": "string"},
    {"Name": "hour", "Type": "int"},
    {"Name": "price", "Type": "decimal(10,2)"},
    {"Name": "at", "Type": "timestamp"},
]
ROWS = {
    "a": ["2026-01-01", "eu", "9", "1.50", "2026-01-01 00:00:00"],
    "b": ["2026-01-02", "us", "10", "12.00", "2026-01-02 12:30:00.5"],
    "c": ["2026-02-01", "eu_west", "0", "-3", "2026-02-01"],
    "n": [HIVE_NULL, HIVE_NULL, "x", "", HIVE_NULL],
}

TRUE_FOR = [
    ("", "abcn"),
    ("   ", "abcn"),
    ("region = 'eu'", "a"),
    ("'eu' = region", "a"),
    ("REGION = 'eu'", "a"),
    ("`region` = 'eu'", "a"),
    ("\"region\" = 'eu'", "a"),
    ("region = 'EU'", ""),
    ("region <> 'eu'", "bc"),
    ("region != 'eu'", "bc"),
    ("hour < 10", "ac"),
    ("hour > 9", "b"),
    ("10 > hour", "ac"),
    ("hour <= 9 AND hour >= 0", "ac"),
    ("hour = '9'", "a"),
    ("hour > -1", "abc"),
    ("hour IN (0, 10)", "bc"),
    ("region IN ('eu', 'us')", "ab"),
    ("region NOT IN ('eu', 'us')", "c"),
    ("hour BETWEEN 1 AND 10", "ab"),
    ("hour NOT BETWEEN 1 AND 10", "c"),
    ("region LIKE 'eu%'", "ac"),
    ("region LIKE 'e_'", "a"),
    ("region NOT LIKE 'eu%'", "b"),
    ("region LIKE 'eu_west'", "c"),
    ("region IS NULL", "n"),
    ("region IS NOT NULL", "abc"),
    ("hour IS NULL", "n"),
    ("event_date = '2026-01-01'", "a"),
    ("event_date >= DATE '2026-01-02'", "bc"),
    ("at < '2026-01-02 12:30:01'", "ab"),
    ("at >= TIMESTAMP '2026-01-02 12:30:00'", "bc"),
    ("price > 1.5", "b"),
    ("price = 12", "b"),
    ("NOT region = 'eu'", "bc"),
    ("NOT (region = 'eu' OR hour = 10)", "c"),
    ("region = 'eu' OR region = 'us' AND hour = 0", "a"),
    ("(region = 'eu' OR region = 'us') AND hour = 10", "b"),
    ("region = 'us' OR region IS NULL", "bn"),
    ("NOT (region = 'us' AND hour = 11)", "abc"),
]

REFUSED = [
    "region",
    "1 = 1",
    "region =",
    "lower(region) = 'eu'",
    "hour + 1 = 10",
    "region = at",
    "other = 1",
    "t.region = 'eu'",
    "hour = 'nine'",
    "event_date = '2026-13-01'",
    "hour LIKE '1%'",
    "region LIKE 5",
    "region ILIKE 'EU'",
    "region LIKE 'a' ESCAPE 'b'",
    "hour IN (SELECT 1)",
    "hour IN UNNEST(region)",
    "hour BETWEEN SYMMETRIC 1 AND 2",
    "region LIKE ANY ('a', 'b')",
    "region = 'eu' ORDER BY 1",
    "region = 'eu' LIMIT 1",
    "region = 'eu' GROUP BY 1",
    "region = 'eu' UNION SELECT 1",
    "region = 'eu'; SELECT 1",
    "region RLIKE 'e'",
    "region IS TRUE",
    "EXISTS (SELECT 1)",
]


@pytest.mark.parametrize(("expression", "names"), TRUE_FOR)
def test_an_expression_is_true_for(expression: str, names: str) -> None:
    wanted = compile_filter(expression, KEYS)
    assert "".join(name for name, values in ROWS.items() if wanted.matches(values)) == names


@pytest.mark.parametrize("expression", REFUSED)
def test_what_glue_does_not_document_is_refused(expression: str) -> None:
    with pytest.raises(AwsError) as refused:
        compile_filter(expression, KEYS)
    assert refused.value.code == "InvalidInputException"


def test_a_key_of_a_type_without_an_order_is_refused() -> None:
    with pytest.raises(AwsError) as refused:
        compile_filter("m = '1'", [{"Name": "m", "Type": "map<string,string>"}])
    assert refused.value.message == "Unsupported partition key type: map<string,string>"


def test_an_expression_longer_than_the_api_allows_is_refused() -> None:
    with pytest.raises(AwsError) as refused:
        compile_filter("hour = 1 OR " * 200 + "hour = 1", KEYS)
    assert refused.value.code == "ValidationException"


@pytest.mark.parametrize(
    ("expression", "low", "high"),
    [
        ("day = '5'", "5", "5"),
        ("(day >= '2' AND hour = 1) AND day < '4'", "2", "4"),
        ("day BETWEEN '2' AND '4' AND day > '3'", "3", "4"),
        ("day IN ('7', '2', '5')", "2", "7"),
        ("'3' <= day", "", None),
        ("day = '5' OR day = '6'", "", None),
        ("NOT day = '5'", "", None),
        ("day <> '5'", "", None),
        ("day LIKE '5%'", "", None),
        ("day IS NOT NULL", "", None),
        ("hour = 5", "", None),
    ],
)
def test_conditions_on_a_first_key_of_strings_bound_it(
    expression: str, low: str, high: str | None
) -> None:
    keys = [{"Name": "day", "Type": "string"}, {"Name": "hour", "Type": "int"}]
    found = compile_filter(expression, keys)
    assert (found.low, found.high) == (low, high)
