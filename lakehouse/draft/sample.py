"""The first rows of a user's log file, as a draft of its source needs them.

Here: telling the format of a plain or gzip file by its content, and reading its first rows into
the raw text of each field. What the texts mean stands in `columns`, the YAML in `source_text`;
a whole file is cut by day in `lakehouse.landing`.
"""

import csv
import gzip
import json
import re
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final, Literal

from lakehouse.errors import LakehouseError
from lakehouse.file_kinds import LONGEST, unreadable_kind
from lakehouse.line_formats import COMBINED_LINE
from lakehouse.source_fields import COMBINED_FIELDS

SAMPLE_LINES: Final = 5000
LONGEST_LINE: Final = 1024 * 1024  # bytes
FEW_BROKEN: Final = 0.1  # of the lines; a file with more is of another format

Format = Literal["csv", "json", "combined"]
Row = Mapping[str, str | list[Any]]
"""Field -> its raw text, or a JSON array; a field that says nothing is absent."""

_COMBINED: Final = re.compile(COMBINED_LINE.replace(r"\z", r"\Z"))
_ACCESS: Final = re.compile(r'\S+ \S+ .+? \[[^\]]+\] "[^"]*" (?:\d{3}|-) (?:\d+|-)(?P<more>.*)$')
_CUT: Final = tuple(f for f in COMBINED_FIELDS if f not in ("method", "path", "protocol"))


class SampleError(LakehouseError):
    """A file from which no source can be drafted; the message says why and what to do."""


@dataclass(frozen=True)
class Sample:
    """The first rows of a file; `broken` lines could not be cut into fields."""

    format: Format
    fields: tuple[str, ...]
    rows: tuple[Row, ...]
    broken: int = 0

    def values(self, field: str) -> list[str | list[Any]]:
        """What the rows say in a field, where they say anything."""
        return [row[field] for row in self.rows if field in row]


def read_sample(path: Path, limit: int = SAMPLE_LINES) -> Sample:
    """The first `limit` lines of a file; `SampleError` when it is none that a source can read."""
    if path.is_dir():
        raise SampleError(f"{path} is a folder: name one file as a sample")
    try:
        with path.open("rb") as stream:
            if kind := unreadable_kind(stream.peek(LONGEST)[:LONGEST]):
                raise SampleError(f"{path} is {kind}")
            lines = list(_lines(stream, limit))
    except FileNotFoundError as error:
        raise SampleError(f"{path}: no such file") from error
    except UnicodeDecodeError as error:
        raise SampleError(
            f"{path}: not UTF-8 text: {error.reason}. Convert it first, e.g. with iconv -f LATIN1 "
            "-t UTF-8"
        ) from error
    except (OSError, EOFError, zlib.error) as error:
        words = getattr(error, "strerror", None) or str(error)
        raise SampleError(f"{path}: cannot be read: {words}") from error
    if not lines:
        raise SampleError(f"{path} is empty: name a file with some lines")
    try:
        return _sample(lines)
    except SampleError as error:
        raise SampleError(f"{path}: {error}") from error


def _lines(stream: IO[bytes], limit: int) -> Iterator[str]:
    zipped = stream.read(2) == b"\x1f\x8b"
    stream.seek(0)
    text: Any = gzip.GzipFile(fileobj=stream) if zipped else stream
    encoding = "utf-8-sig"
    for _ in range(limit):
        line = text.readline(LONGEST_LINE)
        if not line:
            return
        if decoded := line.decode(encoding).rstrip("\r\n"):
            yield decoded
        encoding = "utf-8"


def _sample(lines: Sequence[str]) -> Sample:
    if lines[0].strip() == "{":
        raise SampleError("JSON over several lines: write one object a line, e.g. with jq -c .")
    if lines[0].lstrip().startswith("{"):
        return _cut(lines, "json", _json_row)
    if lines[0].lstrip().startswith("["):
        raise SampleError("a JSON array: write one object a line, e.g. with jq -c '.[]'")
    if any(_combined_row(line) for line in lines[:20]):
        return _cut(lines, "combined", _combined_row, COMBINED_FIELDS)
    return _csv_sample(lines)


