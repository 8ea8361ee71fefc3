"""unbox: a string field that holds a document becomes the struct that is in it.

Formats json and csv ("unbox", DynamicFrame class, checked 2026-11). The types are observed in all
rows; a text that cannot be read makes its row an error record.
"""

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812  Spark's own convention

from .errors import Failure, error_rows
from .gluetypes import DataType, StringType, StructType, type_from_json
from .nodes import Node, Typed, changed, found, frame_of, nodes_of
from .observed_types import Observed
from .paths import parsed_path, quoted
from .records import rows
from .refusal import check_options, unsupported
from .schema_tree import merged_all
from .spark_types import to_spark

Options = Mapping[str, Any]
Read = Callable[[str], Any]
_FAILED = "\x1ffailed"
_OPTIONS = {"json": ("withSchema",), "csv": ("withSchema", "separator", "escaper", "quoteChar")}


def unboxed(frame: Typed, path: str, format_: str, options: Options) -> tuple[Typed, Typed]:
    """The frame with the field read, and the rows that could not be. Raises NotImplementedError."""
    if format_ not in _OPTIONS:
        raise unsupported(f"unbox with format {format_!r}")
    check_options(f"unbox with format {format_}", options, _OPTIONS[format_])
    node = found(nodes_of(frame), parsed_path(path))
    if node is None or not isinstance(node.type, StringType):
        raise ValueError(f"unbox: {path} is not a string field")
    read = _read_json if format_ == "json" else _csv_reader(options)
    kind = _given(options) or _observed_type(frame.data.select(node.column), read)
    return _split(frame, path, node, read, kind)


def _split(frame: Typed, path: str, node: Node, read: Read, kind: DataType) -> tuple[Typed, Typed]:
    fails = F.udf(_failure(read), "string")(node.column)
    marked = frame.data.withColumn(_FAILED, fails)
    mark = F.col(quoted(_FAILED))
    convert = rows(kind)
    value = F.udf(lambda text: None if text is None else convert(read(text)), to_spark(kind))
    good = Typed(marked.where(mark.isNull()), frame.type)
    nodes = changed(
        nodes_of(good), parsed_path(path), lambda node: [Node(node.name, value(node.column), kind)]
    )
    failure = Failure("unbox", mark, text=node.column, record=nodes_of(frame))
    return frame_of(good, nodes), error_rows(marked.where(mark.isNotNull()), failure)


def _observed_type(texts: DataFrame, read: Read) -> DataType:
    def observe(found: Iterable[Any]) -> Iterator[DataType]:
        seen = Observed()
        for (text,) in found:
            if text is not None and _failure(read)(text) is None:
                seen.add(read(text))
        yield seen.type()

    return merged_all(texts.rdd.mapPartitions(observe).collect())


def _failure(read: Read) -> Callable[[Any], str | None]:
    def failure(text: Any) -> str | None:
        try:
            if text is not None:
                read(text)
        except ValueError as error:
            return f"{type(error).__name__}: {error}"
        return None

    return failure


def _read_json(text: str) -> Any:
    return json.loads(text)


def _csv_reader(options: Options) -> Read:
    separator = options.get("separator", ",")
    escaper, quote = options.get("escaper"), options.get("quoteChar", '"')

    def read(text: str) -> dict[str, str]:
        lines = csv.reader([text], delimiter=separator, escapechar=escaper, quotechar=quote)
        return {f"col{index}": value for index, value in enumerate(next(lines, []))}

    return read


def _given(options: Options) -> StructType | None:
    if "withSchema" not in options:
        return None
    kind = type_from_json(json.loads(options["withSchema"]))
    assert isinstance(kind, StructType)
    return kind
