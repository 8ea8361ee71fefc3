"""Partition projection: enum, integer, date and injected keys, templates, ranges, refusals."""

from datetime import UTC, datetime

import pytest

from lakehouse.local_aws.athena import date_projection
from lakehouse.local_aws.athena.errors import QueryError
from lakehouse_tests.local_aws.athena.lake import Lake

NOW = datetime(2026, 3, 1, 14, 30, tzinfo=UTC)
DAYS = {"interval": "1", "interval.unit": "DAYS"}
# https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html
DATES = [
    ({"format": "yyyyMM", "range": "201711,201802"}, ["201711", "201712", "201801", "201802"]),
    ({"format": "dd-MM-yyyy", "range": "30-12-2017,01-01-2018"},
     ["30-12-2017", "31-12-2017", "01-01-2018"]),
    ({"format": "yyyy/MM/dd", "range": "2026/02/27,NOW"},
     ["2026/02/27", "2026/02/28", "2026/03/01"]),
    ({"format": "yyyy-MM-dd", "range": "NOW-2DAYS,NOW"},
     ["2026-02-27", "2026-02-28", "2026-03-01"]),
    ({"format": "yyyy-MM-dd", "range": " NOW - 1 DAY ,NOW+1DAYS"},
     ["2026-02-28", "2026-03-01", "2026-03-02"]),
    ({"format": "yyyyMM", "range": "NOW-2MONTHS,NOW"}, ["202601", "202602", "202603"]),
    ({"format": "yyyy-MM", "range": "2017-01,2017-05", "interval": "2", "interval.unit": "MONTHS"},
     ["2017-01", "2017-03", "2017-05"]),
    ({"format": "yyyy", "range": "2019,2021", "interval": "1", "interval.unit": "YEARS"},
     ["2019", "2020", "2021"]),
    ({"format": "yyyy-MM-dd-HH", "range": "2026-01-01-22,2026-01-02-01", "interval": "1",
      "interval.unit": "HOURS"},
     ["2026-01-01-22", "2026-01-01-23", "2026-01-02-00", "2026-01-02-01"]),
    ({"format": "yyyy-MM-dd'T'HH:mm", "range": "2026-01-01T00:00,2026-01-01T00:30",
      "interval": "15", "interval.unit": "minutes"},
     ["2026-01-01T00:00", "2026-01-01T00:15", "2026-01-01T00:30"]),
    ({"format": "yyyy-MM-dd", "range": "2026-01-01,2026-01-20", "interval": "2",
      "interval.unit": "WEEKS"}, ["2026-01-01", "2026-01-15"]),
    ({"format": "yyyy-MM-dd", "range": "2026-01-02,2026-01-01"}, []),
]  # fmt: skip
BAD_DATES = [
    ({"range": "2026,2027"}, "Missing required property: 'projection.d.format'"),
    ({"format": "yyyy", "range": "2026,2027"}, "'projection.d.interval.unit'"),
    ({"format": "yyyy-MM-dd", "range": "2026-01-01"}, "needs to be a list of two dates"),
    ({"format": "yyyy-MM-dd", "range": "2026/01/01,NOW"}, "does not have the format"),
    ({"format": "EEEE", "range": "NOW,NOW"}, "is not supported by the local AWS"),
    ({"format": "yyyy-MM-dd", "range": "NOW,NOW", "interval": "0"}, "positive integer"),
]


@pytest.mark.parametrize(("properties", "expected"), DATES)
def test_dates_go_from_bound_to_bound(properties: dict[str, str], expected: list[str]) -> None:
    assert date_projection.values("d", properties, NOW) == expected


@pytest.mark.parametrize(("properties", "words"), BAD_DATES)
def test_a_wrong_date_projection_is_named(properties: dict[str, str], words: str) -> None:
    with pytest.raises(QueryError) as error:
        date_projection.values("d", properties, NOW)
    assert error.value.name == "INVALID_TABLE_PROPERTY"
    assert words in error.value.message


def table(lake: Lake, keys: str, **projection: str) -> None:
    named = {k.replace("__", "."): v for k, v in projection.items()}
    properties = ", ".join(f"'{k}'='{v}'" for k, v in named.items())
    lake.create(
        "x int",
        f"PARTITIONED BY ({keys}) ROW FORMAT DELIMITED FIELDS TERMINATED BY ',' "
        f"TBLPROPERTIES ('projection.enabled'='true', {properties})",
    )


def test_values_are_calculated_and_the_catalog_is_ignored(lake: Lake) -> None:
    for region in ("eu", "us", "ap"):
        for hour in ("08", "09", "10"):
            lake.put(f"t/{region}/{hour}/a.csv", f"{int(hour)}\n".encode())
    table(
        lake,
        "region string, hour int",
        projection__region__type="enum",
        projection__region__values="eu,us,mars",
        projection__hour__type="integer",
        projection__hour__range="8,9",
        projection__hour__digits="2",
        storage__location__template=f"s3://{lake.name}/t/${{region}}/${{hour}}/",
    )
    t = f"{lake.database}.t"
    lake.queries.must(
        f"ALTER TABLE {t} ADD PARTITION (region='ap', hour='10') "
        f"LOCATION 's3://{lake.name}/t/ap/10/'"
    )
    everything = lake.rows("SELECT region, hour, x FROM $ ORDER BY 1, 2")
    assert everything == [("eu", "8", "8"), ("eu", "9", "9"), ("us", "8", "8"), ("us", "9", "9")]
    done = lake.queries.must(lake.sql("SELECT x FROM $ WHERE region = 'eu' AND hour > 8"))
    assert (done.rows, done.scanned) == ([("9",)], 2)
    assert lake.rows("SELECT x FROM $ WHERE region = 'ap'") == []
    assert lake.rows("SELECT x FROM $ WHERE hour = 10") == []
    shown = lake.queries.must(f'SELECT * FROM {lake.database}."t$partitions" WHERE hour = 9').rows
    assert shown == [("eu", "9"), ("us", "9"), ("mars", "9")]


