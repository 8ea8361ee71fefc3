"""The words of a failed run: ErrorMessage as Glue composes it.

Glue 5 writes `Error Category: QUERY_ERROR; Failed Line Number: 12; AnalysisException: ...`
(categories: "Monitoring with AWS Glue observability metrics", checked 2026-11; the shape: public
error reports of Glue 4 and 5 runs); a Python shell job names the exception alone. Pure.
"""

import re
import signal
from collections.abc import Mapping
from typing import Any

MAX_LENGTH = 4_000
CATEGORIES = {
    "AnalysisException": "QUERY_ERROR",
    "ParseException": "QUERY_ERROR",
    "SyntaxError": "SYNTAX_ERROR",
    "IndentationError": "SYNTAX_ERROR",
    "ModuleNotFoundError": "IMPORT_ERROR",
    "ImportError": "IMPORT_ERROR",
    "MemoryError": "OUT_OF_MEMORY_ERROR",
    "GlueArgumentError": "INVALID_ARGUMENT_ERROR",
    "IllegalArgumentException": "INVALID_ARGUMENT_ERROR",
    "KeyError": "INVALID_ARGUMENT_ERROR",
    "NotImplementedError": "UNSUPPORTED_OPERATION_ERROR",
    "FileNotFoundError": "RESOURCE_NOT_FOUND_ERROR",
    "NoSuchKey": "RESOURCE_NOT_FOUND_ERROR",
    "NoSuchBucket": "RESOURCE_NOT_FOUND_ERROR",
    "PermissionError": "PERMISSION_ERROR",
    "SystemExit": "SYSTEM_EXIT_ERROR",
    "TimeoutError": "TIMEOUT_ERROR",
    "ConnectionError": "CONNECTION_ERROR",
    "EndpointConnectionError": "CONNECTION_ERROR",
}
"""Categories of exceptions by their class."""

JAVA_CATEGORIES = {
    "OutOfMemoryError": "OUT_OF_MEMORY_ERROR",
    "FileNotFoundException": "RESOURCE_NOT_FOUND_ERROR",
    "ClassNotFoundException": "IMPORT_ERROR",
    "UnsupportedOperationException": "UNSUPPORTED_OPERATION_ERROR",
    "AccessControlException": "PERMISSION_ERROR",
}
"""Categories of what Java code has thrown through Spark."""

_JAVA_THROWN = re.compile(r"\n:?\s*((?:[\w$]+\.)+[\w$]+)")
_JAVA_CLASS = re.compile(r"^:?\s*((?:[\w$]+\.)+[\w$]+):?\s*")


def error_message(command: str, report: Mapping[str, Any] | None, exit_code: int) -> str:
    """ErrorMessage of a script that failed. `report`: see bootstrap.py.

    Without a report the script ended without an exception of its own: a signal or os._exit.
    """
    if report is None:
        return _exit_text(exit_code)
    text = _exception_text(report["type"], report["message"])
    if command == "pythonshell":
        return text[:MAX_LENGTH]
    line = f"Failed Line Number: {report['line']}; " if report.get("line") else ""
    killed = report.get("driver_exit_code") or 0
    if killed < 0:
        text = f"{text} (the Spark driver ended: {_exit_text(killed)})"
    return f"Error Category: {_category(report)}; {line}{text}"[:MAX_LENGTH]


def _exit_text(code: int) -> str:
    """How a process ended; a negative code is the signal that ended it, as Popen gives it."""
    if code >= 0:
        return f"Command failed with exit code {code}"
    name = signal.Signals(-code).name if -code in set(signal.Signals) else f"signal {-code}"
    reason = ": out of memory, or killed from outside" if name == "SIGKILL" else ""
    return f"Command failed with exit code {128 - code} ({name}{reason})"


def _category(report: Mapping[str, Any]) -> str:
    if report["type"] == "Py4JJavaError":
        thrown = _JAVA_THROWN.search(report["message"])
        simple = thrown.group(1).rpartition(".")[2] if thrown else ""
        return JAVA_CATEGORIES.get(simple, "UNCLASSIFIED_ERROR")
    return CATEGORIES.get(report["type"], "UNCLASSIFIED_ERROR")


def missing_object_message(bucket: str, key: str, reason: str) -> str:
    """What Glue says when a script or library cannot be fetched from S3."""
    return (
        f"LAUNCH ERROR | Error downloading from S3 for bucket: {bucket}, key: {key}."
        f"{reason} (Service: Amazon S3; Status Code: 404; Please refer logs for details."
    )


def _exception_text(kind: str, message: str) -> str:
    if kind == "Py4JJavaError":
        return _java_text(message)
    return f"{kind}: {message.strip()}" if message.strip() else kind


def _java_text(message: str) -> str:
    """`An error occurred while calling o5.save.` and the Java message, without the stack."""
    call, _, rest = message.partition("\n")
    first = rest.partition("\n")[0]
    return f"{call.strip()} {_JAVA_CLASS.sub('', first)}".strip()
