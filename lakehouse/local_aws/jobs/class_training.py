"""A run of Spark that records which classes jobs load: what the class archive is made of.

It runs `training_script.py` as a job, over a store and a metastore of its own in a temporary
folder, at the lowest priority. What is done with the list is the affair of class_archive.py.
"""

import shutil
import tempfile
import threading
from pathlib import Path

from lakehouse.local_aws.catalog.catalog import Catalog
from lakehouse.local_aws.jobs import process
from lakehouse.local_aws.jobs.logs import JobLogs
from lakehouse.local_aws.jobs.output import SparkFolders
from lakehouse.local_aws.jobs.spark import SparkRequest, driver_command, spark_environment
from lakehouse.local_aws.metastore.server import Metastore
from lakehouse.local_aws.objects.store import ObjectStore
from lakehouse.local_aws.state import State

SCRIPT = Path(__file__).with_name("training_script.py")
_TICK = 0.2  # seconds between looks at the child
_LOWEST_PRIORITY = 19


class TrainingFailed(Exception):
    """The script failed; the message is what it said last."""


def record_classes(class_list: Path, stop: threading.Event) -> None:
    """Write the names of the classes that jobs load. Raises TrainingFailed."""
    folder = Path(tempfile.mkdtemp(prefix="lakehouse-training-"))
    data = folder / "data"
    state, objects = State(data / "state.db"), ObjectStore(data)
    metastore = Metastore(Catalog(state, "123456789012/us-east-1"), objects)
    try:
        _train(_order(folder, class_list, objects, metastore), folder, stop)
    finally:
        metastore.close()
        objects.close()
        state.close()
        shutil.rmtree(folder, ignore_errors=True)


def _order(
    folder: Path, class_list: Path, objects: ObjectStore, metastore: Metastore
) -> dict[str, object]:
    for name in ("work", "tmp", "spark"):
        (folder / name).mkdir()
    objects.create_bucket("training")
    folders = SparkFolders(objects, folder)
    folders.begin("training")
    recording = ("-Xshare:off", f"-XX:DumpLoadedClassList={class_list}")
    request = SparkRequest(folder, {}, (), False, recording)
    return {
        "script": str(SCRIPT),
        "arguments": [],
        "report": str(folder / "report.json"),
        "driver": driver_command(request, folders.mount_table, metastore.uri()),
        "driver_grace": 60,  # the list is complete when the JVM has ended
    }


def _train(order: dict[str, object], folder: Path, stop: threading.Event) -> None:
    said: list[str] = []
    child = process.start(order, folder, spark_environment(folder))
    child.set_priority(_LOWEST_PRIORITY)
    try:
        logs = JobLogs(*child.outputs, "", lambda _group, lines: said.extend(lines))
        while child.exit_code() is None and not stop.is_set():
            if not logs.pump(_TICK):
                child.wait(_TICK)
        if not stop.is_set():
            logs.drain(10 * _TICK)
        logs.finish()
        code = child.exit_code()
    finally:
        child.close()
    if code != 0:
        raise TrainingFailed(f"exit code {code}: {' '.join(said[-3:])}")
