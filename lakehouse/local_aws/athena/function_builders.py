"""Functions whose DuckDB expression depends on their arguments' types or written values.

A builder takes translated arguments and returns the translated call; plain templates stand in
`functions`, functions with lambdas in `lambdas`. All pure.
"""

from lakehouse.local_aws.athena import types as t
from lakehouse.local_aws.athena.builder import Builder, unexpected
from lakehouse.local_aws.athena.operators import arithmetic
from lakehouse.local_aws.athena.text_builders import TEXT_BUILDERS
from lakehouse.local_aws.athena.time_builders import TIME_BUILDERS
from lakehouse.local_aws.athena.typed import Typed, coerce


def _round(args: list[Typed], where: str) -> Typed:
    if len(args) not in (1, 2) or not t.is_numeric(args[0].type):
        raise unexpected(
            "round", args, where, "round(double), round(double, integer), round(decimal(p, s))"
        )
    kind = args[0].type
    digits = args[1].sql if len(args) == 2 else "0"
    if kind.name != "decimal":
        rounded = (
            f"round({args[0].sql}, CAST({digits} AS INTEGER))"
            if len(args) == 2
            else f"round({args[0].sql})"
        )
        return Typed(
            rounded if kind.name not in t.INTEGERS or len(args) == 2 else args[0].sql, kind
        )
    precision, scale = kind.params
    if len(args) == 1:
        kind = t.decimal(min(38, precision - scale + min(1, scale)), 0)
        return Typed(f"CAST(round({args[0].sql}) AS {t.duckdb_name(kind)})", kind)
    kind = t.decimal(min(38, precision + 1), scale)
    return Typed(
        f"CAST(round({args[0].sql}, CAST({digits} AS INTEGER)) AS {t.duckdb_name(kind)})", kind
    )


def _extreme(name: str) -> Builder:
    def build(args: list[Typed], where: str) -> Typed:
        common = args[0].type if args else t.UNKNOWN
        for arg in args[1:]:
            found = t.common_type(common, arg.type)
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


def _flatten(args: list[Typed], where: str) -> Typed:
    if len(args) != 1 or args[0].type.name != "array" or args[0].type.items[0].name != "array":
        raise unexpected("flatten", args, where, "flatten(array(array(E)))")
    return Typed(f"flatten({args[0].sql})", args[0].type.items[0])


def _sequence(args: list[Typed], where: str) -> Typed:
    if len(args) not in (2, 3):
        raise unexpected("sequence", args, where, "sequence(bigint, bigint), sequence(date, date)")
    if all(a.type.name in t.INTEGERS for a in args):
        step = (
            args[2].sql
            if len(args) == 3
            else f"CASE WHEN {args[0].sql} <= {args[1].sql} THEN 1 ELSE -1 END"
        )
        return Typed(f"generate_series({args[0].sql}, {args[1].sql}, {step})", t.array_of(t.BIGINT))
    kind = args[0].type
    if kind.name not in ("date", "timestamp") or args[1].type.name != kind.name:
        raise unexpected("sequence", args, where, "sequence(bigint, bigint), sequence(date, date)")
    step = args[2].sql if len(args) == 3 else "INTERVAL '1' DAY"
    series = f"generate_series({args[0].sql}, {args[1].sql}, {step})"
    return Typed(f"CAST({series} AS {t.duckdb_name(kind)}[])", t.array_of(kind))


def _row(args: list[Typed], where: str) -> Typed:  # noqa: ARG001
    kind = t.row_of([(None, a.type) for a in args])
    parts = ", ".join(f'"field{i}" := {a.sql}' for i, a in enumerate(args))
    return Typed(f"struct_pack({parts})", kind)


def _typeof(args: list[Typed], where: str) -> Typed:  # noqa: ARG001
    return Typed(t.duckdb_string(str(args[0].type)), t.VARCHAR)


def _map_entries(args: list[Typed], where: str) -> Typed:
    kind = args[0].type
    if kind.name != "map":
        raise unexpected("map_entries", args, where, "map_entries(map(K,V))")
    entry = t.row_of([(None, kind.items[0]), (None, kind.items[1])])
    pair = "struct_pack(field0 := _le.key, field1 := _le.value)"
    sql = f"list_transform(map_entries({args[0].sql}), lambda _le: {pair})"
    return Typed(sql, t.array_of(entry))


BUILDERS: dict[str, Builder] = {
    **TEXT_BUILDERS,
    **TIME_BUILDERS,
    "round": _round,
    "greatest": _extreme("greatest"),
    "least": _extreme("least"),
    "mod": _mod,
    "flatten": _flatten,
    "sequence": _sequence,
    "row": _row,
    "typeof": _typeof,
    "map_entries": _map_entries,
}
