"""Files that are no plain text: compressed, broken, long ones, Parquet, ORC and Avro."""

import bz2
import gzip
import io
import json
import struct
import zipfile
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.orc
import pyarrow.parquet as pq
import pytest

from lakehouse.local_aws.crawlers.formats.inference import Classification, classify
from lakehouse.local_aws.crawlers.formats.sample import read_sample
from lakehouse.local_aws.crawlers.formats.schema import AvroSchema, FileSchema
from lakehouse.local_aws.crawlers.table import storage_descriptor, table_columns

CSV = b"id,name\n" + b"".join(b"%d,n%d\n" % (i, i) for i in range(1000))
SNAPPY_HEAD = b"\xff\x06\x00\x00sNaPpY"


def classified(data: bytes, limit: int = 1_000_000, name: str = "") -> Classification:
    return classify(read_sample(io.BytesIO(data), len(data), limit, name))


def columns_of(schema: FileSchema) -> dict[str, str]:
    return {column["Name"]: column["Type"] for column in table_columns(schema)}


def arrow(codec: str) -> Callable[[bytes], bytes]:
    def compress(data: bytes) -> bytes:
        sink = pa.BufferOutputStream()
        with pa.CompressedOutputStream(sink, codec) as stream:
            stream.write(data)
        return bytes(sink.getvalue())

    return compress


def snappy_block(data: bytes) -> bytes:
    return bytes(pa.compress(data, codec="snappy", asbytes=True))


def framed_snappy(data: bytes) -> bytes:
    chunks = []
    for start in range(0, len(data), 5000):
        block = b"CRC-" + snappy_block(data[start : start + 5000])
        chunks.append(b"\x00" + len(block).to_bytes(3, "little") + block)
    plain = b"CRC-"  # an uncompressed chunk without bytes
    return SNAPPY_HEAD + b"".join(chunks) + b"\x01" + len(plain).to_bytes(3, "little") + plain


def hadoop_snappy(data: bytes) -> bytes:
    halves = [snappy_block(data[:6000]), snappy_block(data[6000:])]
    return struct.pack(">I", len(data)) + b"".join(struct.pack(">I", len(h)) + h for h in halves)


def zipped(*files: bytes) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, data in enumerate(files):
            archive.writestr(f"{number}.csv", data)
    return sink.getvalue()


@pytest.mark.parametrize(
    ("compression", "compress", "name"),
    [
        ("none", bytes, "a.csv"),
        ("gzip", gzip.compress, "a"),
        ("bzip2", bz2.compress, "a"),
        ("zstd", arrow("zstd"), "a"),
        ("lz4", arrow("lz4"), "a"),
        ("zip", zipped, "a"),
        ("snappy", framed_snappy, "a"),
        ("snappy", hadoop_snappy, "a.csv.snappy"),
    ],
)
def test_compressed_text_is_read(
    compression: str, compress: Callable[[bytes], bytes], name: str
) -> None:
    found = classified(compress(CSV), name=name)
    schema = found.schema
    assert (schema.compression, columns_of(schema), schema.records, found.problem) == (
        compression,
        {"id": "bigint", "name": "string"},
        1000,
        "",
    )


@pytest.mark.parametrize("compress", [bytes, gzip.compress, bz2.compress], ids=str)
def test_counts_of_a_long_file_are_estimated(compress: Callable[[bytes], bytes]) -> None:
    data = b"id,name\n" + b"".join(b"%d,n%d\n" % (i % 7919, i % 7) for i in range(50_000))
    schema = classified(compress(data), limit=100_000).schema
    assert schema.compression in ("none", "gzip", "bzip2")
    assert 35_000 < schema.records < 65_000
    assert 0.7 * len(data) < schema.bytes < 1.3 * len(data)


def test_only_whole_lines_of_the_first_bytes_are_read() -> None:
    found = classified(CSV[:2000] + b"\nnot a number,x\n", limit=2000)
    assert columns_of(found.schema) == {"id": "bigint", "name": "string"}


