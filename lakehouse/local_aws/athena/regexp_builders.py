"""Builders of regular expression functions: RE2 where it matches as Java does, else Python.

Source: Trino "Regular expression functions", checked 2026-11.
"""

from collections.abc import Callable

from lakehouse.local_aws.athena import types as t
from lakehouse.local_aws.athena.builder import Builder, unexpected
from lakehouse.local_aws.athena.python_regexes import compiled, re2_pattern
from lakehouse.local_aws.athena.typed import Typed

Native = Callable[[list[Typed], str, str, int], str | None]  # args, pattern, RE2's, its groups


def _regexp(name: str, counts: tuple[int, ...], kind: t.Type, native: Native) -> Builder:
    def build(args: list[Typed], where: str) -> Typed:
        texts = [a for a in args[:2] if a.type.name in t.TEXTS]
        numbers = [a for a in args[2:] if a.type.name in t.INTEGERS]
        if len(args) not in counts or len(texts) + len(numbers) != len(args):
            expected = f"{name}(varchar(x), joniregexp)"
            raise unexpected(name, args, where, expected)
        fast = re2_pattern(args[1].literal) if args[1].literal is not None else None
        if fast is not None and args[1].literal is not None:
            groups = compiled(args[1].literal).groups
            sql = native(args, args[1].literal, t.duckdb_string(fast), groups)
            if sql is not None:
                return Typed(sql, kind)
        return Typed(_python(name, args), kind)

    return build


_DEFAULTS = {"regexp_extract": ["0"], "regexp_extract_all": ["0"], "regexp_position": ["1", "1"]}


def _python(name: str, args: list[Typed]) -> str:
    missing = _DEFAULTS.get(name, [])[len(args) - 2 :]
    return f"py_{name}({', '.join([*(a.sql for a in args), *missing])})"


def _like(args: list[Typed], pattern: str, fast: str, groups: int) -> str:
    return f"regexp_matches({args[0].sql}, {fast})"


def _extract(args: list[Typed], pattern: str, fast: str, groups: int) -> str | None:
    group = args[2].literal if len(args) == 3 else "0"
    if (
        group is None
        or not group.isdigit()
        or int(group) > min(groups, 9)
        or (int(group) > 0
        and ("?" in pattern or "|" in pattern or "*" in pattern or "{" in pattern))
    ):  # a group that takes no part is NULL, not ''
        return None
    text = args[0].sql
    return (
        f"CASE WHEN regexp_matches({text}, {fast}) THEN regexp_extract({text}, {fast}, {group}) END"
    )


def _extract_all(args: list[Typed], pattern: str, fast: str, groups: int) -> str | None:
    group = args[2].literal if len(args) == 3 else "0"
    if group is None or group != "0":
        return None
    return f"regexp_extract_all({args[0].sql}, {fast})"


def _count(args: list[Typed], pattern: str, fast: str, groups: int) -> str:
    return f"len(regexp_extract_all({args[0].sql}, {fast}))"


def _split(args: list[Typed], pattern: str, fast: str, groups: int) -> str | None:
    return f"string_split_regex({args[0].sql}, {fast})" if groups == 0 else None


def _never(args: list[Typed], pattern: str, fast: str, groups: int) -> None:
    return None


def _replace(args: list[Typed], where: str) -> Typed:
    if len(args) not in (2, 3) or any(a.type.name not in t.TEXTS for a in args):
        expected = "regexp_replace(varchar(x), joniregexp, varchar(y)), " + (
            "regexp_replace(varchar(x), joniregexp, function(array(varchar(x)),varchar(x)))"
        )
        raise unexpected("regexp_replace", args, where, expected)
    by = args[2] if len(args) == 3 else Typed("''", t.varchar(0), "")
    fast = re2_pattern(args[1].literal) if args[1].literal is not None else None
    if fast is None or by.literal is None or "$" in by.literal or "\\" in by.literal:
        return Typed(f"py_regexp_replace({args[0].sql}, {args[1].sql}, {by.sql})", t.VARCHAR)
    pattern = t.duckdb_string(fast)
    return Typed(f"regexp_replace({args[0].sql}, {pattern}, {by.sql}, 'g')", t.VARCHAR)


REGEXP_BUILDERS: dict[str, Builder] = {
    "regexp_like": _regexp("regexp_like", (2,), t.BOOLEAN, _like),
    "regexp_extract": _regexp("regexp_extract", (2, 3), t.VARCHAR, _extract),
    "regexp_extract_all": _regexp(
        "regexp_extract_all", (2, 3), t.array_of(t.VARCHAR), _extract_all
    ),
    "regexp_count": _regexp("regexp_count", (2,), t.BIGINT, _count),
    "regexp_split": _regexp("regexp_split", (2,), t.array_of(t.VARCHAR), _split),
    "regexp_position": _regexp("regexp_position", (2, 3, 4), t.INTEGER, _never),
    "regexp_replace": _replace,
}
