"""CAST and TRY_CAST of Athena in Spark SQL: the pairs of types that mean the same in both engines.

Athena fails a query on a value that does not cast; here such a value is NULL. Texts are read as
strictly as the raw files are (`lakehouse.expressions.typing_sql`).
"""

from datetime import date, datetime
from typing import Final

from sqlglot import exp

from lakehouse.column_types import normal_type
from lakehouse.expressions.spark_value import Value, athena, family
from lakehouse.expressions.typing_sql import typed

_CASTS: Final = {
    *(("integer", "integer"), ("integer", "double"), ("integer", "decimal"), ("integer", "string")),
    *(("decimal", "double"), ("decimal", "decimal"), ("double", "double"), ("null", "string")),
    *(("date", "timestamp"), ("date", "string"), ("timestamp", "date"), ("boolean", "string")),
}


def cast(node: exp.Cast, value: Value) -> Value:
    """CAST or TRY_CAST of `value`; ValueError where the engines would not agree."""
    target = _cast_type(node)
    found, wanted = value.type, family(target)
    if found == wanted and wanted not in ("integer", "decimal"):
        return value
    if isinstance(node.this, exp.Literal) and wanted in ("date", "timestamp"):
        return _moment(node, wanted)
    if found == "string" and wanted in ("integer", "double", "date"):
        return Value(typed(value.sql, target), wanted)
    if found == "double" and wanted == "integer":  # Athena rounds, Spark would cut
        return Value(f"TRY_CAST(ROUND({value.sql}) AS {target.upper()})", wanted)
    if (found, wanted) in _CASTS:
        return Value(f"TRY_CAST({value.sql} AS {target.upper()})", wanted)
    raise ValueError(f"'{athena(node)}' cannot be carried over to Spark")


def _moment(node: exp.Cast, kind: str) -> Value:
    """DATE '...' or TIMESTAMP '...', which must be one."""
    text = str(node.this.this)
    try:
        moment = datetime.fromisoformat(text) if kind == "timestamp" else date.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"'{text}' is no {kind}") from error
    return Value(f"{kind.upper()} '{moment}'", kind)


def _cast_type(node: exp.Cast) -> str:
    kind = node.to
    if kind.is_type("decimal"):
        digits = [parameter.name for parameter in kind.expressions]
        precision, scale = digits + ["38", "0"][len(digits) :]
        return normal_type(f"decimal({precision},{scale})")
    names = {"varchar": "string", "text": "string", "double": "double", "int": "int"}
    names |= {name: name for name in ("bigint", "date", "boolean", "timestamp")}
    name = kind.this.value.lower()
    if name not in names or (kind.expressions and name != "timestamp"):
        raise ValueError(f"'{athena(node)}': cannot be carried over to Spark")
    return names[name]
