"""The transforms that take or give a collection of frames.

Belongs here: those, each one call of a method of DynamicFrame or DynamicFrameCollection, with the
names and arguments of AWS's pages. Scripts import them from `transforms`.
Does not belong here: transforms of frames to a frame (`transforms`).
"""

from collections.abc import Callable
from typing import Any

from .dynamicframe import DynamicFrame, DynamicFrameCollection
from .glue_transform import GlueTransform


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


class SelectFromCollection(GlueTransform):
    """One frame of a collection."""

    def __call__(
        self, dfc: DynamicFrameCollection, key: str, transformation_ctx: str = ""
    ) -> DynamicFrame:
        """See DynamicFrameCollection.select."""
        return dfc.select(key, transformation_ctx)


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


def _based(
    transform: type[GlueTransform], frame_name: str, arguments: dict[str, Any]
) -> Callable[..., Any]:
    """A transform as a function of a frame, which is passed under a name."""

    def apply(frame: DynamicFrame, transformation_ctx: str) -> Any:
        named = {**arguments, frame_name: frame, "transformation_ctx": transformation_ctx}
        return transform.apply(**named)

    return apply
