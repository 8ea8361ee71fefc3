"""How Spark is started on this machine: the JVM's command and environment, Spark's settings.

Buckets become folders through Hadoop's ViewFileSystemOverloadScheme, which ships with pyspark, so
`s3://` and `s3a://` need no further jar. The command is what spark-submit would run, without its
shell scripts and its launcher, a JVM of its own: a second less. Nothing is started here.
"""

import os
import shlex
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lakehouse.local_aws.jobs.java import JAVA_HOME, SPARK_HOME, java_command

VIEW_FILE_SYSTEM = "org.apache.hadoop.fs.viewfs.ViewFileSystemOverloadScheme"
RAW_FILE_SYSTEM = "org.apache.hadoop.fs.RawLocalFileSystem"
COMMITTER = "org.apache.hadoop.mapreduce.lib.output.FileOutputCommitterFactory"
# The optimizing compiler (C2) pays off after minutes; on 2 cores a job of seconds spends half its
# CPU there. These thresholds are 40 times the defaults: only what runs long is compiled by it.
LATE_OPTIMIZATION = (
    "-XX:Tier4InvocationThreshold=200000",
    "-XX:Tier4MinInvocationThreshold=100000",
    "-XX:Tier4CompileThreshold=400000",
    "-XX:Tier4BackEdgeThreshold=1600000",
)
SHUFFLE_PARTITIONS = 8  # adaptive execution merges them for small data, big data still spreads
# What Spark's launcher gives every JVM (org.apache.spark.launcher.JavaModuleOptions).
MODULE_OPTIONS = (
    "-XX:+IgnoreUnrecognizedVMOptions",
    *(
        f"--add-opens={package}=ALL-UNNAMED"
        for package in (
            "java.base/java.lang",
            "java.base/java.lang.invoke",
            "java.base/java.lang.reflect",
            "java.base/java.io",
            "java.base/java.net",
            "java.base/java.nio",
            "java.base/java.util",
            "java.base/java.util.concurrent",
            "java.base/java.util.concurrent.atomic",
            "java.base/jdk.internal.ref",
            "java.base/sun.nio.ch",
            "java.base/sun.nio.cs",
            "java.base/sun.security.action",
            "java.base/sun.util.calendar",
            "java.security.jgss/sun.security.krb5",
        )
    ),
    "-Djdk.reflect.useDirectMethodHandle=false",
)
Settings = Mapping[str, str]


@dataclass(frozen=True)
class SparkRequest:
    """What a run asks of Spark: its scratch folder, the user's settings, jars, JVM options."""

    folder: Path
    conf: Settings
    jars: Sequence[Path]
    jars_first: bool
    jvm_options: Sequence[str]


def driver_command(request: SparkRequest, mounts: Path, metastore: str | None) -> list[str]:
    """The JVM to which `SparkContext()` in a script connects: a local Spark over the buckets.

    `mounts` is the file of the buckets' folders (see mounts.py), `metastore` the URI of a Hive
    metastore, if the job asked for one. The user's settings win; Java options are added to ours.
    """
    settings = {
        **local_settings(request.folder),
        **bucket_settings(mounts),
        **(catalog_settings(request.folder, metastore) if metastore else {}),
        **_jar_settings(request),
        **request.conf,
    }
    options = [option for pair in settings.items() for option in ("--conf", "=".join(pair))]
    return [
        *java_command(),
        f"-Xmx{settings['spark.driver.memory']}",
        *LATE_OPTIMIZATION,
        f"-Djava.io.tmpdir={request.folder / 'tmp'}",
        *request.jvm_options,
        *shlex.split(settings.get("spark.driver.extraJavaOptions", "")),
        *MODULE_OPTIONS,
        "org.apache.spark.deploy.SparkSubmit",
        *options,
        "pyspark-shell",
    ]


def spark_environment(folder: Path) -> dict[str, str]:
    """The variables of a script that uses Spark, and of its JVM."""
    return {
        "JAVA_HOME": str(JAVA_HOME),
        "SPARK_HOME": str(SPARK_HOME),
        "PYSPARK_PYTHON": sys.executable,
        "PYSPARK_DRIVER_PYTHON": sys.executable,
        "PYTHONHASHSEED": "0",  # as spark-submit sets it: workers must agree on hashes
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_LOCAL_DIRS": str(folder / "spark"),
    }


def local_settings(folder: Path) -> Settings:
    """Quiet, without a web page, scratch files below `folder`; formats keep Spark's defaults."""
    return {
        "spark.master": f"local[{cores(os.cpu_count() or 1)}]",
        "spark.driver.memory": f"{driver_memory_mb(_physical_mb())}m",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.sql.catalogImplementation": "in-memory",
        "spark.sql.warehouse.dir": (folder / "warehouse").as_uri(),
        "spark.sql.shuffle.partitions": str(SHUFFLE_PARTITIONS),
    }


def bucket_settings(mounts: Path) -> Settings:
    """`s3://<bucket>/` is the bucket's folder; a bucket that does not exist is an error.

    No `target` file system is set on purpose: with one, a path of an unknown bucket would
    silently become a path of this machine.
    """
    return {
        "spark.hadoop.fs.s3.impl": VIEW_FILE_SYSTEM,
        "spark.hadoop.fs.s3a.impl": VIEW_FILE_SYSTEM,
        "spark.hadoop.fs.viewfs.mounttable.path": mounts.as_uri(),
        "spark.hadoop.mapreduce.outputcommitter.factory.scheme.s3a": COMMITTER,
        "spark.hadoop.mapreduce.fileoutputcommitter.marksuccessfuljobs": "false",
        "spark.hadoop.fs.file.impl": RAW_FILE_SYSTEM,  # no .crc files beside the objects
    }


def catalog_settings(folder: Path, metastore: str) -> Settings:
    """Spark's Hive tables are those of the metastore; Hive's own scratch files below `folder`."""
    return {
        "spark.sql.catalogImplementation": "hive",
        "spark.hadoop.hive.metastore.uris": metastore,
        "spark.hadoop.hive.metastore.execute.setugi": "false",  # there are no users to tell apart
        "spark.hadoop.hive.exec.scratchdir": str(folder / "tmp" / "hive"),
        "spark.hadoop.hive.exec.local.scratchdir": str(folder / "tmp" / "hive-local"),
        "spark.hadoop.hive.downloaded.resources.dir": str(folder / "tmp" / "hive-resources"),
    }


def cores(available: int) -> int:
    """Threads of a local Spark: at least 2, and not the whole of a big machine."""
    return max(2, min(available, 4))


def driver_memory_mb(physical_mb: int) -> int:
    """Heap of the one JVM: a quarter of the machine, 1 to 4 GB."""
    return max(1_024, min(physical_mb // 4, 4_096))


def _jar_settings(request: SparkRequest) -> Settings:
    if not request.jars:
        return {}
    first = str(request.jars_first).lower()
    return {
        "spark.jars": ",".join(path.as_uri() for path in request.jars),
        "spark.driver.userClassPathFirst": first,
        "spark.executor.userClassPathFirst": first,
    }


def _physical_mb() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // (1 << 20)
