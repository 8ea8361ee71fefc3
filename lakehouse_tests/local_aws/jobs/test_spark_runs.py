"""What surrounds a Spark job: arguments, libraries, logs, what others see of it meanwhile."""

import io
import json
import os
import signal
import subprocess
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lakehouse.local_aws.jobs.java import JAVA_HOME, SPARK_HOME, java_command
from lakehouse.local_aws.jobs.spark import MODULE_OPTIONS
from lakehouse_tests.local_aws.jobs.job_cases import (
    create_job,
    ended,
    log_lines,
    run,
    wait_for,
)

Client = Callable[[str], Any]
pytestmark = pytest.mark.spark

EVERYTHING = """
import json, logging, os, sys
import boto3
from awsglue.utils import getResolvedOptions
from pyspark.sql import SparkSession
import one_module, zipped_package, wheeled

options = getResolvedOptions(sys.argv, ["JOB_NAME", "day", "TempDir"])
print(json.dumps(["arguments", options["day"], options["TempDir"]]))
print(json.dumps(["libraries", one_module.WORD, zipped_package.WORD, wheeled.WORD]))
print(json.dumps(["file", open("settings.json").read()]))
print(json.dumps(["variables", os.environ["CUSTOMER_A"], os.environ["CUSTOMER_B"]]))
logging.warning("said by logging")

spark = SparkSession.builder.appName("mine").getOrCreate()
spark.udf.register("from_module", lambda text: text + one_module.WORD)
print(json.dumps(["in workers", spark.sql("SELECT from_module('x')").first()[0]]))
print(json.dumps(["conf", spark.conf.get("spark.sql.shuffle.partitions"),
                  spark.sparkContext.getConf().get("spark.custom.text")]))
loader = spark.sparkContext._jvm.Thread.currentThread().getContextClassLoader()
print(json.dumps(["jar", loader.getResource("inside/the.jar") is not None]))

s3 = boto3.client("s3")
s3.create_bucket(Bucket="made.in-the-run")
spark.range(3).coalesce(1).write.json("s3://made.in-the-run/out/")
keys = [entry["Key"] for entry in s3.list_objects_v2(Bucket="made.in-the-run")["Contents"]]
print(json.dumps(["own bucket", len(keys), keys[0].startswith("out/part-00000-")]))
s3.copy_object(Bucket="made.in-the-run", Key="final.json",
               CopySource={"Bucket": "made.in-the-run", "Key": keys[0]})
s3.delete_object(Bucket="made.in-the-run", Key=keys[0])
print(json.dumps(["renamed", spark.read.json("s3a://made.in-the-run/final.json").count()]))
spark.read.json("s3://made.in-the-run/final.json").limit(1).write.mode("overwrite").json(
    "s3://made.in-the-run/out")
body = s3.get_object(Bucket="made.in-the-run", Key=s3.list_objects_v2(
    Bucket="made.in-the-run", Prefix="out/")["Contents"][0]["Key"])["Body"].read().decode()
print(json.dumps(["rewritten", body]))
"""


def archive(**files: str) -> bytes:
    """A zip (a jar, a wheel) of files; two underscores are a slash, one is a dot."""
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as target:
        for name, text in files.items():
            target.writestr(name.replace("__", "/").replace("_dot_", "."), text)
    return body.getvalue()


def wheel() -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as target:
        target.writestr("wheeled/__init__.py", "WORD = 'from the wheel'")
        target.writestr("wheeled-1.0.dist-info/METADATA", "Name: wheeled\nVersion: 1.0\n")
        target.writestr("wheeled-1.0.dist-info/RECORD", "")
    return body.getvalue()


@pytest.fixture(scope="module")
def libraries(client: Client) -> dict[str, str]:
    """Libraries of all kinds in S3, as a job's arguments name them."""
    s3 = client("s3")
    s3.create_bucket(Bucket="job-libraries")
    bodies = {
        "one_module.py": b"WORD = 'from the module'",
        "package.zip": archive(zipped_package_dot_py="WORD = 'from the zip'"),
        "wheeled-1.0-py3-none-any.whl": wheel(),
        "settings.json": b"{}",
        "extra.jar": archive(inside__the_dot_jar="x"),
    }
    for name, body in bodies.items():
        s3.put_object(Bucket="job-libraries", Key=name, Body=body)
    root = "s3://job-libraries"
    return {
        "--extra-py-files": f"{root}/one_module.py,{root}/package.zip",
        "--additional-python-modules": f"boto3>=1.20,{root}/wheeled-1.0-py3-none-any.whl",
        "--extra-files": f"{root}/settings.json",
        "--extra-jars": f"{root}/extra.jar",
    }


