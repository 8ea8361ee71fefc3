"""Files as frames: what a format makes of its text, and which files are read."""

import gzip
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from lakehouse.local_aws.awsglue.s3_source import UnreadableRecords
from lakehouse_tests.local_aws.awsglue.frames import frame_of, records_of, tree_of

if TYPE_CHECKING:
    from lakehouse.local_aws.awsglue.context import GlueContext
    from lakehouse.local_aws.awsglue.dynamicframe import DynamicFrame

pytestmark = [pytest.mark.spark, pytest.mark.filterwarnings("ignore::ResourceWarning")]


def lay(bucket: Path, files: Mapping[str, str | bytes]) -> None:
    for name, body in files.items():
        path = bucket / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body.encode() if isinstance(body, str) else body)


def read(
    glue: "GlueContext", bucket: Path, format_: str, options: Any = None, **connection: Any
) -> "DynamicFrame":
    return glue.create_dynamic_frame.from_options(
        connection_type="s3",
        connection_options={"paths": [f"s3://{bucket.name}/in/"], **connection},
        format=format_,
        format_options=options or {},
    )


def test_lines_of_json_have_the_types_of_their_values(glue: "GlueContext", bucket: Path) -> None:
    lay(bucket, {"in/a.json": '{"id": 1, "at": {"x": 1.5}}\n\n{"id": 2, "none": null, "l": []}\n'})
    frame = read(glue, bucket, "json")
    assert tree_of(frame) == (
        "root\n|-- id: int\n|-- at: struct\n|    |-- x: double\n|-- none: null\n"
        "|-- l: array\n|    |-- element: null\n"
    )
    assert records_of(frame) == [
        {"id": 1, "at": {"x": 1.5}, "none": None, "l": None},
        {"id": 2, "at": None, "none": None, "l": []},
    ]
    assert frame.errorsCount() == 0


def test_fields_of_several_types_are_read_as_they_are(glue: "GlueContext", bucket: Path) -> None:
    lay(bucket, {"in/a.json": '{"id": 1}\n{"id": "one"}\n', "in/b.json": '{"id": 3000000000}\n'})
    frame = read(glue, bucket, "json", {"attachFilename": "file"})
    assert tree_of(frame) == (
        "root\n|-- id: choice\n|    |-- int\n|    |-- long\n|    |-- string\n|-- file: string\n"
    )
    assert sorted(records_of(frame), key=repr) == [
        {"id": "one", "file": f"s3://{bucket.name}/in/a.json"},
        {"id": 1, "file": f"s3://{bucket.name}/in/a.json"},
        {"id": 3000000000, "file": f"s3://{bucket.name}/in/b.json"},
    ]


def test_broken_json_is_an_error_record(glue: "GlueContext", bucket: Path) -> None:
    """Documentation: "Example: Use errorsAsDynamicFrame to view error records"."""
    lay(
        bucket,
        {
            "in/error_data.json": (
                '{"id": 1, "name": "george", "surname": "washington", "height": 178}\n'
                '{"id": 2, "name": "benjamin", "surname": "franklin",\n'
                '{"id": 3, "name": "alexander", "surname": "hamilton", "height": 171}\n'
                '{"id": 4, "name": "john", "surname": "jay", "height": 190}\n'
            )
        },
    )
    errors = read(glue, bucket, "json")
    assert tree_of(errors) == (
        "root\n|-- id: int\n|-- name: string\n|-- surname: string\n|-- height: int\n"
    )
    assert records_of(errors) == [
        {"id": 1, "name": "george", "surname": "washington", "height": 178},
        {"id": 4, "name": "john", "surname": "jay", "height": 190},
    ]
    assert (errors.errorsCount(), errors.stageErrorsCount()) == (1, 1)
    error_record = errors.errorsAsDynamicFrame().toDF().head()
    assert error_record is not None
    assert list(error_record["error"].asDict().keys()) == [
        "callsite",
        "msg",
        "stackTrace",
        "input",
        "bytesread",
        "source",
        "dynamicRecord",
    ]
    renamed = errors.rename_field("id", "key")
    assert (renamed.errorsCount(), renamed.stageErrorsCount()) == (1, 0)
    with pytest.raises(UnreadableRecords, match="Unable to parse a record: Expecting property"):
        read(glue, bucket, "json", isFailFast=True)


def test_json_over_lines_and_json_paths(glue: "GlueContext", bucket: Path) -> None:
    lay(bucket, {"in/a.json": '{"n": 2, "records": [\n {"id": 1},\n {"id": 2}\n]}\n'})
    whole = read(glue, bucket, "json", {"multiline": True})
    assert records_of(whole) == [{"n": 2, "records": [{"id": 1}, {"id": 2}]}]
    inner = read(glue, bucket, "json", {"jsonPath": "$.records[*]"})
    assert records_of(inner) == [{"id": 1}, {"id": 2}]


CSV = 'id,name,note\n1,"x, ""y""",\n2,z\n3,a,b,c\n'


