"""DynamicFrame and DynamicFrameCollection over Spark DataFrames.

Written from AWS's documentation of the methods (checked 2026-11), not from AWS's code. A frame has
one schema here; choice types do not exist, and what needs them is refused by name.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from pyspark.sql import DataFrame, Row
from pyspark.sql import functions as F  # noqa: N812  Spark's own convention
from pyspark.sql.types import StructType

from .gluetypes import refused
from .relationalize import flattened, quoted, relationalized

Record = dict[str, Any]


class DynamicFrame:
    """A DataFrame with Glue's methods. Methods return new frames; nothing runs before an action."""

    def __init__(self, jdf: DataFrame, glue_ctx: Any, name: str = "") -> None:
        self._frame = jdf
        self.glue_ctx = glue_ctx
        self.name = name

    @classmethod
    def fromDF(cls, dataframe: DataFrame, glue_ctx: Any, name: str) -> "DynamicFrame":  # noqa: N802
        """A frame over a DataFrame."""
        return cls(dataframe, glue_ctx, name)

    def toDF(self, options: Sequence[Any] | None = None) -> DataFrame:  # noqa: N802
        """The DataFrame."""
        if options:
            raise NotImplementedError("awsglue: DynamicFrame.toDF(options) is not supported")
        return self._frame

    def schema(self) -> StructType:
        """The schema, as Spark's type."""
        return self._frame.schema

    def printSchema(self) -> None:  # noqa: N802
        """Print the schema as a tree."""
        self._frame.printSchema()

    def show(self, num_rows: int = 20) -> None:
        """Print the first rows, one JSON document each."""
        for line in self._frame.limit(num_rows).toJSON().collect():
            print(line)  # noqa: T201  printing is what it is for

    def count(self) -> int:
        """The number of rows."""
        return self._frame.count()

    def filter(self, f: Callable[[Record], Any], *_: Any, **options: Any) -> "DynamicFrame":
        """The rows for which `f`, given a row as a dict, is true. An error in `f` fails the job."""
        _check_options("filter", options)
        kept = self._frame.rdd.filter(lambda row: bool(f(as_record(row))))
        session = self._frame.sparkSession
        return self._with(session.createDataFrame(kept, self._frame.schema, verifySchema=False))

    def select_fields(self, paths: Sequence[str], **options: Any) -> "DynamicFrame":
        """The named columns only."""
        _check_options("select_fields", options)
        return self._with(self._frame.select(*[quoted(path) for path in _listed(paths)]))

    def drop_fields(self, paths: Sequence[str], **options: Any) -> "DynamicFrame":
        """All columns but the named ones."""
        _check_options("drop_fields", options)
        dropped = set(_listed(paths))
        kept = [quoted(name) for name in self._frame.columns if name not in dropped]
        return self._with(self._frame.select(*kept))

    def rename_field(self, oldName: str, newName: str, **options: Any) -> "DynamicFrame":  # noqa: N803
        """One column under another name."""
        _check_options("rename_field", options)
        return self._with(self._frame.withColumnRenamed(oldName.strip("`"), newName.strip("`")))

    def apply_mapping(self, mappings: Iterable[Sequence[str]], **options: Any) -> "DynamicFrame":
        """The columns of (source, source type, target, target type), cast, in that order."""
        _check_options("apply_mapping", options)
        columns = []
        for source, _, target, kind in mappings:
            column = F.col(source if self._is_path(source) else quoted(source.strip("`")))
            columns.append(column.cast(_SPARK_TYPES.get(kind, kind)).alias(target.strip("`")))
        return self._with(self._frame.select(*columns))

    def unnest(self, **options: Any) -> "DynamicFrame":
        """Struct fields as columns with dotted names; arrays stay."""
        _check_options("unnest", options)
        return self._with(flattened(self._frame))

    def relationalize(
        self, root_table_name: str, staging_path: str | None = None, **options: Any
    ) -> "DynamicFrameCollection":
        """The flat frames of this one by name (see relationalize.py); nothing needs staging."""
        _check_options("relationalize", options)
        del staging_path
        frames = relationalized(self._frame, root_table_name)
        return DynamicFrameCollection(
            {name: DynamicFrame(frame, self.glue_ctx, name) for name, frame in frames.items()},
            self.glue_ctx,
        )

    def union(self, other_frame: "DynamicFrame", **options: Any) -> "DynamicFrame":
        """The rows of both, columns matched by name."""
        _check_options("union", options)
        return self._with(self._frame.unionByName(other_frame.toDF(), allowMissingColumns=True))

    def repartition(self, num_partitions: int, **options: Any) -> "DynamicFrame":
        """The same rows in so many partitions (files, when written)."""
        _check_options("repartition", options)
        return self._with(self._frame.repartition(num_partitions))

    def coalesce(self, num_partitions: int, **options: Any) -> "DynamicFrame":
        """The same rows in at most so many partitions."""
        _check_options("coalesce", options)
        return self._with(self._frame.coalesce(num_partitions))

    def _with(self, frame: DataFrame) -> "DynamicFrame":
        return DynamicFrame(frame, self.glue_ctx, self.name)

    def _is_path(self, source: str) -> bool:
        return "." in source and "`" not in source and source not in self._frame.columns

    def __getattr__(self, name: str) -> Any:
        raise refused("DynamicFrame", name)


class DynamicFrameCollection:
    """Frames by name, as relationalize returns them."""

    def __init__(self, dynamic_frames: Mapping[str, DynamicFrame], glue_ctx: Any) -> None:
        self._frames = dict(dynamic_frames)
        self._glue_ctx = glue_ctx

    def select(self, key: str, *_: Any) -> DynamicFrame:
        """The frame with a name. Raises KeyError."""
        return self._frames[key]

    def keys(self) -> Iterable[str]:
        """The names."""
        return self._frames.keys()

    def values(self) -> Iterable[DynamicFrame]:
        """The frames."""
        return self._frames.values()

    def __getitem__(self, key: str) -> DynamicFrame:
        return self._frames[key]

    def __len__(self) -> int:
        return len(self._frames)

    def __getattr__(self, name: str) -> Any:
        raise refused("DynamicFrameCollection", name)


_SPARK_TYPES = {"long": "bigint", "short": "smallint", "byte": "tinyint"}
_HARMLESS = {"transformation_ctx", "info", "stageThreshold", "totalThreshold"}


def as_record(row: Row) -> Record:
    """A row as the dict that Glue's functions get, nested rows too."""
    record: Record = row.asDict(recursive=True)
    return record


def _listed(paths: Sequence[str]) -> list[str]:
    return [paths] if isinstance(paths, str) else list(paths)


def _check_options(method: str, options: Mapping[str, Any]) -> None:
    unknown = sorted(set(options) - _HARMLESS)
    if unknown:
        raise NotImplementedError(
            f"awsglue: DynamicFrame.{method}({', '.join(unknown)}) is not supported"
        )
