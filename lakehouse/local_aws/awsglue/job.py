"""Job: the beginning and the end of a script, without bookmarks.

"Tracking processed data using job bookmarks" of the Glue developer guide (checked 2026-11); jobs
with bookmarks are refused when they are created, so there is no state to keep here.
"""

from collections.abc import Mapping
from typing import Any, NoReturn

from .refusal import refused


class Job:
    """What `job.init(...)` and `job.commit()` are called on."""

    def __init__(self, glue_context: Any) -> None:
        self.glue_context = glue_context
        self.job_name: str | None = None
        self.args: Mapping[str, Any] = {}

    def init(self, job_name: str, args: Mapping[str, Any] | None = None) -> None:
        """Begin: remember the name and the arguments."""
        self.job_name = job_name
        self.args = args or {}

    def isInitialized(self) -> bool:
        """Whether `init` was called."""
        return self.job_name is not None

    def commit(self) -> None:
        """End: with bookmarks off there is nothing to keep."""

    def reset(self) -> None:
        """Forget that `init` was called; with bookmarks off there is nothing else to forget."""
        self.job_name = None
        self.args = {}

    def __getattr__(self, name: str) -> NoReturn:
        raise refused("Job", name)
