"""Regular expressions in Java's syntax, for patterns that DuckDB's RE2 cannot match as Trino does.

Java's spelling is rewritten for the `regex` module, which has lookaround, possessive quantifiers,
properties and set operations. Whether RE2 serves a pattern is decided here too (`re2_pattern`).
Source: Trino "Regular expression functions" and its Joni implementation, checked 2026-11.
"""

from functools import lru_cache
from typing import Any

import regex

from lakehouse.local_aws.athena.python_function import PythonFunction, failure

_REPLACEMENT = regex.compile(r"\\(.)|\$(\d+)|\$\{([A-Za-z][A-Za-z0-9]*)\}|(\$|\\)", regex.S)
_JAVA_ESCAPES = regex.compile(r"\\Q(.*?)(?:\\E|$)|\\x\{([0-9A-Fa-f]+)\}|\\(.)", regex.S)
# What RE2 has no counterpart for: lookaround, atomic groups, names, back references, possessive
# quantifiers, properties, anchors, set operations and nested sets.
_NOT_RE2 = regex.compile(
    r"\(\?[^:imsU)-]|\(\?[imsU-]*[du]|\\[1-9kGhHRXZQEpPuNcBWDS]|\\x[^0-9A-Fa-f]|[*+?}]\+|&&|\[[^\]]*\[|\$"
)


@lru_cache(maxsize=512)
def compiled(pattern: str) -> Any:
    """The compiled pattern; the query fails when Java would refuse it."""
    try:
        return regex.compile(_JAVA_ESCAPES.sub(_python_escape, pattern), regex.V1)
    except (regex.error, OverflowError) as error:
        raise failure(f"Invalid regular expression: {pattern} ({error})") from error


def _python_escape(found: Any) -> str:
    quoted, code, letter = found.group(1), found.group(2), found.group(3)
    if quoted is not None:
        return str(regex.escape(quoted, special_only=True))
    if code is not None:
        return str(regex.escape(chr(int(code, 16)), special_only=True))
    return {"z": r"\Z", "Z": r"(?=\n?\Z)"}.get(letter, f"\\{letter}")


def re2_pattern(pattern: str) -> str | None:
    """The pattern for RE2 where it matches the same as in Trino, else None."""
    if _NOT_RE2.search(pattern):
        return None
    try:
        if compiled(pattern).search("") is not None:
            return None  # empty matches are found at other places
    except ValueError:
        return None
    return _unicode_words(pattern)


def _unicode_words(pattern: str) -> str:
    parts, in_set, index = [], False, 0
    while index < len(pattern):
        part = pattern[index : index + 2] if pattern[index] == "\\" else pattern[index]
        index += len(part)
        if part == r"\w":
            part = r"\pL\pM\p{Nd}_" if in_set else r"[\pL\pM\p{Nd}_]"
        elif part == r"\d":
            part = r"\p{Nd}"
        elif part in "[]":
            in_set = part == "["
        parts.append(part)
    return "".join(parts)


def like(text: str, pattern: str) -> bool:
    """regexp_like."""
    return compiled(pattern).search(text) is not None


def extract(text: str, pattern: str, group: int = 0) -> str | None:
    """regexp_extract: NULL without a match, or when the group took no part."""
    expression = compiled(pattern)
    _check_group(expression, group)
    found = expression.search(text)
    return None if found is None else found.group(group)


def extract_all(text: str, pattern: str, group: int = 0) -> list[str | None]:
    """regexp_extract_all."""
    expression = compiled(pattern)
    _check_group(expression, group)
    return [found.group(group) for found in expression.finditer(text)]


def _check_group(expression: Any, group: int) -> None:
    if group < 0:
        raise failure("Group cannot be negative")
    if group > expression.groups:
        raise failure(f"Pattern has {expression.groups} groups. Cannot access group {group}")


