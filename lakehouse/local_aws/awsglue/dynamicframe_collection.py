"""DynamicFrameCollection: frames by name, as relationalize and the splits return them.

From "DynamicFrameCollection class" of the Glue developer guide (checked 2026-11).
"""

from collections.abc import Callable, Iterator, KeysView, Mapping, ValuesView
from typing import TYPE_CHECKING, Any

from .refusal import refused

if TYPE_CHECKING:
    from .dynamicframe import DynamicFrame


class DynamicFrameCollection:
    """A dictionary of frames."""

    def __init__(self, dynamic_frames: "Mapping[str, DynamicFrame]", glue_ctx: Any) -> None:
        self._frames = dict(dynamic_frames)
        self._glue_ctx = glue_ctx

    def keys(self) -> KeysView[str]:
        """The names."""
        return self._frames.keys()

    def values(self) -> "ValuesView[DynamicFrame]":
        """The frames."""
        return self._frames.values()

    def select(self, key: str, transformation_ctx: str = "") -> "DynamicFrame":
        """The frame of a name. Raises KeyError."""
        del transformation_ctx
        return self._frames[key]

    def map(
        self, callable: "Callable[..., DynamicFrame]", transformation_ctx: str = ""
    ) -> "DynamicFrameCollection":
        """What a function of a frame and a transformation context makes of each."""
        made = {
            name: callable(frame, f"{name}{transformation_ctx}")
            for name, frame in self._frames.items()
        }
        return DynamicFrameCollection(made, self._glue_ctx)

    def flatmap(
        self, f: Callable[..., Any], transformation_ctx: str = ""
    ) -> "DynamicFrameCollection":
        """What a function makes of each, frames and collections, as one collection.

        A frame of a collection is named `<frame>_<name there>`. (Chosen: not documented.)
        """
        made: dict[str, DynamicFrame] = {}
        for name, frame in self._frames.items():
            result = f(frame, f"{name}{transformation_ctx}")
            if isinstance(result, DynamicFrameCollection):
                made |= {f"{name}_{key}": result[key] for key in result}
            else:
                made[name] = result
        return DynamicFrameCollection(made, self._glue_ctx)

    def __getitem__(self, key: str) -> "DynamicFrame":
        return self._frames[key]

    def __len__(self) -> int:
        return len(self._frames)

    def __iter__(self) -> Iterator[str]:
        return iter(self._frames)

    def __getattr__(self, name: str) -> Any:
        raise refused("DynamicFrameCollection", name)
