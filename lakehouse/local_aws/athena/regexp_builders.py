"""Builders of regular expression functions: RE2 where it matches as Java does, else Python.

Source: Trino "Regular expression functions", checked 2026-11.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from lakehouse.local_aws.athena import types as t
from lakehouse.local_aws.athena.builder import Builder, unexpected
from lakehouse.local_aws.athena.python_regexes import compiled, re2_pattern
from lakehouse.local_aws.athena.typed import Typed


@dataclass(frozen=True)
class _Known:
    """A call with a written pattern: RE2's spelling of it as SQL, and its groups."""

    args: list[Typed]
    pattern: str
    fast: str
    groups: int

    @property
    def text(self) -> str:
        return self.args[0].sql

    @property
    def group(self) -> str | None:
        """The written group, None when it is computed."""
        return self.args[2].literal if len(self.args) == 3 else "0"


Native = Callable[[_Known], str | None]


def _regexp(name: str, counts: tuple[int, ...], kind: t.Type, native: Native | None) -> Builder:
    def build(args: list[Typed], where: str) -> Typed:
        texts = [a for a in args[:2] if a.type.name in t.TEXTS]
        numbers = [a for a in args[2:] if a.type.name in t.INTEGERS]
        if len(args) not in counts or len(texts) + len(numbers) != len(args):
            raise unexpected(name, args, where, f"{name}(varchar(x), joniregexp)")
        known = _known(args) if native is not None else None
        sql = native(known) if native is not None and known is not None else None
        return Typed(sql or _python(name, args), _as_long(kind, args[0].type))

    return build


def _as_long(kind: t.Type, text: t.Type) -> t.Type:
    """The result's type with the length of the text that it is a part of."""
    if text.name != "varchar":
        return kind
    return text if kind == t.VARCHAR else t.array_of(text) if kind.items else kind


def _known(args: list[Typed]) -> _Known | None:
    """The call for RE2, or None when its pattern is computed or RE2 would match otherwise."""
    pattern = args[1].literal
    fast = re2_pattern(pattern) if pattern is not None else None
    if fast is None or pattern is None:
        return None
    return _Known(args, pattern, t.duckdb_string(fast), compiled(pattern).groups)


_DEFAULTS = {"regexp_extract": ["0"], "regexp_extract_all": ["0"], "regexp_position": ["1", "1"]}


def _python(name: str, args: list[Typed]) -> str:
    missing = _DEFAULTS.get(name, [])[len(args) - 2 :]
    return f"py_{name}({', '.join([*(a.sql for a in args), *missing])})"


def _like(call: _Known) -> str:
    return f"regexp_matches({call.text}, {call.fast})"


def _extract(call: _Known) -> str | None:
    group = call.group
    if group is None or not group.isdigit() or int(group) > min(call.groups, 9):
        return None
    if group != "0" and re.search(r"[?|*{]", call.pattern):
        return None  # a group that takes no part is NULL, not ''
    found = f"regexp_extract({call.text}, {call.fast}, {group})"
    return f"CASE WHEN regexp_matches({call.text}, {call.fast}) THEN {found} END"


def _extract_all(call: _Known) -> str | None:
    return f"regexp_extract_all({call.text}, {call.fast})" if call.group == "0" else None


def _count(call: _Known) -> str:
    return f"len(regexp_extract_all({call.text}, {call.fast}))"


def _split(call: _Known) -> str | None:
    return f"string_split_regex({call.text}, {call.fast})" if call.groups == 0 else None


def _replace(args: list[Typed], where: str) -> Typed:
    if len(args) not in (2, 3) or any(a.type.name not in t.TEXTS for a in args):
        expected = "regexp_replace(varchar(x), joniregexp, varchar(y)), " + (
            "regexp_replace(varchar(x), joniregexp, function(array(varchar(x)),varchar(x)))"
        )
        raise unexpected("regexp_replace", args, where, expected)
    by = args[2] if len(args) == 3 else Typed("''", t.varchar(0), "")
    known = _known(args)
    if known is None or by.literal is None or "$" in by.literal or "\\" in by.literal:
        return Typed(f"py_regexp_replace({args[0].sql}, {args[1].sql}, {by.sql})", t.VARCHAR)
    return Typed(f"regexp_replace({known.text}, {known.fast}, {by.sql}, 'g')", t.VARCHAR)


REGEXP_BUILDERS: dict[str, Builder] = {
    "regexp_like": _regexp("regexp_like", (2,), t.BOOLEAN, _like),
    "regexp_extract": _regexp("regexp_extract", (2, 3), t.VARCHAR, _extract),
    "regexp_extract_all": _regexp(
        "regexp_extract_all", (2, 3), t.array_of(t.VARCHAR), _extract_all
    ),
    "regexp_count": _regexp("regexp_count", (2,), t.BIGINT, _count),
    "regexp_split": _regexp("regexp_split", (2,), t.array_of(t.VARCHAR), _split),
    "regexp_position": _regexp("regexp_position", (2, 3, 4), t.INTEGER, None),
    "regexp_replace": _replace,
}
