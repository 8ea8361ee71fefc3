"""Columns of the raw table over time, and drift."""

from lakehouse.aws.raw_table import Drift, drift, merged_by_name, merged_by_position
from lakehouse_tests.sources import built_in


def columns(**types: str) -> list[dict[str, str]]:
    return [{"Name": name, "Type": kind} for name, kind in types.items()]


def test_json_columns_merge_by_name() -> None:
    old, new = columns(a="int", b="string"), columns(b="bigint", c="double")
    assert merged_by_name(old, new) == columns(a="int", b="bigint", c="double")


def test_text_columns_merge_by_position_and_a_changed_type_becomes_string() -> None:
    old, new = columns(a="bigint", b="string"), columns(a="double", b="string", c="double")
    assert merged_by_position(old, new) == columns(a="string", b="string", c="double")
    assert merged_by_position(new, old) == columns(a="string", b="string", c="double")


def test_drift_names_fields_that_nobody_declared_and_declared_ones_that_are_missing() -> None:
    source = built_in("user_activity")
    found = [("event_id", "string"), ("timestamp", "string"), ("session", "string")]
    assert drift(source, found) == Drift(("session",), ("action", "metadata", "user_id"))
