"""Raw strings and expressions, evaluated by Spark itself: the values the clean table gets."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from glue_scripts.clean_logs import SETTINGS
from lakehouse.expressions.expression import spark_expression
from lakehouse.expressions.typing_sql import COMBINED_TIME, present, typed, well_typed

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

pytestmark = [pytest.mark.spark, pytest.mark.filterwarnings("ignore::ResourceWarning")]

BAD = "bad"
NEW_YEAR = datetime(2026, 1, 1, 12, 0, 0)

# (type, time format) -> {raw string: the value, None for missing, BAD for rejected}
VALUES: dict[tuple[str, str | None], dict[str, Any]] = {
    ("int", None): {
        "42": 42,
        " 42 ": 42,
        "-7": -7,
        "+7": 7,
        "007": 7,
        "": None,
        "  ": None,
        "3.5": BAD,
        "3.0": BAD,
        "1e2": BAD,
        "2147483648": BAD,
        "x": BAD,
        "0x10": BAD,
        "1_000": BAD,
    },
    ("bigint", None): {"9223372036854775807": 2**63 - 1, "9223372036854775808": BAD, "1L": BAD},
    ("double", None): {
        "1.5": 1.5,
        "1": 1.0,
        ".5": 0.5,
        "5.": 5.0,
        "-1e3": -1000.0,
        " 2 ": 2.0,
        "": None,
        "1d": BAD,
        "1f": BAD,
        "NaN": BAD,
        "Infinity": BAD,
        "1e999": BAD,
        "1,5": BAD,
        ".": BAD,
        "0x1p3": BAD,
    },
    ("boolean", None): {
        "true": True,
        "FALSE": False,
        " True ": True,
        "": None,
        "t": BAD,
        "1": BAD,
        "yes": BAD,
    },
    ("decimal(5,2)", None): {
        "123.45": Decimal("123.45"),
        "1": Decimal("1.00"),
        "1.500": Decimal("1.50"),
        "1.5e1": Decimal("15.00"),
        "-0.01": Decimal("-0.01"),
        "": None,
        "1.239": BAD,
        "1234.5": BAD,
        "1d": BAD,
        "x": BAD,
    },
    ("decimal(38,0)", None): {"9" * 38: Decimal("9" * 38), "9" * 39: BAD},
    ("date", None): {
        "2026-01-01": date(2026, 1, 1),
        " 0001-01-01": date(1, 1, 1),
        "": None,
        "2026": BAD,
        "2026-1-1": BAD,
        "2026-02-30": BAD,
        "0000-01-01": BAD,
        "12026-01-01": BAD,
        "2026-01-01T10:00:00": BAD,
        "today": BAD,
    },
    ("timestamp", None): {
        "2026-01-01T12:00:00Z": NEW_YEAR,
        "2026-01-01 12:00:00": NEW_YEAR,
        "2026-01-01T12:00": NEW_YEAR,
        "2026-01-01T13:30:00+01:30": NEW_YEAR,
        "2026-01-01T12:00:00.123456789Z": NEW_YEAR.replace(microsecond=123456),
        " 2026-01-01T12:00:00.5 ": NEW_YEAR.replace(microsecond=500000),
        "9999-12-31T23:59:59.999999Z": datetime(9999, 12, 31, 23, 59, 59, 999999),
        "": None,
        "2026": BAD,
        "2026-01-01": BAD,
        "T12:00": BAD,
        "12:00:00": BAD,
        "now": BAD,
        "epoch": BAD,
        "2026-13-01T00:00:00Z": BAD,
        "2026-02-29T00:00:00Z": BAD,
        "2026-01-01T24:00:00Z": BAD,
        "2026-01-01T12:00:60Z": BAD,
        "0000-01-01T00:00:00Z": BAD,
        "0001-01-01T00:00:00+01:00": BAD,
        "9999-12-31T23:59:59-01:00": BAD,
        "2026-01-01T12:00:00 Europe/Berlin": BAD,
        "2026-01-01T12:00:00z": BAD,
    },
    ("timestamp", "epoch_seconds"): {
        "1767268800": NEW_YEAR,
        "1767268800.25": NEW_YEAR.replace(microsecond=250000),
        "1.7672688E9": NEW_YEAR,
        "1767268800.1234569": NEW_YEAR.replace(microsecond=123456),
        "0": datetime(1970, 1, 1),
        "-0.5": datetime(1969, 12, 31, 23, 59, 59, 500000),
        "": None,
        "253402300800": BAD,
        "-62135596801": BAD,
        "1767268800s": BAD,
        "2026-01-01": BAD,
    },
    ("timestamp", "epoch_millis"): {
        "1767268800250": NEW_YEAR.replace(microsecond=250000),
        "1767268800000.5": NEW_YEAR.replace(microsecond=500),
        "253402300800000": BAD,
        "x": BAD,
    },
    ("timestamp", COMBINED_TIME): {
        "01/Jan/2026:12:00:00 +0000": NEW_YEAR,
        "01/Jan/2026:13:00:00 +0100": NEW_YEAR,
        "": None,
        "1/Jan/2026:12:00:00 +0000": BAD,
        "01/Foo/2026:12:00:00 +0000": BAD,
        "32/Jan/2026:12:00:00 +0000": BAD,
    },
    ("timestamp", "yyyy-MM-dd'T'HH:mm"): {"2026-01-01T12:00": NEW_YEAR, "2026-01-01 12:00": BAD},
    ("struct<a:int,b:string>", None): {
        '{"a": 1, "b": "x"}': (1, "x"),
        '{"a": 1}': (1, None),
        "{}": (None, None),
        "": None,
        '{"a": "x"}': BAD,
        '{"a": 1.5}': BAD,
        "[1]": BAD,
        "x": BAD,
        '{"a": 1} x': BAD,
    },
    ("array<bigint>", None): {"[1, 2]": [1, 2], "[]": [], '["x"]': BAD, "{}": BAD},
    ("string", None): {"": "", " x ": " x "},
}

ROW = (
    "SELECT 7 AS n, 2147483647 AS big, 2.5D AS x, -7 AS neg, 'Ab/cd?e' AS path, ' \\t x ' AS pad, "
    "CAST(NULL AS STRING) AS nil, TIMESTAMP '2026-01-04 13:14:15.5' AS at, "
    "DATE '2026-03-31' AS born, TRUE AS ok"
)
TYPES = {
    **dict.fromkeys(("n", "big", "neg"), "int"),
    **dict.fromkeys(("path", "pad", "nil"), "string"),
    "x": "double",
    "at": "timestamp",
    "born": "date",
    "ok": "boolean",
}

# What Athena gives for each expression over that row (NULL where it would fail the query).
MEANINGS: dict[str, Any] = {
    "n / 2": 3,
    "neg / 2": -3,
    "n / 2e0": 3.5,
    "neg % 4": -3,
    "big + 1": None,
    "big * 2": None,
    "x / 2": 1.25,
    "n = 7 AND nil = 'x'": None,
    "n = 7 OR nil = 'x'": True,
    "nil IS DISTINCT FROM 'x'": True,
    "nil || 'x'": None,
    "path LIKE 'ab%'": False,
    "path LIKE '%\\%'": False,
    "path LIKE 'Ab_!%%' ESCAPE '!'": False,
    "lower(path)": "ab/cd?e",
    "length('añ😀')": 3,
    "strpos(path, '/')": 3,
    "strpos(path, '#')": 0,
    "substr(path, 4)": "cd?e",
    "substr(path, 4, 2)": "cd",
    "substr(path, 99)": "",
    "trim(pad)": "x",
    "ltrim(pad)": "x ",
    "rtrim('x\t')": "x",
    "replace(path, '/', '\\')": "Ab\\cd?e",
    "split_part(path, '?', 1)": "Ab/cd",
    "split_part(path, '?', 3)": None,
    "split_part('a||b', '||', 2)": "b",
    "regexp_like(path, 'c[a-z]\\?')": True,
    "regexp_extract(path, '[a-z]+')": "b",
    "regexp_extract(path, '/([a-z]+)', 1)": "cd",
    "regexp_extract(path, '[0-9]+')": None,
    "regexp_replace(path, '([a-z])', '<$1>')": "A<b>/<c><d>?<e>",
    "starts_with(path, 'Ab')": True,
    "reverse(path)": "e?dc/bA",
    "greatest(n, CAST(nil AS integer))": None,
    "least(n, 3)": 3,
    "coalesce(nil, 'none')": "none",
    "nullif(n, 7)": None,
    "floor(x)": 2.0,
    "ceil(x)": 3.0,
    "abs(neg)": 7,
    "CASE WHEN n > 5 THEN 'many' ELSE 'few' END": "many",
    "CAST(x AS integer)": 3,
    "CAST('12' AS integer)": 12,
    "TRY_CAST('1.5' AS integer)": None,
    "CAST(n AS varchar)": "7",
    "CAST(born AS varchar)": "2026-03-31",
    "CAST(ok AS varchar)": "true",
    "CAST(at AS date)": date(2026, 1, 4),
    "year(at) * 100 + month(at)": 202601,
    "hour(at)": 13,
    "day_of_week(at)": 7,
    "date_trunc('week', at)": datetime(2025, 12, 29),
    "date_trunc('month', born)": date(2026, 3, 1),
    "date_diff('hour', TIMESTAMP '2026-01-04 11:30:00', at)": 1,
    "date_add('month', 1, TIMESTAMP '2026-01-31 00:00:00')": datetime(2026, 2, 28),
    "at < TIMESTAMP '2026-01-04 13:14:15.6'": True,
    "n IN (1, 7)": True,
    "n NOT BETWEEN 1 AND 5": True,
    "if(nil = 'x', 1, 2)": 2,
}


@pytest.fixture
def configured(spark: "SparkSession") -> "SparkSession":
    for name, value in SETTINGS.items():
        spark.conf.set(name, value)
    return spark


def test_raw_strings_become_values(configured: "SparkSession") -> None:
    cases = [(kind, raw) for kind, values in VALUES.items() for raw in values]
    schema = ", ".join(f"r{at} string" for at in range(len(cases)))
    rows = configured.createDataFrame([tuple(raw for _, raw in cases)], schema)
    row = rows.selectExpr(*(judged(f"r{at}", *kind) for at, (kind, _) in enumerate(cases))).head()
    assert row is not None
    found: dict[tuple[str, str | None], dict[str, Any]] = {kind: {} for kind in VALUES}
    for (kind, raw), cell in zip(cases, row, strict=True):
        found[kind][raw] = outcome(cell)
    assert found == VALUES


def judged(raw: str, kind: str, time_format: str | None) -> str:
    value = typed(raw, kind, time_format)
    good = well_typed(raw, kind, f"({value})")
    return f"STRUCT({value} AS v, {present(raw, kind)} AS there, {good} AS good) AS {raw}"


def outcome(cell: Any) -> Any:
    if not cell.there:
        return None
    if not cell.good:
        return BAD
    return plain(cell.v)


def plain(value: Any) -> Any:
    """Naive UTC for a timestamp (Spark hands out local time), a tuple for a struct."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None)
    return tuple(value) if isinstance(value, tuple) else value


def test_expressions_mean_in_spark_what_they_mean_in_athena(configured: "SparkSession") -> None:
    columns = [f"{spark_expression(athena, TYPES)} AS c{at}" for at, athena in enumerate(MEANINGS)]
    row = configured.sql(f"SELECT {', '.join(columns)} FROM ({ROW})").head()
    assert row is not None
    assert {text: plain(value) for text, value in zip(MEANINGS, row, strict=True)} == MEANINGS
