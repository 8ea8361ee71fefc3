"""The Glue job on whole days: clean rows, rejected rows and the accounting, case by case."""

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import pytest
import yaml

import lakehouse
from glue_scripts import clean_logs
from lakehouse.plan import build_clean_plan, plan_json
from lakehouse.source import LogSource
from lakehouse_tests.glue_scripts.clean_run import lay_files, rows_by_day, run_job

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

pytestmark = [pytest.mark.spark, pytest.mark.filterwarnings("ignore::ResourceWarning")]

CASES = sorted((Path(__file__).parent / "cases").glob("*.yaml"))


def read_case(path: Path) -> dict[str, Any]:
    case: dict[str, Any] = yaml.safe_load(path.read_text())
    for texts in case["files"].values():
        for name in set(case.get("windows", ())) & set(texts):
            texts[name] = "\ufeff" + texts[name].replace("\n", "\r\n")
    return case


@pytest.mark.parametrize("path", CASES, ids=[path.stem for path in CASES])
def test_case(spark: "SparkSession", tmp_path: Path, path: Path) -> None:
    case = read_case(path)
    source = LogSource.model_validate(case["source"])
    files = lay_files(tmp_path / "raw", case["files"])
    days = run_job(spark, source, case["days"], files, tmp_path)
    rejected = {
        day: sorted([reason, Path(file).name, text] for text, file, reason, _ in rows)
        for day, rows in rows_by_day(tmp_path / "rejected").items()
    }
    expected = {day: sorted(rows, key=repr) for day, rows in case["clean"].items()}
    assert rows_by_day(tmp_path / "clean") == expected
    assert rejected == {day: sorted(rows) for day, rows in case["rejected"].items()}
    assert days == case["manifest"]


def lines(*rows: str) -> str:
    return "\n".join(("event_time,id,n", *rows)) + "\n"


KEYED = LogSource.model_validate(
    {
        "name": "keyed",
        "start_date": "2026-01-01",
        "raw": {"path": "keyed/{event_date}/", "format": "csv"},
        "columns": {
            "event_time": {"type": "timestamp"},
            "id": {"type": "string"},
            "n": {"type": "int"},
        },
        "event_time": "event_time",
        "unique_key": ["id"],
        "metrics": {"table": "keyed_daily", "group_by": ["n"], "measures": {"c": "count(*)"}},
    }
)
DAY = "2026-01-01"


def test_parquet_is_zstd_with_microseconds_sorted_by_group(
    spark: "SparkSession", tmp_path: Path
) -> None:
    rows = [f"2026-01-01T00:00:{n:02},{n},{n % 3}" for n in (5, 3, 1, 4, 0, 2)]
    run_job(
        spark, KEYED, [DAY], lay_files(tmp_path / "raw", {DAY: {"a.csv": lines(*rows)}}), tmp_path
    )
    (path,) = (tmp_path / "clean" / f"event_date={DAY}").glob("*.parquet")
    file = pq.ParquetFile(path)
    assert file.schema_arrow.names == ["event_time", "id", "n"]
    group = file.metadata.row_group(0)
    columns = [group.column(at) for at in range(group.num_columns)]
    assert {column.compression for column in columns} == {"ZSTD"}
    assert [set(column.encodings) for column in columns] == [
        {"DELTA_BINARY_PACKED"},
        {"DELTA_BYTE_ARRAY"},
        {"RLE_DICTIONARY", "PLAIN"},
    ]
    assert "timeUnit=microseconds" in str(file.schema.column(0).logical_type)
    ids = file.read().column("id").to_pylist()
    assert sorted(zip(ids[::2], ids[1::2], strict=True)) == [("0", "3"), ("1", "4"), ("2", "5")]


def test_the_same_rows_in_any_file_order_and_run_again(
    spark: "SparkSession", tmp_path: Path
) -> None:
    same = "2026-01-01T00:00:00,x"
    files = {DAY: {"b.csv": lines(f"{same},1"), "a.csv": lines(f"{same},2", f"{same},3")}}
    paths = lay_files(tmp_path / "raw", files)
    first = run_job(spark, KEYED, [DAY], paths, tmp_path)
    rows = rows_by_day(tmp_path / "clean")
    paths[DAY].reverse()
    assert run_job(spark, KEYED, [DAY], paths, tmp_path) == first
    assert rows_by_day(tmp_path / "clean") == rows
    assert [row[1] for row in rows[DAY]] == ["x"]
    assert rows[DAY][0][2] == 2  # of a.csv, whose name comes first, the lesser


def test_a_small_day_is_one_file(spark: "SparkSession", tmp_path: Path) -> None:
    days = [DAY, "2026-01-02"]
    texts = {
        day: {"a.csv": lines(*(f"{day}T00:00:00,key-{n % 150},1" for n in range(200)))}
        for day in days
    }
    built = run_job(spark, KEYED, days, lay_files(tmp_path / "raw", texts), tmp_path)
    found = {day: (rows["clean"], rows["duplicates"], rows["files"]) for day, rows in built.items()}
    assert found == dict.fromkeys(days, (150, 50, 1))


