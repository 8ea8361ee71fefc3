"""A source's YAML file: what it becomes, and the line a user reads for every mistake."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from lakehouse.source import SourceError, load_sources, raw_prefix, raw_root, read_source

GOOD = """\
name: shop
start_date: 2026-01-01
raw:
  path: logs/event_date={event_date}/
  format: csv
columns:
  event_time: {type: timestamp, from: timestamp}
  id:         {type: string, required: true}
  status:     {type: int, required: true}
  price:      {type: "decimal(10, 2)"}
  ok:         {type: boolean, expr: status < 500}
event_time: event_time
unique_key: [id]
keep: status BETWEEN 100 AND 599
late_days: 1
metrics:
  table: shop_daily
  group_by: [status]
  measures:
    requests: count(*)
"""


def write(folder: Path, text: str, name: str = "shop.yaml") -> Path:
    path = folder / name
    path.write_text(text)
    return path


def test_a_file_becomes_a_model(tmp_path: Path) -> None:
    source = read_source(write(tmp_path, GOOD))
    assert source.column_types == {
        "event_time": "timestamp",
        "id": "string",
        "status": "int",
        "price": "decimal(10,2)",
        "ok": "boolean",
    }
    assert [column.from_ for column in source.columns.values()] == [
        *("timestamp", "id", "status", "price", ""),
    ]
    assert source.tables == ("shop_raw", "shop", "shop_rejected", "shop_daily")
    assert source.start_date == date(2026, 1, 1)
    assert (source.late_days, source.checks.max_rejected_ratio, source.synthetic) == (1, 0.05, None)


def test_days(tmp_path: Path) -> None:
    source = read_source(write(tmp_path, GOOD))
    assert source.file_days(date(2026, 2, 28)) == (date(2026, 2, 28), date(2026, 3, 1))
    assert source.event_days(date(2026, 3, 1)) == (date(2026, 2, 28), date(2026, 3, 1))


@pytest.mark.parametrize(
    ("path", "prefix", "root"),
    [
        ("logs/event_date={event_date}/", "logs/event_date=2026-01-09/", "logs/"),
        ("a/b/{year}/{month}/{day}/", "a/b/2026/01/09/", "a/b/"),
        ("{year}{month}{day}/", "20260109/", ""),
    ],
)
def test_paths(tmp_path: Path, path: str, prefix: str, root: str) -> None:
    text = GOOD.replace("logs/event_date={event_date}/", f'"{path}"')
    source = read_source(write(tmp_path, text))
    assert raw_prefix(source, date(2026, 1, 9)) == prefix
    assert raw_root(source) == root


MISTAKES: list[tuple[str, str, str]] = [
    ("type: int,", "type: integr,", "columns.status.type: unknown type 'integr'; did you mean "
     "'int'?"),
    ("type: int,", "type: text,", "columns.status.type: unknown type 'text'; one of string, int, "
     "bigint, double, boolean, date, timestamp, decimal(p,s), struct<...>, array<...>"),
    ('"decimal(10, 2)"', '"decimal(2, 10)"', "columns.price.type: decimal(precision,scale): "
     "1 <= precision <= 38 and scale <= precision"),
    ('"decimal(10, 2)"', '"struct<a:string"', "columns.price.type: struct<name:type,...>: "
     "'>' is missing"),
    ('"decimal(10, 2)"', '"array<timestamp>"', "columns.price.type: 'timestamp' inside struct or "
     "array: name the field by its path"),
    ("name: shop", "name: Shop", "name: 'Shop' is not a lower-case identifier (letters, digits, "
     "'_', a letter first)"),
    ("late_days: 1", "late_day: 1", "late_day: unknown key; did you mean 'late_days'?"),
    ("late_days: 1", "late_days: 32", "late_days: Input should be less than or equal to 31"),
    ("  format: csv", "  format: cvs", "raw.format: Input should be 'csv', 'json' or 'combined'"),
    ("  format: csv", "  formt: csv", "raw.format: is required and missing\n"
     "raw.formt: unknown key; did you mean 'format'?"),
    ("required: true}\n  status", "requird: true}\n  status",
     "columns.id.requird: unknown key; did you mean 'required'?"),
    ("start_date: 2026-01-01\n", "", "start_date: is required and missing"),
    ("event_date={event_date}/", "all/", "raw.path: must contain the day: {event_date}, or {year}, "
     "{month} and {day}"),
    ("event_date={event_date}/", "{event_date}/{hour}/", "raw.path: unknown placeholder {hour}"),
    ("event_date={event_date}/", "{event_date}", "raw.path: must be a folder such as "
     "logs/event_date={event_date}/"),
    ("event_time: event_time", "event_time: event_tme", "event_time: 'event_tme' is not a declared "
     "column; did you mean 'event_time'?"),
    ("event_time: event_time", "event_time: status", "event_time: column 'status' is int, not "
     "timestamp"),
    ("[id]", "[idd]", "unique_key: 'idd' is not a declared column; did you mean 'id'?"),
    ("[id]", "[id, id]", "unique_key: 'id' stands twice"),
    ("group_by: [status]", "group_by: [state]", "metrics.group_by: 'state' is not a declared "
     "column; did you mean 'status'?"),
    ("status BETWEEN 100 AND 599", "status BETWEEN 100", "keep: does not parse: BETWEEN lacks "
     "'high' near '100' in 'status BETWEEN 100'"),
    ("status BETWEEN 100 AND 599", "status + 1", "keep: 'status + 1' is integer, boolean expected"),
    ("status BETWEEN 100 AND 599", "stats > 1", "keep: unknown column 'stats'; did you mean "
     "'status'?"),
    ("status BETWEEN 100 AND 599", "id = 1", "keep: 'id = 1' mixes integer and string; CAST one "
     "of them"),
    ("status BETWEEN 100 AND 599", "count(*) > 1", "keep: 'COUNT(*)' looks at more than one row; "
     "only metrics' measures may"),
    ("status BETWEEN 100 AND 599", "event_time < now()", "keep: 'CURRENT_TIMESTAMP' differs from "
     "run to run; a day built again must be the same"),
    ("status BETWEEN 100 AND 599", "soundex(id) = 'x'", "keep: function soundex cannot be carried "
     "over to Spark faithfully"),
    ("expr: status < 500", "expr: 'ok OR status < 500'", "columns.ok.expr: unknown column 'ok'; "
     "one of event_time, id, status, price"),
    ("expr: status < 500", "from: x, expr: status < 500", "columns.ok.expr: a column has either "
     "'from' or 'expr'"),
    ("{type: timestamp, from: timestamp}", "{type: timestamp, format: iso}",
     "columns.event_time.format: 'iso' is none of iso8601, epoch_seconds, epoch_millis and no "
     "pattern ('i' is no letter of one)"),
    ("{type: timestamp, from: timestamp}", "{type: timestamp, format: 'HH:mm:ss'}",
     "columns.event_time.format: the pattern lacks year, month or day"),
    ("{type: int, required: true}", "{type: int, format: iso8601}", "columns.status.format: only a "
     "timestamp read from the file has a format"),
    ("  ok: ", "  event_date: ", "columns.event_date: 'event_date' is the partition's name; name "
     "the column otherwise"),
    ("requests: count(*)", "requests: status", "metrics.measures.requests: contains no aggregate "
     "function: 'status'"),
    ("requests: count(*)", "requests: coutn(*)", "metrics.measures.requests: contains no aggregate "
     "function: 'coutn(*)'"),
    ("requests: count(*)", "requests: count(*) AS x", "metrics.measures.requests: does not parse: "
     "one expression expected in 'count(*) AS x'"),
    ("requests: count(*)", "requests: sum(prize)", "metrics.measures.requests: unknown column "
     "'prize'; did you mean 'price'?"),
    ("requests: count(*)", "requests: max(price) / price", "metrics.measures.requests: column "
     "'price' is neither aggregated nor in group_by"),
    ("requests: count(*)", "status: count(*)", "metrics.measures.status: 'status' is already a "
     "column of the metrics table"),
    ("table: shop_daily", "table: shop_raw", "metrics.table: 'shop_raw' is another table of this "
     "source"),
    ("late_days: 1", "keep: status > 1", "line 15: key 'keep' stands twice"),
    ("late_days: 1", "late_days: [", "line 17: expected ',' or ']', but got ':'"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "message"), MISTAKES, ids=[case[2] for case in MISTAKES])
def test_a_mistake_is_one_line_with_file_and_key(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    assert old in GOOD
    path = write(tmp_path, GOOD.replace(old, new, 1))
    with pytest.raises(SourceError) as caught:
        read_source(path)
    assert str(caught.value) == "\n".join(f"{path}: {line}" for line in message.split("\n"))


def test_all_mistakes_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD.replace("[id]", "[idd]").replace("shop_daily", "shop_raw"))
    with pytest.raises(SourceError) as caught:
        read_source(path)
    assert str(caught.value) == (
        f"{path}: unique_key: 'idd' is not a declared column; did you mean 'id'?\n"
        f"{path}: metrics.table: 'shop_raw' is another table of this source"
    )


FORMAT_MISTAKES: list[tuple[str, str, str, str]] = [
    ("combined", "from: timestamp", "from: tme", "columns.event_time.from: 'tme' is no field of "
     "the combined log format; did you mean 'time'?"),
    ("json", "from: timestamp", "from: meta..t", "columns.event_time.from: 'meta..t' is no JSON "
     "path such as metadata.device"),
    ("json", "from: timestamp", "from: id.time", "columns.event_time.from: 'id' is kept whole by "
     "column 'id'; use expr: id.time over it"),
]  # fmt: skip


@pytest.mark.parametrize(("log_format", "old", "new", "message"), FORMAT_MISTAKES)
def test_a_field_must_exist_in_the_format(
    tmp_path: Path, log_format: str, old: str, new: str, message: str
) -> None:
    text = GOOD.replace("format: csv", f"format: {log_format}").replace(old, new)
    for name in ("id", "status", "price") if log_format == "combined" else ():
        text = text.replace(f"  {name}: ", f"  {name}:  ").replace(
            f"{{type: {'string' if name == 'id' else 'int'}, ", "{from: path, type: string, "
        )
    path = write(tmp_path, text)
    with pytest.raises(SourceError) as caught:
        read_source(path)
    assert f"{path}: {message}" in str(caught.value).split("\n")


@pytest.mark.parametrize("text", ["", "- a list", "just words"])
def test_a_file_that_is_no_mapping(tmp_path: Path, text: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(SourceError) as caught:
        read_source(path)
    assert str(caught.value) == f"{path}: must be a mapping of keys to values"


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as caught:
        read_source(tmp_path / "no.yaml")
    assert str(caught.value) == f"{tmp_path / 'no.yaml'}: No such file or directory"


def test_sources_of_several_folders(tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    write(tmp_path, GOOD)
    write(tmp_path, "not a source", "notes.txt")
    mine = GOOD.replace("name: shop", "name: mine").replace("shop_daily", "mine_daily")
    write(own, mine.replace("logs/", "mine/"))
    assert list(load_sources([tmp_path, own])) == ["shop", "mine"]


def test_names_used_twice_are_refused_with_both_files(tmp_path: Path) -> None:
    first = write(tmp_path, GOOD, "a.yaml")
    same_name = write(tmp_path, GOOD, "b.yaml")
    other = GOOD.replace("name: shop", "name: other").replace("logs/", "other/")
    same_table = write(tmp_path, other, "c.yaml")
    with pytest.raises(SourceError) as caught:
        load_sources([tmp_path])
    assert str(caught.value).split("\n") == [
        f"{same_name}: name: 'shop' is also in {first}",
        f"{same_table}: table 'shop_daily' also belongs to {first}",
    ]


@pytest.mark.parametrize(
    "path", ["logs/event_date={event_date}/", "logs/event_date={event_date}/b/"]
)
def test_sources_of_the_same_files_are_refused(tmp_path: Path, path: str) -> None:
    first = write(tmp_path, GOOD, "a.yaml")
    other = GOOD.replace("name: shop", "name: other").replace("shop_daily", "other_daily")
    second = write(tmp_path, other.replace("logs/event_date={event_date}/", path), "b.yaml")
    with pytest.raises(SourceError) as caught:
        load_sources([tmp_path])
    assert str(caught.value) == (
        f"{second}: raw.path: '{path}' holds the files of 'logs/event_date={{event_date}}/' "
        f"({first}), or stands in it: give each source a folder of its own"
    )


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as caught:
        load_sources([tmp_path / "no"])
    assert str(caught.value) == f"{tmp_path / 'no'}: no such folder of source files"


def test_a_model_cannot_be_changed(tmp_path: Path) -> None:
    source: Any = read_source(write(tmp_path, GOOD))
    with pytest.raises(ValueError, match="frozen"):
        source.name = "other"
