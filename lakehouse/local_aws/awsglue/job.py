"""Job: the beginning and the end of a script, without bookmarks."""

from collections.abc import Mapping
from typing import Any

from .gluetypes import refused


class Job:
    """What `job.init(...)` and `job.commit()` are called on; bookmarks are refused at CreateJob."""

    def __init__(self, glue_context: Any) -> None:
        self.glue_context = glue_context
        self.job_name: str | None = None
        self.args: Mapping[str, Any] = {}

    def init(self, job_name: str, args: Mapping[str, Any] | None = None) -> None:
        """Begin: remember the name and the arguments."""
        self.job_name = job_name
        self.args = args or {}

    def commit(self) -> None:
        """End: with bookmarks off there is no state to keep."""

    def isInitialized(self) -> bool:  # noqa: N802
        """Whether `init` was called."""
        return self.job_name is not None

    def __getattr__(self, name: str) -> Any:
        raise refused("Job", name)
