"""Landing: a user's own log file cut into one local file for each day its lines speak of.

Here: streaming a plain or gzip file, finding each line's event day, writing the parts byte for
byte, in bounded memory and with few open files. Not here: uploading the parts, typing or judging
rows (the clean job quarantines what it cannot read).
"""

import csv
import gzip
import json
import re
import zlib
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from io import BufferedIOBase, BufferedReader
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Final

from lakehouse.csv_records import csv_records
from lakehouse.errors import LakehouseError
from lakehouse.event_day import DayReader, TimeFormatError, day_reader
from lakehouse.expressions.typing_sql import COMBINED_TIME
from lakehouse.file_kinds import LONGEST, unreadable_kind
from lakehouse.source import LogSource

MAX_LINE_BYTES: Final = 16 * 1024 * 1024
MAX_OPEN_PARTS: Final = 16

LineText = Callable[[bytes], str | None]
"""Line -> the text of its event time; None when it has none."""


class LandingError(LakehouseError):
    """A file cannot be landed: it is not there, not readable or not of the source's format."""


@dataclass(frozen=True)
class Part:
    """The lines of one day: a local file whose name is the one to upload it under."""

    day: date
    path: Path
    rows: int
    """Lines of the part, CSV headers aside."""


def split_by_day(source: LogSource, path: Path, folder: Path) -> list[Part]:
    """Cut a file (plain or gzip) into parts `<folder>/<day>/<part name>`, in order of day.

    A line goes to the UTC day of its event time; one whose time cannot be read goes with the line
    before it (the first ones: with the first line that can be read), so that the clean job meets
    and quarantines it. All lines of a CSV record go with its first one. Lines keep their bytes;
    every part of a CSV file starts with its header. Parts are plain text. Raises LandingError,
    naming the file and the source.
    """
    if path.is_dir():
        raise LandingError(f"{path} is a folder: name the file to land")
    try:
        with path.open("rb") as stream:
            return split_stream(source, stream, str(path), folder)
    except FileNotFoundError as error:
        raise LandingError(f"{path}: no such file") from error
    except OSError as error:
        raise LandingError(f"{path}: {error.strerror or error}") from error


def split_stream(source: LogSource, stream: BufferedReader, name: str, folder: Path) -> list[Part]:
    """As `split_by_day`, for a binary stream such as `sys.stdin.buffer`; `name` names the parts."""
    if kind := unreadable_kind(stream.peek(LONGEST)[:LONGEST]):
        raise LandingError(f"{name} is {kind}")
    lines = _lines(stream, name)
    first = next(lines, None)
    if first is None:
        raise LandingError(f"{name} is empty: there is nothing to land for source {source.name}")
    header = first if source.raw.format == "csv" else None
    text_of = _line_text(source, first, name)
    day_of = _day_reader(source)
    with _Parts(folder, part_name(name), header) as parts:
        _split(_records(lines, first) if header else _single(first, lines), text_of, day_of, parts)
    if not parts.rows:
        raise LandingError(f"{name} holds a header and no rows: there is nothing to land")
    if None in parts.rows:
        parts.discard()
        raise LandingError(_unreadable(source, name))
    return parts.finished()


def part_name(name: str) -> str:
    """File name of every part of the file `name`: landing the file again replaces its parts.

    The name is the same for a file and its gzip, never hidden from Spark and Athena (which skip
    names that start with `_` or `.`), and free of characters that paths and globs give a meaning.
    """
    base = re.sub(r"\.gz$", "", Path(name).name, flags=re.IGNORECASE)
    safe = re.sub(r"[^A-Za-z0-9._-]", "_", base)
    # Two names that only differ in replaced characters stay two names.
    mark = "" if safe == base else f"{zlib.crc32(base.encode()):08x}-"
    return f"landed-{mark}{safe}"


def _split(
    records: Iterator[list[bytes]], text_of: LineText, day_of: DayReader, parts: "_Parts"
) -> None:
    day: date | None = None
    for record in records:
        text = text_of(record[0])
        if text is not None:
            day = day_of(text) or day
        for line in record:
            parts.write(day, line)


def _records(lines: Iterator[bytes], header: bytes) -> Iterator[list[bytes]]:
    fields = _csv_fields(header.decode("utf-8-sig", "replace"))
    return csv_records(lines, len(fields or []))


def _single(first: bytes, rest: Iterator[bytes]) -> Iterator[list[bytes]]:
    yield [first]
    yield from ([line] for line in rest)


def _lines(stream: BufferedReader, name: str) -> Iterator[bytes]:
    """Lines with their ends, of plain text or of what a gzip stream holds."""
    zipped = stream.peek(2)[:2] == b"\x1f\x8b"
    text: BufferedIOBase | BinaryIO = gzip.GzipFile(fileobj=stream) if zipped else stream
    number = 0
    try:
        while line := text.readline(MAX_LINE_BYTES + 1):
            number += 1
            if len(line) > MAX_LINE_BYTES:
                raise LandingError(f"{name}: line {number} is over 16 MiB; this is no log of lines")
            yield line
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise LandingError(f"{name}: broken gzip file after line {number}: {error}") from error


