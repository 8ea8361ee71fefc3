"""Glue's transforms as classes with `apply`, each one call of a DynamicFrame's method.

Names and arguments as in the transforms' pages of the Glue developer guide
(https://docs.aws.amazon.com/glue/latest/dg/aws-glue-programming-python-transforms.html, checked
2026-11). The names that are not written here stand for themselves and refuse to be used, so that
`from awsglue.transforms import *` gives every name and none pretends.
"""

from collections.abc import Callable
from typing import Any, NoReturn

from .dynamicframe import DynamicFrame, DynamicFrameCollection
from .projections import without_nulls
from .refusal import Unsupported, refused

_UNSUPPORTED = (
    "EvaluateDataQuality",
    "FillMissingValues",
    "FindIncrementalMatches",
    "FindMatches",
)


class GlueTransform:
    """A transform: `Class.apply(frame=..., ...)` or `Class()(...)`."""

    @classmethod
    def apply(cls, *args: Any, **kwargs: Any) -> Any:
        """Make the transform and call it."""
        return cls()(*args, **kwargs)

    @classmethod
    def name(cls) -> str:
        """The name of the transform."""
        return cls.__name__

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Transform; each transform says what it takes."""
        raise refused(type(self).__name__, "apply")

    def __getattr__(self, name: str) -> NoReturn:
        raise refused(type(self).__name__, name)


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


class FlatMap(GlueTransform):
    """A transform of each frame of a collection, the results as one collection."""

    def __call__(
        self,
        dfc: DynamicFrameCollection,
        BaseTransform: type[GlueTransform],
        frame_name: str,
        transformation_ctx: str = "",
        **base_kwargs: Any,
    ) -> DynamicFrameCollection:
        """See DynamicFrameCollection.flatmap."""
        return dfc.flatmap(_based(BaseTransform, frame_name, base_kwargs), transformation_ctx)


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


class MapToCollection(GlueTransform):
    """A transform, or a function, of each frame of a collection."""

    def __call__(
        self,
        dfc: DynamicFrameCollection,
        BaseTransform: type[GlueTransform] | None = None,
        frame_name: str = "frame",
        transformation_ctx: str = "",
        callable: Callable[..., DynamicFrame] | None = None,
        **base_kwargs: Any,
    ) -> DynamicFrameCollection:
        """See DynamicFrameCollection.map."""
        if BaseTransform is not None:
            callable = _based(BaseTransform, frame_name, base_kwargs)
        if callable is None:
            raise TypeError("MapToCollection needs BaseTransform or callable")
        return dfc.map(callable, transformation_ctx)


class Relationalize(GlueTransform):
    """Nested data as flat frames."""

    def __call__(
        self,
        frame: DynamicFrame,
        staging_path: str | None = None,
        name: str = "roottable",
        options: Any = None,
        **stage: Any,
    ) -> DynamicFrameCollection:
        """See DynamicFrame.relationalize."""
        return frame.relationalize(name, staging_path, options, **stage)


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


class SelectFromCollection(GlueTransform):
    """One frame of a collection."""

    def __call__(
        self, dfc: DynamicFrameCollection, key: str, transformation_ctx: str = ""
    ) -> DynamicFrame:
        """See DynamicFrameCollection.select."""
        return dfc.select(key, transformation_ctx)


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


class SplitFields(GlueTransform):
    """The named fields, and the others."""

    def __call__(
        self,
        frame: DynamicFrame,
        paths: Any,
        name1: str = "frame1",
        name2: str = "frame2",
        **options: Any,
    ) -> DynamicFrameCollection:
        """See DynamicFrame.split_fields."""
        return frame.split_fields(paths, name1, name2, **options)


class SplitRows(GlueTransform):
    """The records that satisfy some comparisons, and the others."""

    def __call__(
        self,
        frame: DynamicFrame,
        comparison_dict: Any,
        name1: str = "frame1",
        name2: str = "frame2",
        **options: Any,
    ) -> DynamicFrameCollection:
        """See DynamicFrame.split_rows."""
        return frame.split_rows(comparison_dict, name1, name2, **options)


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


def _based(
    transform: type[GlueTransform], frame_name: str, arguments: dict[str, Any]
) -> Callable[..., Any]:
    """A transform as a function of a frame, which is passed under a name."""

    def apply(frame: DynamicFrame, transformation_ctx: str) -> Any:
        named = {**arguments, frame_name: frame, "transformation_ctx": transformation_ctx}
        return transform.apply(**named)

    return apply


def __getattr__(name: str) -> object:
    if name in _UNSUPPORTED:
        return Unsupported(name)
    raise AttributeError(f"module 'awsglue.transforms' has no attribute {name!r}")