def test_a_large_day_goes_into_several_files(
    spark: "SparkSession", tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clean_logs, "BYTES_PER_FILE", 1000)
    rows = [f"2026-01-01T00:00:00,{n % 150},{n}" for n in range(200)]
    paths = lay_files(tmp_path / "raw", {DAY: {"a.csv": lines(*rows)}})
    days = run_job(spark, KEYED, [DAY], paths, tmp_path)
    assert (days[DAY]["clean"], days[DAY]["duplicates"], days[DAY]["files"]) == (150, 50, 6)


def test_spark_hashes_an_int_as_we_do(spark: "SparkSession") -> None:
    numbers = [0, 1, 2, 3, 42, 12345, 2**31 - 1]
    frame = spark.createDataFrame([(number,) for number in numbers], "n int")
    hashes = [row[0] for row in frame.selectExpr("hash(n)").collect()]
    assert [clean_logs.murmur3(number) for number in numbers] == hashes


def test_a_file_that_is_gone_fails_the_run(spark: "SparkSession", tmp_path: Path) -> None:
    with pytest.raises(Exception, match=r"does not exist|No such file"):
        run_job(spark, KEYED, [DAY], {DAY: [str(tmp_path / "gone.csv")]}, tmp_path)
    assert not (tmp_path / "manifest.json").exists()


def test_compressed_files_that_cannot_be_read_to_the_end_are_named(
    spark: "SparkSession", tmp_path: Path
) -> None:
    names = [f"{n}.csv.gz" for n in range(4)]
    rows = lines(*(f"2026-01-01T00:00:00,{n},{n}" for n in range(9000)))
    paths = lay_files(tmp_path / "raw", {DAY: dict.fromkeys(names, rows)})
    cut, foreign = paths[DAY][1], paths[DAY][3]
    Path(cut).write_bytes(Path(cut).read_bytes()[:-1000])
    Path(foreign).write_text(rows)
    with pytest.raises(clean_logs.CleanLogsError) as caught:
        run_job(spark, KEYED, [DAY], paths, tmp_path)
    assert str(caught.value) == f"cannot be read to the end: {cut}, {foreign}"
    assert not (tmp_path / "manifest.json").exists()


COUNTS = [
    (0, DAY, DAY, "clean", None, 3),
    (0, DAY, None, "header", None, 1),
    (1, DAY, None, "rejected", "bad_type:n", 2),
    (1, DAY, "2025-12-31", "other_day", None, 1),
    (3, "2026-01-02", DAY, "clean", None, 5),
]
FILES = [(0, "a.csv", DAY), (1, "b.csv", DAY), (2, "empty.csv", DAY), (3, "c.csv", "2026-01-02")]


def test_the_manifest_counts_each_file() -> None:
    nothing = {
        **dict.fromkeys(("raw", "clean", "rejected", "filtered", "duplicates", "other_day"), 0),
        "header_lines": 0,
        "reasons": {},
    }
    b_csv = {"raw": 3, "rejected": 2, "other_day": 1, "reasons": {"bad_type:n": 2}}
    assert clean_logs.file_manifests(DAY, FILES, COUNTS) == {
        "a.csv": {**nothing, "raw": 3, "clean": 3, "header_lines": 1},
        "b.csv": {**nothing, **b_csv},
        "empty.csv": nothing,
    }
    day = {**nothing, **b_csv, "raw": 6, "clean": 3, "header_lines": 1, "late": 5}
    assert clean_logs.day_manifest(DAY, COUNTS) == day


def test_counts_that_do_not_add_up_fail_the_run() -> None:
    uris = {0: "a.csv", 1: "b.csv", 2: "empty.csv"}
    clean_logs.check_files(uris, {0: 4, 1: 3}, {0: 4, 1: 3})
    with pytest.raises(clean_logs.CleanLogsError) as caught:
        clean_logs.check_files(uris, {0: 4, 1: 4}, {0: 4, 1: 3})
    assert str(caught.value) == "b.csv: 4 lines found, 3 accounted for"

    days = {DAY: clean_logs.day_manifest(DAY, COUNTS)}
    clean_logs.check_days(days, {DAY: 8}, {DAY: 2})
    with pytest.raises(clean_logs.CleanLogsError) as caught:
        clean_logs.check_days(days, {DAY: 7}, {DAY: 2})
    assert str(caught.value) == f"{DAY}: 7 clean rows found, 8 accounted for"


def test_files_that_do_not_have_the_declared_columns_fail_the_run(
    spark: "SparkSession", tmp_path: Path
) -> None:
    paths = lay_files(tmp_path / "raw", {DAY: {"a.csv": lines("2026-01-01T00:00:00,x,1")}})
    run_job(spark, KEYED, [DAY], paths, tmp_path)
    place = f"{tmp_path}/clean/"
    declared = list(KEYED.column_types.items())
    clean_logs.check_schema(spark, place, declared)
    clean_logs.check_schema(spark, f"{tmp_path}/nothing-was-written/", declared)
    for other in (declared[:2], [*declared[:2], ("n", "bigint")], [*declared, ("m", "int")]):
        with pytest.raises(clean_logs.CleanLogsError) as caught:
            clean_logs.check_schema(spark, place, other)
        wanted = ", ".join(f"{name} {kind}" for name, kind in other)
        assert str(caught.value) == (
            f"{place}: written as (event_time timestamp, id string, n int), declared as ({wanted})"
        )


