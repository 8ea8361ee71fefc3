"""Frames written: files by format and option, and the catalog kept true with them."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import pytest

from lakehouse.local_aws.awsglue.catalog_sink import CatalogMismatch
from lakehouse_tests.local_aws.awsglue.frames import frame_of, records_of

if TYPE_CHECKING:
    from lakehouse.local_aws.awsglue.context import GlueContext

Client = Callable[[str], Any]
pytestmark = [pytest.mark.spark, pytest.mark.filterwarnings("ignore::ResourceWarning")]

RECORDS = [
    {"id": 1, "name": 'a "b"', "day": "2026-01-01", "at": None},
    {"id": 2, "name": "", "day": "x:y", "at": 1.5},
]


def written(folder: Path) -> dict[str, bytes]:
    """Folder below -> the bytes of its one file."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path.parent.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(files)}


@pytest.mark.parametrize(
    ("format_", "options", "connection", "expected"),
    [
        (
            "csv",
            {"separator": "|"},
            {},
            {".": b'id|name|day|at\n1|"a ""b"""|2026-01-01|\n2|""|x:y|1.5\n'},
        ),
        (
            "csv",
            {"writeHeader": False, "quoteChar": "-1"},
            {"partitionKeys": ["day"]},
            {"day=2026-01-01": b'1,a "b",\n', "day=x%3Ay": b"2,,1.5\n"},
        ),
        (
            "json",
            {},
            {"partitionKeys": ["day", "id"]},
            {
                "day=2026-01-01/id=1": b'{"name":"a \\"b\\""}\n',
                "day=x%3Ay/id=2": b'{"name":"","at":1.5}\n',
            },
        ),
    ],
)
def test_text_formats(
    glue: "GlueContext", bucket: Path, format_: str, options: Any, connection: Any, expected: Any
) -> None:
    frame = frame_of(glue, RECORDS)
    path = {"path": f"s3://{bucket.name}/out/"}
    same = glue.write_dynamic_frame.from_options(
        frame=frame,
        connection_type="s3",
        connection_options={**path, **connection},
        format=format_,
        format_options=options,
    )
    assert same is frame
    assert written(bucket / "out") == expected


def test_values_of_several_types_are_written_as_they_are(glue: "GlueContext", bucket: Path) -> None:
    records: list[dict[str, Any]] = [
        {"k": "a", "v": 1},
        {"k": "b", "v": {"x": [True]}},
        {"k": "c", "v": "text"},
    ]
    frame = frame_of(glue, records)
    for format_ in ("json", "csv"):
        where = {"path": f"s3://{bucket.name}/{format_}/", "compression": "gzip"}
        frame.write("s3", where, format_)
    lines = gzip.decompress(written(bucket / "json")["."]).splitlines()
    assert [json.loads(line) for line in lines] == records
    text = gzip.decompress(written(bucket / "csv")["."]).decode()
    assert text == 'k,v\na,1\nb,"{""x"":[true]}"\nc,text\n'


def test_glueparquet_is_parquet(glue: "GlueContext", bucket: Path) -> None:
    frame = frame_of(glue, [{"id": 1, "s": {"x": "y"}}])
    where = {"path": f"s3://{bucket.name}/out/"}
    options = {"compression": "gzip", "blockSize": "128MB"}
    glue.write_from_options(frame, "s3", where, "glueparquet", options)
    (path,) = (bucket / "out").glob("*.parquet")
    assert pq.read_table(path).to_pylist() == [{"id": 1, "s": {"x": "y"}}]
    assert pq.ParquetFile(path).metadata.row_group(0).column(0).compression == "GZIP"


def test_spigot_writes_the_first_records_and_gives_the_frame_back(
    glue: "GlueContext", bucket: Path
) -> None:
    """Documentation: "Example: Use spigot to write sample fields"."""
    frame = frame_of(glue, [{"n": n} for n in range(5)])
    assert frame.spigot(path=f"s3://{bucket.name}/s", options={"topk": 2}) is frame
    assert written(bucket / "s") == {".": b'{"n":0}\n{"n":1}\n'}


def sink_of(glue: "GlueContext", bucket: Path, table: str = "sales", **options: Any) -> Any:
    sink = glue.getSink(
        connection_type="s3",
        path=f"s3://{bucket.name}/{table}/",
        enableUpdateCatalog=True,
        **options,
    )
    sink.setCatalogInfo(catalogDatabase=bucket.name, catalogTableName=table)
    return sink


