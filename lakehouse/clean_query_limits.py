"""Which engine cleans a source's days, and what Athena cannot do as the Spark job does it.

Pure. Some things show in the source's file (its format, a type, an expression), others only with
a run's files. Where Athena cannot, `engine: athena` is refused when the file is read; a run whose
files do not suit is the Spark job's, whatever the engine asked for.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from sqlglot import exp

from lakehouse.column_types import is_nested
from lakehouse.errors import LakehouseError
from lakehouse.expressions.expression import parse_expression
from lakehouse.source_fields import Column, SourceFields

AUTO_BYTES: Final = 512 * 1024**2  # of raw text a run reads: below, Athena is quicker and cheaper
MAX_DAYS: Final = 100  # partitions that one CREATE TABLE AS of Athena writes
MAX_STATEMENT: Final = 262_144  # bytes of a statement that Athena takes
EPOCHS: Final = ("epoch_seconds", "epoch_millis")
OPEN_QUOTE: Final = "open_quote"
FINER_TIME: Final = "finer_time"
ODD_CHARACTER: Final = "odd_character"
_FLAWS: Final = {
    OPEN_QUOTE: "a line's quotes do not pair up, and Athena does not know which line follows it",
    FINER_TIME: "a time has digits beyond milliseconds, which Athena does not keep",
    ODD_CHARACTER: "a line has a control character that the engines do not read alike",
}
_PACKED: Final = (
    *(".bz2", ".deflate", ".snappy", ".lz4", ".lzo", ".zst", ".zstd", ".xz", ".gzip", ".br"),
)
# What means the same in both engines without translation: no arithmetic, no functions.
_SAME: Final = (
    *(exp.Column, exp.Identifier, exp.Literal, exp.Boolean, exp.Null, exp.Paren),
    *(exp.And, exp.Or, exp.Not, exp.Is, exp.Between, exp.In, exp.Coalesce, exp.Case, exp.If),
    *(exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE),
)

Limit = tuple[tuple[str, ...], str]


def limits(source: SourceFields) -> Iterator[Limit]:
    """(key, words) of everything in a source that Athena would not do as the Spark job does."""
    if source.raw.format == "json":
        yield (
            ("raw", "format"),
            (
                "json lines are read by the Spark job alone: Athena's functions write numbers "
                "otherwise, and take lines that Spark's parser refuses"
            ),
        )
    for name, column in source.columns.items():
        for key, words in _column(column):
            yield ("columns", name, key), words
    for name in source.unique_key:
        if name in source.columns and source.columns[name].type == "double":
            yield ("unique_key",), f"'{name}' is a double: the engines differ about 0.0 and -0.0"
    if source.keep is not None:
        for words in _expression(source.keep):
            yield ("keep",), words


def _column(column: Column) -> Iterator[tuple[str, str]]:
    if is_nested(column.type):
        yield "type", f"{column.type} is read from JSON by the Spark job alone"
    if column.format is not None and column.format not in ("iso8601", *EPOCHS):
        yield "format", "Athena reads iso8601, epoch_seconds and epoch_millis, no patterns"
    if column.expr is not None:
        for words in _expression(column.expr):
            yield "expr", words


def _expression(text: str) -> Iterator[str]:
    try:
        tree = parse_expression(text)
    except ValueError:
        return  # said elsewhere
    stranger = _stranger(tree)
    if stranger is not None:
        yield (
            f"'{stranger.sql('athena')}': only comparisons, AND, OR, NOT, IN, BETWEEN, IS NULL, "
            "CASE and COALESCE are known to mean the same in both engines"
        )


def _stranger(node: exp.Expr) -> exp.Expr | None:
    """The first node that may not mean the same in both engines."""
    if _is_written_value(node):
        return None
    if not isinstance(node, _SAME):
        return node
    strangers = (_stranger(child) for child in node.iter_expressions())
    return next((found for found in strangers if found is not None), None)


def _is_written_value(node: exp.Expr) -> bool:
    """-5, DATE '2026-01-31' or TIMESTAMP '...'."""
    if not isinstance(node, (exp.Neg, exp.Cast)) or not isinstance(node.this, exp.Literal):
        return False
    return isinstance(node, exp.Neg) or node.to.is_type("date", "timestamp")


# ---- what only shows in a run


class Unsuitable(LakehouseError):
    """A run's files hold what Athena would not do as the Spark job does it; the words say what."""


def check_run(days: Sequence[str], uris: Iterable[str]) -> None:
    """`Unsuitable` for too many days, or a file packed otherwise than by gzip."""
    if len(days) > MAX_DAYS:
        raise Unsuitable(f"{len(days)} days are more than the {MAX_DAYS} that Athena writes")
    for uri in uris:
        if uri.endswith(_PACKED):
            raise Unsuitable(f"{uri} is packed otherwise than by gzip (.gz)")


def check_statement(statements: Iterable[str]) -> None:
    """`Unsuitable` for a statement that is too long for Athena: too many files."""
    longest = max(len(statement.encode()) for statement in statements)
    if longest > MAX_STATEMENT:
        raise Unsuitable(
            f"so many files make a statement of {longest:,} bytes; Athena takes {MAX_STATEMENT:,}"
        )


def check_rows(flaws: Iterable[str]) -> None:
    """`Unsuitable` if rows have any of the flaws that `clean_query` marks."""
    for flaw in sorted(flaws):
        raise Unsuitable(_FLAWS[flaw])
