"""What the catalog is asked for: only partitions that a query's conditions may keep."""

import pytest

from lakehouse.local_aws.athena import types as t
from lakehouse.local_aws.athena.scans import Scan, TableShape
from lakehouse.local_aws.athena.serdes import StoredColumn
from lakehouse.local_aws.athena.tables import narrowing
from lakehouse_tests.local_aws.athena.lake import Lake

KEYS = [StoredColumn("event_date", t.VARCHAR), StoredColumn("hour", t.BIGINT)]


@pytest.mark.parametrize(
    ("pinned", "expression"),
    [
        ({}, None),
        ({"event_date": [["'a'"]]}, "\"event_date\" IN ('a')"),
        ({"event_date": [["'a'", "'it''s'"]]}, "\"event_date\" IN ('a', 'it''s')"),
        ({"event_date": [["concat('a', 'b')"], ["'c'"]]}, "\"event_date\" IN ('c')"),
        ({"event_date": [["'a'", "lower('B')"]]}, None),
        ({"event_date": [["''"]]}, None),
        ({"hour": [["7"]]}, None),
    ],
)
def test_strings_that_a_key_must_equal_narrow(
    pinned: dict[str, list[list[str]]], expression: str | None
) -> None:
    assert narrowing(Scan("s", TableShape("d", "t"), [], pinned), KEYS) == expression


def test_partitions_are_found_by_values_with_quotes_and_keys_with_reserved_names(
    lake: Lake,
) -> None:
    lake.create("x string", "PARTITIONED BY (`order` string, n int)")
    for number, (value, written) in enumerate([("it's", r"it\'s"), ("b", "b"), ("B", "B")]):
        lake.put(f"elsewhere/{number}/a.csv", value.encode())
        lake.queries.must(
            f"ALTER TABLE {lake.database}.t ADD PARTITION (`order`='{written}', n=1) "
            f"LOCATION 's3://{lake.name}/elsewhere/{number}/'"
        )
    for condition, found in (
        ("\"order\" = 'it''s'", ["it's"]),
        ("\"order\" IN ('b', 'it''s', 'none')", ["b", "it's"]),
        ("\"order\" = 'b' AND n = 1", ["b"]),
        ("\"order\" = 'b' AND n = 2", []),
        ("\"order\" = 'b' OR n = 1", ["B", "b", "it's"]),
        ("\"order\" IN ('b', 'B') AND \"order\" = lower('B')", ["b"]),
        ("\"order\" = 'b' AND \"order\" = 'B'", []),
    ):
        assert [
            row[0] for row in lake.rows(f"SELECT x FROM $ WHERE {condition} ORDER BY x")
        ] == found
