"""Expressions of GetPartitions: what they are true for, in Python and in SQLite alike; refusals."""

import sqlite3
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lakehouse.local_aws.catalog.partition_expression import (
    Both,
    Comparison,
    Condition,
    Either,
    Like,
    Membership,
    Never,
    Not,
    parsed_expression,
)
from lakehouse.local_aws.catalog.partition_filter import holds
from lakehouse.local_aws.catalog.partition_sql import (
    VALUE_COLUMNS,
    condition_sql,
    first_value_bounds,
    value_columns,
)
from lakehouse.local_aws.catalog.partition_store import PartitionStore, Wanted
from lakehouse.local_aws.catalog.partition_values import Key, key_of_type, sortable_values
from lakehouse.local_aws.catalog.records import (
    PARTITION_KIND,
    TABLE_KIND,
    key_of,
    partition_document,
)
from lakehouse.local_aws.errors import AwsError
from lakehouse.local_aws.state import State

HIVE_NULL = "__HIVE_DEFAULT_PARTITION__"
KEYS = [
    {"Name": "event_date", "Type": "date"},
    {"Name": "region", "Type": "string"},
    {"Name": "hour", "Type": "int"},
    {"Name": "price", "Type": "decimal(10,2)"},
    {"Name": "at", "Type": "timestamp"},
    {"Name": "key", "Type": "string"},
    {"Name": "Größe", "Type": "varchar(5)"},
    {"Name": "ratio", "Type": "double"},
]
ROWS = {
    "a": ["2026-01-01", "eu", "9", "1.50", "2026-01-01 00:00:00", "k", "S", "1"],
    "b": ["2026-1-2", "us", "10", "12.00", "2026-01-02 12:30:00.5", "it's", "M", "2"],
    "c": ["2026-02-01", "eu_west", "-007", "-3e0", "2026-2-1 1:2:3", "[*]", "L", "x"],
    "n": ["1999-12-31", HIVE_NULL, "+11", "0", "1999-12-31 23:59:59", "", "", ""],
}

TRUE_FOR = [
    ("region = 'eu'", "a"),
    ("'eu' = region", "a"),
    ("REGION = 'eu'", "a"),
    ("`region` = 'eu'", "a"),
    ("\"region\" = 'eu'", "a"),
    ("(region) = (('eu'))", "a"),
    ("region = 'EU'", ""),
    ("region <> 'eu'", "bcn"),
    ("region != 'eu'", "bcn"),
    ("region = '__HIVE_DEFAULT_PARTITION__'", "n"),
    ("region > 'eu'", "bc"),
    ("hour < 10", "ac"),
    ("hour > 9", "bn"),
    ("10 > hour", "ac"),
    ("hour <= 9 AND hour >= 0", "a"),
    ("hour = '9'", "a"),
    ("hour = -7", "c"),
    ("hour = - 7", "c"),
    ("hour = +10", "b"),
    ("hour > -1", "abn"),
    ("hour IN (0, 10)", "b"),
    ("hour in (6, '4', 9)", "a"),
    ("region IN ('eu', 'us')", "ab"),
    ("region NOT IN ('eu', 'us')", "cn"),
    ("hour BETWEEN 1 AND 10", "ab"),
    ("hour between 10 and 1", ""),
    ("hour NOT BETWEEN 1 AND 10", "cn"),
    ("region LIKE 'eu%'", "ac"),
    ("region LIKE 'e_'", "a"),
    ("region NOT LIKE 'eu%'", "bn"),
    ("region LIKE 'eu_west'", "c"),
    ("region LIKE 'EU%'", ""),
    ("`key` LIKE '[*]'", "c"),
    ("`key` LIKE '%''s'", "b"),
    ("region IS NULL", ""),
    ("region IS NOT NULL", "abcn"),
    ("event_date = '2026-01-01'", "a"),
    ("event_date = '2026-01-02'", "b"),
    ("event_date >= DATE '2026-01-02'", "bc"),
    ("at < '2026-01-02 12:30:01'", "abn"),
    ("at >= TIMESTAMP '2026-01-02 12:30:00.500000000'", "bc"),
    ("price > 1.5", "b"),
    ("price = 12", "b"),
    ("price < -0.3e1", ""),
    ("price <= -0.3e1", "c"),
    ("price = .0", "n"),
    ("NOT region = 'eu'", "bcn"),
    ("NOT (region = 'eu' OR hour = 10)", "cn"),
    ("region = 'eu' OR region = 'us' AND hour = 0", "a"),
    ("(region = 'eu' OR region = 'us') AND hour = 10", "b"),
    ("NOT (region = 'us' AND hour = 11)", "abcn"),
    ("größe = 'M'", "b"),
]


def condition(expression: str) -> Condition:
    found = parsed_expression(expression, KEYS)
    assert found is not None
    return found


def true_in_sqlite(wanted: Condition, values: Sequence[str], keys: list[dict[str, str]]) -> bool:
    written = condition_sql(wanted)
    columns = ", ".join(f"? AS {name}" for name in VALUE_COLUMNS)
    query = f"SELECT {written.text} FROM (SELECT {columns}) AS v"
    connection = sqlite3.connect(":memory:")
    try:
        stored = value_columns(sortable_values(values, keys))
        (found,) = connection.execute(query, (*written.parameters, *stored)).fetchone()
    finally:
        connection.close()
    return bool(found)


