"""JSON files as a frame: records describe themselves, so a field may have several types.

Two ways, same result. Where all lines are documents and no field has two types, Spark reads the
files with the types that were observed. Otherwise Python does: Spark's own inference widens types
(a number and a text become text), which a choice must not.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pyspark import RDD
from pyspark.serializers import UTF8Deserializer
from pyspark.sql import DataFrame, SparkSession

from .errors import error_type
from .gluetypes import DataType, Field, StructType
from .json_records import Broken, documents, one_document, records_of, selector
from .nodes import Node, Typed, frame_of, no_rows, nodes_of
from .observed_types import Observed
from .record_functions import Item, error_item, from_items, from_records
from .records import Record
from .refusal import check_options, flag
from .s3_files import Files, Options, attached
from .schema_tree import has_choice, merged_all
from .spark_types import struct_to_spark

OPTIONS = (
    "jsonPath",
    "multiline",
    "multiLine",
    "optimizePerformance",
    "attachFilename",
    "attachTimestamp",
)


@dataclass(frozen=True)
class _Lines:
    """What was seen of lines: the type of their documents, and whether each was one."""

    type: StructType
    regular: bool


def read_json(session: SparkSession, files: Files, options: Options) -> tuple[Typed, Typed]:
    """The records of JSON files, and what could not be read."""
    check_options("format json", options, OPTIONS)
    extra = attached(options)
    path = options.get("jsonPath") or ""
    if path or flag(options.get("multiline", options.get("multiLine", False))):
        return _streamed(session, files, extra, path)
    lines = _observed_lines(files.whole(session))
    if not lines.regular:
        return _streamed(session, files, extra, path)
    none = no_rows(session, error_type(StructType()))
    if has_choice(lines.type) or not lines.type.fields:
        return _by_lines(session, files, extra, lines.type), none
    return _by_spark(session, files, extra, lines.type), none


def _observed_lines(texts: DataFrame) -> _Lines:
    seen = strings(texts.select("value")).mapPartitions(_observe_lines).collect()
    kind = merged_all(part for part, _ in seen)
    regular = all(regular for _, regular in seen)
    return _Lines(kind if isinstance(kind, StructType) else StructType(), regular)


def _observe_lines(lines: Iterable[str]) -> Iterator[tuple[DataType, bool]]:
    seen = Observed()
    for line in lines:
        if not line or line.isspace():
            continue
        try:
            document = one_document(line)
        except ValueError:
            yield seen.type(), False
            return
        if not isinstance(document, dict):
            yield seen.type(), False
            return
        seen.add(document)
    yield seen.type(), True


def strings(texts: DataFrame) -> "RDD[str]":
    """The values of a column of text; as rows, they would take three times as long to Python."""
    data: Any = texts._jdf
    decoder: Any = UTF8Deserializer
    context = texts.sparkSession.sparkContext
    assert context._jvm is not None
    encoder = context._jvm.org.apache.spark.sql.Encoders.STRING()
    return RDD(getattr(data, "as")(encoder).javaRDD(), context, decoder())


def _by_spark(
    session: SparkSession, files: Files, extra: Sequence[Node], kind: StructType
) -> Typed:
    whole = _with_keys(kind, files)
    reader = files.reader(session).option("mode", "FAILFAST").schema(struct_to_spark(whole))
    frame = Typed(files.loaded(reader.format("json")), whole)
    return frame_of(frame, [*nodes_of(frame), *extra]) if extra else frame


def _by_lines(
    session: SparkSession, files: Files, extra: Sequence[Node], kind: StructType
) -> Typed:
    names = _names(files, extra)

    def work(rows: Iterable[Any]) -> Iterator[Record]:
        for line, *added in rows:
            if line and not line.isspace():
                yield {**one_document(line), **dict(zip(names, added, strict=True))}

    records = _texts(files.whole(session), files, extra).rdd.mapPartitions(work)
    fields = [Field(node.name, node.type) for node in extra]
    return from_records(session, records, _with_keys(kind, files, fields))


def _streamed(
    session: SparkSession, files: Files, extra: Sequence[Node], path: str
) -> tuple[Typed, Typed]:
    names = _names(files, extra)
    select = selector(path) if path else None

    def work(rows: Iterable[Any]) -> Iterator[Item]:
        for text, *added in rows:
            for document in documents(text):
                whole = select is None or isinstance(document, Broken)
                values = [document] if whole or select is None else select(document)
                for value in values:
                    yield from _items(value, dict(zip(names, added, strict=True)))

    texts = _texts(files.whole(session, wholetext="true"), files, extra)
    return from_items(texts.rdd.mapPartitions(work), session)


def _items(value: Any, added: Record) -> Iterator[Item]:
    for record in records_of(value):
        if isinstance(record, Broken):
            yield error_item(record.message, "", "read json", "", bytesread=record.read)
        else:
            yield {**record, **added}, None, None


def _texts(texts: DataFrame, files: Files, extra: Sequence[Node]) -> DataFrame:
    keys = [key.name for key in files.keys]
    return texts.select("value", *keys, *[node.column for node in extra])


def _names(files: Files, extra: Sequence[Node]) -> list[str]:
    return [*[key.name for key in files.keys], *[node.name for node in extra]]


def _with_keys(kind: StructType, files: Files, more: Sequence[Field] = ()) -> StructType:
    added = [*files.keys, *more]
    names = {field.name for field in added}
    return StructType([*[field for field in kind if field.name not in names], *added])
