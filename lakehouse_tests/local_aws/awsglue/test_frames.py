"""What a frame is: printed, counted, with errors and thresholds; laws that hold for any records."""

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lakehouse.local_aws.awsglue.dynamicframe import DynamicFrame
from lakehouse.local_aws.awsglue.errors import ErrorThresholdExceeded
from lakehouse.local_aws.awsglue.transforms import ErrorsAsDynamicFrame, Join
from lakehouse_tests.local_aws.awsglue.frames import frame_of, records_of

if TYPE_CHECKING:
    from lakehouse.local_aws.awsglue.context import GlueContext

pytestmark = [pytest.mark.spark, pytest.mark.filterwarnings("ignore::ResourceWarning")]


def test_a_frame_is_printed_as_glue_prints_it(glue: "GlueContext", capsys: Any) -> None:
    frame = frame_of(glue, [{"id": 1, "at": {"x": [1.5]}}, {"id": "a", "at": None}])
    frame.printSchema()
    frame.show()
    assert capsys.readouterr().out == (
        "root\n|-- id: choice\n|    |-- int\n|    |-- string\n|-- at: struct\n"
        "|    |-- x: array\n|    |    |-- element: double\n"
        '{"id": 1, "at": {"x": [1.5]}}\n{"id": "a", "at": null}\n'
    )
    assert (frame.count(), frame.getNumPartitions()) == (2, 1)
    assert frame.repartition(3).getNumPartitions() == 3
    assert frame.repartition(3).coalesce(2).getNumPartitions() == 2


def test_a_frame_of_an_rdd(glue: "GlueContext") -> None:
    rows = glue.spark_session.sparkContext.parallelize([(1, "a")], 1)
    frame = glue.create_dynamic_frame_from_rdd(rows, "rows", "id int, name string")
    assert (frame.name, records_of(frame)) == ("rows", [{"id": 1, "name": "a"}])


def test_errors_are_counted_by_stage_and_kept_with_their_records(glue: "GlueContext") -> None:
    frame = frame_of(glue, [{"a": 1}, {"a": 0}, {"a": None}])
    mapped = frame.map(lambda r: {"b": 1 / r["a"]}, info="dividing")
    assert (mapped.errorsCount(), mapped.stageErrorsCount()) == (2, 2)
    kept = mapped.filter(lambda r: r["none"])
    assert (kept.count(), kept.errorsCount(), kept.stageErrorsCount()) == (0, 3, 1)
    found = records_of(ErrorsAsDynamicFrame.apply(kept))
    errors = sorted((r["error"]["msg"], r["error"]["callsite"]["info"]) for r in found)
    assert errors == [
        ("KeyError: 'none'", ""),
        (
            "TypeError: unsupported operand type(s) for /: 'int' and 'NoneType'",
            "dividing",
        ),
        ("ZeroDivisionError: division by zero", "dividing"),
    ]
    records = [
        {k: v for k, v in r["error"]["dynamicRecord"].items() if v is not None} for r in found
    ]
    assert sorted(records, key=repr) == [{"a": 0}, {"b": 1.0}, {}]
    assert Join.apply(kept, frame, "b", "a").errorsCount() == 3
    assert frame.errorsAsDynamicFrame().count() == 0


@pytest.mark.parametrize(
    ("options", "fails"),
    [
        ({}, False),
        ({"stageThreshold": 2}, False),
        ({"stageThreshold": 1}, True),
        ({"totalThreshold": 1}, True),
    ],
)
def test_more_errors_than_a_threshold_allows_fail(
    glue: "GlueContext", options: Any, fails: bool
) -> None:
    frame = frame_of(glue, [{"a": 1}, {"a": 0}, {"a": None}])
    kept = frame.filter(lambda r: 1 / r["a"] > 0, **options).rename_field("a", "b")
    if fails:
        with pytest.raises(ErrorThresholdExceeded, match="2 error records are more than"):
            kept.toDF()
        with pytest.raises(ErrorThresholdExceeded):
            kept.assertErrorThreshold()
    else:
        assert kept.toDF().count() == 1
        kept.assertErrorThreshold()


