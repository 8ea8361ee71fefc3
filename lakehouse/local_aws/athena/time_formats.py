"""Date and time patterns: MySQL's (of date_format) and Joda's (of format_datetime).

Both become DuckDB's strftime patterns; what has no counterpart is refused. All pure.
Source: Trino "Date and time functions", MySQL and Java functions tables, checked 2026-11.
"""

import re

from lakehouse.local_aws.athena.errors import QueryError, not_supported

_MYSQL = {
    "a": "%a", "b": "%b", "c": "%-m", "d": "%d", "e": "%-d", "f": "%f", "H": "%H", "h": "%I",
    "I": "%I", "i": "%M", "j": "%j", "k": "%-H", "l": "%-I", "M": "%B", "m": "%m", "p": "%p",
    "r": "%I:%M:%S %p", "S": "%S", "s": "%S", "T": "%H:%M:%S", "v": "%V", "W": "%A", "x": "%G",
    "Y": "%Y", "y": "%y", "%": "%%",
}  # fmt: skip
_JODA = {
    "yyyy": "%Y", "y": "%Y", "YYYY": "%Y", "yy": "%y", "MM": "%m", "M": "%-m", "MMM": "%b",
    "MMMM": "%B", "dd": "%d", "d": "%-d", "HH": "%H", "H": "%-H", "hh": "%I", "h": "%-I",
    "mm": "%M", "m": "%-M", "ss": "%S", "s": "%-S", "SSS": "%g", "a": "%p", "EEE": "%a", "E": "%a",
    "EEEE": "%A", "DDD": "%j", "D": "%-j", "xxxx": "%G", "ww": "%V", "e": "%u", "Z": "%z",
}  # fmt: skip


def from_mysql(pattern: str) -> str:
    """A strftime pattern from MySQL's. QueryError for a specifier Trino does not know either."""

    def specifier(match: re.Match[str]) -> str:
        letter = match.group(1)
        if letter in "DUuVwX":
            raise QueryError(
                "INVALID_FUNCTION_ARGUMENT",
                f"%{letter} not currently supported in date format string",
            )
        return _MYSQL.get(letter, letter)

    return re.sub(r"%(.)", specifier, pattern, flags=re.S)


def from_joda(pattern: str) -> str:
    """A strftime pattern from Joda's."""
    parts = re.findall(r"'((?:[^']|'')*)'|(([A-Za-z])\3*)|([^A-Za-z']+)", pattern)
    return "".join(_joda_part(quoted, letters, other) for quoted, letters, _, other in parts)


def _joda_part(quoted: str, letters: str, other: str) -> str:
    if letters:
        if letters not in _JODA:
            raise not_supported(f"The pattern letter '{letters}' of date and time formats")
        return _JODA[letters]
    return (quoted.replace("''", "'") or other).replace("%", "%%")
