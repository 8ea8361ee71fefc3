"""Columns of the raw table over time."""

from lakehouse.aws.raw_table import merged_by_name, merged_by_position


def columns(**types: str) -> list[dict[str, str]]:
    return [{"Name": name, "Type": kind} for name, kind in types.items()]


def test_json_columns_merge_by_name() -> None:
    old, new = columns(a="int", b="string"), columns(b="bigint", c="double")
    assert merged_by_name(old, new) == columns(a="int", b="bigint", c="double")


def test_text_columns_merge_by_position_and_a_changed_type_becomes_string() -> None:
    old, new = columns(a="bigint", b="string"), columns(a="double", b="string", c="double")
    assert merged_by_position(old, new) == columns(a="string", b="string", c="double")
    assert merged_by_position(new, old) == columns(a="string", b="string", c="double")