@pytest.mark.parametrize(("expression", "names"), TRUE_FOR)
def test_an_expression_is_true_for(expression: str, names: str) -> None:
    wanted = condition(expression)
    assert "".join(name for name, values in ROWS.items() if holds(wanted, values)) == names
    in_sqlite = [name for name, values in ROWS.items() if true_in_sqlite(wanted, values, KEYS)]
    assert "".join(in_sqlite) == names


@pytest.mark.parametrize("expression", [None, "", "  \n"])
def test_no_expression_is_no_condition(expression: str | None) -> None:
    assert parsed_expression(expression, KEYS) is None


UNSUPPORTED = [
    "region",
    "1 = 1",
    "region =",
    "region = 'eu",
    "lower(region) = 'eu'",
    "hour + 1 = 10",
    "region = at",
    "hour IN (SELECT 1)",
    "hour IN UNNEST(region)",
    "hour IN ()",
    "hour BETWEEN SYMMETRIC 1 AND 2",
    "region LIKE 5",
    "region LIKE ANY ('a', 'b')",
    "region LIKE 'a' ESCAPE 'b'",
    "region ILIKE 'EU'",
    "region RLIKE 'e'",
    "region = NULL",
    "region IS TRUE",
    "region = 'eu' ORDER BY 1",
    "region = 'eu' LIMIT 1",
    "region = 'eu' GROUP BY 1",
    "region = 'eu' UNION SELECT 1",
    "region = 'eu'; SELECT 1",
    "region = 'eu' -- yes",
    "region = 'eu' /* yes */",
    "EXISTS (SELECT 1)",
    "CASE WHEN hour = 1 THEN true END",
    "key = 'k'",
    "hour = 1 = 1",
    "(" * 900 + "hour = 1" + ")" * 900,
]


@pytest.mark.parametrize("expression", UNSUPPORTED)
def test_what_is_not_in_the_grammar_is_refused(expression: str) -> None:
    with pytest.raises(AwsError) as refused:
        parsed_expression(expression, KEYS)
    found = refused.value.code, refused.value.message
    assert found == ("InvalidInputException", f"Unsupported expression '{expression}'")


REFUSED = [
    ("other = 1", "Invalid partition expression!"),
    ("other IS NULL", "Invalid partition expression!"),
    ("t.region = 'eu'", "Invalid partition expression!"),
    ("hour = 'nine'", 'For input string: "nine" is not an integer.'),
    ("hour in (2.5)", 'For input string: "2.5" is not an integer.'),
    ("hour = 9223372036854775808", 'For input string: "9223372036854775808" is not an integer.'),
    ("hour = '1_0'", 'For input string: "1_0" is not an integer.'),
    ("event_date = '2026-13-01'", "2026-13-01 is not a date."),
    ("event_date = '2026-01-01 00:00:00'", "2026-01-01 00:00:00 is not a date."),
    ("price = 'test'", "test is not a decimal."),
    ("price = 'Infinity'", "Infinity is not a decimal."),
    (
        "at = '2026-01-01'",
        "Timestamp format must be yyyy-mm-dd hh:mm:ss[.fffffffff] 2026-01-01 is not a timestamp.",
    ),
    ("hour LIKE '1%'", "Integral data type doesn't support operation 'LIKE'"),
    ("event_date LIKE '1%'", "Date data type doesn't support operation 'LIKE'"),
    ("price LIKE '1%'", "Decimal data type doesn't support operation 'LIKE'"),
    ("at LIKE '1%'", "Timestamp data type doesn't support operation 'LIKE'"),
    ("ratio = 1.0", "Unknown type : 'double'"),
]


@pytest.mark.parametrize(("expression", "message"), REFUSED)
def test_columns_and_literals_that_do_not_fit_are_refused_in_awss_words(
    expression: str, message: str
) -> None:
    with pytest.raises(AwsError) as refused:
        parsed_expression(expression, KEYS)
    assert (refused.value.code, refused.value.message) == ("InvalidInputException", message)


@pytest.mark.parametrize(
    ("expression", "values", "outcome"),
    [
        ("hour = 1", ["eu", "x"], 'For input string: "x" is not an integer.'),
        ("region = 'us' AND hour = 1", ["eu", "x"], False),
        ("region = 'eu' OR hour = 1", ["eu", "x"], True),
        ("hour = 1 OR region = 'eu'", ["eu", "x"], 'For input string: "x" is not an integer.'),
        ("hour = 1", ["eu"], "Partition values do not match partition keys"),
    ],
)
def test_a_value_of_another_type_matters_where_it_is_compared(
    expression: str, values: list[str], outcome: bool | str
) -> None:
    keys = [{"Name": "region", "Type": "string"}, {"Name": "hour", "Type": "int"}]
    wanted = parsed_expression(expression, keys)
    assert wanted is not None
    if isinstance(outcome, bool):
        assert holds(wanted, values) is outcome
    else:
        with pytest.raises(AwsError) as refused:
            holds(wanted, values)
        found = refused.value.code, refused.value.message
        assert found == ("InvalidStateException", outcome)


