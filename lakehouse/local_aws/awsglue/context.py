"""GlueContext: where a Glue script gets its session, its frames and its writers.

Methods and arguments as in "GlueContext class" of the Glue developer guide
(https://docs.aws.amazon.com/glue/latest/dg/aws-glue-api-crawler-pyspark-extensions-glue-context.html,
checked 2026-11). Sources and targets are files and tables of the Data Catalog; JDBC, streams,
transactions and storage classes are refused by name.
"""

from typing import Any

from pyspark import RDD, SparkContext
from pyspark.sql import DataFrame, DataFrameReader, SparkSession
from pyspark.sql import functions as F  # noqa: N812  Spark's own convention

from . import frame_readers, frame_writers, purging
from .data_sink import DataSink
from .data_source import DataSource
from .dynamicframe import DynamicFrame
from .logger import GlueLogger
from .nodes import Typed
from .refusal import refused, unsupported
from .s3_files import Options

_SESSION = ("catalog", "conf", "createDataFrame", "range", "sql", "streams", "table", "udf")
"""What a GlueContext has of Spark's SQLContext, which it extends."""
_INGESTION = {"year": "yyyy", "month": "MM", "day": "dd", "hour": "HH", "minute": "mm"}


class GlueContext:
    """A Spark session with Glue's readers and writers."""

    def __init__(self, sparkContext: SparkContext, **options: Any) -> None:
        if options:
            raise unsupported(f"GlueContext({', '.join(options)})")
        self.spark_session = SparkSession(sparkContext)
        self.create_dynamic_frame = frame_readers.DynamicFrameReader(self)
        self.create_data_frame = frame_readers.DataFrameReader(self)
        self.write_dynamic_frame = frame_writers.DynamicFrameWriter(self)
        self.write_data_frame = frame_writers.DataFrameWriter(self)

    @property
    def sparkSession(self) -> SparkSession:
        """The session under its other name."""
        return self.spark_session

    @property
    def read(self) -> DataFrameReader:
        """Spark's own reader."""
        return self.spark_session.read

    def get_logger(self) -> GlueLogger:
        """A logger whose lines go to the job's error stream."""
        return GlueLogger()

    def getSource(
        self, connection_type: str, transformation_ctx: str = "", **options: Any
    ) -> DataSource:
        """A source to set a format of and read a frame from."""
        return DataSource(connection_type, options, self, transformation_ctx)

    def getSink(
        self,
        connection_type: str,
        format: str | None = None,
        transformation_ctx: str = "",
        **options: Any,
    ) -> DataSink:
        """A target to set a format and a table of and write a frame to."""
        del transformation_ctx
        return DataSink(connection_type, options, format)

    def create_dynamic_frame_from_rdd(
        self,
        data: "RDD[Any]",
        name: str,
        schema: Any = None,
        sample_ratio: float | None = None,
        transformation_ctx: str = "",
    ) -> DynamicFrame:
        """See DynamicFrameReader.from_rdd."""
        del transformation_ctx
        return self.create_dynamic_frame.from_rdd(data, name, schema, sample_ratio)

    def create_dynamic_frame_from_catalog(self, *args: Any, **kwargs: Any) -> DynamicFrame:
        """See DynamicFrameReader.from_catalog."""
        return self.create_dynamic_frame.from_catalog(*args, **kwargs)

    def create_dynamic_frame_from_options(self, *args: Any, **kwargs: Any) -> DynamicFrame:
        """See DynamicFrameReader.from_options."""
        return self.create_dynamic_frame.from_options(*args, **kwargs)

    def create_sample_dynamic_frame_from_catalog(
        self,
        database: str,
        table_name: str,
        num: int,
        *args: Any,
        sample_options: Options | None = None,
        **kwargs: Any,
    ) -> DynamicFrame:
        """The first `num` records of a table; the files to look at are not limited otherwise."""
        del sample_options
        frame = self.create_dynamic_frame.from_catalog(database, table_name, *args, **kwargs)
        return _first(frame, num)

    def create_sample_dynamic_frame_from_options(
        self,
        connection_type: str,
        connection_options: Options | None = None,
        num: int | None = None,
        sample_options: Options | None = None,
        **kwargs: Any,
    ) -> DynamicFrame:
        """The first `num` records of files; the files to look at are not limited otherwise."""
        del sample_options
        if num is None:
            raise TypeError("create_sample_dynamic_frame_from_options needs num")
        reader = self.create_dynamic_frame
        return _first(reader.from_options(connection_type, connection_options, **kwargs), num)

    def create_data_frame_from_catalog(self, *args: Any, **kwargs: Any) -> DataFrame:
        """See DataFrameReader.from_catalog."""
        return self.create_data_frame.from_catalog(*args, **kwargs)

    def create_data_frame_from_options(self, *args: Any, **kwargs: Any) -> DataFrame:
        """See DataFrameReader.from_options."""
        return self.create_data_frame.from_options(*args, **kwargs)

    def write_dynamic_frame_from_options(self, *args: Any, **kwargs: Any) -> DynamicFrame:
        """See DynamicFrameWriter.from_options."""
        return self.write_dynamic_frame.from_options(*args, **kwargs)

    def write_from_options(
        self, frame_or_dfc: DynamicFrame, *args: Any, **kwargs: Any
    ) -> DynamicFrame:
        """As write_dynamic_frame_from_options; a collection is refused."""
        return self.write_dynamic_frame.from_options(frame_or_dfc, *args, **kwargs)

    def write_dynamic_frame_from_catalog(self, *args: Any, **kwargs: Any) -> DynamicFrame:
        """See DynamicFrameWriter.from_catalog."""
        return self.write_dynamic_frame.from_catalog(*args, **kwargs)

    def write_data_frame_from_catalog(self, *args: Any, **kwargs: Any) -> DataFrame:
        """See DataFrameWriter.from_catalog."""
        return self.write_data_frame.from_catalog(*args, **kwargs)

    def add_ingestion_time_columns(
        self,
        dataFrame: DataFrame,
        timeGranularity: str = "",
    ) -> DataFrame:
        """A DataFrame with `ingest_year` ... down to day, hour or minute, as text with zeros."""
        names = list(_INGESTION)
        if timeGranularity not in names[2:]:
            raise ValueError("timeGranularity is day, hour or minute")
        now = F.current_timestamp()
        wanted = names[: names.index(timeGranularity) + 1]
        added = {f"ingest_{name}": F.date_format(now, _INGESTION[name]) for name in wanted}
        return dataFrame.withColumns(added)

    def purge_s3_path(
        self, s3_path: str, options: Options | None = None, transformation_ctx: str = ""
    ) -> None:
        """Delete the objects below a path that are older than retentionPeriod hours."""
        purging.purge_path(s3_path, options or {}, transformation_ctx)

    def purge_table(
        self,
        database: str,
        table_name: str,
        options: Options | None = None,
        transformation_ctx: str = "",
        catalog_id: str | None = None,
    ) -> None:
        """Delete the objects of a table older than retentionPeriod hours, and empty partitions."""
        del catalog_id
        session = self.spark_session
        purging.purge_table(session, database, table_name, options or {}, transformation_ctx)

    def __getattr__(self, name: str) -> Any:
        if name in _SESSION:
            return getattr(self.spark_session, name)
        raise refused("GlueContext", name)


def _first(frame: DynamicFrame, num: int) -> DynamicFrame:
    content = frame.content()
    return DynamicFrame(Typed(content.data.limit(num), content.type), frame.glue_ctx, frame.name)
