"""Start-up of a trivial Spark job in the local AWS: `python -m benchmarks.jobs [rounds]`.

Each round runs the same script as a Glue job (from StartJobRun to SUCCEEDED) and as a plain
`python script.py` on pyspark's own local[2], in turn, so that both meet the same machine. Printed:
the first job of a server ("cold"), the later ones ("warm"), a job that asks for the Data Catalog,
and a run without a class archive. A target is missed only if the machine is idle: look at the
ratios.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3

from benchmarks.figures import add_json_option, write_figures
from lakehouse.local_aws.jobs.class_archive import ClassArchive, cache_folder
from lakehouse.local_aws.jobs.java import JAVA_HOME
from lakehouse.local_aws.server import LocalAws

SCRIPT = """
from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
print(spark.range(1000).selectExpr("sum(id) AS s").collect())
"""
CATALOG_SCRIPT = SCRIPT.replace(".range(1000)", '.sql("SELECT * FROM bench.t")').replace("id", "n")
TARGET_COLD, TARGET_WARM = 7.0, 5.0  # seconds on 2 idle cores
CREDENTIALS = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}


def main(arguments: Sequence[str]) -> int:
    """Print a line per case; 1 when the warm job misses its target."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.jobs", description=__doc__)
    parser.add_argument("rounds", nargs="?", type=int, default=3)
    add_json_option(parser)
    asked = parser.parse_args(arguments)
    print(f"class archive: {archive_state()}, load {os.getloadavg()[0]:.1f}")
    with job_server() as start:
        cold = start("trivial")
        warm, plain = [], []
        for _ in range(asked.rounds):
            plain.append(run_plain())
            warm.append(start("trivial"))
        catalog = [start("catalog") for _ in range(asked.rounds)]
    with job_server(cache=tempfile.mkdtemp()) as start:
        slow = start("trivial")
    found = {
        "plain python, pyspark's defaults": statistics.median(plain),
        f"job, first of a server (target {TARGET_COLD:.0f} s)": cold,
        f"job, warm (target {TARGET_WARM:.0f} s)": statistics.median(warm),
        "job with --enable-glue-datacatalog": statistics.median(catalog),
        "job without a class archive": slow,
    }
    for name, seconds in found.items():
        report(name, seconds, statistics.median(plain))
    write_figures("jobs", asked, {"seconds": found})
    return int(statistics.median(warm) > TARGET_WARM)


def archive_state() -> str:
    """Whether jobs can use an archive here; it is built if there is none."""
    archive = ClassArchive(cache_folder())
    if archive.path.exists():
        return "there"
    began = time.perf_counter()
    archive.build()
    return f"built in {time.perf_counter() - began:.0f} s"


def report(name: str, seconds: float, plain: float) -> None:
    """One line: seconds, and how much of the plain run they are."""
    print(f"{name:<44} {seconds:6.2f} s {seconds / plain:6.2f} of plain")


def run_plain() -> float:
    """Seconds of the script under plain Python."""
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder, "script.py")
        script.write_text(SCRIPT)
        variables = {"JAVA_HOME": str(JAVA_HOME), "PYSPARK_SUBMIT_ARGS": MASTER, "TZ": "UTC"}
        began = time.perf_counter()
        subprocess.run(
            [sys.executable, str(script)],
            env={**os.environ, **variables},
            cwd=folder,
            check=True,
            capture_output=True,
        )
        return time.perf_counter() - began


MASTER = "--master local[2] pyspark-shell"


@contextmanager
def job_server(cache: str | None = None) -> Iterator[Callable[[str], float]]:
    """A local AWS with the jobs; yields the function that runs one and returns its seconds."""
    if cache:
        os.environ["XDG_CACHE_HOME"] = cache
    aws = LocalAws(Path(tempfile.mkdtemp()))
    aws.start()
    try:
        yield prepared(aws)
    finally:
        aws.stop()


def prepared(aws: LocalAws) -> Callable[[str], float]:
    """Create the jobs, and the table that one of them reads."""

    def client(service: str) -> Any:
        arguments = {"endpoint_url": aws.endpoint_url, "region_name": "us-east-1", **CREDENTIALS}
        return boto3.client(service, **arguments)  # type: ignore[call-overload]

    s3, glue = client("s3"), client("glue")
    s3.create_bucket(Bucket="bench-jobs")
    s3.put_object(Bucket="bench-jobs", Key="t/f.csv", Body=b"1\n2\n")
    glue.create_database(DatabaseInput={"Name": "bench"})
    glue.create_table(DatabaseName="bench", TableInput=text_table("s3://bench-jobs/t/"))
    for name, script, arguments in (
        ("trivial", SCRIPT, {}),
        ("catalog", CATALOG_SCRIPT, {"--enable-glue-datacatalog": "true"}),
    ):
        s3.put_object(Bucket="bench-jobs", Key=f"{name}.py", Body=script.encode())
        command = {"Name": "glueetl", "ScriptLocation": f"s3://bench-jobs/{name}.py"}
        glue.create_job(
            Name=name, Role="r", Command=command, GlueVersion="5.1", DefaultArguments=arguments
        )
    return lambda name: run_job(glue, name)


def text_table(location: str) -> dict[str, Any]:
    """A table of one number."""
    return {
        "Name": "t",
        "TableType": "EXTERNAL_TABLE",
        "StorageDescriptor": {
            "Columns": [{"Name": "n", "Type": "int"}],
            "Location": location,
            "InputFormat": "org.apache.hadoop.mapred.TextInputFormat",
            "OutputFormat": "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
            "SerdeInfo": {
                "SerializationLibrary": "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"
            },
        },
    }


def run_job(glue: Any, name: str) -> float:
    """Seconds from StartJobRun to a client that sees SUCCEEDED."""
    began = time.perf_counter()
    run_id = glue.start_job_run(JobName=name)["JobRunId"]
    while True:
        run = glue.get_job_run(JobName=name, RunId=run_id)["JobRun"]
        if run["JobRunState"] == "SUCCEEDED":
            return time.perf_counter() - began
        if run["JobRunState"] not in ("STARTING", "RUNNING"):
            raise RuntimeError(f"{name}: {run}")
        time.sleep(0.05)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