def test_dates_project_to_folders_of_their_own(lake: Lake) -> None:
    for day in ("2026-01-01", "2026-01-02", "2026-01-03"):
        lake.put(f"t/d={day}/a.csv", f"{day[-1]}\n".encode())
    table(
        lake,
        "d date",
        projection__d__type="date",
        projection__d__format="yyyy-MM-dd",
        projection__d__range="2026-01-02,2026-12-31",
    )
    assert lake.rows("SELECT x, d FROM $ WHERE d <= DATE '2026-01-03' ORDER BY d") == [
        ("2", "2026-01-02"),
        ("3", "2026-01-03"),
    ]
    assert lake.rows("SELECT x FROM $ WHERE d = DATE '2026-01-01'") == []


def test_an_injected_key_needs_its_values(lake: Lake) -> None:
    for device in ("a", "b", "c"):
        lake.put(f"t/{device}/a.csv", f"{ord(device)}\n".encode())
    table(
        lake,
        "device string",
        projection__device__type="injected",
        storage__location__template=f"s3://{lake.name}/t/${{device}}/",
    )
    rows = "SELECT x, device FROM $ WHERE device = 'b'"
    assert lake.rows(rows) == [("98", "b")]
    assert lake.rows("SELECT x FROM $ WHERE device IN ('a', 'c') AND x > 97") == [("99",)]
    words = (
        "CONSTRAINT_VIOLATION: For the injected projected partition column device, the WHERE "
        "clause must contain only static equality conditions, and at least one such condition must "
        "be present."
    )
    assert lake.reason("SELECT x FROM $") == words
    assert lake.reason("SELECT x FROM $ WHERE device > 'a'") == words
    assert lake.reason("SELECT x FROM $ WHERE device IN (SELECT 'a')") == words


@pytest.mark.parametrize(
    ("properties", "reason"),
    [
        ({"projection.a.type": "enum"}, "HIVE_METASTORE_ERROR: Table {t} is configured for "
         "partition projection, but the following partition columns are missing projection "
         "configuration: [b] (table {t})"),
        ({"projection.a.type": "enum", "projection.b.type": "enum"}, "INVALID_TABLE_PROPERTY: "
         "Column projection for column 'a' failed. Missing required property: "
         "'projection.a.values'"),
        ({"projection.a.type": "words", "projection.b.type": "enum"}, "INVALID_TABLE_PROPERTY: "
         "Property: 'projection.a.type' has the unknown value 'words'"),
    ],
)  # fmt: skip
def test_a_wrong_configuration_fails_the_query(
    lake: Lake, properties: dict[str, str], reason: str
) -> None:
    names = {k.replace(".", "__"): v for k, v in properties.items()}
    table(lake, "a string, b string", **names)
    assert lake.reason("SELECT x FROM $") == reason.format(t=f"{lake.database}.t")


@pytest.mark.parametrize(
    ("condition", "days"),
    [
        ("date_parse(day, '%Y/%m/%d') > timestamp '2026-01-01 00:00:00'", ["2026/01/02"]),
        ("date(replace(day, '/', '-')) = date '2026-01-01'", ["2026/01/01"]),
        ("parse_datetime(day, 'yyyy/MM/dd') < timestamp '2026-01-02 00:00:00 UTC'", ["2026/01/01"]),
        ("day BETWEEN date_format(date '2026-01-03' - interval '1' day, '%Y/%m/%d') AND '2027'",
         ["2026/01/02"]),
        ("substr(day, 9) = '02' AND regexp_like(day, '^2026/(?=01)')", ["2026/01/02"]),
        ("TRY(CAST(split(day, '/')[3] AS integer)) = 1", ["2026/01/01"]),
    ],
)  # fmt: skip
def test_partitions_are_chosen_by_any_expression(
    lake: Lake, condition: str, days: list[str]
) -> None:
    for day in ("2026/01/01", "2026/01/02"):
        lake.put(f"t/{day}/a.csv", b"1\n" * int(day[-1]))
    table(
        lake,
        "day string",
        projection__day__type="date",
        projection__day__format="yyyy/MM/dd",
        projection__day__range="2026/01/01,2026/01/03",
        storage__location__template=f"s3://{lake.name}/t/${{day}}/",
    )
    sql = f"SELECT day FROM $ WHERE {condition} GROUP BY day ORDER BY day"
    assert lake.rows(sql) == [(day,) for day in days]
    assert lake.scanned(sql) == sum(2 * int(day[-1]) for day in days)