@pytest.mark.parametrize(
    ("options", "text", "rows", "errors"),
    [
        (
            {"withHeader": True},
            CSV,
            [{"id": "1", "name": 'x, "y"', "note": ""}, {"id": "2", "name": "z", "note": None}],
            1,
        ),
        (
            {"separator": "|"},
            "1|a\n2|b\n",
            [{"col0": "1", "col1": "a"}, {"col0": "2", "col1": "b"}],
            0,
        ),
        ({"skipFirst": True}, "x,y\n1,2\n", [{"col0": "1", "col1": "2"}], 0),
        ({"quoteChar": -1}, 'a,"b\n', [{"col0": "a", "col1": '"b'}], 0),
        ({"quoteChar": "'", "escaper": "\\"}, "'it\\'s',1\n", [{"col0": "it's", "col1": "1"}], 0),
        (
            {"withHeader": True, "multiLine": True},
            'a,b\n"1\n2",3\n',
            [{"a": "1\n2", "b": "3"}],
            0,
        ),
    ],
)
def test_csv(
    glue: "GlueContext", bucket: Path, options: Any, text: str, rows: list[Any], errors: int
) -> None:
    lay(bucket, {"in/a.csv": text})
    frame = read(glue, bucket, "csv", options)
    assert records_of(frame) == rows
    assert frame.errorsCount() == errors


def test_columns_of_all_parquet_files_are_there(glue: "GlueContext", bucket: Path) -> None:
    for name, record in (("a", {"x": 1}), ("b", {"x": 2, "y": "s"})):
        frame = frame_of(glue, [record])
        frame.toDF().write.parquet(f"s3://{bucket.name}/in/{name}")
    found = read(glue, bucket, "parquet", recurse=True)
    assert sorted(records_of(found), key=repr) == [{"x": 1, "y": None}, {"x": 2, "y": "s"}]


@pytest.mark.parametrize(
    ("connection", "found"),
    [
        ({}, ["top", "zipped"]),
        ({"recurse": True}, ["day", "deep", "hidden", "top", "zipped"]),
        ({"recurse": True, "exclusions": '["**/deep/**", "*.gz"]'}, ["day", "hidden", "top"]),
        ({"exclusions": ["{top,x}.json"], "groupFiles": "inPartition"}, ["zipped"]),
        ({"paths": ["s3://BUCKET"]}, ["root"]),
        ({"paths": ["s3://BUCKET/in/d=1/", "s3://BUCKET/root.json"]}, ["day", "root"]),
    ],
)
def test_which_files_are_read(
    glue: "GlueContext", bucket: Path, connection: dict[str, Any], found: list[str]
) -> None:
    lay(
        bucket,
        {
            "root.json": '{"at": "root"}\n',
            "in/top.json": '{"at": "top"}\n',
            "in/_hidden.json": '{"at": "never"}\n',
            "in/zipped.json.gz": gzip.compress(b'{"at": "zipped"}\n'),
            "in/d=1/day.json": '{"at": "day"}\n',
            "in/sub/deep/deep.json": '{"at": "deep"}\n',
            "in/sub/hid/hidden.json": '{"at": "hidden"}\n',
        },
    )
    if "paths" in connection:
        paths = [path.replace("BUCKET", bucket.name) for path in connection["paths"]]
        connection = {**connection, "paths": paths}
    frame = read(glue, bucket, "json", **connection)
    assert sorted(record["at"] for record in records_of(frame)) == found
    assert frame.schema().hasField("d") is False


@pytest.mark.parametrize(
    ("format_", "options", "connection", "named"),
    [
        ("avro", {}, {}, "format 'avro'"),
        ("xml", {"rowTag": "r"}, {}, "format 'xml'"),
        ("csv", {"inferSchema": True}, {}, "format csv: option inferSchema"),
        ("json", {}, {"boundedFiles": 1}, "reading from s3: option boundedFiles"),
        ("json", {}, {"compressionType": "lzo"}, "compressionType 'lzo'"),
        ("json", {}, {"compressionType": "gzip"}, "by its name not compressed"),
    ],
)
def test_what_cannot_be_read_is_refused(
    glue: "GlueContext", bucket: Path, format_: str, options: Any, connection: Any, named: str
) -> None:
    lay(bucket, {"in/a.json": "{}\n"})
    with pytest.raises(NotImplementedError, match=named):
        read(glue, bucket, format_, options, **connection)


def test_a_source_object_reads_a_frame(glue: "GlueContext", bucket: Path) -> None:
    """Documentation: getSource, GlueContext class."""
    lay(bucket, {"in/a.json": '{"id": 1}\n{"id": 2}\n'})
    data_source = glue.getSource("file", paths=[str(bucket / "in")])
    data_source.setFormat("json")
    assert records_of(data_source.getFrame()) == [{"id": 1}, {"id": 2}]
    sample = glue.create_sample_dynamic_frame_from_options(
        "s3", {"paths": [f"s3://{bucket.name}/in/"]}, num=1, format="json"
    )
    assert records_of(sample) == [{"id": 1}]


def test_a_path_that_is_not_there_fails(glue: "GlueContext", bucket: Path) -> None:
    from pyspark.errors import AnalysisException

    with pytest.raises(AnalysisException, match="PATH_NOT_FOUND"):
        read(glue, bucket, "json")
