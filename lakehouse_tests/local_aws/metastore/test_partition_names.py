import pytest

from lakehouse.local_aws.metastore.partition_names import (
    catalog_expression,
    has_values,
    partial_expression,
    partition_name,
    values_of_name,
)

KEYS = [{"Name": "Day", "Type": "string"}, {"Name": "hour", "Type": "int"}]


@pytest.mark.parametrize(
    ("values", "name"),
    [
        (["2026-01-01", "7"], "day=2026-01-01/hour=7"),
        (["a/b c=%'\"", "7"], "day=a%2Fb c%3D%25%27%22/hour=7"),
        (["größe", "7"], "day=größe/hour=7"),
    ],
)
def test_a_name_there_and_back(values: list[str], name: str) -> None:
    assert partition_name(KEYS, values) == name
    assert values_of_name(name) == values


def test_an_empty_value_is_hives_null() -> None:
    assert partition_name(KEYS, ["", "7"]) == "day=__HIVE_DEFAULT_PARTITION__/hour=7"


# Filters as Spark 3.5 writes them (HiveShim.convertFilters).
@pytest.mark.parametrize(
    ("hive_filter", "expression"),
    [
        ('day = "2026-01-01"', "day = '2026-01-01'"),
        ("day = 'say \"x\"'", "day = 'say \"x\"'"),
        ('day = "it\'s"', "day = 'it''s'"),
        ('day != "x" and hour >= 7', "day <> 'x' AND hour >= 7"),
        ("(hour = 1 or hour = 2)", "(hour = 1 OR hour = 2)"),
        ('((day = "a") and (7 > hour))', "((day = 'a') AND (7 > hour))"),
        ('day like "2026-.*"', "day LIKE '2026-%'"),
        ('day like ".*-01"', "day LIKE '%-01'"),
        ('day like ".*-01-.*"', "day LIKE '%-01-%'"),
    ],
)
def test_a_filter_becomes_an_expression(hive_filter: str, expression: str) -> None:
    assert catalog_expression(hive_filter, KEYS) == expression


@pytest.mark.parametrize(
    "hive_filter",
    [
        'day like "a[bc].*"',
        'day like "50%.*"',
        'other = "x"',
        "day = upper(day)",
        "not a filter (",
    ],
)
def test_what_cannot_be_said_selects_everything(hive_filter: str) -> None:
    assert catalog_expression(hive_filter, KEYS) is None


@pytest.mark.parametrize(
    ("values", "expression"),
    [
        (["2026-01-01"], "\"Day\" = '2026-01-01'"),
        (["it's", "7"], "\"Day\" = 'it''s'"),
        (["", "7"], None),
        (["", ""], None),
        ([], None),
    ],
)
def test_a_partial_specification_narrows_by_strings(
    values: list[str], expression: str | None
) -> None:
    assert partial_expression(KEYS, values) == expression


@pytest.mark.parametrize(
    ("values", "found"), [(["a"], True), (["", "7"], True), (["a", "8"], False), ([], True)]
)
def test_an_empty_value_is_any(values: list[str], found: bool) -> None:
    assert has_values({"Values": ["a", "7"]}, values) is found
