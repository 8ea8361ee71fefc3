"""One Spark session for all tests of the stand-in, with a bucket that is a folder."""

import gc
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from lakehouse.local_aws.jobs.spark import VIEW_FILE_SYSTEM
from lakehouse_tests.glue_scripts.conftest import spark as spark

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from lakehouse.local_aws.awsglue.context import GlueContext


@pytest.fixture(scope="module")
def glue(spark: "SparkSession", collected: None) -> "GlueContext":
    from lakehouse.local_aws.awsglue.context import GlueContext

    return GlueContext(spark.sparkContext)


@pytest.fixture
def bucket(spark: "SparkSession", tmp_path: Path) -> Path:
    """The folder of the bucket `s3://<its name>/`."""
    folder = tmp_path / f"bucket-{tmp_path.name}"
    folder.mkdir()
    mount(spark, folder.name, folder)
    return folder


def mount(spark: Any, name: str, folder: Path) -> None:
    """Let Spark find a bucket in a folder, as jobs do."""
    settings = spark.sparkContext._jsc.hadoopConfiguration()
    settings.set("fs.s3.impl", VIEW_FILE_SYSTEM)
    settings.set(f"fs.viewfs.mounttable.{name}.linkFallback", folder.as_uri())


@pytest.fixture(scope="module")
def collected() -> Iterator[None]:
    """PySpark leaves sockets to the garbage collector; they go while their warning is ignored."""
    yield
    gc.collect()