def test_the_part_of_a_broken_file_that_can_be_read_is_classified() -> None:
    found = classified(gzip.compress(CSV * 20)[:-500])
    assert columns_of(found.schema) == {"id": "bigint", "name": "string"}
    assert "The gzip file cannot be read" in found.problem


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"\x1f\x8b" + b"x" * 50, "The gzip file cannot be read"),
        (b"BZh9" + b"x" * 50, "The bzip2 file cannot be read"),
        (b"\x28\xb5\x2f\xfd" + b"x" * 50, "The zstd file cannot be read"),
        (SNAPPY_HEAD + b"\x00\xff\xff\x00", "the snappy stream is cut off"),
        (SNAPPY_HEAD + b"\x00\x0a\x00\x00CRC-\xff\xff\xff\xff\x0f\x00", "a snappy block of"),
        (zipped(CSV, CSV), "an archive of 2 files is not supported"),
    ],
    ids=["gzip", "bzip2", "zstd", "snappy", "snappy bomb", "zip"],
)
def test_a_file_that_cannot_be_read_is_unknown(data: bytes, problem: str) -> None:
    found = classified(data)
    assert found.schema.classification == "UNKNOWN"
    assert problem in found.problem


def test_a_first_record_of_megabytes_is_read_to_its_end() -> None:
    record = json.dumps({"a": 1, "text": "x" * 3_000_000})
    found = classified(f"{record}\n{record}\n".encode())
    assert columns_of(found.schema) == {"a": "int", "text": "string"}


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ('{\n "a": 1,\n "b": [\n  1,\n  2\n ]\n}\n', {"a": "int", "b": "array<int>"}),
        ('{"a": 1, "b": [1, 2]}', {"a": "int", "b": "array<int>"}),
    ],
    ids=["over lines", "on one line"],
)
def test_a_record_that_is_cut_off_is_left_out(text: str, columns: dict[str, str]) -> None:
    data = (text * 100).encode()
    assert columns_of(classified(data, limit=len(text) * 50 - 9).schema) == columns


def test_an_array_that_is_cut_off_has_the_elements_before() -> None:
    data = json.dumps([{"a": i, "b": "x]"} for i in range(100)], indent=1).encode()
    found = classified(data, limit=1000)
    assert columns_of(found.schema) == {"array": "array<struct<a:int,b:string>>"}


TABLE = pa.table(
    {
        "Id": pa.array([1, 2], pa.int64()),
        "small": pa.array([1, 2], pa.int16()),
        "price": pa.array([Decimal("1.50"), None], pa.decimal128(10, 2)),
        "at": pa.array([0, 1], pa.timestamp("us", "UTC")),
        "day": pa.array([0, 1], pa.date32()),
        "tags": pa.array([["a"], []], pa.list_(pa.string())),
        "meta": pa.array([{"X": 1.5}, None], pa.struct([("X", pa.float64())])),
        "map": pa.array([[("a", 1)], []], pa.map_(pa.string(), pa.int32())),
    }
)
COLUMNS = {
    "id": "bigint",
    "small": "smallint",
    "price": "decimal(10,2)",
    "at": "timestamp",
    "day": "date",
    "tags": "array<string>",
    "meta": "struct<x:double>",
    "map": "map<string,int>",
}


def parquet(table: Any, **options: Any) -> bytes:
    sink = io.BytesIO()
    pq.write_table(table, sink, **options)
    return sink.getvalue()


def orc(table: Any) -> bytes:
    sink = io.BytesIO()
    pyarrow.orc.write_table(table, sink)
    return sink.getvalue()


@pytest.mark.parametrize(
    ("classification", "data"),
    [("parquet", parquet(TABLE)), ("parquet", parquet(TABLE, compression="zstd")),
     ("orc", orc(TABLE))],
    ids=["parquet", "parquet zstd", "orc"],
)  # fmt: skip
def test_columns_come_from_the_footer(classification: str, data: bytes) -> None:
    schema = classified(data, limit=4).schema
    assert (schema.classification, schema.compression, schema.records) == (
        classification,
        "none",
        2,
    )
    assert columns_of(schema) == COLUMNS