def test_ingestion_time_columns_go_down_to_the_granularity(glue: "GlueContext") -> None:
    frame = frame_of(glue, [{"a": 1}]).toDF()
    dated = glue.add_ingestion_time_columns(frame, "hour")
    assert dated.columns == ["a", "ingest_year", "ingest_month", "ingest_day", "ingest_hour"]
    row = dated.first()
    assert row is not None
    assert [len(value) for value in row[1:]] == [4, 2, 2, 2]
    assert row.ingest_year.startswith("2")


def test_a_context_has_sparks_sql_and_a_logger(glue: "GlueContext", capfd: Any) -> None:
    frame_of(glue, [{"a": 1}]).toDF().createOrReplaceTempView("numbers")
    assert [tuple(row) for row in glue.sql("SELECT a + 1 FROM numbers").collect()] == [(2,)]
    assert glue.sparkSession is glue.spark_session
    logger = glue.get_logger()
    for level in ("info", "warn", "error", "debug"):
        getattr(logger, level)(f"as {level}")
    lines = capfd.readouterr().err.splitlines()
    assert [line[20:] for line in lines] == [
        "INFO  GlueLogger: as info",
        "WARN  GlueLogger: as warn",
        "ERROR GlueLogger: as error",
    ]


leaf = st.one_of(st.none(), st.integers(0, 9), st.text("ab", max_size=2))
document = st.fixed_dictionaries(
    {
        "n": leaf,
        "s": st.one_of(
            st.none(), st.fixed_dictionaries({"x": leaf, "l": st.lists(st.integers(0, 9))})
        ),
        "items": st.lists(
            st.fixed_dictionaries({"sku": leaf, "subs": st.lists(st.integers(0, 3), max_size=2)}),
            max_size=3,
        ),
    }
)


FEW = settings(max_examples=2, deadline=None, derandomize=True, database=None)


def test_what_relationalize_took_apart_joins_back(glue: "GlueContext") -> None:
    @FEW
    @given(st.lists(document, min_size=5, max_size=40))
    def law(documents: list[dict[str, Any]]) -> None:
        frame = frame_of(glue, [{"key": key, **found} for key, found in enumerate(documents)])
        frames = frame.resolveChoice(choice="cast:string").relationalize("root", "s3://nowhere/")
        tables = {name: records_of(frames[name]) for name in frames}
        roots = sorted(tables["root"], key=lambda row: row["key"])
        assert [joined(tables, row) for row in roots] == [expected(found) for found in documents]

    law()


def joined(tables: dict[str, Any], root: dict[str, Any]) -> dict[str, Any]:
    """A row of the root with its rows of the arrays' frames."""
    items = [
        {
            "sku": item.get("items.val.sku"),
            "subs": children(tables, "items.val.subs", item.get("items.val.subs")),
        }
        for item in of(tables, "items", root.get("items"))
    ]
    numbers = children(tables, "s.l", root.get("s.l"))
    return {"n": root.get("n"), "x": root.get("s.x"), "l": numbers, "items": items}


def of(tables: dict[str, Any], column: str, number: int | None) -> list[dict[str, Any]]:
    """The rows of an array's frame that belong to a number, in order."""
    rows = [row for row in tables.get(f"root_{column}", []) if row["id"] == number]
    return sorted(rows, key=lambda row: row["index"])


def children(tables: dict[str, Any], column: str, number: int | None) -> list[Any]:
    return [row[f"{column}.val"] for row in of(tables, column, number)]


def expected(found: dict[str, Any]) -> dict[str, Any]:
    """A document with its scalars as relationalized frames say them."""
    inner = found["s"] or {"x": None, "l": []}
    items = [{**item, "sku": text(item["sku"])} for item in found["items"]]
    return {"n": text(found["n"]), "x": text(inner["x"]), "l": inner["l"], "items": items}


def text(value: Any) -> str | None:
    return None if value is None else str(value)


def test_mapping_nothing_and_through_spark_changes_nothing(glue: "GlueContext") -> None:
    @FEW
    @given(st.lists(document, min_size=5, max_size=40))
    def law(documents: list[dict[str, Any]]) -> None:
        frame = frame_of(glue, documents)
        same = frame.map(lambda record: record)
        assert (same.schema(), records_of(same)) == (frame.schema(), records_of(frame))
        struct = DynamicFrame.fromDF(frame.toDF(), glue, "struct")
        assert struct.toDF().collect() == frame.toDF().collect()
        assert records_of(frame) == documents

    law()
