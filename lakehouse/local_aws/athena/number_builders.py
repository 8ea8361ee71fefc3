"""Builders of functions on numbers: rounding, remainders, choices, random.

See `builder` for what a builder is. Source: Trino's MathFunctions, checked 2026-11.
"""

from lakehouse.local_aws.athena import types as t
from lakehouse.local_aws.athena.builder import Builder, unexpected
from lakehouse.local_aws.athena.coercion import common_type
from lakehouse.local_aws.athena.operators import arithmetic
from lakehouse.local_aws.athena.typed import Typed, coerce, fail, moment


def _whole(kind: t.Type) -> t.Type:
    """The type of a decimal without its fraction, one digit wider for what rounding carries."""
    precision, scale = kind.params
    return t.decimal(min(38, precision - scale + min(1, scale)), 0)


def _is_number(args: list[Typed], *counts: int) -> bool:
    return len(args) in counts and (t.is_numeric(args[0].type) or args[0].type == t.UNKNOWN)


def _round(args: list[Typed], where: str) -> Typed:
    if not _is_number(args, 1, 2) or any(a.type.name not in t.INTEGERS for a in args[1:]):
        expected = "round(double), round(double, integer), round(decimal(p, s))"
        raise unexpected("round", args, where, expected)
    value, kind = args[0].sql, args[0].type
    digits = f"CAST({args[1].sql} AS INTEGER)" if len(args) == 2 else "0"
    if kind.name in t.INTEGERS:
        return Typed(f"CAST(round({value}, {digits}) AS {t.duckdb_name(kind)})", kind)
    if kind.name != "decimal":
        plain = f"round({value}, {digits})" if len(args) == 2 else f"round({value})"
        finite = f"CASE WHEN isfinite({value}) THEN {plain} ELSE {value} END"
        return Typed(f"CAST({finite} AS {t.duckdb_name(kind)})", kind)
    if len(args) == 1:
        return Typed(f"CAST(round({value}) AS {t.duckdb_name(_whole(kind))})", _whole(kind))
    wide = t.decimal(min(38, kind.params[0] + 1), kind.params[1])
    return Typed(f"CAST(round({value}, {digits}) AS {t.duckdb_name(wide)})", wide)


def _toward(name: str) -> Builder:
    """ceil and floor."""

    def build(args: list[Typed], where: str) -> Typed:
        if not _is_number(args, 1):
            raise unexpected(name, args, where, f"{name}(bigint), {name}(double), {name}(decimal)")
        kind = args[0].type
        if kind.name in t.INTEGERS:
            return args[0].as_type(kind)
        result = _whole(kind) if kind.name == "decimal" else kind
        return Typed(f"CAST({name}({args[0].sql}) AS {t.duckdb_name(result)})", result)

    return build


def _sign(args: list[Typed], where: str) -> Typed:
    if not _is_number(args, 1):
        raise unexpected("sign", args, where, "sign(bigint), sign(double), sign(decimal(p, s))")
    value, kind = args[0].sql, args[0].type
    if kind.name in ("double", "real"):
        unsigned = f"CASE WHEN isnan({value}) OR {value} = 0 THEN {value} ELSE sign({value}) END"
        return Typed(f"CAST({unsigned} AS {t.duckdb_name(kind)})", kind)
    result = t.decimal(1, 0) if kind.name == "decimal" else kind
    return Typed(f"CAST(sign({value}) AS {t.duckdb_name(result)})", result)


def _truncate(args: list[Typed], where: str) -> Typed:
    if not _is_number(args, 1, 2):
        raise unexpected("truncate", args, where, "truncate(double), truncate(decimal(p, s))")
    value, kind = args[0].sql, args[0].type
    if kind.name in t.INTEGERS and len(args) == 1:
        return args[0]
    if kind.name == "decimal" and len(args) == 1:
        result = t.decimal(max(kind.params[0] - kind.params[1], 1), 0)
        return Typed(f"CAST(trunc({value}) AS {t.duckdb_name(result)})", result)
    if len(args) == 1:
        return Typed(f"trunc({value})", kind)
    if kind.name == "decimal":
        cut = f"trunc({value}, CAST({args[1].sql} AS INTEGER))"
        return Typed(f"CAST({cut} AS {t.duckdb_name(kind)})", kind)
    scaled = f"trunc({value} * pow(10e0, {args[1].sql})) / pow(10e0, {args[1].sql})"
    return Typed(f"CAST({scaled} AS {t.duckdb_name(kind)})", kind)


def _extreme(name: str) -> Builder:
    def build(args: list[Typed], where: str) -> Typed:
        common = args[0].type if args else t.UNKNOWN
        for arg in args[1:]:
            found = common_type(common, arg.type)
            if found is None:
                raise unexpected(name, args, where, f"{name}(E, E)")
            common = found
        if not args:
            raise unexpected(name, args, where, f"{name}(E, E)")
        values = [coerce(a, common).sql for a in args]
        nulls = " OR ".join(f"{v} IS NULL" for v in values)
        return Typed(f"CASE WHEN {nulls} THEN NULL ELSE {name}({', '.join(values)}) END", common)

    return build


def _mod(args: list[Typed], where: str) -> Typed:
    if len(args) != 2:
        raise unexpected("mod", args, where, "mod(bigint, bigint), mod(double, double)")
    return arithmetic("%", args[0], args[1], where)


def _random(args: list[Typed], where: str) -> Typed:
    if len(args) > 2 or any(a.type.name not in t.INTEGERS for a in args):
        raise unexpected("random", args, where, "random(), random(bigint), random(bigint, bigint)")
    if not args:
        return Typed("random()", t.DOUBLE)
    kind = args[0].type
    low = args[0].sql if len(args) == 2 else "0"
    high = args[-1].sql
    words = "bound must be positive" if len(args) == 1 else (
        "start value must be less than stop value"
    )  # fmt: skip
    bad = fail("INVALID_FUNCTION_ARGUMENT", t.duckdb_string(words), kind)
    drawn = f"CAST(floor(random() * ({high} - {low})) AS {t.duckdb_name(kind)}) + {low}"
    return Typed(f"CASE WHEN {high} <= {low} THEN {bad} ELSE {drawn} END", kind)


def _nullif(args: list[Typed], where: str) -> Typed:
    common = common_type(args[0].type, args[1].type) if len(args) == 2 else None
    if common is None:
        raise unexpected("nullif", args, where, "nullif(T, T)")
    one, two = (moment(coerce(a, common)).sql for a in args)
    kind = t.duckdb_name(args[0].type)
    sql = f"CASE WHEN {one} = {two} THEN CAST(NULL AS {kind}) ELSE {args[0].sql} END"
    return Typed(sql, args[0].type)


NUMBER_BUILDERS: dict[str, Builder] = {
    "round": _round,
    "ceil": _toward("ceil"),
    "floor": _toward("floor"),
    "sign": _sign,
    "truncate": _truncate,
    "greatest": _extreme("greatest"),
    "least": _extreme("least"),
    "mod": _mod,
    "random": _random,
    "nullif": _nullif,
}
