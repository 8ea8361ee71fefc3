r"""Recognizes log files by grok patterns: access logs of Apache, logs of Linux, Ruby, Squid, Redis.

Pure. All columns are strings, the default type of a grok field. The Apache patterns are Glue's;
those of the other formats are not documented, so Logstash's of the same names are taken, written
out in the patterns that Glue does document. Microsoft logs are not recognized.

Source: https://docs.aws.amazon.com/glue/latest/dg/add-classifier.html#classifier-built-in and
custom-classifier.html#classifier-builtin-patterns (checked 2026-11).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lakehouse.local_aws.crawlers.formats.sample import FileSample
from lakehouse.local_aws.crawlers.formats.schema import FileSchema, Grok
from lakehouse.local_aws.crawlers.formats.types import Column

_MOST = 0.9
_LINES = 1000

_COMMON_COLUMNS = (
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

_QUOTED = r'"(?:[^"\\]|\\.)*"'
_COMMON = (
    r"[\w.:-]+ [\w.@-]+ [\w.@-]+ "
    r"\[\d{1,2}/[A-Z][a-z]{2}/\d{4}:\d{2}:\d{2}:\d{2} [+-]\d{4}\] "
    rf"{_QUOTED} \d{{3}} (?:\d+|-)"
)
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_CLOCK = r"\d{1,2}:\d{2}:\d{2}(?:[.,]\d+)?"


@dataclass(frozen=True)
class LogFormat:
    """A built-in log format: its grok pattern for the SerDe, its columns, and how it is tested.

    `line` is a regular expression for whole lines that the grok pattern matches, too; it is
    quicker to try.
    """

    classification: str
    pattern: str
    columns: tuple[str, ...]
    line: re.Pattern[str]
    custom_patterns: str = ""


LOG_FORMATS: Sequence[LogFormat] = (
    LogFormat(
        "combined_apache",
        "%{COMBINEDAPACHELOG}",
        (*_COMMON_COLUMNS, "referrer", "agent"),
        re.compile(rf"{_COMMON} {_QUOTED} {_QUOTED}"),
    ),
    LogFormat("apache", "%{COMMONAPACHELOG}", _COMMON_COLUMNS, re.compile(_COMMON)),
    LogFormat(
        "linux_kernel",
        r"%{SYSLOGTIMESTAMP:timestamp} %{SYSLOGHOST:logsource} kernel:%{SPACE}"
        r"\[%{SPACE}%{NUMBER:uptime}\] %{GREEDYDATA:message}",
        ("timestamp", "logsource", "uptime", "message"),
        re.compile(rf"{_MONTH} +\d{{1,2}} {_CLOCK} [\w.:-]+ kernel:\s*\[\s*\d+\.\d+\] .*"),
    ),
    LogFormat(
        "ruby_logger",
        r"%{WORD:severity}, \[%{TIMESTAMP_ISO8601:timestamp} #%{POSINT:pid}\] "
        r"*%{LOGLEVEL:loglevel} -- +%{DATA:progname}: %{GREEDYDATA:message}",
        ("severity", "timestamp", "pid", "loglevel", "progname", "message"),
        re.compile(
            r"[DFEWI], \[\d{4}-\d{2}-\d{2}T[\d:.]+ #[1-9]\d*\] +"
            r"(?:DEBUG|FATAL|ERROR|WARN|INFO) -- +[^:]*: .*"
        ),
    ),
    LogFormat(
        "squid",
        r"%{NUMBER:timestamp}%{SPACE}%{NUMBER:duration} %{IP:client_address} "
        r"%{WORD:cache_result}/%{POSINT:status_code} %{NUMBER:bytes} %{WORD:request_method} "
        r"%{NOTSPACE:url} %{NOTSPACE:user} %{WORD:hierarchy_code}/%{NOTSPACE:server} "
        r"%{NOTSPACE:content_type}",
        (
            "timestamp",
            "duration",
            "client_address",
            "cache_result",
            "status_code",
            "bytes",
            "request_method",
            "url",
            "user",
            "hierarchy_code",
            "server",
            "content_type",
        ),
        re.compile(r"\d+\.\d+\s+\d+ [\d.:a-fA-F]+ \w+/[1-9]\d* \d+ \w+ \S+ \S+ \w+/\S+ \S+"),
    ),
    LogFormat(
        "redismonlog",
        r"%{NUMBER:timestamp} \[%{INT:database} %{IP:client}:%{NUMBER:port}\] "
        r'"%{WORD:command}"%{SPACE}%{GREEDYDATA:params}',
        ("timestamp", "database", "client", "port", "command", "params"),
        re.compile(r'\d+\.\d+ \[\d+ [\d.]+:\d+\] "\w+".*'),
    ),
    LogFormat(
        "redislog",
        r"\[%{POSINT:pid}\] %{REDISTIMESTAMP:timestamp} [-.*#] %{GREEDYDATA:message}",
        ("pid", "timestamp", "message"),
        re.compile(rf"\[[1-9]\d*\] \d{{1,2}} {_MONTH} {_CLOCK} [-.*#] .*"),
        custom_patterns="REDISTIMESTAMP %{MONTHDAY} %{MONTH} %{TIME}",
    ),
)


def log_schema(sample: FileSample) -> FileSchema | None:
    """Return the schema of a log, None if fewer than nine lines in ten are of one format."""
    head = [line.rstrip() for line in sample.lines[:_LINES] if line.strip()]
    for format_ in LOG_FORMATS:
        hits = _matching(format_.line, head)
        if hits and hits >= _MOST * len(head):
            return FileSchema(
                format_.classification,
                tuple(Column(name, "string") for name in format_.columns),
                compression=sample.compression,
                details=Grok(format_.pattern, format_.custom_patterns),
                records=sample.estimated(sum(1 for line in sample.lines if line.strip())),
                bytes=sample.estimated(len(sample.data)),
            )
    return None


def _matching(line: re.Pattern[str], head: Sequence[str]) -> int:
    """Count matching lines; none is looked at further when the first ten do not match."""
    if not any(line.fullmatch(text) for text in head[:10]):
        return 0
    return sum(1 for text in head if line.fullmatch(text))
