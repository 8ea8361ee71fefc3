"""What a DynamicFrame is: typed rows over a DataFrame, a name, and the errors in making them.

Construction, information and errors of Glue's class ("DynamicFrame class" of the Glue developer
guide, checked 2026-11); its transforms are in dynamicframe.py.
"""

import json
from collections.abc import Iterable
from typing import Any, NoReturn, Self, TypedDict, Unpack

from pyspark.sql import DataFrame

from .combining import united
from .errors import Stage, error_type
from .gluetypes import StructType
from .nodes import Typed, no_rows, typed
from .records import natural
from .refusal import refused, unsupported
from .resolve_choice import ResolveOption, resolved
from .schema_tree import tree_text


class StageOptions(TypedDict, total=False):
    """What every transform takes: a name for bookmarks, a text for error records, thresholds."""

    transformation_ctx: str
    info: str
    stageThreshold: int
    totalThreshold: int


class Frame:
    """Records and their schema. `jdf`: a Spark DataFrame."""

    def __init__(self, jdf: DataFrame | Typed, glue_ctx: Any, name: str = "") -> None:
        self._content = jdf if isinstance(jdf, Typed) else typed(jdf)
        self._stage = Stage()
        self.glue_ctx = glue_ctx
        self.name = name

    @classmethod
    def fromDF(cls, dataframe: DataFrame, glue_ctx: Any, name: str = "") -> Self:
        """A frame over a DataFrame."""
        return cls(dataframe, glue_ctx, name)

    @classmethod
    def read(cls, content: Typed, errors: Typed | None, glue_ctx: Any, name: str = "") -> Self:
        """A frame as its source made it, with what could not be read."""
        frame = cls(content, glue_ctx, name)
        frame._stage = Stage(own=errors)
        return frame

    def toDF(self, options: Iterable[ResolveOption] | None = None) -> DataFrame:
        """The rows as a DataFrame; a choice is a struct with a field for each type."""
        if options:
            return resolved(self.content(), [option.spec() for option in options]).data
        return self.content().data

    def content(self) -> Typed:
        """The rows and their type. Raises ErrorThresholdExceeded."""
        self._stage.verify()
        return self._content

    def count(self) -> int:
        """The number of rows."""
        return self.toDF().count()

    def schema(self) -> StructType:
        """The schema in Glue's types."""
        return self._content.type

    def printSchema(self) -> None:
        """Print the schema as a tree."""
        print(tree_text(self._content.type))  # noqa: T201  printing is what it is for

    def show(self, num_rows: int = 20) -> None:
        """Print the first rows, one JSON document each."""
        record = natural(self._content.type)
        for row in self.toDF().take(num_rows):
            shown = json.dumps(record(row) if record else row, default=str, ensure_ascii=False)
            print(shown)  # noqa: T201  printing is what it is for

    def getNumPartitions(self) -> int:
        """The number of Spark partitions."""
        return self.toDF().rdd.getNumPartitions()

    def errorsAsDynamicFrame(self) -> Self:
        """The error records up to this frame, in a column `error`."""
        found = [stage.own for stage in self._stage.all() if stage.own is not None]
        if not found:
            found = [no_rows(self._content.data.sparkSession, error_type(self._content.type))]
        errors = found[0]
        for more in found[1:]:
            errors = united(errors, more)
        return type(self)(errors, self.glue_ctx, f"{self.name}_errors")

    def errorsCount(self) -> int:
        """The number of error records up to this frame."""
        return self._stage.total_count

    def stageErrorsCount(self) -> int:
        """The number of error records in making this frame."""
        return self._stage.own_count

    def assertErrorThreshold(self) -> None:
        """Raise ErrorThresholdExceeded if there are more errors than the thresholds allow."""
        self._stage.verify()

    def derived(self, content: Typed, **options: Unpack[StageOptions]) -> Self:
        """The frame of a transform that is not a method."""
        return self._made(content, options)

    def _made(
        self,
        content: Typed,
        options: StageOptions,
        errors: Typed | None = None,
        other: "Frame | None" = None,
    ) -> Self:
        """The frame that a transform of this one (and another) makes."""
        unknown = sorted(set(options) - StageOptions.__annotations__.keys())
        if unknown:
            raise unsupported(f"DynamicFrame: option {', '.join(unknown)}")
        frame = type(self)(content, self.glue_ctx, self.name)
        before = (self._stage,) if other is None else (self._stage, other._stage)
        thresholds = options.get("stageThreshold", 0), options.get("totalThreshold", 0)
        frame._stage = Stage(before, errors, *thresholds)
        return frame

    def __getattr__(self, name: str) -> NoReturn:
        raise refused("DynamicFrame", name)
