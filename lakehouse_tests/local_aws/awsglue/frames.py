"""Frames from plain records and back, for tests that say their data in place."""

from collections.abc import Iterable, Mapping
from typing import Any

from lakehouse.local_aws.awsglue.dynamicframe import DynamicFrame
from lakehouse.local_aws.awsglue.nodes import Typed
from lakehouse.local_aws.awsglue.observed_types import observed_type
from lakehouse.local_aws.awsglue.records import natural, rows
from lakehouse.local_aws.awsglue.schema_tree import tree_text
from lakehouse.local_aws.awsglue.spark_types import struct_to_spark

Record = Mapping[str, Any]


def frame_of(glue: Any, records: Iterable[Record], name: str = "frame") -> DynamicFrame:
    """A frame of self-describing records: their types are what is observed in them."""
    records = list(records)
    kind = observed_type(records)
    convert = rows(kind)
    made = [convert(record) for record in records]
    data = glue.spark_session.createDataFrame(made, struct_to_spark(kind), verifySchema=False)
    return DynamicFrame(Typed(data.coalesce(1), kind), glue, name)


def records_of(frame: DynamicFrame) -> list[Any]:
    """The records of a frame as a function in a script sees them."""
    convert = natural(frame.schema()) or (lambda row: row)
    return [convert(row) for row in frame.toDF().collect()]


def tree_of(frame: DynamicFrame) -> str:
    """The schema as printSchema prints it."""
    return tree_text(frame.schema()) + "\n"
