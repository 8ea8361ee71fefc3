"""Builders of JSON functions by a path: simple paths are DuckDB's, others Python's.

The functions of SQL/JSON with their clauses stand in `expression_json`.
Source: Trino "JSON functions and operators", JsonExtract, checked 2026-11.
"""

from lakehouse.local_aws.athena import types as t
from lakehouse.local_aws.athena.builder import Builder, unexpected
from lakehouse.local_aws.athena.errors import QueryError
from lakehouse.local_aws.athena.python_json import legacy_steps
from lakehouse.local_aws.athena.typed import Typed


def _arguments(name: str, args: list[Typed], where: str) -> tuple[Typed, Typed, str | None]:
    """The JSON, the path, and the path for DuckDB if it can follow it."""
    kinds = (*t.TEXTS, "json")
    if len(args) != 2 or args[0].type.name not in kinds or args[1].type.name not in t.TEXTS:
        expected = f"{name}(varchar(x), JsonPath), {name}(json, JsonPath)"
        raise unexpected(name, args, where, expected)
    if args[1].literal is None:
        return args[0], args[1], None
    steps = legacy_steps(args[1].literal)
    if steps is None:
        words = f"Invalid JSON path: '{args[1].literal}'"
        raise QueryError("INVALID_FUNCTION_ARGUMENT", words)
    return args[0], args[1], _duckdb_path(steps)


def _duckdb_path(steps: tuple[str, ...]) -> str | None:
    """None for keys that may be an index too, and for signs that DuckDB does not take."""
    if any(s.isdigit() or '"' in s or "\\" in s or s in ("", "*") for s in steps):
        return None
    return t.duckdb_string("$" + "".join(f'."{s}"' for s in steps))


def _extract(args: list[Typed], where: str) -> Typed:
    text, path, fast = _arguments("json_extract", args, where)
    if fast is None:
        return Typed(f"py_json_extract({text.sql}, {path.sql})", t.JSON)
    found = f"CAST(json_extract({text.sql}, {fast}) AS VARCHAR)"
    valid = f"CASE WHEN json_valid({text.sql}) THEN {found} END"
    return Typed(valid, t.JSON)


def _extract_scalar(args: list[Typed], where: str) -> Typed:
    text, path, fast = _arguments("json_extract_scalar", args, where)
    result = text.type if text.type.name == "varchar" else t.VARCHAR
    as_written = f"py_json_extract_scalar({text.sql}, {path.sql})"  # DuckDB writes 1.10 as 1.1
    if fast is None:
        return Typed(as_written, result)
    kind = f"json_type({text.sql}, {fast})"
    sql = (
        f"CASE WHEN NOT json_valid({text.sql}) OR {kind} IN ('OBJECT', 'ARRAY') THEN NULL "
        f"WHEN {kind} = 'DOUBLE' THEN {as_written} "
        f"ELSE json_extract_string({text.sql}, {fast}) END"
    )
    return Typed(sql, result)


def _size(args: list[Typed], where: str) -> Typed:
    text, path, _ = _arguments("json_size", args, where)
    return Typed(f"py_json_size({text.sql}, {path.sql})", t.BIGINT)


JSON_BUILDERS: dict[str, Builder] = {
    "json_extract": _extract,
    "json_extract_scalar": _extract_scalar,
    "json_size": _size,
}
