"""What a run needs before its child can start: script, libraries, environment.

Everything is fetched from the object store into the run's own folder. What is missing is a
LaunchError with Glue's words; nothing is executed here.
"""

import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement

from lakehouse.local_aws.errors import AwsError
from lakehouse.local_aws.jobs.arguments import SpecialParameters, special_parameters
from lakehouse.local_aws.jobs.class_archive import ClassArchive
from lakehouse.local_aws.jobs.definition import Document
from lakehouse.local_aws.jobs.error import missing_object_message
from lakehouse.local_aws.jobs.spark import spark_environment
from lakehouse.local_aws.objects.store import ObjectStore

CLASS_LIST = "classes.lst"
AWSGLUE = Path(__file__).parents[1] / "awsglue"
PutLogEvents = Callable[[str, str, str, list[str]], None]
"""(scope, log group, log stream, lines)"""
_FOREIGN_VARIABLES = ("AWS_", "PYTHON", "PYSPARK_", "SPARK_", "JAVA_", "HADOOP_", "VIRTUAL_ENV")


class LaunchError(Exception):
    """The run cannot start; the message is the run's ErrorMessage."""


@dataclass(frozen=True)
class JobHost:
    """Where jobs run: the services around them and the folder that holds their scratch files."""

    scope: str
    objects: ObjectStore
    endpoint_url: Callable[[], str]
    folder: Path
    put_log_events: PutLogEvents
    archive: ClassArchive


@dataclass(frozen=True)
class Launch:
    """A run ready to start."""

    script: Path
    folder: Path
    report: Path
    environment: Mapping[str, str]


def prepare(host: JobHost, job: Document, run: Document) -> Launch:
    """Fetch script and libraries, check modules, compose the environment. Raises LaunchError."""
    special = special_parameters(run["Arguments"])
    folder = host.folder / run["Id"]
    for name in ("script", "lib", "work", "tmp", "spark"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    # A link, because the package's real parent holds modules no script may import as its own.
    (folder / "lib" / "awsglue").symlink_to(AWSGLUE, target_is_directory=True)
    script = fetch(host, special.script or job["Command"]["ScriptLocation"], folder / "script")
    for uri in special.files:
        fetch(host, uri, folder / "work")
    libraries = [fetch(host, uri, folder / "lib") for uri in special.py_files]
    check_modules(special.modules)
    environment = child_environment(host, folder, libraries)
    if job["Command"]["Name"] == "glueetl":
        environment |= _spark(host, folder, special)
    return Launch(script, folder, folder / "report.json", environment)


def fetch(host: JobHost, uri: str, folder: Path) -> Path:
    """Copy an s3:// object into a folder, under its own file name. Raises LaunchError."""
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    target = folder / (Path(key).name or "script")
    try:
        _, source = host.objects.open(bucket, key)
    except AwsError as error:
        raise LaunchError(missing_object_message(bucket, key, error.message)) from error
    with source, target.open("wb") as copy:
        shutil.copyfileobj(source, copy)
    return target


def check_modules(requirements: tuple[str, ...]) -> None:
    """Every module asked for must be installed here already: nothing is ever downloaded."""
    for text in requirements:
        problem = _unsatisfied(text)
        if problem is not None:
            raise LaunchError(
                f"LAUNCH ERROR | Installation of Python module {text} failed: {problem}. The local "
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


def _spark(host: JobHost, folder: Path, special: SpecialParameters) -> dict[str, str]:
    buckets = {
        bucket.name: host.objects.bucket_dir(bucket.name) for bucket in host.objects.buckets()
    }
    options = host.archive.options(folder / CLASS_LIST)
    return spark_environment(buckets, folder, special.conf, options)


def _unsatisfied(text: str) -> str | None:
    try:
        requirement = Requirement(text)
    except InvalidRequirement as error:
        return f"it is not a requirement ({str(error).splitlines()[0]})"
    try:
        version = metadata.version(requirement.name)
    except metadata.PackageNotFoundError:
        return "it is not installed"
    if not requirement.specifier.contains(version, prereleases=True):
        return f"version {version} is installed"
    return None