def test_a_run_has_everything_its_arguments_name(client: Client, libraries: dict[str, str]) -> None:
    arguments = {
        **libraries,
        "--day": "2026-01-01",
        "--TempDir": "s3://job-libraries/tmp/",
        "--conf": "spark.sql.shuffle.partitions=3 --conf spark.custom.text=a b=c",
        "--customer-driver-env-vars": 'CUSTOMER_A=1,CUSTOMER_B="2, 3"',
        "--enable-metrics": "",
        "--enable-spark-ui": "true",
        "--python-modules-installer-option": "--upgrade",
    }
    create_job(client("glue"), client("s3"), "everything", EVERYTHING, command="glueetl")
    done = run(client("glue"), "everything", arguments)
    lines = log_lines(client("logs"), done["Id"], "output")
    assert done["JobRunState"] == "SUCCEEDED", (done.get("ErrorMessage"), lines)
    assert "WARNING:root:said by logging" in lines
    said = {name: rest for name, *rest in (json.loads(line) for line in lines if line[0] == "[")}
    assert said == {
        "arguments": ["2026-01-01", "s3://job-libraries/tmp/"],
        "libraries": ["from the module", "from the zip", "from the wheel"],
        "file": ["{}"],
        "variables": ["1", "2, 3"],
        "in workers": ["xfrom the module"],
        "conf": ["3", "a b=c"],
        "jar": [True],
        "own bucket": [1, True],
        "renamed": [3],
        "rewritten": ['{"id":0}\n'],
    }
    listed = client("s3").list_objects_v2(Bucket="made.in-the-run")["Contents"]
    assert [entry["Key"].partition("/")[0] for entry in listed] == ["final.json", "out"]


PYTHON_WORKER = """
import os, time
from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
def slow(x):
    open("/tmp/" + os.environ["CUSTOMER_MARK"], "a").write(f"{os.getpid()} {os.getppid()}\\n")
    time.sleep(600)
spark.sparkContext.parallelize(range(2), 2).foreach(slow)
"""


def test_a_stopped_run_leaves_no_python_worker(client: Client, tmp_path: Path) -> None:
    mark = f"{tmp_path.name}-{os.getpid()}"
    create_job(client("glue"), client("s3"), "workers", PYTHON_WORKER, command="glueetl")
    run_id = client("glue").start_job_run(
        JobName="workers", Arguments={"--customer-executor-env-vars": f"CUSTOMER_MARK={mark}"}
    )["JobRunId"]
    written = Path("/tmp", mark)
    try:
        pids = _pids(written)
        client("glue").batch_stop_job_run(JobName="workers", JobRunIds=[run_id])
        assert ended(client("glue"), "workers", run_id)["JobRunState"] == "STOPPED"
        assert [pid for pid in pids if _lives(pid)] == []
    finally:
        written.unlink(missing_ok=True)


def _pids(written: Path) -> list[int]:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        if written.exists() and written.read_text().count("\n") >= 2:
            return [int(word) for word in written.read_text().split()]
        time.sleep(0.1)
    raise AssertionError("the workers never started")


def _lives(pid: int) -> bool:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return False
    return fields[0] not in ("Z", "X")


KILLED_DRIVER = """
import os, signal
from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
java = spark.sparkContext._jvm.java.lang.ProcessHandle.current().pid()
os.kill(java, signal.SIGKILL)
spark.range(3).count()
"""


def test_a_killed_driver_fails_the_run_with_its_reason(client: Client) -> None:
    create_job(client("glue"), client("s3"), "killed-driver", KILLED_DRIVER, command="glueetl")
    done = run(client("glue"), "killed-driver")
    assert done["JobRunState"] == "FAILED"
    assert "Failed Line Number: 7" in done["ErrorMessage"]
    assert done["ErrorMessage"].endswith(
        f"(the Spark driver ended: Command failed with exit code {128 + signal.SIGKILL} "
        "(SIGKILL: out of memory, or killed from outside))"
    )


