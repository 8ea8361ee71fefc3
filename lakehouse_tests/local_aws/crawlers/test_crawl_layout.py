"""Which folders become tables and which become partitions; globs and names."""

import pytest

from lakehouse.local_aws.crawlers.file_schema import FileSchema
from lakehouse.local_aws.crawlers.layout import Leaf, glob_pattern, plan_tables, sanitized
from lakehouse.local_aws.crawlers.scan import Prefix, parse_location
from lakehouse.local_aws.crawlers.schema_types import Column
from lakehouse.local_aws.errors import AwsError

SCHEMAS = {
    "a": FileSchema("csv", (Column("id", "bigint"), Column("name", "string")), delimiter=","),
    "b": FileSchema("csv", (Column("x", "bigint"), Column("y", "string")), delimiter=","),
    "j": FileSchema("json", (Column("id", "int"),)),
}

# folders (with the letter of their files' schema) -> tables with their keys and partitions.
# Rules: https://docs.aws.amazon.com/glue/latest/dg/crawler-s3-folder-table-partition.html
LAYOUTS = [
    ("files in the include path", {"": "a"}, {"": ([], [[]])}),
    (
        "k=v folders",
        {"year=2019/month=Jan": "a", "year=2019/month=Feb": "a"},
        {"": (["year", "month"], [["2019", "Jan"], ["2019", "Feb"]])},
    ),
    (
        "plain folders are numbered",
        {"table1/partition1": "a", "table1/partition2": "a", "table2/partition4": "a"},
        {
            "": (
                ["partition_0", "partition_1"],
                [["table1", "partition1"], ["table1", "partition2"], ["table2", "partition4"]],
            )
        },
    ),
    (
        "different keys at one level are numbered",
        {"year=1": "a", "day=1": "a"},
        {"": (["partition_0"], [["1"], ["1"]])},
    ),
    (
        "folders of different schemas are tables",
        {"users/d=1": "a", "users/d=2": "a", "orders/d=1": "b", "orders/d=2": "b"},
        {"users": (["d"], [["1"], ["2"]]), "orders": (["d"], [["1"], ["2"]])},
    ),
    (
        "a minority of others stays a partition",
        {"d=1": "a", "d=2": "a", "d=3": "a", "d=4": "j"},
        {"": (["d"], [["1"], ["2"], ["3"], ["4"]])},
    ),
    (
        "folders of different depths are tables",
        {"": "a", "old/d=1": "a"},
        {"": ([], [[]]), "old": (["d"], [["1"]])},
    ),
    ("escapes in values are undone", {"t=10%3A00": "a"}, {"": (["t"], [["10:00"]])}),
]


def leaves_of(folders: dict[str, str]) -> list[Leaf]:
    return [
        Leaf(tuple(filter(None, path.split("/"))), SCHEMAS[schema], 1, 10)
        for path, schema in folders.items()
    ]


@pytest.mark.parametrize(("name", "folders", "tables"), LAYOUTS, ids=[case[0] for case in LAYOUTS])
def test_folders_become_tables_and_partitions(
    name: str, folders: dict[str, str], tables: dict[str, tuple[list[str], list[list[str]]]]
) -> None:
    plans = plan_tables(leaves_of(folders))
    assert {
        "/".join(plan.path): (list(plan.keys), [plan.values(leaf) for leaf in plan.leaves])
        for plan in plans
    } == tables


def test_plain_folders_of_a_bucket_are_tables() -> None:
    plans = plan_tables(leaves_of({"logs": "a", "more": "a"}), bucket_root=True)
    assert [plan.path for plan in plans] == [("logs",), ("more",)]


def test_nothing_found_is_no_table() -> None:
    assert plan_tables([]) == []


@pytest.mark.parametrize(
    ("glob", "path", "matches"),
    [
        ("*.csv", "a.csv", True),
        ("*.csv", "d/a.csv", False),
        ("**.csv", "d/a.csv", True),
        ("**/tmp/**", "x/tmp/y/z", True),
        ("d=2026-01-0?/**", "d=2026-01-01/a", True),
        ("{a,b}.{csv,json}", "b.json", True),
        ("{a,b}.{csv,json}", "c.json", False),
        ("[a-c].csv", "b.csv", True),
        ("[!a-c].csv", "b.csv", False),
        (r"\*.csv", "*.csv", True),
        (r"\*.csv", "a.csv", False),
        ("a.csv", "aXcsv", False),
    ],
)
def test_exclusions_are_globs(glob: str, path: str, matches: bool) -> None:
    assert (glob_pattern(glob).fullmatch(path) is not None) is matches


@pytest.mark.parametrize(
    ("name", "table"),
    [
        ("Web-Logs", "web_logs"),
        ("event_date=2026-01-01", "event_date_2026_01_01"),
        ("a.csv", "a_csv"),
    ],
)
def test_table_names_are_sanitized(name: str, table: str) -> None:
    assert sanitized(name) == table


@pytest.mark.parametrize(
    ("path", "prefix"),
    [
        ("s3://b/logs", Prefix("b", "logs/")),
        ("s3://b/logs/", Prefix("b", "logs/")),
        ("s3://b", Prefix("b", "")),
        ("b/logs/x", Prefix("b", "logs/x/")),
    ],
)
def test_paths_are_read(path: str, prefix: Prefix) -> None:
    assert parse_location(path) == prefix


@pytest.mark.parametrize("path", ["", "s3://", "s3:///logs", "hdfs://b/logs", "file:///tmp"])
def test_other_paths_are_refused(path: str) -> None:
    with pytest.raises(AwsError, match="is not an Amazon S3 path"):
        parse_location(path)
