"""The logger of a Glue script: lines beside Spark's own log, on the job's error stream.

`get_logger()` gives Glue's log4j logger ("Logging for AWS Glue jobs", Glue developer guide, checked
2026-11); its methods are info, warn, error, debug and trace, all of which take one message. They go
to the process's own stderr: `sys.stderr` of a script may be joined to what it prints.
"""

import sys
from datetime import UTC, datetime
from typing import Any

_LEVELS = ("info", "warn", "error")
"""What is shown; debug and trace are below Glue's level."""


class GlueLogger:
    """Writes `<time> <LEVEL> GlueLogger: <message>`."""

    def info(self, message: Any) -> None:
        """Log what happens."""
        self._log("info", message)

    def warn(self, message: Any) -> None:
        """Log what may be wrong."""
        self._log("warn", message)

    def error(self, message: Any) -> None:
        """Log what is wrong."""
        self._log("error", message)

    def debug(self, message: Any) -> None:
        """Not shown."""
        self._log("debug", message)

    def trace(self, message: Any) -> None:
        """Not shown."""
        self._log("trace", message)

    def _log(self, level: str, message: Any) -> None:
        if level in _LEVELS:
            moment = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S}"
            line = f"{moment} {level.upper():5} GlueLogger: {message}"
            print(line, file=sys.__stderr__, flush=True)