def _day_reader(source: LogSource) -> DayReader:
    time_format = source.columns[source.event_time].format
    if time_format is None and source.raw.format == "combined":
        time_format = COMBINED_TIME
    try:
        return day_reader(time_format)
    except TimeFormatError as error:
        raise LandingError(f"source {source.name}: {source.event_time}: {error}") from error


def _line_text(source: LogSource, first: bytes, name: str) -> LineText:
    """How to find the event time's text in a line of the source's format."""
    field = source.columns[source.event_time].from_
    if not field:
        raise LandingError(
            f"source {source.name} computes {source.event_time} by an expression: "
            "its files cannot be cut by day; upload them to their day's folder"
        )
    if source.raw.format == "csv":
        return _csv_text(source, first, field, name)
    if source.raw.format == "json":
        return lambda line: _json_text(line, field.split("."))
    if field != "time":
        raise LandingError(f"source {source.name}: the day is read from 'time', not from '{field}'")
    return _combined_text


def _csv_text(source: LogSource, header: bytes, field: str, name: str) -> LineText:
    names = _csv_fields(header.decode("utf-8-sig", "replace")) or []
    if field not in names:
        separator = next((c for c in "\t;|" if len(names) == 1 and c in names[0]), None)
        hint = f". Columns separated by {separator!r}: only commas are read" if separator else ""
        raise LandingError(
            f"{name} is no CSV file of source {source.name}: its first line does not name the "
            f"column '{field}' (event_time); it names {_shown(names)}{hint}"
        )
    index = names.index(field)

    def text(line: bytes) -> str | None:
        fields = _csv_fields(line.decode("utf-8", "replace"))
        return fields[index] if fields is not None and index < len(fields) else None

    return text


def _csv_fields(line: str) -> list[str] | None:
    line = line.rstrip("\r\n")
    if '"' not in line:
        return line.split(",")
    try:
        return next(csv.reader([line]), None)
    except csv.Error:
        return None


def _shown(names: list[str]) -> str:
    text = ", ".join(name.strip() for name in names)
    return text if len(text) <= 200 else text[:200] + "..."


def _json_text(line: bytes, path: list[str]) -> str | None:
    try:
        value: Any = json.loads(line)
    except (ValueError, RecursionError):
        return None
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return None if value is None else str(value)


_BRACKETED: Final = re.compile(rb"\[([^\]\"]+)\] \"")


def _combined_text(line: bytes) -> str | None:
    match = _BRACKETED.search(line)
    return None if match is None else match[1].decode("utf-8", "replace")


def _unreadable(source: LogSource, name: str) -> str:
    column = source.columns[source.event_time]
    hint = ""
    if source.raw.format == "json":
        hint = "; JSON files hold one object a line, as jq -c . writes them (jq -c '.[]' an array)"
    return (
        f"{name}: no line has a readable event time ('{column.from_}', {source.raw.format} format "
        f"of source {source.name}){hint}"
    )


class _Parts:
    """Part files being written: one for each day, few of them open at a time."""

    def __init__(self, folder: Path, name: str, header: bytes | None) -> None:
        self.rows: dict[date | None, int] = {}
        self._folder = folder
        self._name = name
        self._header = header
        self._open: OrderedDict[date | None, BinaryIO] = OrderedDict()

    def __enter__(self) -> "_Parts":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for stream in self._open.values():
            stream.close()
        self._open.clear()

    def write(self, day: date | None, line: bytes) -> None:
        """Add a line to the day's part; lines of no day yet (None) join the first day written."""
        if day is not None and None in self.rows:
            self._name_first(day)
        self._stream(day).write(line)
        self.rows[day] += self._header is None or line.rstrip() != self._header.rstrip()

    def finished(self) -> list[Part]:
        """The parts written, in order of day."""
        days = sorted(day for day in self.rows if day is not None)
        return [Part(day, self._path(day), self.rows[day]) for day in days]

    def discard(self) -> None:
        """Remove what was written for no day."""
        if None in self.rows:
            self._path(None).unlink()
            self._path(None).parent.rmdir()

    def _path(self, day: date | None) -> Path:
        return self._folder / ("undated" if day is None else day.isoformat()) / self._name

    def _name_first(self, day: date) -> None:
        if pending := self._open.pop(None, None):
            pending.close()
        self._path(day).parent.mkdir(parents=True, exist_ok=True)
        self._path(None).replace(self._path(day))
        self._path(None).parent.rmdir()
        self.rows[day] = self.rows.pop(None)

    def _stream(self, day: date | None) -> BinaryIO:
        stream = self._open.get(day)
        if stream is not None:
            self._open.move_to_end(day)
            return stream
        if len(self._open) >= MAX_OPEN_PARTS:
            self._open.popitem(last=False)[1].close()
        stream = self._open[day] = self._opened(day)
        return stream

    def _opened(self, day: date | None) -> BinaryIO:
        path = self._path(day)
        if day in self.rows:
            return path.open("ab")
        path.parent.mkdir(parents=True, exist_ok=True)
        self.rows[day] = 0
        stream = path.open("wb")
        stream.write(self._header or b"")
        return stream
