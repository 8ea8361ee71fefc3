"""create_dynamic_frame and create_data_frame: sources of a GlueContext.

Arguments as in "DynamicFrameReader class" and "GlueContext class" of the Glue developer guide
(checked 2026-11); `database` and its older name `name_space` mean the same. Files and tables only:
other connection types are refused by name.
"""

from typing import TYPE_CHECKING, Any, NoReturn

from pyspark import RDD
from pyspark.sql import DataFrame

from .catalog_source import read_table, read_with_spark
from .data_source import DataSource
from .dynamicframe import DynamicFrame
from .refusal import flag, refused, unsupported
from .s3_files import Options

if TYPE_CHECKING:
    from .context import GlueContext


class DynamicFrameReader:
    """`create_dynamic_frame`: sources as DynamicFrames."""

    def __init__(self, glue_context: "GlueContext") -> None:
        self._context = glue_context

    def from_catalog(
        self,
        database: str | None = None,
        table_name: str | None = None,
        redshift_tmp_dir: str = "",
        transformation_ctx: str = "",
        push_down_predicate: str = "",
        additional_options: Options | None = None,
        catalog_id: str | None = None,
        name_space: str | None = None,
    ) -> DynamicFrame:
        """A table of the Data Catalog. Raises NotImplementedError."""
        del redshift_tmp_dir, transformation_ctx, catalog_id
        where, name = table_names(database or name_space, table_name)
        session = self._context.spark_session
        read = read_table(session, where, name, push_down_predicate, additional_options)
        return DynamicFrame.read(*read, self._context, name)

    def from_options(
        self,
        connection_type: str,
        connection_options: Options | None = None,
        format: str | None = None,
        format_options: Options | None = None,
        transformation_ctx: str = "",
        push_down_predicate: str = "",
    ) -> DynamicFrame:
        """Files below S3 paths. Raises NotImplementedError."""
        if push_down_predicate:
            raise unsupported("from_options: push_down_predicate")
        connection = connection_options or {}
        source = DataSource(connection_type, connection, self._context, transformation_ctx)
        source.setFormat(format, **(format_options or {}))
        return source.getFrame()

    def from_rdd(
        self,
        data: "RDD[Any]",
        name: str,
        schema: Any = None,
        sampleRatio: float | None = None,
    ) -> DynamicFrame:
        """An RDD of rows, dicts or tuples, with Spark's schema or an inferred one."""
        frame = self._context.spark_session.createDataFrame(data, schema, sampleRatio)
        return DynamicFrame(frame, self._context, name)

    def __getattr__(self, name: str) -> NoReturn:
        raise refused("create_dynamic_frame", name)


class DataFrameReader:
    """`create_data_frame`: sources as Spark DataFrames."""

    def __init__(self, glue_context: "GlueContext") -> None:
        self._context = glue_context

    def from_catalog(
        self,
        database: str | None = None,
        table_name: str | None = None,
        transformation_ctx: str = "",
        push_down_predicate: str = "",
        additional_options: Options | None = None,
        **options: Any,
    ) -> DataFrame:
        """A table of the Data Catalog; with useSparkDataSource, as Spark itself reads it."""
        given = additional_options or {}
        if flag(given.get("useSparkDataSource", False)):
            where, name = table_names(database, table_name)
            session = self._context.spark_session
            return read_with_spark(session, where, name, push_down_predicate, given)
        frame = self._context.create_dynamic_frame.from_catalog(
            database,
            table_name,
            transformation_ctx=transformation_ctx,
            push_down_predicate=push_down_predicate,
            additional_options=given,
            **options,
        )
        return frame.toDF()

    def from_options(
        self, connection_type: str, connection_options: Options | None = None, **options: Any
    ) -> DataFrame:
        """Files below S3 paths."""
        reader = self._context.create_dynamic_frame
        return reader.from_options(connection_type, connection_options, **options).toDF()

    def __getattr__(self, name: str) -> NoReturn:
        raise refused("create_data_frame", name)


def table_names(database: str | None, table: str | None) -> tuple[str, str]:
    """Database and table. Raises TypeError if one is missing."""
    if database is None or table is None:
        raise TypeError("a table of the catalog needs database and table_name")
    return database, table