def test_a_sink_creates_a_table_and_adds_partitions_and_columns(
    glue: "GlueContext", client: Client, bucket: Path
) -> None:
    """Documentation: "Creating new tables", "New partitions", "Updating table schema"."""
    catalog = client("glue")
    catalog.create_database(DatabaseInput={"Name": bucket.name})
    sink = sink_of(glue, bucket, partitionKeys=["day"], updateBehavior="UPDATE_IN_DATABASE")
    sink.setFormat("glueparquet", compression="snappy")
    sink.writeFrame(frame_of(glue, [{"id": 1, "day": "d:1"}, {"id": 2, "day": None}]))

    table = catalog.get_table(DatabaseName=bucket.name, Name="sales")["Table"]
    assert table["PartitionKeys"] == [{"Name": "day", "Type": "string"}]
    assert table["Parameters"]["classification"] == "parquet"
    assert table["StorageDescriptor"]["Columns"] == [{"Name": "id", "Type": "int"}]
    found = catalog.get_partitions(DatabaseName=bucket.name, TableName="sales")["Partitions"]
    assert {p["Values"][0]: p["StorageDescriptor"]["Location"] for p in found} == {
        "d:1": f"s3://{bucket.name}/sales/day=d%3A1/",
        "__HIVE_DEFAULT_PARTITION__": f"s3://{bucket.name}/sales/day=__HIVE_DEFAULT_PARTITION__/",
    }
    more = [{"id": 3, "day": "d:1", "Name": "x"}, {"id": 4, "day": "d2", "Name": "y"}]
    sink.writeFrame(frame_of(glue, more))
    table = catalog.get_table(DatabaseName=bucket.name, Name="sales")["Table"]
    assert table["StorageDescriptor"]["Columns"] == [
        {"Name": "id", "Type": "int"},
        {"Name": "name", "Type": "string"},
    ]
    back = glue.create_dynamic_frame.from_catalog(
        bucket.name, "sales", push_down_predicate="day like 'd%'"
    )
    assert sorted(records_of(back), key=lambda record: record["id"]) == [
        {"id": 1, "Name": None, "day": "d:1"},
        {"id": 3, "Name": "x", "day": "d:1"},
        {"id": 4, "Name": "y", "day": "d2"},
    ]


def test_a_table_is_written_by_its_own_format(
    glue: "GlueContext", client: Client, bucket: Path
) -> None:
    catalog = client("glue")
    catalog.create_database(DatabaseInput={"Name": bucket.name})
    sink = sink_of(glue, bucket, "rows", partitionKeys=["day"])
    sink.setFormat("csv", separator=";")
    sink.writeFrame(frame_of(glue, [{"id": 1, "day": "a"}]))
    options = {"enableUpdateCatalog": True, "partitionKeys": ["day"], "updateBehavior": "LOG"}
    glue.write_dynamic_frame_from_catalog(
        frame=frame_of(glue, [{"id": 2, "day": "b"}]),
        database=bucket.name,
        table_name="rows",
        additional_options=options,
    )
    assert written(bucket / "rows") == {"day=a": b"id\n1\n", "day=b": b"id\n2\n"}
    back = glue.create_dynamic_frame.from_catalog(bucket.name, "rows")
    assert sorted(records_of(back), key=repr) == [{"id": 1, "day": "a"}, {"id": 2, "day": "b"}]
    wrong = frame_of(glue, [{"id": 3, "other": 1, "day": "c"}])
    with pytest.raises(CatalogMismatch, match="updateBehavior LOG: the table has no such columns"):
        glue.write_dynamic_frame.from_catalog(
            wrong, bucket.name, "rows", additional_options=options
        )
    assert sorted(written(bucket / "rows")) == ["day=a", "day=b"]


def test_what_a_sink_cannot_do_is_an_error_before_anything_is_written(
    glue: "GlueContext", client: Client, bucket: Path
) -> None:
    catalog = client("glue")
    catalog.create_database(DatabaseInput={"Name": bucket.name})
    frame = frame_of(glue, [{"id": 1, "day": "a"}])

    def attempt(table: str, format_: str, options: Any, database: str = "", **sink: Any) -> None:
        made = sink_of(glue, bucket, table, **sink)
        made.setCatalogInfo(database or bucket.name, table)
        made.setFormat(format_, **options)
        made.writeFrame(frame)

    attempt("good", "json", {}, partitionKeys=["day"])
    for said, kind, arguments in (
        ("partitionKeys .* are not those of the table", CatalogMismatch, ("good", "json", {})),
        ("useGlueParquetWriter", ValueError, ("new", "parquet", {})),
        ("enableUpdateCatalog with format 'orc'", NotImplementedError, ("new", "orc", {})),
    ):
        with pytest.raises(kind, match=said):
            attempt(*arguments)
    with pytest.raises(catalog.exceptions.EntityNotFoundException):
        attempt("new", "json", {}, database="no_such_database")
    with pytest.raises(ValueError, match="Partition column `none` not found in schema"):
        glue.getSink("s3", "json", path="s3://x/", partitionKeys=["none"]).writeFrame(frame)
    with pytest.raises(NotImplementedError, match="writing to s3: option bulkSize"):
        glue.getSink("s3", "json", path="s3://x/", bulkSize=1).writeFrame(frame)
    assert sorted(path.name for path in bucket.iterdir()) == ["good"]
