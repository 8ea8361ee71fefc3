"""Builders of functions on texts whose form depends on their arguments' types.

See `builder` for what a builder is. Source: Trino "String functions", checked 2026-11.
"""

from lakehouse.local_aws.athena import types as t
from lakehouse.local_aws.athena.builder import Builder, unexpected
from lakehouse.local_aws.athena.casts import cast
from lakehouse.local_aws.athena.coercion import common_type
from lakehouse.local_aws.athena.errors import not_supported
from lakehouse.local_aws.athena.typed import Typed, coerce, local_time
from lakehouse.local_aws.athena.types import Type


def concat(args: list[Typed], where: str) -> Typed:
    """concat and `||`: texts, bytes, or arrays and their elements."""
    kinds = {a.type.name for a in args} - {"unknown"}
    joined = f"({' || '.join(a.sql for a in args)})"
    if len(args) >= 2 and kinds <= {"varchar", "char"}:
        return Typed(joined, _joined_type([a.type for a in args]))
    if len(args) >= 2 and kinds == {"varbinary"}:
        return Typed(joined, t.VARBINARY)
    if len(args) >= 2 and "array" in kinds:
        found = _joined_arrays(args)
        if found is not None:
            return found
    expected = "concat(char(x), char(y)), concat(array(E), E) E, concat(E, array(E)) E, "
    raise unexpected(
        "concat", args, where, f"{expected}concat(array(E)) E, concat(varchar), concat(varbinary)"
    )


def _joined_type(kinds: list[Type]) -> Type:
    if all(k.name == "char" for k in kinds):
        return Type("char", (sum(k.params[0] if k.params else 1 for k in kinds),))
    return t.VARCHAR


def _joined_arrays(args: list[Typed]) -> Typed | None:
    kinds = [a.type if a.type.name == "array" else t.array_of(a.type) for a in args]
    common: Type | None = kinds[0]
    for kind in kinds[1:]:
        common = common and common_type(common, kind)
    if common is None:
        return None
    parts = [
        coerce(a if a.type.name == "array" else Typed(f"[{a.sql}]", k), common).sql
        for a, k in zip(args, kinds, strict=True)
    ]
    nulls = " OR ".join(f"{a.sql} IS NULL" for a in args if a.type.name == "array")
    joined = f"list_concat({', '.join(parts)})"
    return Typed(f"CASE WHEN NOT ({nulls}) THEN {joined} END", common)


def _concat_ws(args: list[Typed], where: str) -> Typed:
    if len(args) == 2 and args[1].type.name == "array":
        known = f"list_filter({args[1].sql}, lambda _we: _we IS NOT NULL)"
        return Typed(f"coalesce(array_to_string({known}, {args[0].sql}), "
                     f"CASE WHEN {args[0].sql} IS NOT NULL AND {args[1].sql} IS NOT NULL "
                     "THEN '' END)", t.VARCHAR)  # fmt: skip
    if len(args) < 2 or any(a.type.name not in t.TEXTS for a in args):
        expected = "concat_ws(varchar, array(varchar)), concat_ws(varchar, varchar)"
        raise unexpected("concat_ws", args, where, expected)
    return Typed(f"concat_ws({', '.join(a.sql for a in args)})", t.VARCHAR)


def _substr(args: list[Typed], where: str) -> Typed:
    kinds = (*t.TEXTS, "varbinary")
    numbers = all(a.type.name in (*t.INTEGERS, "unknown") for a in args[1:])
    if len(args) not in (2, 3) or args[0].type.name not in kinds or not numbers:
        expected = "substr(varchar(x), bigint), substr(varchar(x), bigint, bigint)"
        raise unexpected("substr", args, where, expected)
    text, start = args[0].sql, args[1].sql
    size = f", greatest({args[2].sql}, 0)" if len(args) == 3 else ""
    if args[0].type.name == "varbinary":
        if args[1].literal is None or not args[1].literal.isdigit():
            raise not_supported("substr of varbinary from a start that is no positive literal")
        end = f"{start} + {args[2].sql} - 1" if len(args) == 3 else f"octet_length({text})"
        return Typed(f"unhex(substring(hex({text}), {start} * 2 - 1, "
                     f"({end} - {start} + 1) * 2))", t.VARBINARY)  # fmt: skip
    cut = f"substring({text}, {start}{size})"
    kind = args[0].type if args[0].type.name == "varchar" else t.VARCHAR
    if args[1].literal and args[1].literal.isdigit() and int(args[1].literal) > 0:
        return Typed(cut, kind)
    outside = f"{start} = 0 OR -({start}) > length({text})"
    return Typed(f"CASE WHEN {outside} THEN '' ELSE {cut} END", kind)


def _array_join(args: list[Typed], where: str) -> Typed:
    if len(args) not in (2, 3) or args[0].type.name != "array":
        expected = "array_join(array(T), varchar), array_join(array(T), varchar, varchar)"
        raise unexpected("array_join", args, where, expected)
    item = cast(Typed("_je", args[0].type.items[0]), t.VARCHAR, where)
    text = f"coalesce({item.sql}, {args[2].sql})" if len(args) == 3 else item.sql
    parts = f"list_transform({args[0].sql}, lambda _je: {text})"
    known = f"list_filter({parts}, lambda _je: _je IS NOT NULL)"
    there = f"{args[0].sql} IS NOT NULL AND {args[1].sql} IS NOT NULL"
    joined = f"coalesce(array_to_string({known}, {args[1].sql}), '')"
    return Typed(f"CASE WHEN {there} THEN {joined} END", t.VARCHAR)


def _format(args: list[Typed], where: str) -> Typed:
    if not args or args[0].type.name not in t.TEXTS:
        raise unexpected("format", args, where, "format(varchar, T)")
    values = []
    for arg in args[1:]:
        if arg.type.items or arg.type.name in ("varbinary", "interval day to second"):
            arg = cast(arg, t.JSON, where)
        if arg.type.name == "timestamp with time zone":
            arg = Typed(local_time(arg), t.TIMESTAMP)
        values.append(arg.sql)
    return Typed(f"py_format({', '.join([args[0].sql, *values])})", t.VARCHAR)


TEXT_BUILDERS: dict[str, Builder] = {
    "concat": concat,
    "concat_ws": _concat_ws,
    "substr": _substr,
    "array_join": _array_join,
    "format": _format,
}