def test_types_without_a_word_in_the_catalog_are_their_numbers() -> None:
    table = pa.table(
        {
            "t32": pa.array([1], pa.time32("ms")),
            "t64": pa.array([1], pa.time64("us")),
            "u8": pa.array([1], pa.uint8()),
            "u64": pa.array([1], pa.uint64()),
            "none": pa.nulls(1),
            "fixed": pa.array([b"abcd"], pa.binary(4)),
            "words": pa.array(["a"]).dictionary_encode(),
        }
    )
    assert columns_of(classified(parquet(table)).schema) == {
        "t32": "int",
        "t64": "bigint",
        "u8": "smallint",
        "u64": "bigint",
        "none": "string",
        "fixed": "binary",
        "words": "string",
    }


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (parquet(TABLE)[:-10], "The Parquet footer cannot be read"),
        (orc(TABLE)[:-10], "The ORC footer cannot be read"),
        (b"Obj\x01\x02\x16avro", "The Avro header cannot be read"),
    ],
    ids=["parquet", "orc", "avro"],
)
def test_a_cut_binary_file_is_unknown(data: bytes, problem: str) -> None:
    found = classified(data)
    assert found.schema.classification == "UNKNOWN"
    assert problem in found.problem


def avro_long(value: int) -> bytes:
    value = (value << 1) ^ (value >> 63)
    encoded = bytearray()
    while value > 0x7F:
        encoded.append((value & 0x7F) | 0x80)
        value >>= 7
    return bytes([*encoded, value])


def avro(schema: str) -> bytes:
    pairs = [(b"avro.codec", b"null"), (b"avro.schema", schema.encode())]
    body = b"".join(avro_long(len(part)) + part for pair in pairs for part in pair)
    return b"Obj\x01" + avro_long(-2) + avro_long(len(body)) + body + avro_long(0) + b"s" * 16


def test_avro_columns_come_from_the_header() -> None:
    fields = [
        {"name": "Id", "type": "long"},
        {"name": "name", "type": ["null", "string"]},
        {"name": "either", "type": ["int", "string"]},
        {"name": "day", "type": {"type": "int", "logicalType": "date"}},
        {"name": "at", "type": {"type": "long", "logicalType": "timestamp-millis"}},
        {
            "name": "price",
            "type": {"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2},
        },
        {"name": "tags", "type": {"type": "array", "items": "string"}},
        {"name": "map", "type": {"type": "map", "values": "double"}},
        {
            "name": "sub",
            "type": {"type": "record", "name": "s", "fields": [{"name": "X", "type": "boolean"}]},
        },
    ]
    text = json.dumps({"type": "record", "name": "r", "fields": fields})
    schema = classified(avro(text)).schema
    assert (schema.classification, schema.details) == ("avro", AvroSchema(text))
    assert columns_of(schema) == {
        "id": "bigint",
        "name": "string",
        "either": "string",
        "day": "date",
        "at": "timestamp",
        "price": "decimal(9,2)",
        "tags": "array<string>",
        "map": "map<string,double>",
        "sub": "struct<x:boolean>",
    }
    serde = storage_descriptor(schema, "s3://b/t/", {})["SerdeInfo"]
    assert serde["Parameters"]["avro.schema.literal"] == text


def test_an_unknown_file_has_no_formats() -> None:
    schema = classified(b"words\n").schema
    assert storage_descriptor(schema, "s3://b/t/", {"classification": "UNKNOWN"}) == {
        "Columns": [],
        "Location": "s3://b/t/",
        "Compressed": False,
        "NumberOfBuckets": -1,
        "SerdeInfo": {"Parameters": {}},
        "BucketColumns": [],
        "SortColumns": [],
        "Parameters": {"classification": "UNKNOWN"},
        "StoredAsSubDirectories": False,
    }
