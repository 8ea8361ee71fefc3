"""Error records: what a transform or a reader could not process, counted and kept beside the rows.

As on Glue (DynamicFrame class, "errors", checked 2026-11): they do not fail a job and are not in
`toDF()`, unless there are more than a threshold allows. Each stage has those of its own and knows
the stages before it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F  # noqa: N812  Spark's own convention

from .gluetypes import Field, LongType, StringType, StructType
from .nodes import Node, Typed, type_of


class ErrorThresholdExceeded(Exception):
    """A frame has more error records than stageThreshold or totalThreshold allows."""


@dataclass(frozen=True, eq=False)
class Stage:
    """What went wrong in making one frame, and in making those it was made of."""

    before: tuple["Stage", ...] = ()
    own: Typed | None = None
    stage_threshold: int = 0
    total_threshold: int = 0

    @cached_property
    def own_count(self) -> int:
        """The number of error records of this stage alone."""
        return 0 if self.own is None else self.own.data.count()

    @property
    def total_count(self) -> int:
        """The number of error records up to this stage."""
        return sum(stage.own_count for stage in self.all())

    def all(self) -> Iterator["Stage"]:
        """This stage and all before it, each once."""
        seen: dict[int, Stage] = {}
        waiting = [self]
        while waiting:
            stage = waiting.pop()
            if id(stage) not in seen:
                seen[id(stage)] = stage
                waiting += stage.before
        yield from seen.values()

    def verify(self) -> None:
        """Raise ErrorThresholdExceeded if a stage has more errors than it may; 0 means any."""
        for stage in self.all():
            if 0 < stage.stage_threshold < stage.own_count:
                raise _exceeded("stageThreshold", stage.stage_threshold, stage.own_count)
            if 0 < stage.total_threshold < stage.total_count:
                raise _exceeded("totalThreshold", stage.total_threshold, stage.total_count)


def _exceeded(name: str, threshold: int, count: int) -> ErrorThresholdExceeded:
    return ErrorThresholdExceeded(f"{count} error records are more than {name} {threshold} allows")


def error_type(record: StructType) -> StructType:
    """The type of the column `error`; `record`: that of the record that failed."""
    texts = [Field(name, StringType()) for name in ("msg", "stackTrace", "input")]
    callsite = StructType([Field("site", StringType()), Field("info", StringType())])
    error = StructType(
        [
            Field("callsite", callsite),
            *texts,
            Field("bytesread", LongType()),
            Field("source", StringType()),
            Field("dynamicRecord", record),
        ]
    )
    return StructType([Field("error", error)])


@dataclass(frozen=True)
class Failure:
    """What the error records of some rows say: where, why, and which text or record it was."""

    site: str
    message: Column
    info: str = ""
    trace: Column | None = None
    text: Column | None = None
    source: Column | None = None
    record: Sequence[Node] = ()


def error_rows(rows: DataFrame, failure: Failure) -> Typed:
    """The error records of rows that failed."""
    callsite = F.struct(F.lit(failure.site).alias("site"), F.lit(failure.info).alias("info"))
    record = F.struct(*[node.column.alias(node.name) for node in failure.record])
    error = F.struct(
        callsite.alias("callsite"),
        failure.message.alias("msg"),
        _or_null(failure.trace).alias("stackTrace"),
        _or_null(failure.text).alias("input"),
        F.lit(None).cast("long").alias("bytesread"),
        _or_null(failure.source).alias("source"),
        record.alias("dynamicRecord"),
    )
    return Typed(rows.select(error.alias("error")), error_type(type_of(failure.record)))


def _or_null(column: Column | None) -> Column:
    return F.lit(None).cast("string") if column is None else column
