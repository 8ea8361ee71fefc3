"""How a PySpark script is started here: as the local AWS starts a Glue job, without the server.

The same JVM options, Spark settings, mounted bucket and environment for every script, so that what
is compared is the scripts.
"""

import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import lakehouse.local_aws
from glue_scripts import clean_logs
from lakehouse.local_aws.jobs.class_archive import ClassArchive, cache_folder
from lakehouse.local_aws.jobs.mounts import mount_table
from lakehouse.local_aws.jobs.process import BOOTSTRAP
from lakehouse.local_aws.jobs.spark import SparkRequest, driver_command, spark_environment
from lakehouse.plan import build_clean_plan, plan_json
from lakehouse.source import load_sources
from lakehouse.source_folders import source_folders

BUCKET = "bench"
# Opens the pipe whose end would tell the script that the server is gone.
_LAUNCHER = (
    "import os, sys; reader, writer = os.pipe(); os.set_inheritable(reader, True);"
    "child = os.spawnv(os.P_WAIT, sys.executable, [sys.executable, *sys.argv[1:], str(reader)]);"
    "sys.exit(child)"
)


@dataclass(frozen=True)
class SparkCommand:
    """A command and its environment."""

    command: Sequence[str]
    environment: Mapping[str, str]


def spark_command(
    folder: Path, bucket: Path, script: Path, arguments: Sequence[str], conf: Mapping[str, str]
) -> SparkCommand:
    """A script started as a Glue job; `folder` is its own, s3://bench/ is the folder `bucket`."""
    for name in ("tmp", "spark", "lib"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    package = Path(next(iter(lakehouse.local_aws.__path__)))
    (folder / "lib" / "awsglue").symlink_to(package / "awsglue", target_is_directory=True)
    mounts = folder / "mount-table.1.xml"
    mounts.write_text(mount_table({BUCKET: bucket}))
    archive = ClassArchive(cache_folder()).options()
    request = SparkRequest(folder, dict(conf), (), False, archive)
    order = {
        "script": str(script),
        "arguments": list(arguments),
        "report": str(folder / "report.json"),
        "driver": driver_command(request, mounts, None),
        "driver_grace": 0,
    }
    paper = folder / "order.json"
    paper.write_text(json.dumps(order))
    own = {**os.environ, **spark_environment(folder), "PYTHONPATH": str(folder / "lib")}
    return SparkCommand([sys.executable, "-c", _LAUNCHER, str(BOOTSTRAP), str(paper)], own)


def glue_script(raw: Mapping[str, Sequence[Path]], bucket: Path, out: str) -> tuple[Path, Path]:
    """The project's script, and its plan for the built-in source in the bucket's `out` folder."""
    source = load_sources(source_folders({}))["web_logs"]
    plan = build_clean_plan(
        source,
        run_id="bench",
        days=raw,
        files={
            day: [f"s3://{BUCKET}/{path.relative_to(bucket)}" for path in paths]
            for day, paths in raw.items()
        },
        clean_location=f"s3://{BUCKET}/{out}/",
        rejected_location=f"s3://{BUCKET}/{out}-rejected/",
        manifest_location=f"s3://{BUCKET}/{out}.json",
    )
    place = bucket / f"{out}.plan.json"
    place.write_text(plan_json(plan))
    return Path(clean_logs.__file__), place
