"""What a run needs before its child can start: script, libraries, environment.

Everything is fetched from the object store into the run's own folder. What is missing is a
LaunchError with Glue's words; nothing is executed here.
"""

import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lakehouse.local_aws.errors import AwsError
from lakehouse.local_aws.jobs.arguments import (
    CATALOG_FACTORY,
    SpecialParameters,
    special_parameters,
)
from lakehouse.local_aws.jobs.class_archive import ClassArchive
from lakehouse.local_aws.jobs.definition import Document
from lakehouse.local_aws.jobs.error import missing_object_message
from lakehouse.local_aws.jobs.output import SparkFolders
from lakehouse.local_aws.jobs.python_modules import problem_of, requirements_in, unpack_wheel
from lakehouse.local_aws.jobs.spark import SparkRequest, driver_command, spark_environment
from lakehouse.local_aws.metastore.server import Metastore
from lakehouse.local_aws.objects.store import ObjectStore

AWSGLUE = Path(__file__).parents[1] / "awsglue"
PutLogEvents = Callable[[str, str, str, list[str]], None]
"""(scope, log group, log stream, lines)"""
_FOREIGN_VARIABLES = ("AWS_", "PYTHON", "PYSPARK_", "SPARK_", "JAVA_", "HADOOP_", "VIRTUAL_ENV")


class LaunchError(Exception):
    """The run cannot start; the message is the run's ErrorMessage."""


@dataclass(frozen=True)
class JobHost:
    """Where jobs run: the services around them and the folder that holds their scratch files.

    `minute`: how many seconds of a run its Timeout counts as one minute; another number than 60
    is for tests.
    """

    scope: str
    objects: ObjectStore
    spark_folders: SparkFolders
    metastore: Metastore
    endpoint_url: Callable[[], str]
    folder: Path
    put_log_events: PutLogEvents
    archive: ClassArchive
    minute: float


@dataclass(frozen=True)
class Launch:
    """A run ready to start."""

    script: Path
    folder: Path
    report: Path
    environment: Mapping[str, str]
    driver: Sequence[str]
    """The command of the JVM; empty for a Python shell job."""


def prepare(host: JobHost, job: Document, run: Document) -> Launch:
    """Fetch script and libraries, check modules, compose the environment. Raises LaunchError."""
    special = special_parameters(run["Arguments"])
    folder = host.folder / run["Id"]
    for name in ("script", "lib", "jars", "work", "tmp", "spark"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    # A link, because the package's real parent holds modules no script may import as its own.
    (folder / "lib" / "awsglue").symlink_to(AWSGLUE, target_is_directory=True)
    script = fetch(host, special.script or job["Command"]["ScriptLocation"], folder / "script")
    for uri in special.files:
        fetch(host, uri, folder / "work")
    libraries = [fetch(host, uri, folder / "lib") for uri in special.py_files]
    for module in special.modules:
        provide_module(host, module, folder)
    environment = {**child_environment(host, folder, libraries), **special.variables}
    driver: list[str] = []
    if job["Command"]["Name"] == "glueetl":
        environment |= spark_environment(folder)
        driver = _driver(host, folder, special, script)
    return Launch(script, folder, folder / "report.json", environment, driver)


def fetch(host: JobHost, uri: str, folder: Path) -> Path:
    """Copy an s3:// object into a folder, under its own file name. Raises LaunchError."""
    scheme, _, path = uri.partition("://")
    bucket, _, key = path.partition("/")
    if scheme not in ("s3", "s3a") or not key:
        raise LaunchError(f"LAUNCH ERROR | {uri} is not the s3:// path of an object.")
    target = folder / (Path(key).name or "script")
    try:
        _, source = host.objects.open(bucket, key)
    except AwsError as error:
        raise LaunchError(missing_object_message(bucket, key, error.message)) from error
    with source, target.open("wb") as copy:
        shutil.copyfileobj(source, copy)
    return target


def provide_module(host: JobHost, module: str, folder: Path) -> None:
    """Make sure a script can import what --additional-python-modules names. Raises LaunchError."""
    if module.startswith("s3://"):
        fetched = fetch(host, module, folder / "tmp")
        if fetched.suffix == ".txt":
            for text in requirements_in(fetched.read_text(encoding="utf-8")):
                provide_module(host, text, folder)
            return
        problem = unpack_wheel(fetched, folder / "lib")
    else:
        problem = problem_of(module)
    if problem is not None:
        raise LaunchError(
            f"LAUNCH ERROR | Installation of Python module {module} failed: {problem}. The local "
            "AWS uses the modules of its own environment: install it there."
        )


def child_environment(host: JobHost, folder: Path, libraries: list[Path]) -> dict[str, str]:
    """The variables of every child: this machine's own, without foreign Python or AWS settings."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(_FOREIGN_VARIABLES)}
    packages = [str(path) for path in libraries if path.suffix != ".py"]
    region = host.scope.partition("/")[2]
    return {
        **kept,
        "AWS_ENDPOINT_URL": host.endpoint_url(),
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": region,
        "AWS_REGION": region,
        "AWS_EC2_METADATA_DISABLED": "true",
        "PYTHONPATH": os.pathsep.join([str(folder / "lib"), *packages]),
        "PYTHONUNBUFFERED": "1",
        "TMPDIR": str(folder / "tmp"),
        "TZ": "UTC",
    }


def _driver(host: JobHost, folder: Path, special: SpecialParameters, script: Path) -> list[str]:
    request = SparkRequest(
        folder=folder,
        conf=dict(special.conf),
        jars=[fetch(host, uri, folder / "jars") for uri in special.jars],
        jars_first=special.jars_first,
        jvm_options=host.archive.options(),
    )
    wants_catalog = special.catalog or CATALOG_FACTORY in script.read_text("utf-8", "replace")
    metastore = host.metastore.uri() if wants_catalog else None
    return driver_command(request, host.spark_folders.mount_table, metastore)
