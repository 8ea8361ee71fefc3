"""The class of all transforms, as AWS's page has it; those themselves are in `transforms`.

Belongs here: what a script may ask of any transform (`apply`, `name`), and that all else refuses.
Does not belong here: any transform, or what one does to a frame (`dynamicframe`).
"""

from typing import Any, NoReturn

from .refusal import refused


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
