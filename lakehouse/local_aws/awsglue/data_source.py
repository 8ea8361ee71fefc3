"""DataSource: what getSource gives, and frames are read from.

From "DataSource(object)", PySpark extension types of the Glue developer guide (checked 2026-11).
"""

from typing import Any, NoReturn

from .dynamicframe import DynamicFrame
from .refusal import refused
from .s3_files import Options
from .s3_source import read_connection


class DataSource:
    """A source with its options; the format is set before a frame is read."""

    def __init__(self, connection_type: str, connection: Options, glue_ctx: Any, name: str) -> None:
        self._connection_type = connection_type
        self._connection = connection
        self._glue_ctx = glue_ctx
        self._name = name
        self._format: str | None = None
        self._options: Options = {}

    def setFormat(self, format: str | None, **options: Any) -> None:
        """Set the format of the files."""
        self._format, self._options = format, options

    def getFrame(self) -> DynamicFrame:
        """The records of the source. Raises NotImplementedError."""
        content, errors = read_connection(
            self._glue_ctx.spark_session,
            self._connection_type,
            self._connection,
            self._format,
            self._options,
        )
        return DynamicFrame.read(content, errors, self._glue_ctx, self._name)

    def __getattr__(self, name: str) -> NoReturn:
        raise refused("DataSource", name)
