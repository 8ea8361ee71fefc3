r"""How one line of a JSON or access log file is cut into raw strings, as Spark SQL over `__text`.

A `LineFormat` is data for the Spark job: stages of named expressions, then whether the line is
malformed, then one expression per field. CSV is not here: its columns are matched by each file's
own header, which only the job sees.

JSON: one object a line. The line stands in an array for the parser, which then also sees what
follows the object. A path through something that is no object is missing. A number with a fraction
or exponent passes through a double; whole numbers of any size do not.

Combined: the Apache and nginx format, fields in `source_fields.COMBINED_FIELDS`; "-" is NULL. A
request that is not three words keeps its text, and method, path and protocol are NULL. Escaped
quotes are set aside first, so that one regular expression without backtracking cuts the line.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from lakehouse.expressions.typing_sql import spark_literal

_UNIT, _BACKSLASH, _QUOTE = "\u0001", "\u0002", "\u0003"  # control characters no server writes raw
_CUT_FIELDS: Final = (
    *("client_ip", "ident", "user", "time", "request", "status", "bytes", "referrer", "user_agent"),
)
_WORDS: Final = ("method", "path", "protocol")
COMBINED_LINE: Final = (
    r'^(\S++) (\S++) (.+?) \[([^\]]++)\] "([^"]*+)" (\d{3}|-) (\d++|-) "([^"]*+)" "([^"]*+)"\s*$'
)
_JSON_OPTIONS: Final = "MAP('allowSingleQuotes', 'false', 'allowNonNumericNumbers', 'false')"


@dataclass(frozen=True)
class LineFormat:
    """Stages of (name, Spark SQL), each seeing those before; then the verdict and the fields."""

    stages: tuple[tuple[tuple[str, str], ...], ...]
    malformed: str
    fields: tuple[str, ...]


def json_line(paths: Iterable[str]) -> LineFormat:
    """JSON lines cut into the values at `paths`, such as metadata.device, each a string."""
    paths = list(paths)
    schema = spark_literal(f"ARRAY<{_struct(_tree(paths))}>")
    rows = f"FROM_JSON(CONCAT('[', __text, ']'), {schema}, {_JSON_OPTIONS})"
    is_object = "__text RLIKE '^\\\\s*\\\\{' AND SIZE(__rows) = 1 AND __row IS NOT NULL"
    return LineFormat(
        stages=((("__rows", rows),), (("__row", "GET(__rows, 0)"),)),
        malformed=f"NOT COALESCE({is_object}, FALSE)",
        fields=tuple(f"__row.{_quoted(path)}" for path in paths),
    )


def combined_line(names: Iterable[str]) -> LineFormat:
    """Access log lines cut into the named fields of the combined format."""
    hidden = _replaced(_replaced("__text", "\\\\", _BACKSLASH), '\\"', _QUOTE)
    safe = f"CASE WHEN CONTAINS(__text, {spark_literal(chr(92))}) THEN {hidden} ELSE __text END"
    groups = spark_literal(_UNIT.join(f"${number}" for number in range(1, 10)))
    cut = f"REGEXP_REPLACE({safe}, {spark_literal(COMBINED_LINE)}, {groups})"
    fields = {name: _shown(f"GET(__cut, {at})") for at, name in enumerate(_CUT_FIELDS)}
    for at, name in enumerate(_WORDS):
        fields[name] = f"CASE WHEN SIZE(__words) = 3 THEN GET(__words, {at}) END"
    words = f"SPLIT({fields['request']}, ' ')"
    return LineFormat(
        stages=((("__cut", f"SPLIT({cut}, {spark_literal(_UNIT)})"),), (("__words", words),)),
        malformed=f"SIZE(__cut) <> {len(_CUT_FIELDS)}",
        fields=tuple(fields[name] for name in names),
    )


def _shown(cut: str) -> str:
    """A field with its escapes as they stand in the line; "-" is NULL."""
    shown = _replaced(_replaced(cut, _QUOTE, '\\"'), _BACKSLASH, "\\\\")
    return f"CASE WHEN {cut} <> '-' THEN {shown} END"


def _replaced(value: str, search: str, replacement: str) -> str:
    return f"REPLACE({value}, {spark_literal(search)}, {spark_literal(replacement)})"


def _tree(paths: Iterable[str]) -> Mapping[str, Any]:
    tree: dict[str, Any] = {}
    for path in paths:
        node = tree
        for part in path.split("."):
            node = node.setdefault(part, {})
    return tree


def _struct(tree: Mapping[str, Any]) -> str:
    fields = (
        f"{_quoted(name)}: {_struct(below) if below else 'STRING'}" for name, below in tree.items()
    )
    return f"STRUCT<{', '.join(fields)}>"


def _quoted(path: str) -> str:
    return ".".join("`" + part.replace("`", "``") + "`" for part in path.split("."))
