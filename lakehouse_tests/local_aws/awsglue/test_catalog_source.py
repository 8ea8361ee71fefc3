"""Tables of the Data Catalog as frames: partitions, formats, types, predicates."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from lakehouse.local_aws.awsglue.catalog import fields_of
from lakehouse.local_aws.awsglue.catalog_source import selected_partitions
from lakehouse_tests.local_aws.awsglue.frames import records_of, tree_of

if TYPE_CHECKING:
    from lakehouse.local_aws.awsglue.context import GlueContext

Client = Callable[[str], Any]
pytestmark = [pytest.mark.spark, pytest.mark.filterwarnings("ignore::ResourceWarning")]

JSON = "org.openx.data.jsonserde.JsonSerDe"
CSV = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"
COLUMNS = {"id": "bigint", "name": "string"}


@pytest.fixture
def database(client: Client, bucket: Path) -> str:
    client("glue").create_database(DatabaseInput={"Name": bucket.name})
    return bucket.name


def create_table(
    client: Client,
    bucket: Path,
    place: str,
    columns: Mapping[str, str] = COLUMNS,
    keys: Mapping[str, str] | None = None,
    serde: str = JSON,
    **parameters: str,
) -> str:
    """A table over a folder of the bucket, named as the folder."""
    name = place.strip("/").replace("/", "_") or "root"
    client("glue").create_table(
        DatabaseName=bucket.name,
        TableInput={
            "Name": name,
            "Parameters": parameters,
            "PartitionKeys": [{"Name": k, "Type": v} for k, v in (keys or {}).items()],
            "StorageDescriptor": storage(bucket, place, columns, serde),
        },
    )
    return name


def storage(
    bucket: Path, place: str, columns: Mapping[str, str] = COLUMNS, serde: str = JSON
) -> dict[str, Any]:
    return {
        "Columns": [{"Name": name, "Type": kind} for name, kind in columns.items()],
        "Location": f"s3://{bucket.name}/{place}",
        "SerdeInfo": {"SerializationLibrary": serde, "Parameters": {"field.delim": ","}},
    }


def add_partition(client: Client, bucket: Path, table: str, place: str, *values: str) -> None:
    client("glue").create_partition(
        DatabaseName=bucket.name,
        TableName=table,
        PartitionInput={"Values": list(values), "StorageDescriptor": storage(bucket, place)},
    )


def lay(bucket: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        (bucket / name).parent.mkdir(parents=True, exist_ok=True)
        (bucket / name).write_text(text)


@pytest.fixture
def by_day(client: Client, bucket: Path, database: str) -> str:
    """A partitioned table: two days in folders that say so, one elsewhere, one without data."""
    lay(
        bucket,
        {
            "days/day=01/hour=7/a.json": '{"id": 1}\n',
            "days/day=02/hour=8/a.json": '{"id": 2}\n',
            "days/day=02/hour=8/sub/a.json": '{"id": 22}\n',
            "elsewhere/third day/a.json": '{"id": 3, "name": "x"}\n',
        },
    )
    table = create_table(client, bucket, "days/", keys={"day": "string", "hour": "int"})
    add_partition(client, bucket, table, "days/day=01/hour=7/", "01", "7")
    add_partition(client, bucket, table, "days/day=02/hour=8", "02", "8")
    add_partition(client, bucket, table, "elsewhere/third day/", "03", "9")
    add_partition(client, bucket, table, "days/day=04/hour=1/", "04", "1")
    return table


FIRST, SECOND, THIRD = (
    {"id": 1, "day": "01", "hour": 7, "name": None},
    {"id": 2, "day": "02", "hour": 8, "name": None},
    {"id": 3, "day": "03", "hour": 9, "name": "x"},
)


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ({}, [FIRST, SECOND, THIRD]),
        (
            {"additional_options": {"recurse": True}},
            [FIRST, SECOND, THIRD, {**SECOND, "id": 22}],
        ),
        (
            {
                "push_down_predicate": "(day == '02' or hour > 8)",
                "additional_options": {"catalogPartitionPredicate": "hour < 9"},
            },
            [SECOND],
        ),
    ],
)
def test_partitions_are_read_as_options_say(
    glue: "GlueContext", bucket: Path, by_day: str, options: Any, found: list[Any]
) -> None:
    frame = glue.create_dynamic_frame.from_catalog(
        database=bucket.name, table_name=by_day, **options
    )
    rows = [{**dict.fromkeys(THIRD), **record} for record in records_of(frame)]
    assert sorted(rows, key=lambda row: row["id"]) == found


@pytest.mark.parametrize(
    ("predicate", "days"),
    [
        ("", ["01", "02", "03"]),
        ("cast(day as int) >= 2 and hour < 9", ["02"]),
        ("day in ('01', '03')", ["01", "03"]),
        ("day = 'none'", []),
    ],
)
def test_a_predicate_is_spark_sql_over_typed_values(
    glue: "GlueContext", predicate: str, days: list[str]
) -> None:
    keys = fields_of([{"Name": "day", "Type": "string"}, {"Name": "hour", "Type": "int"}])
    partitions = [{"Values": [f"0{n}", str(n + 6)]} for n in (1, 2, 3)]
    chosen = selected_partitions(glue.spark_session, keys, partitions, predicate)
    assert [partition["Values"][0] for partition in chosen] == days


def test_a_predicate_over_other_columns_is_an_error(
    glue: "GlueContext", bucket: Path, by_day: str
) -> None:
    with pytest.raises(ValueError, match=r"User's pushdown predicate: id > 1 can not be resolved"):
        glue.create_dynamic_frame.from_catalog(bucket.name, by_day, push_down_predicate="id > 1")


def test_csv_has_the_catalogs_types_and_a_choice_where_a_value_does_not_fit(
    glue: "GlueContext", client: Client, bucket: Path, database: str
) -> None:
    """Documentation: "Data preparation using ResolveChoice, Lambda, and ApplyMapping"."""
    lay(bucket, {"medicare/a.csv": "id,zip,name\n10001,36301,A\n10005,,\nINC,53948\n"})
    columns = {"provider id": "bigint", "provider zip code": "bigint", "provider name": "string"}
    header = {"skip.header.line.count": "1", "classification": "csv"}
    create_table(client, bucket, "medicare/", columns, {}, CSV, **header)
    frame = glue.create_dynamic_frame.from_catalog(database, "medicare")
    assert tree_of(frame) == (
        "root\n|-- provider id: choice\n|    |-- long\n|    |-- string\n"
        "|-- provider zip code: long\n|-- provider name: string\n"
    )
    resolved = frame.resolveChoice(specs=[("provider id", "cast:long")])
    assert records_of(frame)[2]["provider id"] == "INC"
    assert records_of(resolved) == [
        {"provider id": 10001, "provider zip code": 36301, "provider name": "A"},
        {"provider id": 10005, "provider zip code": None, "provider name": ""},
        {"provider id": None, "provider zip code": 53948, "provider name": None},
    ]


def test_json_describes_itself_unless_the_catalog_is_asked_for(
    glue: "GlueContext", client: Client, bucket: Path, database: str
) -> None:
    lay(bucket, {"self/a.json": '{"id": 1, "more": true}\n{"id": "x", "name": "n"}\n'})
    create_table(client, bucket, "self/")
    frame = glue.create_dynamic_frame.from_catalog(database, "self")
    assert tree_of(frame) == (
        "root\n|-- id: choice\n|    |-- int\n|    |-- string\n|-- more: boolean\n|-- name: string\n"
    )
    matched = frame.resolveChoice(choice="match_catalog", database=database, table_name="self")
    assert records_of(matched.select_fields(["id"])) == [{"id": 1}, {"id": None}]
    spark = glue.create_data_frame.from_catalog(
        database, "self", additional_options={"useSparkDataSource": True, "useCatalogSchema": True}
    )
    assert [tuple(row) for row in spark.collect()] == [(1, None), (None, "n")]
    assert glue.create_data_frame_from_catalog(database, "self").columns == ["id", "more", "name"]


def test_a_whole_bucket_and_an_empty_place_are_tables(
    glue: "GlueContext", client: Client, bucket: Path, database: str
) -> None:
    lay(bucket, {"a.json": '{"id": 1}\n', "in/a.json": '{"id": 2}\n'})
    create_table(client, bucket, "")
    create_table(client, bucket, "nothing/")
    read = glue.create_dynamic_frame.from_catalog
    assert records_of(read(database, "root")) == [{"id": 1}]
    deep = read(database, "root", additional_options={"recurse": True})
    assert sorted(record["id"] for record in records_of(deep)) == [1, 2]
    assert records_of(read(database, "nothing")) == []


def test_a_format_that_is_not_supported_is_named(
    glue: "GlueContext", client: Client, bucket: Path, database: str
) -> None:
    lay(bucket, {"logs/a.log": "x\n"})
    create_table(client, bucket, "logs/", serde="com.amazonaws.glue.serde.GrokSerDe")
    with pytest.raises(
        NotImplementedError, match=r"table logs: its format com\.amazonaws\.glue\.serde"
    ):
        glue.create_dynamic_frame.from_catalog(database, "logs")
