"""From raw fields to typed values, in Athena SQL: the selects between raw fields and judgement.

What a text means by a type stands in `expressions.athena_typing`; here it is laid over the columns
of a source, step by step, so that nothing is computed for each mention. Which rows are good is
said in `lakehouse.clean_query`.
"""

from typing import Final

from lakehouse.expressions.athena_typing import (
    RawField,
    access_log_time,
    athena_name,
    athena_type,
    finer,
    in_iso8601,
    moment,
    trimmed,
    typed,
    whole,
    within_range,
    without_zone,
)
from lakehouse.expressions.expression import parse_expression
from lakehouse.raw_lines import field_names, read_columns
from lakehouse.source import LogSource
from lakehouse.source_fields import Column

_OWN: Final = (
    "__text",
    "__file_no",
    "__file_day",
    "__built",
    "__header",
    "__malformed",
    "__line_flaw",
)


def raw_field(source: LogSource, column: Column) -> RawField:
    """The columns of the field that a column is read from, and of what is made of it."""
    at = field_names(source).index(column.from_)
    mark = "z" if _is_log_time(source, column) else ""
    own = f"{mark}{at}"
    return RawField(f"__r{at}", f"__t{own}", f"__{column.type}{at}", f"__c{own}", f"__m{own}")


def _is_log_time(source: LogSource, column: Column) -> bool:
    """Whether a column's times are written as access logs write them."""
    is_time = column.from_ == "time" and column.type == "timestamp" and column.format is None
    return source.raw.format == "combined" and is_time


def value_steps(source: LogSource) -> list[tuple[str, str]]:
    """The selects by name, from `fields` to `all_values`; each reads the one before."""
    fields = [(raw_field(source, column), column) for _, column in read_columns(source)]
    logged = {f.text: f.raw for f, c in fields if _is_log_time(source, c)}
    texts = {f.text: trimmed(f.raw) for f, c in fields if _has_text(c) and f.text not in logged}
    texts |= {text: in_iso8601(f"__said{text}") for text in logged}
    texts |= {f.whole: whole(f.raw, c.type) for f, c in fields if c.type in ("int", "bigint")}
    times = [f for f, c in fields if c.type == "timestamp" and c.format in (None, "iso8601")]
    return [
        ("said", _beside("fields", {f"__said{t}": access_log_time(r) for t, r in logged.items()})),
        ("texts", _beside("said", texts)),
        ("clocks", _beside("texts", {f.clock: without_zone(f.text) for f in times})),
        ("moments", _beside("clocks", {f.moment: moment(f.clock) for f in times})),
        ("read_values", _beside("moments", _typed(source))),
        ("all_values", _all_values(source)),
    ]


def _has_text(column: Column) -> bool:
    return column.type not in ("string", "int", "bigint", "boolean")


def _beside(step: str, columns: dict[str, str]) -> str:
    """Everything of a step, and more columns."""
    listed = [f"{sql} AS {name}" for name, sql in columns.items()]
    return f"SELECT {', '.join(['*', *listed])}\nFROM {step}"


def _typed(source: LogSource) -> dict[str, str]:
    return {
        athena_name(name): typed(raw_field(source, column), column.type, column.format)
        for name, column in read_columns(source)
    }


def _all_values(source: LogSource) -> str:
    """Times within their years, and the computed columns; other columns as they are."""
    raws = [f"__r{at}" for at in range(len(field_names(source)))]
    times = [(athena_name(name), c) for name, c in read_columns(source) if c.type == "timestamp"]
    flaws = [f"({n} IS NOT NULL AND {finer(raw_field(source, c), c.format)})" for n, c in times]
    finest = f"{' OR '.join(flaws) or 'FALSE'} AS __finer"
    values = [
        f"{_value(name, column)} AS {athena_name(name)}" for name, column in source.columns.items()
    ]
    return f"SELECT {', '.join([*_OWN, *raws, finest, *values])}\nFROM read_values"


def _value(name: str, column: Column) -> str:
    if column.expr is not None:
        return _computed(column)
    return within_range(athena_name(name), column.type, column.format)


def _computed(column: Column) -> str:
    expr = f"({parse_expression(column.expr or '').sql('athena')})"
    return f"TRY_CAST({expr} AS {athena_type(column.type)})"
