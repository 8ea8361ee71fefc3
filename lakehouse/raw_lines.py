"""What a run of Athena's statements reads: files, and their lines as text.

Alike for every format: which files, of which days, and that a line is one row of the lines table,
whatever stands in it. How a line is cut into raw fields, `csv_query` and `combined_query` say.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from lakehouse.expressions.athena_typing import athena_literal, athena_name
from lakehouse.source import LogSource
from lakehouse.source_fields import Column

LINE: Final = "line"
FILE_DAY: Final = "file_day"
REPLACED: Final = "'\ufffd'"  # what stands for bytes that are not UTF-8
_MARK: Final = "'\ufeff'"  # a byte order mark is no part of a file's first line


@dataclass(frozen=True)
class RawFile:
    """A raw file to read: its address, its day, and its first line (None if it is empty).

    `exact` is whether that line is UTF-8: else no line of the file equals it.
    """

    uri: str
    day: str
    header: str | None
    exact: bool = True


@dataclass(frozen=True)
class CleanQuery:
    """What one run asks of Athena: days to build from files (ordered by day and address)."""

    source: LogSource
    days: Sequence[str]
    files: Sequence[RawFile]
    lines_table: str
    typed_table: str
    twins_table: str
    """All as statements write them: quoted, with their database."""


def typed_root(source: LogSource) -> str:
    """The prefix, in the bucket of Athena's results, under which each run has its typed rows."""
    return f"typed/{source.name}/"


def own_table(source: LogSource, what: str, run_id: str) -> str:
    """Name of a table that one run makes for itself: of its typed, twin, clean or rejected rows."""
    return f"{source.name}_{what}_{run_id.replace('-', '_')}"


def own_tables(source: LogSource, run_id: str) -> tuple[str, ...]:
    """Names of all tables that one run makes for itself."""
    kinds = ("typed", "twins", "clean", "rejected")
    return tuple(own_table(source, kind, run_id) for kind in kinds)


def table_name(database: str, table: str) -> str:
    """A table as a statement writes it."""
    return f"{athena_name(database)}.{athena_name(table)}"


def listed_files(query: CleanQuery) -> str:
    """The files as rows: address, number, day, whether it is built, number of its first line."""
    kinds = {header: at for at, header in enumerate(first_lines(query))}
    rows = [
        f"({athena_literal(file.uri)}, {number}, DATE {athena_literal(file.day)}, "
        f"{'TRUE' if file.day in query.days else 'FALSE'}, {kinds[file.header, file.exact]})"
        for number, file in enumerate(query.files)
    ]
    listed = ",\n".join(rows)
    return f"SELECT * FROM (VALUES\n{listed}\n) AS f (path, file_no, day, built, kind)"


def first_lines(query: CleanQuery) -> list[tuple[str | None, bool]]:
    """The different first lines of files, and whether each is UTF-8."""
    return list(dict.fromkeys((file.header, file.exact) for file in query.files))


def readable_lines(query: CleanQuery, columns: Sequence[str] = (), joins: str = "") -> str:
    """The lines as readable text, each with what is known of its file `f`, and more `columns`."""
    days = ", ".join(athena_literal(day) for day in sorted({file.day for file in query.files}))
    marked = f"substr({LINE}, 1, 1) = {_MARK}"
    unmarked = f"CASE WHEN {marked} THEN substr({LINE}, 2) ELSE {LINE} END"
    more = "".join(f", {column}" for column in columns)
    return (
        f"SELECT from_utf8(to_utf8({unmarked})) AS __text, f.file_no AS __file_no, "
        f"f.day AS __file_day, f.built AS __built{more}\n"
        f'FROM {query.lines_table} l JOIN files f ON l."$path" = f.path\n'
        f"{joins}WHERE l.{FILE_DAY} IN ({days})"
    )


def field_names(source: LogSource) -> list[str]:
    """The fields that columns are read from, each once."""
    return list(dict.fromkeys(column.from_ for _, column in read_columns(source)))


def read_columns(source: LogSource) -> list[tuple[str, Column]]:
    """The columns that are read from the file."""
    return [(name, column) for name, column in source.columns.items() if column.expr is None]
