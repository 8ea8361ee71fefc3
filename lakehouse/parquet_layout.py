"""How a source's clean Parquet files are laid out: the order of their rows, and their encodings.

Both come from what the source's metrics read, so that the queries asked every day read the fewest
bytes; figures are in `benchmarks/README.md`. Pure. The job hands the options to Spark's writer as
they are; that they hold for every file is the job's affair.
"""

from collections.abc import Iterator
from typing import Final

from sqlglot import exp

from lakehouse.column_types import is_nested
from lakehouse.expressions.expression import parse_expression
from lakehouse.source import LogSource

# Rows are sorted by repeated texts first, then by numbers from narrow to wide.
_SORTED_TYPES: Final = ("string", "boolean", "date", "int", "bigint")
_DELTA_TYPES: Final = ("date", "int", "bigint", "timestamp")
_DOUBLES: Final = {"boolean": "CAST({0} AS int)", "date": "UNIX_DATE({0})"}  # where a cast fails
_DAY_MILLIS: Final = 24 * 60 * 60 * 1000


def sort_columns(source: LogSource) -> list[str]:
    """Columns that the rows of a file are sorted by.

    First those that metrics are grouped by, then what their measures read: equal and close values
    stand together, and take next to no space. A unique key would only scatter what follows it.
    """
    ranks = {kind: rank for rank, kind in enumerate(_SORTED_TYPES)}
    read = [
        name
        for name in _measured(source)
        if source.column_types[name] in ranks and name not in source.unique_key
    ]
    read.sort(key=lambda name: ranks[source.column_types[name]])
    return list(dict.fromkeys((*source.metrics.group_by, *read, source.event_time)))


def sort_key(source: LogSource) -> list[str]:
    """Spark SQL of the three numbers that rows of a day are sorted by, in place of `sort_columns`.

    A hash of what metrics are grouped by, a hash of what their measures read, and a double, from 0
    to below 1, that grows with the last of these, or with the time of day. Equal values stand
    together, close ones near each other, and yet the job can make one number of all three, which
    Spark sorts by without comparing rows: a large day is written in two thirds of the CPU time.
    """
    grouped = list(source.metrics.group_by)
    read = [name for name in sort_columns(source) if name not in (*grouped, source.event_time)]
    value = f"PMOD(UNIX_MILLIS(`{source.event_time}`), {_DAY_MILLIS}) / {_DAY_MILLIS}D"
    if read and source.column_types[read[-1]] != "string":
        value = _magnitude(read[-1], source.column_types[read.pop()])
    return [_hash(grouped), _hash(read), value]


def _hash(columns: list[str]) -> str:
    return f"XXHASH64({', '.join(f'`{name}`' for name in columns)})" if columns else "0L"


def _magnitude(column: str, kind: str) -> str:
    """A number's place on a scale of logarithms, on which those of all bigints have room."""
    number = f"CAST({_DOUBLES.get(kind, '{0}').format(f'`{column}`')} AS double)"
    return f"COALESCE(SIGN({number}) * LOG2(1 + ABS({number})), 0D) / 128 + 0.5D"


def writer_options(source: LogSource) -> dict[str, str]:
    """Options of Spark's Parquet writer (those of parquet-hadoop).

    zstd at its usual level. Version 2 has the delta encodings, which Athena's engine 3 reads; they
    are used for columns without a dictionary: whole numbers that measures read, the event time, and
    the unique key, of which a dictionary would hold every value.
    """
    plain = dict.fromkeys((source.event_time, *source.unique_key))
    plain |= dict.fromkeys(
        name for name in _measured(source) if source.column_types[name] in _DELTA_TYPES
    )
    return {
        "compression": "zstd",
        "parquet.writer.version": "v2",
        **{f"parquet.enable.dictionary#{name}": "false" for name in plain},
    }


def _measured(source: LogSource) -> Iterator[str]:
    """Top-level columns that are read by measures and not grouped by, in order."""
    read = {
        column.name.lower()
        for measure in source.metrics.measures.values()
        for column in parse_expression(measure).find_all(exp.Column)
    }
    for name, kind in source.column_types.items():
        if name in read and name not in source.metrics.group_by and not is_nested(kind):
            yield name
