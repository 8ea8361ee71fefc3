r"""Recognizes Apache and nginx access logs by the grok patterns of Glue's built-in classifiers.

Pure. COMBINEDAPACHELOG is COMMONAPACHELOG with referrer and agent; all columns are strings, the
default type of a grok field.

Source: https://docs.aws.amazon.com/glue/latest/dg/custom-classifier.html#classifier-builtin-patterns
(checked 2026-11): ``COMMONAPACHELOG %{IPORHOST:clientip} %{USER:ident} %{USER:auth}
\[%{HTTPDATE:timestamp}\] "(?:%{WORD:verb} %{NOTSPACE:request}(?: HTTP/%{NUMBER:httpversion})?|
%{DATA:rawrequest})" %{NUMBER:response} (?:%{Bytes:bytes=%{NUMBER}|-})``.
"""

import re

from lakehouse.local_aws.crawlers.file_sample import FileSample
from lakehouse.local_aws.crawlers.file_schema import FileSchema
from lakehouse.local_aws.crawlers.schema_types import Column

_MOST = 0.9
_LINES = 1000

COMMON_COLUMNS = (
    "clientip",
    "ident",
    "auth",
    "timestamp",
    "verb",
    "request",
    "httpversion",
    "rawrequest",
    "response",
    "bytes",
)
_COMBINED_COLUMNS = (*COMMON_COLUMNS, "referrer", "agent")

_QUOTED = r'"(?:[^"\\]|\\.)*"'
_COMMON = (
    r"[\w.:-]+ [\w.@-]+ [\w.@-]+ "
    r"\[\d{1,2}/[A-Z][a-z]{2}/\d{4}:\d{2}:\d{2}:\d{2} [+-]\d{4}\] "
    rf"{_QUOTED} \d{{3}} (?:\d+|-)"
)
_FORMATS = (
    ("combined_apache", "COMBINEDAPACHELOG", _COMBINED_COLUMNS, rf"{_COMMON} {_QUOTED} {_QUOTED}"),
    ("apache", "COMMONAPACHELOG", COMMON_COLUMNS, _COMMON),
)


def log_schema(sample: FileSample) -> FileSchema | None:
    """Return the schema of an access log, None if fewer than nine lines in ten match."""
    lines = [line for line in sample.text.splitlines() if line.strip()]
    head = lines[:_LINES]
    for classification, grok, columns, pattern in _FORMATS:
        matching = re.compile(pattern)
        hits = sum(1 for line in head if matching.fullmatch(line.rstrip()))
        if hits and hits >= _MOST * len(head):
            return FileSchema(
                classification,
                tuple(Column(name, "string") for name in columns),
                compression=sample.compression,
                grok=f"%{{{grok}}}",
                records=len(lines) / sample.share,
                bytes=len(sample.data) / sample.share,
            )
    return None