def replace(text: str, pattern: str, replacement: str = "") -> str:
    """regexp_replace with Java's `$1`, `${name}` and backslash."""
    expression = compiled(pattern)
    parts = _replacement(replacement, expression.groups)
    return str(expression.sub(lambda m: "".join(_part(m, p) for p in parts), text))


def _part(match: Any, part: str | int | tuple[str]) -> str:
    if isinstance(part, str):
        return part
    group = part if isinstance(part, int) else part[0]
    try:
        return match.group(group) or ""
    except IndexError as error:
        raise failure(f"Illegal replacement sequence: unknown group {{ {group} }}") from error


@lru_cache(maxsize=512)
def _replacement(text: str, groups: int) -> tuple[str | int | tuple[str], ...]:
    parts: list[str | int | tuple[str]] = []
    last = 0
    for found in _REPLACEMENT.finditer(text):
        parts.append(text[last : found.start()])
        last = found.end()
        if found.group(4):
            raise failure(f"Illegal replacement sequence: {text}")
        if found.group(2):
            number, rest = _group_number(found.group(2), groups)
            parts += [number, rest]
        else:
            parts.append(found.group(1) if found.group(1) else (found.group(3),))
    return (*parts, text[last:])


def _group_number(digits: str, groups: int) -> tuple[int, str]:
    """The longest number that is a group, and the digits behind it."""
    if int(digits[0]) > groups:
        raise failure(f"Illegal replacement sequence: unknown group {digits[0]}")
    size = 1
    while size < len(digits) and int(digits[: size + 1]) <= groups:
        size += 1
    return int(digits[:size]), digits[size:]


def split(text: str, pattern: str) -> list[str]:
    """regexp_split: the texts between the matches."""
    parts, last = [], 0
    for found in compiled(pattern).finditer(text):
        parts.append(text[last : found.start()])
        last = found.end()
    return [*parts, text[last:]]


def count(text: str, pattern: str) -> int:
    """regexp_count."""
    return sum(1 for _ in compiled(pattern).finditer(text))


def position(text: str, pattern: str, start: int = 1, occurrence: int = 1) -> int:
    """regexp_position: from 1, or -1."""
    if start < 1:
        raise failure("start position cannot be smaller than 1")
    if occurrence < 1:
        raise failure("occurrence cannot be smaller than 1")
    if start > len(text):
        return -1
    for number, found in enumerate(compiled(pattern).finditer(text, start - 1), 1):
        if number == occurrence:
            return int(found.start()) + 1
    return -1


def groups_of_all(text: str, pattern: str) -> list[list[str | None]]:
    """The groups of each match, for regexp_replace with a lambda."""
    return [list(found.groups()) for found in compiled(pattern).finditer(text)]


def filled(text: str, pattern: str, parts: list[str | None]) -> str:
    """The text with one part in place of each match."""
    following = iter(parts)
    return str(compiled(pattern).sub(lambda _: next(following) or "", text))


_TEXTS = ("VARCHAR", "VARCHAR")
FUNCTIONS: dict[str, PythonFunction] = {
    "py_regexp_like": PythonFunction(_TEXTS, "BOOLEAN", like),
    "py_regexp_extract": PythonFunction((*_TEXTS, "BIGINT"), "VARCHAR", extract),
    "py_regexp_extract_all": PythonFunction((*_TEXTS, "BIGINT"), "VARCHAR[]", extract_all),
    "py_regexp_replace": PythonFunction((*_TEXTS, "VARCHAR"), "VARCHAR", replace),
    "py_regexp_split": PythonFunction(_TEXTS, "VARCHAR[]", split),
    "py_regexp_count": PythonFunction(_TEXTS, "BIGINT", count),
    "py_regexp_position": PythonFunction((*_TEXTS, "BIGINT", "BIGINT"), "INTEGER", position),
    "py_regexp_filled": PythonFunction((*_TEXTS, "VARCHAR[]"), "VARCHAR", filled),
    "py_regexp_groups": PythonFunction(_TEXTS, "VARCHAR[][]", groups_of_all),
}
