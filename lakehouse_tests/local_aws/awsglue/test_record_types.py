"""Types of self-describing records without Spark: observed, merged, printed, as paths."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lakehouse.local_aws.awsglue import gluetypes as t
from lakehouse.local_aws.awsglue.observed_types import kept_types, observed_type
from lakehouse.local_aws.awsglue.paths import ELEMENTS, parsed_path
from lakehouse.local_aws.awsglue.records import natural, rows
from lakehouse.local_aws.awsglue.schema_tree import merged, tree_text

LONG = 2**31


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ([{"a": 1}, {"a": None}], t.IntegerType()),
        ([{"a": LONG}], t.LongType()),
        ([{"a": 2**63}], t.DecimalType(19, 0)),
        ([{"a": True}], t.BooleanType()),
        ([{"a": None}], t.NullType()),
        ([{"a": Decimal("1.25")}, {"a": Decimal("100")}], t.DecimalType(5, 2)),
        ([{"a": datetime(2026, 1, 1, tzinfo=UTC)}], t.TimestampType()),
        ([{"a": date(2026, 1, 1)}], t.DateType()),
        ([{"a": []}], t.ArrayType()),
        ([{"a": [1, None, "x"]}], t.ArrayType(t.ChoiceType([t.IntegerType(), t.StringType()]))),
        ([{"a": "x"}, {"a": 1.5}], t.ChoiceType([t.DoubleType(), t.StringType()])),
        ([{"a": 1}, {"a": LONG}], t.ChoiceType([t.IntegerType(), t.LongType()])),
        (
            [{"a": {"x": 1}}, {"a": {"y": "s"}}, {"a": 2}],
            t.ChoiceType(
                [
                    t.IntegerType(),
                    t.StructType([t.Field("x", t.IntegerType()), t.Field("y", t.StringType())]),
                ]
            ),
        ),
    ],
)
def test_the_type_of_a_field_is_what_was_observed(records: list[Any], expected: Any) -> None:
    assert observed_type(records) == t.StructType([t.Field("a", expected)])


def test_a_value_without_a_type_is_named() -> None:
    with pytest.raises(TypeError, match="a record cannot hold a value of type set"):
        observed_type([{"a": {1}}])


def test_what_python_cannot_tell_is_kept() -> None:
    before = t.StructType(
        [
            t.Field("l", t.LongType()),
            t.Field("f", t.FloatType()),
            t.Field("m", t.MapType(t.LongType())),
            t.Field("s", t.StringType()),
            t.Field("c", t.ChoiceType([t.LongType(), t.StringType()])),
            t.Field("i", t.IntegerType()),
        ]
    )
    records = [
        {"l": 1, "f": 1.5, "m": {"k": 1}, "s": None, "c": 1, "i": "now text", "new": 1},
        {"l": LONG, "f": None, "m": {}, "s": None, "c": "x", "i": "y", "new": 2},
    ]
    assert kept_types(observed_type(records), before) == t.StructType(
        [*before.fields[:5], t.Field("i", t.StringType()), t.Field("new", t.IntegerType())]
    )


PROPERTY = settings(max_examples=50, deadline=None, derandomize=True, database=None)

values = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(2**63), 2**63 - 1),
        st.floats(allow_nan=False),
        st.text(max_size=3),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from("abc"), inner, max_size=3)
    ),
    max_leaves=6,
)
records = st.lists(st.dictionaries(st.sampled_from("abc"), values, max_size=3), max_size=4)


@PROPERTY
@given(records)
def test_a_row_gives_its_record_back(found: list[dict[str, Any]]) -> None:
    kind = observed_type(found)
    to_row, to_record = rows(kind), natural(kind)
    assert to_record is not None
    for record in found:
        assert without_nulls(to_record(to_row(record))) == without_nulls(record)


@PROPERTY
@given(records, records)
def test_the_type_of_all_records_is_the_merged_type_of_parts(
    some: list[dict[str, Any]], more: list[dict[str, Any]]
) -> None:
    whole = observed_type([*some, *more])
    parts = merged(observed_type(some), observed_type(more))
    assert sorted(tree_text(whole).split("\n")) == sorted(tree_text(as_struct(parts)).split("\n"))


def as_struct(kind: t.DataType) -> t.StructType:
    assert isinstance(kind, t.StructType)
    return kind


def without_nulls(value: Any) -> Any:
    """A record with what is absent in it absent: a row cannot tell it from null."""
    if isinstance(value, dict):
        return {k: without_nulls(v) for k, v in value.items() if v is not None}
    return [without_nulls(v) for v in value] if isinstance(value, list) else value


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("a", ("a",)),
        ("a.b c.d", ("a", "b c", "d")),
        ("`a.b`.c", ("a.b", "c")),
        ("`a``b`", ("a`b",)),
        ("list[].price", ("list", ELEMENTS, "price")),
        (".zip", (".zip",)),
        ("a.", ("a.",)),
        ("a[0]", ("a[0]",)),
    ],
)
def test_a_path_is_read_as_scripts_write_it(text: str, path: tuple[str, ...]) -> None:
    assert parsed_path(text) == path
