"""GlueContext: where a Glue script gets its session, its frames and its writers.

Sources and sinks: the Data Catalog and S3. JDBC, streams, bookmarks, sinks that update the catalog
and everything else of the API are refused by name.
"""

import logging
from collections.abc import Mapping
from typing import Any

import boto3
from pyspark import SparkContext
from pyspark.sql import DataFrame, SparkSession

from .catalog_source import read_table, table_format
from .dynamicframe import DynamicFrame, DynamicFrameCollection
from .gluetypes import refused
from .s3_format import read_paths, write_path

Options = Mapping[str, Any]


class GlueContext:
    """A Spark session with Glue's readers and writers."""

    def __init__(self, sparkContext: SparkContext, **options: Any) -> None:  # noqa: N803
        if options:
            raise refused("GlueContext", ", ".join(options))
        self.spark_session = SparkSession(sparkContext)
        self.create_dynamic_frame = DynamicFrameReader(self)
        self.create_data_frame = DataFrameReader(self)
        self.write_dynamic_frame = DynamicFrameWriter(self)

    @property
    def sparkSession(self) -> SparkSession:  # noqa: N802
        """The session under its other name."""
        return self.spark_session

    @property
    def read(self) -> Any:
        """Spark's own reader."""
        return self.spark_session.read

    def sql(self, query: str) -> DataFrame:
        """Spark SQL over the temporary views of the script."""
        return self.spark_session.sql(query)

    def createDataFrame(self, *args: Any, **kwargs: Any) -> DataFrame:  # noqa: N802
        """Spark's createDataFrame."""
        return self.spark_session.createDataFrame(*args, **kwargs)

    def get_logger(self) -> logging.Logger:
        """A logger whose lines go to the job's error stream."""
        logger = logging.getLogger("GlueLogger")
        if not logger.handlers:
            logger.addHandler(logging.StreamHandler())
            logger.setLevel(logging.INFO)
        return logger

    def __getattr__(self, name: str) -> Any:
        raise refused("GlueContext", name)


class DataFrameReader:
    """`create_data_frame`: sources as Spark DataFrames."""

    def __init__(self, glue_context: GlueContext) -> None:
        self._context = glue_context

    def from_catalog(
        self,
        database: str,
        table_name: str,
        transformation_ctx: str = "",
        push_down_predicate: str = "",
        additional_options: Options | None = None,
    ) -> DataFrame:
        """A table of the Data Catalog."""
        del transformation_ctx
        options = dict(additional_options or {})
        predicate = options.pop("catalogPartitionPredicate", None)
        if options:
            raise refused("from_catalog", ", ".join(options))
        session = self._context.spark_session
        return read_table(session, database, table_name, predicate, push_down_predicate)

    def from_options(
        self,
        connection_type: str,
        connection_options: Options | None = None,
        format: str | None = None,  # noqa: A002
        format_options: Options | None = None,
        transformation_ctx: str = "",
    ) -> DataFrame:
        """Files below S3 paths."""
        del transformation_ctx
        _check_s3(connection_type)
        session = self._context.spark_session
        return read_paths(session, connection_options or {}, format, format_options or {})

    def __getattr__(self, name: str) -> Any:
        raise refused("create_data_frame", name)


class DynamicFrameReader:
    """`create_dynamic_frame`: sources as DynamicFrames."""

    def __init__(self, glue_context: GlueContext) -> None:
        self._context = glue_context

    def from_catalog(self, database: str, table_name: str, **options: Any) -> DynamicFrame:
        """A table of the Data Catalog; see DataFrameReader.from_catalog."""
        frame = self._context.create_data_frame.from_catalog(database, table_name, **options)
        return DynamicFrame(frame, self._context, table_name)

    def from_options(
        self, connection_type: str, connection_options: Options | None = None, **options: Any
    ) -> DynamicFrame:
        """Files below S3 paths; see DataFrameReader.from_options."""
        reader = self._context.create_data_frame
        frame = reader.from_options(connection_type, connection_options, **options)
        return DynamicFrame(frame, self._context, "")

    def __getattr__(self, name: str) -> Any:
        raise refused("create_dynamic_frame", name)


class DynamicFrameWriter:
    """`write_dynamic_frame`: rows appended to S3."""

    def __init__(self, glue_context: GlueContext) -> None:
        self._context = glue_context

    def from_options(
        self,
        frame: DynamicFrame | DynamicFrameCollection,
        connection_type: str,
        connection_options: Options | None = None,
        format: str | None = None,  # noqa: A002
        format_options: Options | None = None,
        transformation_ctx: str = "",
    ) -> DynamicFrame:
        """Write below an S3 path; the frame."""
        del transformation_ctx
        _check_s3(connection_type)
        if not isinstance(frame, DynamicFrame):
            raise refused("write_dynamic_frame", f"from_options of a {type(frame).__name__}")
        write_path(frame.toDF(), connection_options or {}, format, format_options or {})
        return frame

    def from_catalog(
        self, frame: DynamicFrame, database: str, table_name: str, transformation_ctx: str = ""
    ) -> DynamicFrame:
        """Write to the location of a table of the Data Catalog; partitions are not registered."""
        del transformation_ctx
        table = boto3.client("glue").get_table(DatabaseName=database, Name=table_name)["Table"]
        if table.get("PartitionKeys"):
            raise refused("write_dynamic_frame", "from_catalog of a partitioned table")
        path = {"path": table["StorageDescriptor"]["Location"]}
        write_path(frame.toDF(), path, table_format(table), {})
        return frame

    def __getattr__(self, name: str) -> Any:
        raise refused("write_dynamic_frame", name)


def _check_s3(connection_type: str) -> None:
    if connection_type != "s3":
        raise NotImplementedError(
            f"awsglue: connection type {connection_type!r} is not supported by the local AWS: "
            "only s3"
        )