BAD_JAVA = {"--conf": "spark.driver.extraJavaOptions=-XX:+UseG1GC"}


def test_a_driver_that_cannot_start_fails_the_run(client: Client) -> None:
    script = "import pyspark\npyspark.SparkContext()"
    create_job(client("glue"), client("s3"), "bad-java", script, command="glueetl")
    done = run(client("glue"), "bad-java", BAD_JAVA)
    assert done["JobRunState"] == "FAILED"
    assert "Spark's JVM did not start: it says why in the job's logs" in done["ErrorMessage"]
    lines = "\n".join(log_lines(client("logs"), done["Id"], "output"))
    assert "Multiple garbage collectors selected" in lines


def test_a_job_without_spark_in_it_succeeds(client: Client) -> None:
    create_job(client("glue"), client("s3"), "no-spark", "print('done')", command="glueetl")
    done = run(client("glue"), "no-spark")
    assert done["JobRunState"] == "SUCCEEDED"
    assert log_lines(client("logs"), done["Id"], "output") == ["done"]


FOUR = """
import sys
from awsglue.utils import getResolvedOptions
from pyspark.sql import SparkSession
target = getResolvedOptions(sys.argv, ["target"])["target"]
SparkSession.builder.getOrCreate().range(5).write.parquet(target)
"""


@pytest.mark.soak
def test_four_runs_at_once(client: Client) -> None:
    glue, s3 = client("glue"), client("s3")
    s3.create_bucket(Bucket="four-runs")
    concurrent = {"MaxConcurrentRuns": 4}
    create_job(glue, s3, "four", FOUR, command="glueetl", ExecutionProperty=concurrent)
    runs = [
        glue.start_job_run(JobName="four", Arguments={"--target": f"s3://four-runs/{n}"})[
            "JobRunId"
        ]
        for n in range(4)
    ]
    ends = [ended(glue, "four", run_id) for run_id in runs]
    assert [end["JobRunState"] for end in ends] == ["SUCCEEDED"] * 4
    listed = s3.list_objects_v2(Bucket="four-runs")["Contents"]
    assert {entry["Key"].partition("/")[0] for entry in listed} == {"0", "1", "2", "3"}
    assert not any("_temporary" in entry["Key"] for entry in listed)


def test_the_driver_starts_as_spark_submit_would() -> None:
    """The command without shell scripts and launcher is the launcher's own, but for our options."""
    launcher = [str(JAVA_HOME / "bin" / "java"), "-cp", f"{SPARK_HOME}/jars/*"]
    answer = subprocess.run(
        [
            *launcher,
            "org.apache.spark.launcher.Main",
            "org.apache.spark.deploy.SparkSubmit",
            "--conf",
            "spark.driver.memory=1234m",
            "pyspark-shell",
        ],
        env={
            "SPARK_HOME": str(SPARK_HOME),
            "JAVA_HOME": str(JAVA_HOME),
            "SPARK_ENV_LOADED": "1",
            "SPARK_SCALA_VERSION": "2.12",
        },
        capture_output=True,
        text=True,
        check=True,
    )
    said = [part.strip() for part in answer.stdout.split("\0") if part.strip()]
    class_path = f"{SPARK_HOME}/conf:{SPARK_HOME}/jars/*"
    assert said == [
        java_command()[0],
        "-cp",
        class_path,
        "-Xmx1234m",
        *MODULE_OPTIONS,
        "org.apache.spark.deploy.SparkSubmit",
        "--conf",
        "spark.driver.memory=1234m",
        "pyspark-shell",
    ]


def test_a_running_job_can_be_watched(client: Client) -> None:
    """Lines are in the log while the job goes on."""
    script = "import time\nprint('first', flush=True)\ntime.sleep(600)\n"
    create_job(client("glue"), client("s3"), "watched", script, command="glueetl")
    run_id = client("glue").start_job_run(JobName="watched")["JobRunId"]
    wait_for(client("glue"), "watched", run_id, {"RUNNING"})
    deadline = time.monotonic() + 60
    while log_lines(client("logs"), run_id, "output") != ["first"]:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    client("glue").batch_stop_job_run(JobName="watched", JobRunIds=[run_id])
    assert ended(client("glue"), "watched", run_id)["JobRunState"] == "STOPPED"
