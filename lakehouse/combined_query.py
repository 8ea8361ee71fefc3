r"""From access log lines to raw fields, in Athena SQL: the twin of `line_formats.combined_line`.

The first selects of `lakehouse.clean_query`. Escaped quotes are set aside before one regular
expression cuts the line. What stands for them and parts the fields is left to no line: one that has
such a character, or what Java takes for the end of a line, is the Spark job's.
"""

from typing import Final

from lakehouse.clean_query_limits import ODD_CHARACTER
from lakehouse.expressions.athena_typing import athena_literal
from lakehouse.raw_lines import REPLACED, CleanQuery, field_names, readable_lines
from lakehouse.source import LogSource

_UNIT, _BACKSLASH, _QUOTE = "\ue000", "\ue001", "\ue002"  # for private use: no server writes them
_JOB_OWN: Final = r"\x01-\x03"  # what the job takes for the same
_LINE_ENDS: Final = "\x85\u2028\u2029"
_ODD: Final = f"[{_JOB_OWN}{_LINE_ENDS}{_UNIT}{_BACKSLASH}{_QUOTE}]"
_WORD: Final = r"([^ \t\n\x0B\f\r]+)"
_LINE: Final = (
    rf'\A{_WORD} {_WORD} (.+?) \[([^\]]+)\] "([^"]*)" ([0-9]{{3}}|-) ([0-9]+|-) "([^"]*)" "([^"]*)"'
    r"[ \t\n\x0B\f\r]*\z"
)
_CUT_FIELDS: Final = (
    *("client_ip", "ident", "user", "time", "request", "status", "bytes", "referrer", "user_agent"),
)
_WORDS: Final = ("method", "path", "protocol")


def combined_steps(query: CleanQuery) -> list[tuple[str, str]]:
    """The selects by name, from the files to `fields`."""
    return [
        ("lines", readable_lines(query)),
        ("hidden", _hidden()),
        ("cut", _cut()),
        ("words", f"SELECT *, split({_shown('request')}, ' ') AS __words\nFROM cut"),
        ("fields", _fields(query.source)),
    ]


def _hidden() -> str:
    """Beside each line its text without escapes."""
    hidden = _replaced(_replaced("__text", "\\\\", _BACKSLASH), '\\"', _QUOTE)
    return (
        f"SELECT *, CASE WHEN strpos(__text, '\\') > 0 THEN {hidden} ELSE __text END AS __safe\n"
        "FROM lines"
    )


def _cut() -> str:
    groups = athena_literal(_UNIT.join(f"${number}" for number in range(1, 10)))
    marked = f"regexp_replace(__safe, {athena_literal(_LINE)}, {groups})"
    return f"SELECT *, split({marked}, {athena_literal(_UNIT)}) AS __cut\nFROM hidden"


def _shown(name: str) -> str:
    """A field with its escapes as they stand in the line; "-" is NULL."""
    cut = f"element_at(__cut, {_CUT_FIELDS.index(name) + 1})"
    shown = _replaced(_replaced(cut, _QUOTE, '\\"'), _BACKSLASH, "\\\\")
    return f"CASE WHEN {cut} <> '-' THEN {shown} END"


def _fields(source: LogSource) -> str:
    """The raw fields, and what is known of the line as a whole."""
    is_cut = f"cardinality(__cut) = {len(_CUT_FIELDS)} AND strpos(__text, {REPLACED}) = 0"
    whole = [
        "FALSE AS __header",
        f"NOT COALESCE({is_cut}, FALSE) AS __malformed",
        f"CASE WHEN regexp_like(__text, {athena_literal(_ODD)}) "
        f"THEN {athena_literal(ODD_CHARACTER)} END AS __line_flaw",
    ]
    fields = [f"{_field(name)} AS __r{at}" for at, name in enumerate(field_names(source))]
    columns = ["__text", "__file_no", "__file_day", "__built", *whole, *fields]
    return f"SELECT {', '.join(columns)}\nFROM words"


def _field(name: str) -> str:
    """A field; the words of a request that is not three of them are NULL."""
    if name not in _WORDS:
        return _shown(name)
    word = f"element_at(__words, {_WORDS.index(name) + 1})"
    return f"CASE WHEN cardinality(__words) = {len(_WORDS)} THEN {word} END"


def _replaced(value: str, search: str, replacement: str) -> str:
    return f"replace({value}, {athena_literal(search)}, {athena_literal(replacement)})"
