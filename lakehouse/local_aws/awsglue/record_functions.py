"""Python functions over records: filter, map, and frames of records that Python made.

The functions run in Spark's Python workers. What they raise becomes an error record with the record
that caused it; nothing else fails ("map", "filter", "errorsAsDynamicFrame" of the DynamicFrame
class, checked 2026-11).
"""

import traceback
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from pyspark import RDD, StorageLevel
from pyspark.sql import SparkSession
from pyspark.sql import functions as F  # noqa: N812  Spark's own convention

from .errors import Failure, error_rows, error_type
from .gluetypes import DataType, StructType
from .nodes import Typed, nodes_of
from .observed_types import Observed, kept_types
from .paths import quoted
from .records import Convert, Record, natural, rows
from .schema_tree import merged_all
from .spark_types import struct_to_spark

Predicate = Callable[[Record], Any]
Function = Callable[[Record], Record]
Item = tuple[Record | None, Record | None, DataType | None]
"""A record, or what went wrong in making one (the fields of `error`), or the type of many."""
_KEEP = ""
_SEPARATOR = "\x1f"


def filtered(frame: Typed, predicate: Predicate, info: str) -> tuple[Typed, Typed]:
    """The rows for which the predicate is true, and the errors. Nothing runs yet.

    Only the verdict comes back from Python: null, an empty text for a row to keep, or the error.
    """
    verdict = F.udf(_judge(predicate, _to_record(frame.type)), "string")
    nodes = nodes_of(frame)
    columns = [node.column for node in nodes]
    judged = frame.data.withColumn(_SEPARATOR, verdict(F.struct(*columns)))
    mark = F.col(quoted(_SEPARATOR))
    parts = F.split(mark, _SEPARATOR)
    failure = Failure(_site(predicate), parts[0], info, trace=parts[1], record=nodes)
    kept = judged.where(mark == _KEEP).select(*columns)
    return Typed(kept, frame.type), error_rows(judged.where(mark != _KEEP), failure)


def mapped(frame: Typed, function: Function, info: str) -> tuple[Typed, Typed]:
    """What the function makes of each record, and the errors. Runs the function, once a record."""
    convert, site = _to_record(frame.type), _site(function)

    def work(found: Iterable[Any]) -> Iterator[Item]:
        return (_applied(function, convert(row), site, info) for row in found)

    return from_items(frame.data.rdd.mapPartitions(work), frame.data.sparkSession, frame.type)


def from_items(
    items: "RDD[Item]", session: SparkSession, before: StructType | None = None
) -> tuple[Typed, Typed]:
    """The frames of records and errors; types are observed, and as `before` where both agree.

    The items are kept, so that they are made once (Python's functions need not be pure).
    """
    before = before or StructType()
    items = items.mapPartitions(_observed).persist(StorageLevel.MEMORY_AND_DISK)
    seen = merged_all(kind for _, _, kind in items.filter(_is_type).collect() if kind)
    kind = kept_types(seen, before)
    records = items.mapPartitions(_records)
    errors = items.mapPartitions(_errors)
    return (
        from_records(session, records, kind if isinstance(kind, StructType) else StructType()),
        from_records(session, errors, error_type(before)),
    )


def from_records(session: SparkSession, records: "RDD[Any]", kind: StructType) -> Typed:
    """The frame of records of a known type."""
    made = records.map(rows(kind))
    data = session.createDataFrame(made, struct_to_spark(kind), verifySchema=False)
    return Typed(data, kind)


def error_item(message: str, trace: str, site: str, info: str, **fields: Any) -> Item:
    """An item that is an error."""
    callsite = {"site": site, "info": info}
    return None, {"callsite": callsite, "msg": message, "stackTrace": trace, **fields}, None


def _applied(function: Function, record: Record, site: str, info: str) -> Item:
    try:
        made = function(dict(record))
        if not isinstance(made, dict):
            raise TypeError(f"the function returned {type(made).__name__}, not a record")
    except Exception as error:  # noqa: BLE001  an error record holds what the script's code raised
        message = f"{type(error).__name__}: {error}"
        return error_item(message, traceback.format_exc(), site, info, dynamicRecord=record)
    return made, None, None


def _judge(predicate: Predicate, convert: Convert) -> Callable[[Any], str | None]:
    def verdict(row: Any) -> str | None:
        try:
            return _KEEP if predicate(convert(row)) else None
        except Exception as error:  # noqa: BLE001  an error record holds what the script's code raised
            message = f"{type(error).__name__}: {error}"
            return f"{message}{_SEPARATOR}{traceback.format_exc()}"

    return verdict


def _observed(items: Iterable[Item]) -> Iterator[Item]:
    """The items, and at the end the type of the records among them."""
    seen = Observed()
    for item in items:
        try:
            seen.add(item[0])
        except TypeError as error:
            yield error_item(f"TypeError: {error}", traceback.format_exc(), "", "")
        else:
            yield item
    yield None, None, seen.type()


def _records(items: Iterable[Item]) -> Iterator[Record]:
    return (item[0] for item in items if item[0] is not None)


def _errors(items: Iterable[Item]) -> Iterator[Record]:
    return ({"error": item[1]} for item in items if item[1] is not None)


def _is_type(item: Item) -> bool:
    return item[2] is not None


def _to_record(kind: StructType) -> Convert:
    convert = natural(kind)
    assert convert is not None
    return convert


def _site(function: Callable[..., Any]) -> str:
    code = getattr(function, "__code__", None)
    return f'  File "{code.co_filename}", line {code.co_firstlineno}' if code else repr(function)
