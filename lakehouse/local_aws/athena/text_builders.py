"""Builders of functions on texts: strings, regular expressions, URLs, JSON.

See `builder` for what a builder is. Source: Trino "String functions" and neighbours, checked
2026-11.
"""

import re

from lakehouse.local_aws.athena import types as t
from lakehouse.local_aws.athena.builder import Builder, unexpected, written
from lakehouse.local_aws.athena.casts import cast
from lakehouse.local_aws.athena.errors import not_supported
from lakehouse.local_aws.athena.typed import Typed

_URL = r"^(?:{protocol}:)?(?://{host}(?::{port})?)?{path}(?:\?{query})?(?:#{fragment})?"


_URL_PARTS = {
    "protocol": r"[^:/?#]+", "host": r"[^/?#:]*", "port": r"\d+", "path": r"[^?#]*",
    "query": r"[^#]*", "fragment": r".*",
}  # fmt: skip


def url_part(part: str) -> str:
    """Template of a URL's part (RFC 3986, appendix B); NULL when it is absent."""
    groups = {k: f"({v})" if k == part else f"(?:{v})" for k, v in _URL_PARTS.items()}
    pattern = _URL.format(**groups).replace("{", "{{").replace("}", "}}")
    return f"nullif(regexp_extract({{0}}, {t.duckdb_string(pattern)}, 1), '')"


def _concat(args: list[Typed], where: str) -> Typed:
    kinds = {a.type.name for a in args}
    if len(args) >= 2 and kinds <= {"varchar", "char", "unknown"}:
        return Typed(f"({' || '.join(a.sql for a in args)})", t.VARCHAR)
    if len(args) >= 2 and kinds == {"array"}:
        return Typed(f"list_concat({', '.join(a.sql for a in args)})", args[0].type)
    raise unexpected(
        "concat", args, where, "concat(array(E), E) E, concat(varchar), concat(varbinary)"
    )


def _concat_ws(args: list[Typed], where: str) -> Typed:
    if len(args) == 2 and args[1].type.name == "array":
        return Typed(f"array_to_string({args[1].sql}, {args[0].sql})", t.VARCHAR)
    if len(args) < 2 or any(a.type.name not in ("varchar", "unknown") for a in args):
        raise unexpected(
            "concat_ws",
            args,
            where,
            "concat_ws(varchar, array(varchar)), concat_ws(varchar, varchar)",
        )
    return Typed(f"concat_ws({', '.join(a.sql for a in args)})", t.VARCHAR)


def _substr(args: list[Typed], where: str) -> Typed:
    if len(args) not in (2, 3) or args[0].type.name not in ("varchar", "char", "unknown"):
        raise unexpected(
            "substr", args, where, "substr(varchar(x), bigint), substr(varchar(x), bigint, bigint)"
        )
    text, start = args[0].sql, args[1].sql
    if any(a.type.name not in t.INTEGERS for a in args[1:]):
        raise unexpected(
            "substr", args, where, "substr(varchar(x), bigint), substr(varchar(x), bigint, bigint)"
        )
    size = f", greatest({args[2].sql}, 0)" if len(args) == 3 else ""
    cut = f"substring({text}, {start}{size})"
    if args[1].literal and args[1].literal.isdigit() and int(args[1].literal) > 0:
        return Typed(cut, t.VARCHAR)
    return Typed(
        f"CASE WHEN {start} = 0 OR -({start}) > length({text}) THEN '' ELSE {cut} END", t.VARCHAR
    )


def _regexp_replace(args: list[Typed], where: str) -> Typed:
    if len(args) not in (2, 3) or any(a.type.name not in ("varchar", "unknown") for a in args):
        raise unexpected("regexp_replace", args, where, "regexp_replace(varchar, varchar, varchar)")
    replacement = "''"
    if len(args) == 3:
        java = written(args[2], "A replacement in regexp_replace")
        replacement = t.duckdb_string(_java_replacement(java))
    return Typed(f"regexp_replace({args[0].sql}, {args[1].sql}, {replacement}, 'g')", t.VARCHAR)


def _java_replacement(java: str) -> str:
    def part(match: re.Match[str]) -> str:
        if match.group(1):
            return f"\\{match.group(1)}"
        if match.group(2):
            raise not_supported("A named group in a replacement of regexp_replace")
        character = match.group(3) or match.group(0)
        return "\\\\" if character == "\\" else character

    return re.sub(r"\$(\d)|\$\{(\w+)\}|\\(.)", part, java, flags=re.S)


def _json_path(value: Typed) -> str:
    path = written(value, "A JSON path")
    path = re.sub(r"\[\"((?:[^\"\\]|\\.)*)\"\]", r'."\1"', path)
    path = re.sub(r"\['([^']*)'\]", r'."\1"', path)
    if not re.fullmatch(r'\$(\.[A-Za-z0-9_\-:@/]+|\."[^"]*"|\[\d+\])*', path):
        raise not_supported(f"The JSON path '{path}'")
    path = re.sub(r"\.([A-Za-z0-9_\-:@/]+)(?=[.\[]|$)", r'."\1"', path)
    return t.duckdb_string(path)


def _json_extract(args: list[Typed], where: str) -> Typed:
    text, path = _json_arguments("json_extract", args, where)
    return Typed(
        f"CASE WHEN json_valid({text}) THEN CAST(json_extract({text}, {path}) AS VARCHAR) END",
        t.JSON,
    )


def _json_extract_scalar(args: list[Typed], where: str) -> Typed:
    text, path = _json_arguments("json_extract_scalar", args, where)
    sql = (
        f"CASE WHEN json_valid({text}) AND json_type({text}, {path}) NOT IN ('OBJECT', 'ARRAY') "
        f"THEN json_extract_string({text}, {path}) END"
    )
    return Typed(sql, t.VARCHAR)


def _json_arguments(name: str, args: list[Typed], where: str) -> tuple[str, str]:
    if len(args) != 2 or args[0].type.name not in ("varchar", "json", "unknown"):
        raise unexpected(name, args, where, f"{name}(varchar(x), JsonPath), {name}(json, JsonPath)")
    return args[0].sql, _json_path(args[1])


def _array_join(args: list[Typed], where: str) -> Typed:
    if len(args) not in (2, 3) or args[0].type.name != "array":
        raise unexpected(
            "array_join",
            args,
            where,
            "array_join(array(T), varchar), array_join(array(T), varchar, varchar)",
        )
    item = cast(Typed("_le", args[0].type.items[0]), t.VARCHAR, where)
    text = f"coalesce({item.sql}, {args[2].sql})" if len(args) == 3 else item.sql
    return Typed(
        f"array_to_string(list_transform({args[0].sql}, lambda _le: {text}), {args[1].sql})",
        t.VARCHAR,
    )


TEXT_BUILDERS: dict[str, Builder] = {
    "concat": _concat,
    "concat_ws": _concat_ws,
    "substr": _substr,
    "regexp_replace": _regexp_replace,
    "json_extract": _json_extract,
    "json_extract_scalar": _json_extract_scalar,
    "array_join": _array_join,
}