@pytest.mark.parametrize(
    ("expression", "low", "high"),
    [
        ("day = '5'", "5", "5"),
        ("(day >= '2' AND hour = 1) AND day < '4'", "2", "4"),
        ("day BETWEEN '2' AND '4' AND day > '3'", "3", "4"),
        ("day IN ('7', '2', '5')", "2", "7"),
        ("'3' <= day", "3", None),
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
    wanted = parsed_expression(expression, keys)
    assert wanted is not None
    assert first_value_bounds(wanted) == (low, high)


# Random conditions over random values: what Python says, SQLite says.

TYPES = ["string", "bigint", "decimal(38,9)", "date", "timestamp"]
RANDOM_KEYS = [{"Name": f"k{n}", "Type": name} for n, name in enumerate(TYPES)]

_texts = st.text("aAb%_*?[]'\\ é😀0", max_size=3)
_integers = st.integers(-11, 11) | st.sampled_from([2**63 - 1, -(2**63)])
_integer_texts = _integers.map(str) | st.integers(0, 11).map(lambda n: f"+{n:03d}")
_decimals = st.decimals(-20, 20, places=2) | st.sampled_from(["1E+2", "-0", "1e-30", "99.990"])
_days = st.dates(date(2025, 12, 30), date(2026, 1, 2))
_day_texts = _days.map(str) | _days.map(lambda d: f"{d.year}-{d.month}-{d.day}")
_moments = st.integers(0, 2).map(lambda n: datetime(2026, 1, 1, 9) + timedelta(hours=n))
_moment_texts = st.builds("{}{}".format, _moments, st.sampled_from(["", ".5", ".500000001"]))
VALUES = [_texts, _integer_texts, _decimals.map(str), _day_texts, _moment_texts]


def _leaves(position: int) -> st.SearchStrategy[Condition]:
    key: Key = key_of_type(position, TYPES[position])
    operators = st.sampled_from(["=", "<>", "<", "<=", ">", ">="])
    leaves: list[st.SearchStrategy[Condition]] = [
        st.builds(Comparison, st.just(key), operators, VALUES[position]),
        st.builds(
            Membership, st.just(key), st.lists(VALUES[position], min_size=1, max_size=3).map(tuple)
        ),
    ]
    if position == 0:
        leaves.append(st.builds(Like, st.just(key), _texts))
    return st.one_of(leaves)


CONDITIONS = st.recursive(
    st.one_of([_leaves(position) for position in range(len(TYPES))]) | st.just(Never()),
    lambda inner: st.one_of(
        [st.builds(Not, inner), st.builds(Both, inner, inner), st.builds(Either, inner, inner)]
    ),
    max_leaves=6,
)


def written(wanted: Condition) -> str:
    """A condition as the text of an expression."""
    match wanted:
        case Comparison(key, operator, text):
            return f"k{key.position} {operator} {_literal(text)}"
        case Membership(key, texts):
            return f"k{key.position} IN ({', '.join(map(_literal, texts))})"
        case Like(key, pattern):
            return f"k{key.position} LIKE {_literal(pattern)}"
        case Never():
            return "k0 IS NULL"
        case Not(inner):
            return f"NOT ({written(inner)})"
        case Both(left, right):
            return f"({written(left)}) AND ({written(right)})"
        case Either(left, right):
            return f"({written(left)}) OR ({written(right)})"


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


@given(wanted=CONDITIONS, values=st.tuples(*VALUES))
def test_python_and_sqlite_agree_on_any_condition(
    wanted: Condition, values: tuple[str, ...]
) -> None:
    outcome = holds(wanted, values)
    assert true_in_sqlite(wanted, values, RANDOM_KEYS) is outcome
    low, high = first_value_bounds(wanted)
    assert not outcome or (low <= values[0] and (high is None or values[0] <= high))


@given(wanted=CONDITIONS)
def test_an_expression_is_read_as_it_is_written(wanted: Condition) -> None:
    assert parsed_expression(written(wanted), RANDOM_KEYS) == wanted


def test_partitions_of_an_earlier_version_are_found_by_expression(tmp_path: Path) -> None:
    state = State(tmp_path / "state.db")
    keys = [{"Name": "hour", "Type": "int"}]
    table = {"DatabaseName": "d", "Name": "t", "PartitionKeys": keys, "CatalogId": "1"}
    for scope in ("1/eu", "1/us"):
        state.put(scope, TABLE_KIND, key_of("d", "t"), table)
        for hour in ("9", "10"):
            document = partition_document({"Values": [hour]}, table)
            state.put(scope, PARTITION_KIND, key_of("d", "t", hour), document)
    wanted = Wanted(parsed_expression("hour > 9", keys))
    for scope in ("1/us", "1/eu"):
        found = PartitionStore(state, scope).find(table, wanted)
        assert [partition["Values"] for _, partition in found] == [["10"]]
    state.close()
