"""The arguments of a job: merged, checked, turned into argv, and the special ones Glue consumes.

Source: "Using job parameters in AWS Glue jobs" (checked 2026-11). Special parameters are either
honoured, without effect on a laptop (metrics, Spark UI logs), or refused by name. Pure.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lakehouse.local_aws.errors import AwsError

UNSUPPORTED = {
    "--class": "Scala jobs",
    "--extra-jars": "extra jars",
    "--user-jars-first": "extra jars",
    "--datalake-formats": "data lake formats (Hudi, Delta Lake, Iceberg)",
    "--python-modules-installer-option": "installing modules into the environment",
    "--customer-driver-env-vars": "driver environment variables",
    "--customer-executor-env-vars": "executor environment variables",
    "--enable-lakeformation-fine-grained-access": "Lake Formation",
}
"""Special parameters that change what a job does and that the local AWS does not honour."""

ONLY_OFF = {
    "--enable-glue-datacatalog": (
        "false",
        "read tables with GlueContext.create_dynamic_frame.from_catalog, or s3:// paths",
    ),
    "--job-bookmark-option": ("job-bookmark-disable", "select the input in the script"),
    "--job-language": ("python", "jobs are Python scripts"),
}
"""Special parameters of which only the harmless value is accepted, and what to do instead."""


@dataclass(frozen=True)
class SpecialParameters:
    """What Glue itself takes from the arguments: S3 URIs, module requirements, Spark settings."""

    py_files: tuple[str, ...]
    files: tuple[str, ...]
    modules: tuple[str, ...]
    conf: tuple[tuple[str, str], ...]
    script: str | None


def check_arguments(arguments: Mapping[str, str]) -> None:
    """Raise AwsError InvalidInputException for a special parameter that is not supported."""
    for key, value in arguments.items():
        if key in UNSUPPORTED:
            raise _refused(key, f"{UNSUPPORTED[key]} are not available")
        accepted, advice = ONLY_OFF.get(key, (value, ""))
        if value != accepted:
            raise _refused(f"{key} {value}".strip(), advice)
    special_parameters(arguments)


def merged_arguments(job: Mapping[str, Any], given: Mapping[str, str]) -> dict[str, str]:
    """Default arguments, overridden by the run's, overridden by the non-overridable ones."""
    fixed = job.get("NonOverridableArguments") or {}
    return {**(job.get("DefaultArguments") or {}), **given, **fixed}


def script_argv(run: Mapping[str, Any]) -> list[str]:
    """The arguments a script finds in sys.argv[1:], the run's identity last so that it wins."""
    identity = {"--JOB_RUN_ID": run["Id"], "--JOB_NAME": run["JobName"]}
    arguments = {**run["Arguments"], **identity}
    return [part for pair in arguments.items() for part in pair]


def special_parameters(arguments: Mapping[str, str]) -> SpecialParameters:
    """The parameters Glue consumes. Raises AwsError InvalidInputException for a bad --conf."""
    return SpecialParameters(
        py_files=_listed(arguments.get("--extra-py-files", "")),
        files=_listed(arguments.get("--extra-files", "")),
        modules=_listed(arguments.get("--additional-python-modules", "")),
        conf=tuple(_spark_settings(arguments.get("--conf", ""))),
        script=arguments.get("--scriptLocation"),
    )


def _listed(value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split(",") if part.strip())


def _spark_settings(value: str) -> Sequence[tuple[str, str]]:
    """`a=1 --conf b=2` (the documented way to give several settings) as pairs."""
    settings = []
    for part in filter(None, (text.strip() for text in re.split(r"(?:^|\s)--conf\s+", value))):
        key, equals, setting = part.partition("=")
        if not equals or not key.startswith("spark."):
            raise _refused(f"--conf {part}", "settings are written spark.<name>=<value>")
        settings.append((key.strip(), setting.strip()))
    return settings


def _refused(what: str, advice: str) -> AwsError:
    return AwsError("InvalidInputException", f"{what} is not supported by the local AWS: {advice}.")