def test_lines_are_counted_by_themselves_when_what_was_noted_differs(
    spark: "SparkSession", tmp_path: Path
) -> None:
    rows = [f"2026-01-01T00:00:00,{n},{n}" for n in range(3)]
    paths = lay_files(tmp_path / "raw", {DAY: {"a.csv": lines(*rows), "b.csv": lines(*rows)}})
    plan = {"files": paths, "days": [DAY], "line": None}
    files = clean_logs.ordered_files(plan)
    groups = clean_logs.line_groups(spark, plan, files)
    whole: list[clean_logs.Count] = [
        (0, DAY, DAY, "clean", None, 3),
        (0, DAY, None, "header", None, 1),
        (1, DAY, DAY, "clean", None, 4),
    ]
    clean_logs.check_lines(files, [DAY], whole, (8, 4), [])
    clean_logs.check_lines(files, [DAY], whole, (12, 4), groups)  # a stage was computed again
    with pytest.raises(clean_logs.CleanLogsError) as caught:
        clean_logs.check_lines(files, [DAY], whole[1:], (8, 4), groups)
    assert str(caught.value) == f"{paths[DAY][0]}: 4 lines found, 1 accounted for"


def test_what_was_noted_while_reading_is_the_lines_of_the_days_to_build(
    spark: "SparkSession", tmp_path: Path
) -> None:
    row, next_day = "2026-01-01T00:00:00,x,1", "2026-01-02"
    texts = {DAY: {"a.csv": lines(row), "b.csv": lines(row, row)}, next_day: {"c.csv": lines(row)}}
    plan = {"files": lay_files(tmp_path / "raw", texts), "days": [DAY], "line": None}
    ((_, read),) = clean_logs.line_groups(spark, plan, clean_logs.ordered_files(plan))
    read.collect()
    assert clean_logs.lines_read(read) == (5, 3)  # 2 of file 0, 3 of file 1


SIZES = {"2026-01-01": 100, "2026-01-02": 250, "2026-01-04": 30, "2026-01-05": 40}


@pytest.mark.parametrize(
    ("per_file", "per_task", "places"),
    [
        (100, 100, {0: [0], 1: [1, 2, 3], 3: [4], 4: [4]}),  # two small days share a partition
        (1000, 1, {0: [0], 1: [1], 3: [2], 4: [2]}),  # 420 bytes on 2 cores: 70 are enough
        (1000, 1000, {0: [0], 1: [0], 3: [0], 4: [0]}),
    ],
)
def test_days_get_partitions_by_their_size(
    monkeypatch: pytest.MonkeyPatch, per_file: int, per_task: int, places: dict[int, list[int]]
) -> None:
    monkeypatch.setattr(clean_logs, "BYTES_PER_FILE", per_file)
    monkeypatch.setattr(clean_logs, "BYTES_PER_TASK", per_task)
    slots = clean_logs.slots_of(SIZES, 2)
    numbers = clean_logs.hashed_to(slots.count)
    assert sorted(clean_logs.murmur3(number) % slots.count for number in numbers) == list(
        range(slots.count)
    )
    assert slots.first == date(2026, 1, 1)
    assert slots.numbers == [[numbers[at] for at in places.get(day, [])] for day in range(5)]


def test_main_reads_the_plan_its_argument_names(
    spark: "SparkSession",
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    paths = lay_files(tmp_path / "raw", {DAY: {"a.csv": lines("2026-01-01T00:00:00,x,1")}})
    plan = build_clean_plan(
        KEYED,
        run_id="r",
        days=[DAY],
        files=paths,
        clean_location=f"{tmp_path}/clean/",
        rejected_location=f"{tmp_path}/rejected/",
        manifest_location=f"{tmp_path}/manifest.json",
    )
    (tmp_path / "plan.json").write_text(plan_json(plan))
    monkeypatch.syspath_prepend(str(Path(lakehouse.__file__).parent / "local_aws"))
    arguments = ["--JOB_NAME", "clean", "--plan", f"{tmp_path}/plan.json"]
    monkeypatch.setattr("sys.argv", ["clean_logs.py", *arguments])
    clean_logs.main()
    assert json.loads((tmp_path / "manifest.json").read_text())["days"][DAY]["clean"] == 1
    assert capsys.readouterr().out.startswith(f'{DAY} {{"raw": 1, "clean": 1, ')


def test_plan_of_another_version_is_refused(spark: "SparkSession") -> None:
    with pytest.raises(clean_logs.CleanLogsError, match="plan version 1; this job knows 3"):
        clean_logs.run(spark, json.loads('{"version": 1}'))
