"""Glue's transforms as classes with `apply`, each one call of a DynamicFrame method.

The names that are not written here stand for themselves and refuse to be used, so that
`from awsglue.transforms import *` gives every name and none pretends.
"""

from typing import Any

from .dynamicframe import DynamicFrame, DynamicFrameCollection
from .gluetypes import Unsupported, refused

_UNSUPPORTED = (
    "DropNullFields",
    "ErrorsAsDynamicFrame",
    "EvaluateDataQuality",
    "FillMissingValues",
    "FindIncrementalMatches",
    "FindMatches",
    "FlatMap",
    "Join",
    "Map",
    "MapToCollection",
    "MergeDynamicFrame",
    "ResolveChoice",
    "Spigot",
    "SplitFields",
    "SplitRows",
    "Unbox",
)


class GlueTransform:
    """A transform: `Class.apply(frame=..., ...)` or `Class()(...)`."""

    @classmethod
    def apply(cls, *args: Any, **kwargs: Any) -> Any:
        """Make the transform and call it."""
        return cls()(*args, **kwargs)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Transform; each transform says what it takes."""
        raise refused(type(self).__name__, "apply")

    def __getattr__(self, name: str) -> Any:
        raise refused(type(self).__name__, name)


class Filter(GlueTransform):
    """The rows for which a function is true."""

    def __call__(self, frame: DynamicFrame, f: Any, **options: Any) -> DynamicFrame:
        """See DynamicFrame.filter."""
        return frame.filter(f, **options)


class SelectFields(GlueTransform):
    """The named columns."""

    def __call__(self, frame: DynamicFrame, paths: Any, **options: Any) -> DynamicFrame:
        """See DynamicFrame.select_fields."""
        return frame.select_fields(paths, **options)


class DropFields(GlueTransform):
    """All but the named columns."""

    def __call__(self, frame: DynamicFrame, paths: Any, **options: Any) -> DynamicFrame:
        """See DynamicFrame.drop_fields."""
        return frame.drop_fields(paths, **options)


class RenameField(GlueTransform):
    """One column under another name."""

    def __call__(
        self, frame: DynamicFrame, old_name: str, new_name: str, **options: Any
    ) -> DynamicFrame:
        """See DynamicFrame.rename_field."""
        return frame.rename_field(old_name, new_name, **options)


class ApplyMapping(GlueTransform):
    """Columns selected, cast and renamed."""

    def __call__(self, frame: DynamicFrame, mappings: Any, **options: Any) -> DynamicFrame:
        """See DynamicFrame.apply_mapping."""
        return frame.apply_mapping(mappings, **options)


class UnnestFrame(GlueTransform):
    """Struct fields as columns."""

    def __call__(self, frame: DynamicFrame, **options: Any) -> DynamicFrame:
        """See DynamicFrame.unnest."""
        return frame.unnest(**options)


class Relationalize(GlueTransform):
    """Nested data as flat frames."""

    def __call__(
        self,
        frame: DynamicFrame,
        staging_path: str | None = None,
        name: str = "roottable",
        **options: Any,
    ) -> DynamicFrameCollection:
        """See DynamicFrame.relationalize."""
        return frame.relationalize(name, staging_path, **options)


class SelectFromCollection(GlueTransform):
    """One frame of a collection."""

    def __call__(self, dfc: DynamicFrameCollection, key: str, **_: Any) -> DynamicFrame:
        """See DynamicFrameCollection.select."""
        return dfc.select(key)


_SUPPORTED = (
    "ApplyMapping",
    "DropFields",
    "Filter",
    "GlueTransform",
    "Relationalize",
    "RenameField",
    "SelectFields",
    "SelectFromCollection",
    "UnnestFrame",
)
__all__ = [*_SUPPORTED, *_UNSUPPORTED]


def __getattr__(name: str) -> object:
    if name in _UNSUPPORTED:
        return Unsupported(name)
    raise AttributeError(f"module 'awsglue.transforms' has no attribute {name!r}")
