"""Glue's transforms as classes with `apply`, each one call of a DynamicFrame's method.

Written here are the transforms of frames to a frame; those of collections are gathered from
`collection_transforms`, because scripts find all in this module. Names and arguments as in the
transforms' pages of the Glue developer guide
(https://docs.aws.amazon.com/glue/latest/dg/aws-glue-programming-python-transforms.html, checked
2026-11). The names that are written nowhere stand for themselves and refuse to be used, so that
`from awsglue.transforms import *` gives every name and none pretends.
"""

from typing import Any

from .collection_transforms import (
    FlatMap,
    MapToCollection,
    Relationalize,
    SelectFromCollection,
    SplitFields,
    SplitRows,
)
from .dynamicframe import DynamicFrame
from .glue_transform import GlueTransform
from .projections import without_nulls
from .refusal import Unsupported

_UNSUPPORTED = (
    "EvaluateDataQuality",
    "FillMissingValues",
    "FindIncrementalMatches",
    "FindMatches",
)


class ApplyMapping(GlueTransform):
    """Fields selected, cast and renamed."""

    def __call__(self, frame: DynamicFrame, mappings: Any, **options: Any) -> DynamicFrame:
        """See DynamicFrame.apply_mapping."""
        options.pop("case_sensitive", None)
        return frame.apply_mapping(mappings, **options)


class DropFields(GlueTransform):
    """All but the named fields."""

    def __call__(self, frame: DynamicFrame, paths: Any, **options: Any) -> DynamicFrame:
        """See DynamicFrame.drop_fields."""
        return frame.drop_fields(paths, **options)


class DropNullFields(GlueTransform):
    """All but the fields that are null in every record."""

    def __call__(self, frame: DynamicFrame, **options: Any) -> DynamicFrame:
        """The fields that have a value in some record."""
        return frame.derived(without_nulls(frame.content()), **options)


class ErrorsAsDynamicFrame(GlueTransform):
    """The error records of a frame."""

    def __call__(self, frame: DynamicFrame) -> DynamicFrame:
        """See DynamicFrame.errorsAsDynamicFrame."""
        return frame.errorsAsDynamicFrame()


class Filter(GlueTransform):
    """The records for which a function is true."""

    def __call__(self, frame: DynamicFrame, f: Any, **options: Any) -> DynamicFrame:
        """See DynamicFrame.filter."""
        return frame.filter(f, **options)


class Join(GlueTransform):
    """The pairs of records with equal keys."""

    def __call__(
        self,
        frame1: DynamicFrame,
        frame2: DynamicFrame,
        keys1: Any,
        keys2: Any,
        transformation_ctx: str = "",
    ) -> DynamicFrame:
        """See DynamicFrame.join."""
        return frame1.join(keys1, keys2, frame2, transformation_ctx=transformation_ctx)


class Map(GlueTransform):
    """What a function makes of each record."""

    def __call__(self, frame: DynamicFrame, f: Any, **options: Any) -> DynamicFrame:
        """See DynamicFrame.map."""
        return frame.map(f, **options)


class RenameField(GlueTransform):
    """One field under another name."""

    def __call__(
        self, frame: DynamicFrame, old_name: str, new_name: str, **options: Any
    ) -> DynamicFrame:
        """See DynamicFrame.rename_field."""
        return frame.rename_field(old_name, new_name, **options)


class ResolveChoice(GlueTransform):
    """One type where there are several."""

    def __call__(
        self, frame: DynamicFrame, specs: Any = None, choice: str = "", **options: Any
    ) -> DynamicFrame:
        """See DynamicFrame.resolveChoice."""
        return frame.resolveChoice(specs, choice, **options)


class SelectFields(GlueTransform):
    """The named fields."""

    def __call__(self, frame: DynamicFrame, paths: Any, **options: Any) -> DynamicFrame:
        """See DynamicFrame.select_fields."""
        return frame.select_fields(paths, **options)


class Simplify_ddb_json(GlueTransform):  # noqa: N801  the name on AWS's page
    """DynamoDB's JSON as plain columns, at any depth."""

    def __call__(self, frame: DynamicFrame, **options: Any) -> DynamicFrame:
        """See DynamicFrame.simplify_ddb_json."""
        return frame.simplify_ddb_json(**options)


class Spigot(GlueTransform):
    """Some records written beside."""

    def __call__(
        self, frame: DynamicFrame, path: str, options: Any = None, transformation_ctx: str = ""
    ) -> DynamicFrame:
        """See DynamicFrame.spigot."""
        return frame.spigot(path, options, transformation_ctx)


class Unbox(GlueTransform):
    """A string field as what is written in it."""

    def __call__(self, frame: DynamicFrame, path: str, format: str, **options: Any) -> DynamicFrame:
        """See DynamicFrame.unbox."""
        return frame.unbox(path, format, **options)


class Union(GlueTransform):
    """The records of two frames."""

    def __call__(self, frame1: DynamicFrame, frame2: DynamicFrame, **options: Any) -> DynamicFrame:
        """See DynamicFrame.union."""
        return frame1.union(frame2, **options)


class UnnestFrame(GlueTransform):
    """Struct fields as columns."""

    def __call__(self, frame: DynamicFrame, **options: Any) -> DynamicFrame:
        """See DynamicFrame.unnest."""
        return frame.unnest(**options)


__all__ = [
    "ApplyMapping",
    "DropFields",
    "DropNullFields",
    "ErrorsAsDynamicFrame",
    "Filter",
    "FlatMap",
    "GlueTransform",
    "Join",
    "Map",
    "MapToCollection",
    "Relationalize",
    "RenameField",
    "ResolveChoice",
    "SelectFields",
    "SelectFromCollection",
    "Simplify_ddb_json",
    "Spigot",
    "SplitFields",
    "SplitRows",
    "Unbox",
    "Union",
    "UnnestFrame",
    *_UNSUPPORTED,
]


def __getattr__(name: str) -> object:
    if name in _UNSUPPORTED:
        return Unsupported(name)
    raise AttributeError(f"module 'awsglue.transforms' has no attribute {name!r}")
