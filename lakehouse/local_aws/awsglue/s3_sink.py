"""Writing frames below S3 paths with Glue's format options, carried over to Spark's.

Formats json, csv, parquet and orc ("Data format options for inputs and outputs in AWS Glue for
Spark", checked 2026-11); rows are appended, as Glue's sink does. A choice is written as each
record's own value in JSON and CSV, and as the struct of `toDF()` elsewhere.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pyspark.sql import DataFrameWriter

from .casting import cast
from .gluetypes import ChoiceType, StringType
from .nodes import Node, Typed, frame_of, nodes_of
from .paths import quoted
from .records import natural
from .refusal import check_options, flag, unsupported
from .schema_tree import has_choice

Options = Mapping[str, Any]
_SPEED_ONLY = ("useGlueParquetWriter", "optimizePerformance", "blockSize", "pageSize")
FORMATS = ("csv", "glueparquet", "json", "orc", "parquet")
_OPTIONS: Mapping[str, tuple[str, ...]] = {
    "json": (),
    "csv": ("separator", "quoteChar", "escaper", "writeHeader", "strictCheckForQuoting"),
    "parquet": ("compression",),
    "orc": ("compression",),
}
_CODECS = {"gzip": "gzip", "bzip2": "bzip2", "snappy": "snappy", "lz4": "lz4", "zstd": "zstd"}


@dataclass(frozen=True)
class Target:
    """Where and how to write: one path, folders by keys, a format with its options for Spark."""

    path: str
    format: str
    partition_keys: tuple[str, ...]
    spark_options: tuple[tuple[str, str], ...]


def target(connection: Options, format_: str | None, options: Options) -> Target:
    """The target of connection and format options. Raises NotImplementedError."""
    check_options("writing to s3", connection, ("path", "partitionKeys", "compression"))
    if "path" not in connection:
        raise ValueError("writing to s3 needs the connection option path")
    if format_ not in FORMATS:
        raise unsupported(f"format {format_!r} for writing")
    kind = "parquet" if format_ == "glueparquet" else format_
    check_options(f"format {format_}", options, (*_OPTIONS[kind], *_SPEED_ONLY))
    keys = tuple(connection.get("partitionKeys") or ())
    settings = (
        {**_csv_options(options), **_codec(connection, options)}
        if kind == "csv"
        else _codec(connection, options)
    )
    return Target(str(connection["path"]), kind, keys, tuple(settings.items()))


def write(frame: Typed, where: Target) -> None:
    """Append the rows. Raises ValueError for a partition key that is no column."""
    missing = [key for key in where.partition_keys if frame.type.getField(key) is None]
    if missing:
        names = ", ".join(map(quoted, missing))
        raise ValueError(f"Partition column {names} not found in schema")
    if where.format == "json" and has_choice(frame.type):
        _writer(_as_json_text(frame, where.partition_keys), where).text(where.path)
        return
    if where.format == "csv":
        frame = frame_of(frame, [_text_of_choice(node) for node in nodes_of(frame)])
    _writer(frame, where).format(where.format).save(where.path)


@dataclass(frozen=True)
class Sample:
    """Which rows spigot writes: the first ones, or each with a probability, or all."""

    first: int | None
    probability: float | None

    @classmethod
    def of(cls, options: Options) -> "Sample":
        """The sample of spigot's options topk and prob."""
        check_options("spigot", options, ("topk", "prob"))
        first, probability = options.get("topk"), options.get("prob")
        return cls(
            None if first is None else int(first),
            None if probability is None else float(probability),
        )


def write_sample(frame: Typed, path: str, sample: Sample) -> None:
    """Write some of the rows as JSON."""
    data = frame.data if sample.probability is None else frame.data.sample(sample.probability)
    data = data if sample.first is None else data.limit(sample.first)
    write(Typed(data, frame.type), target({"path": path}, "json", {}))


def _writer(frame: Typed, where: Target) -> DataFrameWriter:
    writer = frame.data.write.mode("append").options(**dict(where.spark_options))
    return writer.partitionBy(*where.partition_keys) if where.partition_keys else writer


def _csv_options(options: Options) -> dict[str, str]:
    given, escaper = str(options.get("quoteChar", '"')), str(options.get("escaper", "none"))
    quote = "" if given == "-1" else given
    return {
        "sep": str(options.get("separator", ",")),
        "quote": quote,
        "escape": quote or "\\" if escaper == "none" else escaper,
        "header": str(flag(options.get("writeHeader", True))).lower(),
        "emptyValue": quote + quote,
    }


def _codec(connection: Options, options: Options) -> dict[str, str]:
    name = connection.get("compression", options.get("compression"))
    if name is None:
        return {}
    if name in ("none", "uncompressed"):
        return {"compression": "none"}
    if name not in _CODECS:
        raise unsupported(f"compression {name!r}")
    return {"compression": _CODECS[name]}


def _text_of_choice(node: Node) -> Node:
    return cast(node, StringType()) if isinstance(node.type, ChoiceType) else node


def _as_json_text(frame: Typed, keys: Sequence[str]) -> Typed:
    """Each record as its own JSON, with values of any type in one field; Python writes it."""
    convert = natural(frame.type)
    assert convert is not None

    def work(rows: Iterable[Any]) -> Iterator[tuple[Any, ...]]:
        for row in rows:
            record = convert(row)
            folders = [record.pop(key) for key in keys]
            kept = {name: value for name, value in record.items() if value is not None}
            yield (
                json.dumps(kept, default=str, ensure_ascii=False, separators=(",", ":")),
                *folders,
            )

    kinds = {field.name: field.dataType for field in frame.data.schema.fields}
    schema = ", ".join(["value string", *[f"{quoted(k)} {kinds[k].simpleString()}" for k in keys]])
    session = frame.data.sparkSession
    return Typed(session.createDataFrame(frame.data.rdd.mapPartitions(work), schema), frame.type)
