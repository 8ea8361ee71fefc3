"""The words of a failed run: ErrorMessage as Glue composes it.

Glue 5 writes `Error Category: QUERY_ERROR; Failed Line Number: 12; AnalysisException: ...`
(categories: "Monitoring with AWS Glue observability metrics", checked 2026-11; the shape: public
error reports of Glue 4 and 5 runs); a Python shell job names the exception alone. Pure.
"""

import re
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
}
_JAVA_CLASS = re.compile(r"^:?\s*((?:[\w$]+\.)+[\w$]+):?\s*")


def error_message(command: str, report: Mapping[str, Any] | None, exit_code: int) -> str:
    """ErrorMessage of a script that failed. `report`: type, message, line (see bootstrap.py).

    Without a report the script ended without an exception of its own: a signal or os._exit.
    """
    if report is None:
        return f"Command failed with exit code {exit_code if exit_code >= 0 else 128 - exit_code}"
    text = _exception_text(report["type"], report["message"])
    if command == "pythonshell":
        return text[:MAX_LENGTH]
    line = f"Failed Line Number: {report['line']}; " if report.get("line") else ""
    category = CATEGORIES.get(report["type"], "UNCLASSIFIED_ERROR")
    return f"Error Category: {category}; {line}{text}"[:MAX_LENGTH]


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
