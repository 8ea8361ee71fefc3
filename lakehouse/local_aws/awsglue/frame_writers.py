"""write_dynamic_frame and write_data_frame: targets of a GlueContext.

Arguments as in "DynamicFrameWriter class" and "GlueContext class" of the Glue developer guide
(checked 2026-11). Files and tables only: other connection types are refused by name.
"""

from typing import TYPE_CHECKING, Any, NoReturn

from pyspark.sql import DataFrame

from .catalog import get_table, table_format, table_settings
from .data_sink import DataSink
from .dynamicframe import DynamicFrame
from .frame_readers import table_names
from .refusal import flag, refused, unsupported
from .s3_files import Options

if TYPE_CHECKING:
    from .context import GlueContext


class DynamicFrameWriter:
    """`write_dynamic_frame`: rows appended to files or tables."""

    def __init__(self, glue_context: "GlueContext") -> None:
        self._context = glue_context

    def from_options(
        self,
        frame: DynamicFrame,
        connection_type: str,
        connection_options: Options | None = None,
        format: str | None = None,
        format_options: Options | None = None,
        transformation_ctx: str = "",
    ) -> DynamicFrame:
        """Write below an S3 path; the frame."""
        del transformation_ctx
        sink = DataSink(connection_type, connection_options or {}, format)
        sink.setFormat(format, **(format_options or {}))
        return sink.writeFrame(frame)

    def from_catalog(
        self,
        frame: DynamicFrame,
        database: str | None = None,
        table_name: str | None = None,
        redshift_tmp_dir: str = "",
        transformation_ctx: str = "",
        additional_options: Options | None = None,
        catalog_id: str | None = None,
        name_space: str | None = None,
    ) -> DynamicFrame:
        """Write to the location of a table of the Data Catalog, in its format; the frame.

        A partitioned table needs the option partitionKeys; its new partitions are registered with
        enableUpdateCatalog only.
        """
        del redshift_tmp_dir, transformation_ctx, catalog_id
        where, name = table_names(database or name_space, table_name)
        table, given = get_table(where, name), dict(additional_options or {})
        if table.get("PartitionKeys") and not given.get("partitionKeys"):
            raise unsupported("from_catalog of a partitioned table without partitionKeys")
        given = {"path": table["StorageDescriptor"]["Location"], **given}
        sink = DataSink("s3", given, table_format(table))
        sink.setFormat(table_format(table), **_format_options(table))
        sink.setCatalogInfo(where, name)
        return sink.writeFrame(frame)

    def __getattr__(self, name: str) -> NoReturn:
        raise refused("write_dynamic_frame", name)


class DataFrameWriter:
    """`write_data_frame`: a DataFrame written to a table."""

    def __init__(self, glue_context: "GlueContext") -> None:
        self._context = glue_context

    def from_catalog(
        self,
        frame: DataFrame,
        database: str,
        table_name: str,
        redshift_tmp_dir: str = "",
        transformation_ctx: str = "",
        additional_options: Options | None = None,
        catalog_id: str | None = None,
    ) -> DataFrame:
        """As write_dynamic_frame.from_catalog; Spark's own sink is refused."""
        del redshift_tmp_dir, transformation_ctx, catalog_id
        given = dict(additional_options or {})
        if flag(given.pop("useSparkDataSink", False)):
            raise unsupported("write_data_frame: useSparkDataSink")
        dynamic = DynamicFrame(frame, self._context)
        writer = self._context.write_dynamic_frame
        writer.from_catalog(dynamic, database, table_name, additional_options=given)
        return frame

    def from_options(
        self, frame: DataFrame, connection_type: str, connection_options: Options, **options: Any
    ) -> DataFrame:
        """Write below an S3 path; the DataFrame."""
        dynamic = DynamicFrame(frame, self._context)
        writer = self._context.write_dynamic_frame
        writer.from_options(dynamic, connection_type, connection_options, **options)
        return frame

    def __getattr__(self, name: str) -> NoReturn:
        raise refused("write_data_frame", name)


def _format_options(table: Any) -> dict[str, Any]:
    """How a table's files are written; a header only if its readers skip it."""
    settings, format_ = table_settings(table), table_format(table)
    if format_ == "parquet":
        return {"useGlueParquetWriter": settings.get("useGlueParquetWriter", "false")}
    if format_ != "csv":
        return {}
    delimiter = settings.get("field.delim", settings.get("delimiter", ","))
    return {
        "separator": settings.get("separatorChar", delimiter),
        "quoteChar": settings.get("quoteChar", '"'),
        "writeHeader": settings.get("skip.header.line.count", "0") == "1",
    }
