"""DataSink: what getSink gives, and frames are written to.

From "DataSink(object)", PySpark extension types, and "Updating the schema, and adding new
partitions in the Data Catalog" of the Glue developer guide (checked 2026-11).
"""

from typing import Any, NoReturn, cast

from pyspark.sql import DataFrame

from .catalog_sink import CatalogUpdate, UpdateBehavior, write_and_update
from .dynamicframe import DynamicFrame
from .dynamicframe_collection import DynamicFrameCollection
from .refusal import flag, refused, unsupported
from .s3_files import Options
from .s3_sink import target, write

_CATALOG = ("enableUpdateCatalog", "updateBehavior")


class DataSink:
    """A target with its options; format and table are set before a frame is written."""

    def __init__(self, connection_type: str, connection: Options, format_: str | None) -> None:
        if connection_type not in ("s3", "file"):
            raise unsupported(f"connection type {connection_type!r}")
        self._connection = {k: v for k, v in connection.items() if k not in _CATALOG}
        self._updates = flag(connection.get("enableUpdateCatalog", False))
        self._behavior = _behavior(connection.get("updateBehavior", "UPDATE_IN_DATABASE"))
        self._format = format_
        self._options: Options = {}
        self._table: tuple[str, str] | None = None

    def setFormat(self, format: str | None, **options: Any) -> None:
        """Set the format of the files."""
        self._format, self._options = format, options

    def setCatalogInfo(
        self,
        catalogDatabase: str,
        catalogTableName: str,
        catalogId: str = "",
    ) -> None:
        """Set the table that enableUpdateCatalog keeps true."""
        del catalogId
        self._table = catalogDatabase, catalogTableName

    def setAccumulableSize(self, size: int) -> None:
        """Accepted: how many error records Glue's driver holds at a time."""

    def writeFrame(self, dynamic_frame: DynamicFrame, info: str = "") -> DynamicFrame:
        """Append the rows, and update the catalog if that is asked for; the frame."""
        del info
        if not isinstance(dynamic_frame, DynamicFrame):
            raise unsupported(f"DataSink.writeFrame of a {type(dynamic_frame).__name__}")
        where = target(self._connection, self._format, self._options)
        if not self._updates:
            write(dynamic_frame.content(), where)
            return dynamic_frame
        if self._table is None:
            raise ValueError("enableUpdateCatalog needs setCatalogInfo")
        if self._format == "parquet" and not flag(self._options.get("useGlueParquetWriter")):
            raise ValueError("enableUpdateCatalog with parquet needs useGlueParquetWriter=True")
        update = CatalogUpdate(*self._table, self._behavior)
        write_and_update(dynamic_frame.content(), where, update)
        return dynamic_frame

    def write(
        self, dynamic_frame_or_dfc: DynamicFrame | DynamicFrameCollection, info: str = ""
    ) -> DynamicFrame:
        """As writeFrame; a collection is refused."""
        return self.writeFrame(cast(DynamicFrame, dynamic_frame_or_dfc), info)

    def writeDataFrame(self, dataframe: DataFrame, glue_context: Any, info: str = "") -> DataFrame:
        """Append the rows of a DataFrame; the DataFrame."""
        self.writeFrame(DynamicFrame(dataframe, glue_context), info)
        return dataframe

    def __getattr__(self, name: str) -> NoReturn:
        raise refused("DataSink", name)


def _behavior(text: str) -> UpdateBehavior:
    if text not in ("UPDATE_IN_DATABASE", "LOG"):
        raise ValueError(f"updateBehavior is UPDATE_IN_DATABASE or LOG, not {text}")
    return cast(UpdateBehavior, text)
