"""getResolvedOptions: a job's arguments out of sys.argv, with the habits of Glue's own.

Known habits (AWS Glue developer guide, "Accessing parameters using getResolvedOptions", and
observed results, checked 2026-11): unknown arguments are ignored, unambiguous abbreviations are
accepted, `--my-arg` comes back as `my_arg`, JOB_NAME may be missing, the parameters that Glue
passes to every job come back too.
"""

import argparse
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

from .refusal import refused

_GLUE_OPTIONS = (
    "JOB_NAME",
    "JOB_ID",
    "JOB_RUN_ID",
    "SECURITY_CONFIGURATION",
    "encryption-type",
    "enable-data-lineage",
    "RedshiftTempDir",
    "TempDir",
)
_BOOKMARK_OPTIONS = ("job-bookmark-from", "job-bookmark-to")


class GlueArgumentError(Exception):
    """An option that the script asks for is not among the arguments, or has no value."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise GlueArgumentError(f"argument error: {message}")


def getResolvedOptions(args: Sequence[str], options: Sequence[str]) -> dict[str, Any]:
    """The values of the named options. `args`: sys.argv. Raises GlueArgumentError.

    The result also has Glue's own parameters (None where not passed).
    """
    parser = _Parser(add_help=False, prog=args[0] if args else sys.argv[0])
    parser.add_argument("--job-bookmark-option", default="job-bookmark-disable")
    for name in (*_BOOKMARK_OPTIONS, *_GLUE_OPTIONS):
        parser.add_argument(f"--{name}")
    known = {"job-bookmark-option", *_BOOKMARK_OPTIONS, *_GLUE_OPTIONS}
    for name in dict.fromkeys(option for option in options if option not in known):
        parser.add_argument(f"--{name}", required=True)
    parsed, _ = parser.parse_known_args(list(args[1:]))
    _check_given(parsed, [name for name in options if name != "JOB_NAME"])
    return vars(parsed)


def _check_given(parsed: argparse.Namespace, options: Sequence[str]) -> None:
    missing = [name for name in options if getattr(parsed, name.replace("-", "_")) is None]
    if missing:
        names = ", ".join(f"--{name}" for name in missing)
        raise GlueArgumentError(f"argument error: the following arguments are required: {names}")


def __getattr__(name: str) -> object:
    raise refused("utils", name)
