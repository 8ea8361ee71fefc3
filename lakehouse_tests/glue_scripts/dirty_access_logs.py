"""Dirty access logs drawn by hypothesis for comparing engines: nothing here says what is right.

Most fields are sound, some are whatever cutting a line or reading a field may trip over. Left out
is what sends a run to the Spark job alone: control characters that the engines do not read alike.
"""

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from lakehouse_tests.glue_scripts.dirty_files import DAYS, DirtyFile

COLUMNS: Mapping[str, Mapping[str, Any]] = {
    "event_time": {"type": "timestamp", "from": "time"},
    "client_ip": {"type": "string", "required": True},
    "user_name": {"type": "string", "from": "user"},
    "request": {"type": "string"},
    "method": {"type": "string"},
    "path": {"type": "string"},
    "protocol": {"type": "string", "required": True},
    "status": {"type": "int", "required": True},
    "bytes": {"type": "int"},
    "wide": {"type": "bigint", "from": "bytes"},
    "share": {"type": "double", "from": "bytes"},
    "referrer": {"type": "string"},
    "agent": {"type": "string", "from": "user_agent"},
    "again": {"type": "timestamp", "from": "time"},
    "said": {"type": "string", "from": "time"},
    "at": {"type": "timestamp", "from": "user", "format": "epoch_seconds"},
    "iso": {"type": "timestamp", "from": "user"},
    "day": {"type": "date", "from": "referrer"},
}
FIELDS = ("host", "ident", "user", "time", "request", "status", "bytes", "referrer", "agent")
SOUND: Mapping[str, st.SearchStrategy[str]] = {
    "host": st.sampled_from(["192.0.2.7", "::1", "a.example"]),
    "ident": st.just("-"),
    "user": st.sampled_from(["-", "-", "1767225600", "2026-01-02T10:00:00Z"]),
    "time": st.builds(
        "{}:{:02}:{:02}:59 {}".format, st.sampled_from(["DAY", "DAY", *DAYS]),
        st.integers(0, 23), st.integers(0, 2),
        st.sampled_from(["+0000", "+0000", "-0000", "+0130", "-1800"]),
    ),
    "request": st.sampled_from(["GET / HTTP/1.1", "POST /a?b=%20c HTTP/2.0"]),
    "status": st.sampled_from(["200", "404", "503"]),
    "bytes": st.integers(0, 2**31 + 9).map(str) | st.just("-"),
    "referrer": st.sampled_from(["-", "-", "2026-02-28"]),
    "agent": st.sampled_from(["-", "Mozilla/5.0 (X)", "é"]),
}  # fmt: skip
_TIMES = (
    *("31/jan/2026:10:00:00 +0000", "01/JAN/2026:00:00:00 +0000", "1/Jan/2026:10:00:00 +0000"),
    *("01/Jan/2026:24:00:00 +0000", "01/Jan/2026:23:59:60 +0000", "30/Feb/2026:10:00:00 +0000"),
    *("01/Jan/2026:10:00:00 +1801", "01/Jan/2026:10:00:00 -1800", "01/Jan/2026:10:00:00 +00:00"),
    *("01/Jan/2026:10:00:00 Z", "01/Jan/2026:10:00:00", "01/Jan/2026:10:00:00.5 +0000", "-", " "),
    *(" 01/Jan/2026:10:00:00 +0000 ", "01/Jan/2026:10:00:00  +0000", "2026-01-01T10:00:00Z"),
    *("01/Jan/12026:10:00:00 +0000", "01/Jan/+2026:10:00:00 +0000", "01/Jan/0000:10:00:00 +0000"),
    *("01/Mai/2026:10:00:00 +0000", "01/January/2026:10:00:00 +0000", "01/01/2026:10:00:00 +0000"),
    *("01/Jan/2026:10:00:00 +0060", "01/Jan/0001:00:30:00 +0100", "31/Dec/9999:23:30:00 -0100"),
    *("01/Sep/2026:10:00:00 +0000", "01/Sept/2026:10:00:00 +0000"),
    "\t01/Jan/2026:10:00:00 +0000",
    *(
        "00/Jan/2026:10:00:00 +0000",
        "29/Feb/2024:10:00:00 +0000",
        "0\u0661/Jan/2026:10:00:00 +0000",
    ),
)
_ODD = st.text('ab -[]"\\/:%\t\x0b\x1f\x7f0123456789éß٣\u00a0\u3000', max_size=10)
_REQUESTS = (
    *("-", "", "GET /", "GET  / HTTP/1.1", "GET / HTTP/1.1 ", '\\"', "\\\\", "\\", "a\\", "- - -"),
    *('GET /\\"q\\" HTTP/1.1', "GET / HTTP/1.1\\\\", "\\\\\\", "GET /x[1] HTTP/1.1", "$1 $2 \\1"),
)
_NUMBERS = ("007", "+5", "-5", "99999999999", "9" * 30, "0", "5 ", "\u0665", "1.5", "--", "")
DIRTY: Mapping[str, st.SearchStrategy[str]] = {
    **dict.fromkeys(("host", "ident", "user"), _ODD),
    "time": st.sampled_from(_TIMES) | _ODD,
    **dict.fromkeys(("request", "referrer", "agent"), st.sampled_from(_REQUESTS) | _ODD),
    **dict.fromkeys(("status", "bytes"), st.sampled_from(_NUMBERS)),
}
_BROKEN = ("", " ", "\t", "-", '"', "x" * 40, "GET / HTTP/1.1")


def log_day(day: str) -> str:
    """A day of January as access logs write it."""
    return f"{day[8:]}/Jan/{day[:4]}"


@st.composite
def lines(draw: st.DrawFn, day: str) -> bytes:
    """A line: sound but for two fields at most; a few are none at all."""
    if draw(st.integers(0, 30)) == 0:
        return draw(st.sampled_from(_BROKEN)).encode()
    count = draw(st.sampled_from([0, 0, 0, 1, 1, 2]))
    spoiled = draw(st.sets(st.sampled_from(FIELDS), min_size=count, max_size=count))
    cut = {name: draw((DIRTY if name in spoiled else SOUND)[name]) for name in FIELDS}
    month = f"{day[8:]}/Jan/{day[:4]}"
    time = cut["time"].replace("DAY", month)
    for other in DAYS:
        time = (
            time.replace(other, f"{other[8:]}/Jan/{other[:4]}", 1) if other in time[:10] else time
        )
    line = (
        f'{cut["host"]} {cut["ident"]} {cut["user"]} [{time}] "{cut["request"]}" '
        f'{cut["status"]} {cut["bytes"]} "{cut["referrer"]}" "{cut["agent"]}"'
    ).encode()
    spoil = draw(st.sampled_from([*[""] * 40, "bytes", "tail", "space", "short"]))
    if spoil == "bytes":
        line = line.replace(b"/", b"\xe9/", 1)
    return {"tail": line + b' "more"', "space": line + b" \t ", "short": line[:-1]}.get(spoil, line)


@st.composite
def access_logs(draw: st.DrawFn, number: int) -> DirtyFile:
    """A file of a few lines; some begin with a byte order mark, some are packed or empty."""
    day = DAYS[number % len(DAYS)]
    found = draw(st.lists(lines(day), max_size=30))
    mark = draw(st.sampled_from([b"", b"", b"", b"\xef\xbb\xbf"]))
    end = draw(st.sampled_from([b"\n", b"\n", b"\r\n"]))
    last = draw(st.sampled_from([b"", end]))
    name = f"{number:03}.log{draw(st.sampled_from(['', '', '.gz']))}"
    return DirtyFile(day, name, mark + end.join(found) + (last if found else b""))
