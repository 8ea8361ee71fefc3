"""Which folders become tables and which become partitions; globs, names and places."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from lakehouse.local_aws.crawlers.formats.schema import Delimited, FileSchema, JsonFields
from lakehouse.local_aws.crawlers.formats.types import Column
from lakehouse.local_aws.crawlers.globs import glob_pattern
from lakehouse.local_aws.crawlers.layout import (
    Grouping,
    Leaf,
    TablePlan,
    plan_more,
    plan_single,
    plan_tables,
)
from lakehouse.local_aws.crawlers.location import Prefix, parse_location
from lakehouse.local_aws.crawlers.naming import distinct_name, sanitized, table_name
from lakehouse.local_aws.errors import AwsError

CASES = Path(__file__).parent / "cases"
LAYOUTS = yaml.safe_load((CASES / "layout.yaml").read_text())
MORE = yaml.safe_load((CASES / "more_folders.yaml").read_text())


def csv(*names: str, delimiter: str = ",", compression: str = "none") -> FileSchema:
    columns = tuple(Column(name, "bigint") for name in names)
    return FileSchema("csv", columns, compression, Delimited(delimiter))


SCHEMAS = {
    "a": csv("id", "name"),
    "a2": csv("id", "name", "score"),
    "b": csv("x", "y"),
    "c1": csv("p"),
    "c2": csv("q"),
    "c3": csv("r"),
    "c4": csv("s"),
    "t": csv("id", "name", delimiter="\t"),
    "z": csv("id", "name", compression="gzip"),
    "j": FileSchema("json", (Column("id", "int"),), details=JsonFields(("id",))),
}


def leaves_of(folders: dict[str, str]) -> list[Leaf]:
    """Make a leaf of each folder; a name that ends with `*` is a file that does not fit."""
    return [
        Leaf(
            tuple(filter(None, path.rstrip("*").split("/"))),
            SCHEMAS[schema],
            1,
            10,
            path.endswith("*"),
        )
        for path, schema in folders.items()
    ]


def values_of(plan: TablePlan) -> list[list[str]]:
    return [plan.values(leaf) for leaf in plan.leaves]


@pytest.mark.parametrize("case", LAYOUTS, ids=lambda case: case["name"])
def test_folders_become_tables_and_partitions(case: dict[str, Any]) -> None:
    plans = plan_tables(leaves_of(case["folders"]), Grouping(**case.get("grouping", {})))
    found = {"/".join(plan.path): plan for plan in plans}
    assert list(found) == list(case["tables"])
    for root, expected in case["tables"].items():
        plan = found[root]
        assert list(plan.keys) == expected.get("keys", [])
        assert values_of(plan) == expected.get("values", values_of(plan))
        names = [column.name for column in plan.schema.columns]
        assert names == expected.get("columns", names)


@pytest.mark.parametrize("case", MORE, ids=lambda case: case["name"])
def test_new_folders_join_the_tables_they_fit(case: dict[str, Any]) -> None:
    grouping = Grouping(**case.get("grouping", {}))
    known = plan_tables(leaves_of(case["known"]), grouping)
    plans, rejected = plan_more(known, leaves_of(case["fresh"]), grouping)
    assert {"/".join(plan.path): values_of(plan) for plan in plans} == case["tables"]
    assert ["/".join(leaf.path) for leaf in rejected] == case.get("skipped", [])


@pytest.mark.parametrize("cases", [LAYOUTS, MORE], ids=["layout", "more folders"])
def test_every_case_says_where_its_rule_comes_from(cases: list[dict[str, Any]]) -> None:
    assert [case["name"] for case in cases if ("source" in case) == ("chosen" in case)] == []


def test_a_catalog_table_takes_the_leaves_of_its_depth_and_format() -> None:
    folders = {"d=1": "a", "d=2": "b", "d=3": "j", "d=4/x": "a", "": "a"}
    plan = plan_single(leaves_of(folders), ["d"])
    assert (plan.keys, values_of(plan)) == (("d",), [["1"], ["2"]])
    assert [column.name for column in plan.schema.columns] == ["id", "name", "x", "y"]


def test_a_catalog_table_without_keys_takes_its_folders_too() -> None:
    plan = plan_single(leaves_of({"d=1": "a", "d=2": "a2"}), [])
    assert [column.name for column in plan.schema.columns] == ["id", "name", "score"]


# Patterns and results of the page, then more of each rule:
# https://docs.aws.amazon.com/glue/latest/dg/define-crawler-choose-data-sources.html
GLOBS = [
    ("*.csv", "a.csv", True),
    ("*.csv", "d/a.csv", False),
    ("*.*", "a.b", True),
    ("*.*", "ab", False),
    ("*.{csv,avro}", "a.avro", True),
    ("*.{csv,avro}", "a.json", False),
    ("foo.?", "foo.x", True),
    ("foo.?", "foo.xy", False),
    ("myfolder/*", "myfolder/mysource", True),
    ("myfolder/*", "myfolder/mysource/data", False),
    ("myfolder/*/*", "myfolder/mysource/data", True),
    ("myfolder/**", "myfolder/mysource/mydata", True),
    ("myfolder/**", "myfolder/mysource/a/b", True),
    ("myfolder**", "myfolder", True),
    ("myfolder**", "myfolder/mydata.txt", True),
    ("departments/**", "departments/finance.json", True),
    ("departments/**", "employees/hr.json", False),
    ("departments/market*", "departments/market-us.json", True),
    ("departments/market*", "departments/finance.json", False),
    ("**.csv", "employees/john.csv", True),
    ("**.csv", "employees/juan.txt", False),
    ("employees/*.csv", "employees/jane.csv", True),
    ("2015/01/{[!0],0[8-9]}**", "2015/01/15/a", True),
    ("2015/01/{[!0],0[8-9]}**", "2015/01/09/a", True),
    ("2015/01/{[!0],0[8-9]}**", "2015/01/07/a", False),
    ("2015/0[2-9]/**", "2015/02/01/a", True),
    ("2015/1[0-2]/**", "2015/12/01/a", True),
    ("*", ".hidden", True),
    ("**/tmp/**", "x/tmp/y/z", True),
    ("[abce-g].csv", "f.csv", True),
    ("[abce-g].csv", "d.csv", False),
    ("[!a-c].csv", "b.csv", False),
    ("[!a-c].csv", "d.csv", True),
    ("[*?].csv", "*.csv", True),
    ("[*?].csv", "a.csv", False),
    ("[-a].csv", "-.csv", True),
    ("[!-a].csv", "-.csv", False),
    (r"[\].csv", "\\.csv", True),
    ("[^a].csv", "^.csv", True),
    ("a[!b]c", "a/c", False),
    (r"\*.csv", "*.csv", True),
    (r"\*.csv", "a.csv", False),
    (r"\{a\}", "{a}", True),
    (r"a\\b", "a\\b", True),
    ("a,b", "a,b", True),
    ("a.csv", "aXcsv", False),
    ("{a,b}/{c,d}", "b/c", True),
]


@pytest.mark.parametrize(("glob", "path", "matches"), GLOBS)
def test_exclusions_are_globs(glob: str, path: str, matches: bool) -> None:
    assert (glob_pattern(glob).fullmatch(path) is not None) is matches


@pytest.mark.parametrize("glob", ["{a", "a}", "{a,{b}}"])
def test_braces_that_do_not_match_are_refused(glob: str) -> None:
    with pytest.raises(ValueError, match="do not match"):
        glob_pattern(glob)


# https://docs.aws.amazon.com/glue/latest/dg/crawler-running.html
@pytest.mark.parametrize(
    ("name", "table"),
    [
        ("Web-Logs", "web_logs"),
        ("event_date=2026-01-01", "event_date_2026_01_01"),
        ("a.csv", "a_csv"),
        ("größe", "gr__e"),
        ("2026", "2026"),
    ],
)
def test_table_names_are_sanitized(name: str, table: str) -> None:
    assert sanitized(name) == table


def test_table_names_have_a_prefix_and_a_limit() -> None:
    assert table_name("Raw_", "Logs") == "raw_logs"
    assert table_name("p_", "x" * 200) == "p_" + "x" * 126
    distinct = distinct_name("x" * 128, "s3://b/x/")
    assert (len(distinct), distinct[:95]) == (128, "x" * 95)


@pytest.mark.parametrize(
    ("path", "prefix", "name", "level"),
    [
        ("s3://b/logs", Prefix("b", "logs/"), "logs", 2),
        ("s3://b/x/logs/", Prefix("b", "x/logs/"), "logs", 3),
        ("s3://b", Prefix("b", ""), "b", 1),
        ("b/logs/x", Prefix("b", "logs/x/"), "x", 3),
    ],
)
def test_paths_are_read(path: str, prefix: Prefix, name: str, level: int) -> None:
    found = parse_location(path)
    assert (found, found.name, found.level) == (prefix, name, level)


@pytest.mark.parametrize("path", ["", "s3://", "s3:///logs", "hdfs://b/logs", "file:///tmp"])
def test_other_paths_are_refused(path: str) -> None:
    with pytest.raises(AwsError, match="is not an Amazon S3 path"):
        parse_location(path)