def _cut(
    lines: Sequence[str],
    format_: Format,
    row_of: Callable[[str], Row | None],
    fields: Sequence[str] = (),
) -> Sample:
    read = [row_of(line) for line in lines]
    rows = tuple(row for row in read if row is not None)
    broken = len(read) - len(rows)
    if broken > FEW_BROKEN * len(read):
        number = read.index(None) + 1
        hint = "one object a line is needed" if format_ == "json" else "it looks like another"
        raise SampleError(f"{broken} of {len(read)} lines, the first of them line {number}, "
                          f"are not of the {format_} format: {hint}")  # fmt: skip
    found = fields or dict.fromkeys(name for row in rows for name in row)
    return Sample(format_, tuple(found), rows, broken)


def _csv_sample(lines: Sequence[str]) -> Sample:
    header = [name.strip() for name in _csv_fields(lines[0]) or []]
    if len(header) < 2:
        separator = next((c for c in "\t;|" if lines[0].count(c)), None)
        raise SampleError(
            f"columns separated by {separator!r}: only commas are read; convert the file"
            if separator
            else _other_log(lines[0])
        )
    if any(re.match(r"[-+]?\.?\d", name) or not name for name in header):
        raise SampleError(f"the first line is no CSV header: {lines[0][:80]!r}; put one there, "
                          "because columns are matched by name")  # fmt: skip
    if len(lines) < 2:
        raise SampleError("a header and no rows: name a file with some rows")

    def row(line: str) -> Row | None:
        fields = _csv_fields(line)
        if fields is None or len(fields) != len(header):
            return None
        pairs = reversed(list(zip(header, fields, strict=True)))  # of equal names the first counts
        return {name: text for name, text in pairs if text}

    return _cut(lines[1:], "csv", row, list(dict.fromkeys(header)))


def _other_log(line: str) -> str:
    """What a line of a format that is not read looks like."""
    if (found := _ACCESS.match(line)) is None:
        return (
            "neither CSV with a header, nor JSON lines, nor an access log in the combined format; "
            f"cut its lines into one of them first. The first line is {line[:80]!r}"
        )
    if not found["more"].strip():
        return (
            "an access log in the common format: referrer and user agent are missing. Log in the "
            """combined format, or add them as unknown: sed 's/$/ "-" "-"/'"""
        )
    return (
        "an access log with other fields than the combined format has after status and bytes: "
        f"{found['more'].strip()[:80]!r}. A quoted referrer and user agent are expected there, "
        "and nothing more"
    )


def _csv_fields(line: str) -> list[str] | None:
    if line.count('"') % 2:
        return None
    return next(csv.reader([line]), None)


def _combined_row(line: str) -> Row | None:
    match = _COMBINED.match(line.replace("\\\\", "\x02").replace('\\"', "\x03"))
    if match is None:
        return None
    found = dict(zip(_CUT, match.groups(), strict=True))
    words = found["request"].split(" ")
    if len(words) == 3:
        found |= dict(zip(("method", "path", "protocol"), words, strict=True))
    return {name: text for name, text in found.items() if text != "-"}


def _json_row(line: str) -> Row | None:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return dict(_leaves(value, "")) if isinstance(value, dict) else None


def _leaves(value: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, str | list[Any]]]:
    """Path -> text of all that is no object. A key with a dot has no path and is left out."""
    for key, below in value.items():
        if "." in key or not key:
            continue
        if isinstance(below, dict) and below:
            yield from _leaves(below, f"{prefix}{key}.")
        elif below is not None and below != {}:
            yield f"{prefix}{key}", json_text(below)


def json_text(value: Any) -> str | list[Any]:
    """A JSON scalar as the text that the job sees; an array as it is."""
    if isinstance(value, str | list):
        return value
    return json.dumps(value)
