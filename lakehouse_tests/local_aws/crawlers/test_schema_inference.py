"""What the crawler makes of one file: the cases of inference_cases.yaml, compression, Parquet."""

import bz2
import gzip
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from lakehouse.local_aws.crawlers.file_sample import read_sample
from lakehouse.local_aws.crawlers.file_schema import FileSchema
from lakehouse.local_aws.crawlers.layout import Leaf
from lakehouse.local_aws.crawlers.schema_inference import classify
from lakehouse.local_aws.crawlers.table import crawler_parameters, serde_info, table_columns
from lakehouse.local_aws.errors import AwsError

CASES = yaml.safe_load(Path(__file__).with_name("inference_cases.yaml").read_text())
CSV = b"id,name\n" + b"".join(b"%d,n%d\n" % (i, i) for i in range(1000))


def zstd(data: bytes) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as stream:
        stream.write(data)
    return bytes(sink.getvalue())


def classified(path: Path, data: bytes, limit: int = 1_000_000) -> FileSchema:
    path.write_bytes(data)
    return classify(read_sample(path, len(data), limit))


def columns_of(schema: FileSchema) -> dict[str, str]:
    return {column["Name"]: column["Type"] for column in table_columns(schema)}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_file_is_classified(case: dict[str, Any], tmp_path: Path) -> None:
    data = case["text"].encode()
    schema = classified(tmp_path / "file", data)
    assert (schema.classification, columns_of(schema)) == (case["classification"], case["columns"])
    parameters = crawler_parameters(schema, [Leaf((), schema, 1, len(data))], "c")
    for name, value in case.get("parameters", {}).items():
        assert parameters.get(name) == value, name
    if "parameters" in case and case["classification"] == "csv":
        expected = "skip.header.line.count" in case["parameters"]
        assert ("skip.header.line.count" in parameters) == expected
    serde = serde_info(schema)
    assert serde["SerializationLibrary"] == case.get("serde", serde["SerializationLibrary"])
    assert serde["Parameters"] == case.get("serde_parameters", serde["Parameters"])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_every_case_says_where_its_rule_comes_from(case: dict[str, Any]) -> None:
    assert ("source" in case) != ("chosen" in case)


@pytest.mark.parametrize(
    ("compression", "compress"),
    [("none", bytes), ("gzip", gzip.compress), ("bzip2", bz2.compress), ("zstd", zstd)],
)
def test_compressed_text_is_read(
    compression: str, compress: Callable[[bytes], bytes], tmp_path: Path
) -> None:
    schema = classified(tmp_path / "file", compress(CSV))
    assert (schema.compression, columns_of(schema), schema.records) == (
        compression,
        {"id": "bigint", "name": "string"},
        1000,
    )


def test_only_whole_lines_of_the_first_bytes_are_read(tmp_path: Path) -> None:
    schema = classified(tmp_path / "file", CSV + b"not a number,x\n", limit=2000)
    assert columns_of(schema) == {"id": "bigint", "name": "string"}
    assert 900 < schema.records < 1200


def test_a_broken_gzip_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(AwsError, match="The gzip file cannot be read"):
        classified(tmp_path / "file", gzip.compress(CSV)[:-50])


def test_parquet_columns_come_from_the_footer(tmp_path: Path) -> None:
    table = pa.table(
        {
            "Id": pa.array([1, 2], pa.int64()),
            "small": pa.array([1, 2], pa.int16()),
            "price": pa.array([Decimal("1.50"), None], pa.decimal128(10, 2)),
            "at": pa.array([0, 1], pa.timestamp("us", "UTC")),
            "day": pa.array([0, 1], pa.date32()),
            "tags": pa.array([["a"], []], pa.list_(pa.string())),
            "meta": pa.array([{"x": 1.5}, None], pa.struct([("x", pa.float64())])),
            "map": pa.array([[("a", 1)], []], pa.map_(pa.string(), pa.int32())),
        }
    )
    pq.write_table(table, tmp_path / "file")
    schema = classify(read_sample(tmp_path / "file", 1, 4))
    assert (schema.classification, schema.records) == ("parquet", 2)
    assert columns_of(schema) == {
        "id": "bigint",
        "small": "smallint",
        "price": "decimal(10,2)",
        "at": "timestamp",
        "day": "date",
        "tags": "array<string>",
        "meta": "struct<x:double>",
        "map": "map<string,int>",
    }


def test_a_parquet_type_without_a_word_in_the_catalog_is_an_error(tmp_path: Path) -> None:
    pq.write_table(pa.table({"t": pa.array([1], pa.time64("us"))}), tmp_path / "file")
    with pytest.raises(AwsError, match=r"Parquet type time64\[us\] is not supported"):
        classify(read_sample(tmp_path / "file", 1, 4))


def test_a_cut_parquet_file_is_an_error(tmp_path: Path) -> None:
    pq.write_table(pa.table({"t": pa.array([1])}), tmp_path / "whole")
    with pytest.raises(AwsError, match="The Parquet footer cannot be read"):
        classified(tmp_path / "file", (tmp_path / "whole").read_bytes()[:-10])
