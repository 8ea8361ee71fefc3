"""What must hold between the keys of one source: names declared, expressions sound, no collisions.

Each check is a generator of problems, a problem being the key's path and a sentence. All run, so a
user sees every problem at once. Checks of one key by itself stand in `lakehouse.source_fields`.
"""

from collections.abc import Iterator

from lakehouse.clean_query_limits import limits
from lakehouse.column_types import is_nested
from lakehouse.expressions.expression import check_measure, check_row_expression
from lakehouse.source_fields import COMBINED_FIELDS, PARTITION_KEY, Column, SourceFields
from lakehouse.source_yaml import did_you_mean

Problem = tuple[tuple[str | int, ...], str]

_TIME_FORMATS = ("iso8601", "epoch_seconds", "epoch_millis")


def problems(source: SourceFields) -> Iterator[Problem]:
    """Every problem between the keys of `source`."""
    yield from _columns(source)
    yield from _json_paths(source)
    yield from _declared_names(source)
    yield from _keep(source)
    yield from _metrics(source)
    yield from _table_names(source)
    yield from _engine(source)


def _columns(source: SourceFields) -> Iterator[Problem]:
    read = {name: column.type for name, column in source.columns.items() if column.expr is None}
    for name, column in source.columns.items():
        key = ("columns", name)
        if name == PARTITION_KEY:
            yield key, f"'{PARTITION_KEY}' is the partition's name; name the column otherwise"
        yield from _column(key, column)
        if column.expr is not None:
            yield from _row_expression((*key, "expr"), column.expr, read, column.type)
        elif source.raw.format == "combined" and column.from_ not in COMBINED_FIELDS:
            hint = did_you_mean(column.from_, COMBINED_FIELDS)
            yield (*key, "from"), f"'{column.from_}' is no field of the combined log format{hint}"


def _column(key: tuple[str, ...], column: Column) -> Iterator[Problem]:
    if column.expr is not None and column.from_:
        yield (*key, "expr"), "a column has either 'from' or 'expr'"
    if column.expr is not None and is_nested(column.type):
        yield (*key, "expr"), f"an expression gives a plain value, not {column.type}"
    if column.format is None:
        return
    if column.expr is not None or column.type != "timestamp":
        yield (*key, "format"), "only a timestamp read from the file has a format"
    elif column.format not in _TIME_FORMATS and (wrong := _pattern_problem(column.format)):
        yield (*key, "format"), wrong


def _pattern_problem(pattern: str) -> str | None:
    """Why a DateTimeFormatter pattern cannot give a full instant, as far as its letters tell."""
    literal = False
    letters = set()
    for character in pattern:
        if character == "'":
            literal = not literal
        elif not literal and character.isalpha():
            letters.add(character)
    if literal:
        return "a quote in the pattern does not close"
    if unknown := letters - set("GyuMLdDQqEaHhKkmsSVzOXxZ"):
        names = ", ".join(_TIME_FORMATS)
        return (
            f"'{pattern}' is none of {names} and no pattern ('{min(unknown)}' is no letter of one)"
        )
    if not (letters & set("yu") and letters & set("ML") and "d" in letters):
        return "the pattern lacks year, month or day"
    return None


def _json_paths(source: SourceFields) -> Iterator[Problem]:
    """A JSON field kept whole cannot be cut into fields at the same time."""
    if source.raw.format != "json":
        return
    paths = {name: column.from_ for name, column in source.columns.items() if column.from_}
    for name, path in paths.items():
        if not all(path.split(".")):
            yield ("columns", name, "from"), f"'{path}' is no JSON path such as metadata.device"
        for other, whole in paths.items():
            if path.startswith(whole + "."):
                yield (
                    ("columns", name, "from"),
                    f"'{whole}' is kept whole by column '{other}'; use expr: {path} over it",
                )


def _declared_names(source: SourceFields) -> Iterator[Problem]:
    event_time = source.columns.get(source.event_time)
    if event_time is None:
        hint = did_you_mean(source.event_time, source.columns)
        yield ("event_time",), f"'{source.event_time}' is not a declared column{hint}"
    elif event_time.type != "timestamp":
        yield ("event_time",), f"column '{source.event_time}' is {event_time.type}, not timestamp"
    yield from _column_list(source, ("unique_key",), source.unique_key)
    yield from _column_list(source, ("metrics", "group_by"), source.metrics.group_by)


def _column_list(
    source: SourceFields, key: tuple[str, ...], names: tuple[str, ...]
) -> Iterator[Problem]:
    for at, name in enumerate(names):
        if name not in source.columns:
            yield key, f"'{name}' is not a declared column{did_you_mean(name, source.columns)}"
        elif is_nested(source.columns[name].type):
            yield key, f"column '{name}' is {source.columns[name].type}, not a plain value"
        if name in names[:at]:
            yield key, f"'{name}' stands twice"


def _keep(source: SourceFields) -> Iterator[Problem]:
    if source.keep is not None:
        types = {name: column.type for name, column in source.columns.items()}
        yield from _row_expression(("keep",), source.keep, types, "boolean")


def _row_expression(
    key: tuple[str, ...], text: str, types: dict[str, str], result: str
) -> Iterator[Problem]:
    try:
        check_row_expression(text, types, result)
    except ValueError as error:
        yield key, str(error)


def _metrics(source: SourceFields) -> Iterator[Problem]:
    types = {name: column.type for name, column in source.columns.items()}
    for name, text in source.metrics.measures.items():
        key = ("metrics", "measures", name)
        if name in source.metrics.group_by or name == PARTITION_KEY:
            yield key, f"'{name}' is already a column of the metrics table"
        try:
            check_measure(text, types, source.metrics.group_by)
        except ValueError as error:
            yield key, str(error)


def _table_names(source: SourceFields) -> Iterator[Problem]:
    own = (source.name, f"{source.name}_raw", f"{source.name}_rejected")
    if source.metrics.table in own:
        yield ("metrics", "table"), f"'{source.metrics.table}' is another table of this source"


def _engine(source: SourceFields) -> Iterator[Problem]:
    if source.engine != "athena":
        return
    for key, words in limits(source):
        yield ("engine",), f"'athena' cannot clean this source: {'.'.join(key)}: {words}"
