"""The arguments of a job: merged, checked, turned into argv, and the special ones Glue consumes.

Source: "Using job parameters in AWS Glue jobs" (docs.aws.amazon.com/glue/latest/dg/
aws-glue-programming-etl-glue-arguments.html, checked 2026-11). Special parameters are honoured,
accepted where they change nothing that a script could notice here (metrics, log filters, event
logs, committers, scaling), or refused by name. Pure.
"""

import hashlib
import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lakehouse.local_aws.errors import AwsError

UNSUPPORTED = {
    "--class": "Scala jobs are not available",
    "--datalake-formats": "data lake formats (Hudi, Delta Lake, Iceberg) are not available",
}
"""Special parameters that change what a job does and that the local AWS does not honour."""

ACCEPTED_VALUES = {
    "--enable-glue-datacatalog": (("", "true", "false"), "the values are true and false"),
    "--enable-lakeformation-fine-grained-access": (("false",), "there is no Lake Formation"),
    "--job-bookmark-option": (("job-bookmark-disable",), "select the input in the script"),
    "--job-language": (("python",), "jobs are Python scripts"),
    "--user-jars-first": (("", "true", "false"), "the values are true and false"),
}
"""Special parameters of which some values are honoured, and what to do instead of others."""

MAX_BYTES = 260_000
CATALOG_FACTORY = "AWSGlueDataCatalogHiveClientFactory"
"""The class that Glue users name to have Spark's Hive tables from the Data Catalog."""

_FACTORY_SETTING = "hive.metastore.client.factory.class"
_STREAM_PREFIX = re.compile(r"[^:*]{1,400}")


@dataclass(frozen=True)
class SpecialParameters:
    """What Glue itself takes from the arguments: S3 URIs, module requirements, Spark settings."""

    script: str | None
    py_files: tuple[str, ...]
    files: tuple[str, ...]
    jars: tuple[str, ...]
    jars_first: bool
    modules: tuple[str, ...]
    conf: tuple[tuple[str, str], ...]
    catalog: bool
    variables: Mapping[str, str]
    log_group_prefix: str | None
    log_stream_prefix: str | None


def check_arguments(arguments: Mapping[str, str]) -> None:
    """Raise AwsError InvalidInputException for a special parameter that is not supported."""
    if sum(len(key.encode()) + len(value.encode()) for key, value in arguments.items()) > MAX_BYTES:
        raise AwsError("InvalidInputException", "Job arguments are larger than 260KB.")
    for key, value in arguments.items():
        if key in UNSUPPORTED:
            raise _refused(key, UNSUPPORTED[key])
        accepted, advice = ACCEPTED_VALUES.get(key, ((value.lower(),), ""))
        if value.lower() not in accepted:
            raise _refused(f"{key} {value}".strip(), advice)
    special_parameters(arguments)


def merged_arguments(job: Mapping[str, Any], given: Mapping[str, str]) -> dict[str, str]:
    """Default arguments, overridden by the run's, overridden by the non-overridable ones."""
    fixed = job.get("NonOverridableArguments") or {}
    return {**(job.get("DefaultArguments") or {}), **given, **fixed}


def script_argv(run: Mapping[str, Any]) -> list[str]:
    """The arguments a script finds in sys.argv[1:], the run's identity last so that it wins."""
    job_id = f"j_{hashlib.sha256(run['JobName'].encode()).hexdigest()}"
    identity = {"--JOB_ID": job_id, "--JOB_RUN_ID": run["Id"], "--JOB_NAME": run["JobName"]}
    arguments = {**run["Arguments"], **identity}
    return [part for pair in arguments.items() for part in pair]


def special_parameters(arguments: Mapping[str, str]) -> SpecialParameters:
    """The parameters Glue consumes. Raises AwsError InvalidInputException for malformed ones."""
    conf = _spark_settings(arguments.get("--conf", ""))
    return SpecialParameters(
        script=arguments.get("--scriptLocation"),
        py_files=_listed(arguments.get("--extra-py-files", "")),
        files=_listed(arguments.get("--extra-files", "")),
        jars=_listed(arguments.get("--extra-jars", "")),
        jars_first=_is_on(arguments, "--user-jars-first"),
        modules=_listed(arguments.get("--additional-python-modules", "")),
        conf=tuple(pair for pair in conf if not _names_factory(pair)),
        catalog=_is_on(arguments, "--enable-glue-datacatalog") or any(map(_names_factory, conf)),
        variables=_variables(arguments),
        log_group_prefix=arguments.get("--custom-logGroup-prefix"),
        log_stream_prefix=_stream_prefix(arguments.get("--custom-logStream-prefix")),
    )


def _is_on(arguments: Mapping[str, str], key: str) -> bool:
    return arguments.get(key, "false").lower() in ("", "true")


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


def _names_factory(setting: tuple[str, str]) -> bool:
    key, value = setting
    return key.endswith(_FACTORY_SETTING) and value.endswith(CATALOG_FACTORY)


def _variables(arguments: Mapping[str, str]) -> dict[str, str]:
    """Environment variables: `CUSTOMER_A=1,CUSTOMER_B="2, 3"` for driver and executors alike."""
    found: dict[str, str] = {}
    for who in ("executor", "driver"):
        key = f"--customer-{who}-env-vars"
        for assignment in _split(key, arguments.get(key, "")):
            name, equals, value = assignment.partition("=")
            if not equals or not name.startswith("CUSTOMER_"):
                raise _refused(f"{key} {assignment}", "names begin with CUSTOMER_, as on AWS")
            found[name] = value
    return found


def _split(key: str, value: str) -> list[str]:
    lexer = shlex.shlex(value, posix=True, punctuation_chars=False)
    lexer.whitespace, lexer.whitespace_split, lexer.commenters = ",", True, ""
    try:
        return [part.strip() for part in lexer if part.strip()]
    except ValueError as error:
        raise _refused(f"{key} {value}", f"it cannot be read ({error})") from error


def _stream_prefix(value: str | None) -> str | None:
    if value is not None and not _STREAM_PREFIX.fullmatch(value):
        raise _refused(f"--custom-logStream-prefix {value}", "1 to 400 characters but : and *")
    return value


def _refused(what: str, advice: str) -> AwsError:
    return AwsError("InvalidInputException", f"{what} is not supported by the local AWS: {advice}.")
