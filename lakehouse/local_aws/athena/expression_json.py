"""SQL/JSON: json_exists, json_query, json_value, json_object, json_array.

Their syntax stands in `json_grammar`, JSON paths in `json_paths`.
Source: Trino "JSON functions and operators", checked 2026-11.
"""

from sqlglot import exp

from lakehouse.local_aws.athena import types as t
from lakehouse.local_aws.athena.casts import cast
from lakehouse.local_aws.athena.errors import QueryError, not_supported
from lakehouse.local_aws.athena.expression_base import ExpressionBase
from lakehouse.local_aws.athena.json_casts import to_json
from lakehouse.local_aws.athena.json_grammar import SUFFIX
from lakehouse.local_aws.athena.json_paths import PathSyntaxError, read
from lakehouse.local_aws.athena.scope import Scope
from lakehouse.local_aws.athena.typed import Typed, coerce, fail
from lakehouse.local_aws.athena.types import Type

_JSON_CALLS = ("json_query", "json_object", "json_array", "format json")


class JsonExpressions(ExpressionBase):
    """Nodes of SQL/JSON, all of them calls by names that end in `SUFFIX`."""

    def sql_json(self, node: exp.Anonymous, scope: Scope) -> Typed:
        """One of the calls that `json_grammar` makes."""
        name = node.name.removesuffix(SUFFIX).replace(" ", "_")
        made: Typed = getattr(self, f"_sql_{name}")(node, scope)
        return made

    def _sql_format_json(self, node: exp.Anonymous, scope: Scope) -> Typed:
        value = self.translate(node.expressions[0], scope)
        return Typed(f"py_json_formatted({self._text(value, node)})", t.JSON)

    def _text(self, value: Typed, node: exp.Expr) -> str:
        if value.type.name == "varbinary":
            return f"decode({value.sql})"
        if value.type.name not in (*t.TEXTS, "json"):
            words = f"{self.where(node)}Cannot read input of type {value.type} as JSON"
            raise QueryError("TYPE_MISMATCH", words)
        return value.sql

    def _inputs(self, node: exp.Anonymous, scope: Scope) -> str:
        """SQL of the JSON text, the path and the passed parameters."""
        value, path, passing = node.expressions[:3]
        text = self._text(self.translate(value, scope), node)
        try:
            read(path.name)
        except PathSyntaxError as error:
            words = f"{self.where(node)}Failed to parse JSON path: {path.name}"
            raise QueryError("INVALID_PATH", words) from error
        names, values = [], []
        for item in passing.expressions:
            key = item.args["alias"]
            names.append(t.duckdb_string(key.name if key.args.get("quoted") else key.name.upper()))
            values.append(self._item(item.this, scope))
        passed = f"[{', '.join(names)}], [{', '.join(values)}]" if names else "NULL, NULL"
        return f"{text}, {t.duckdb_string(path.name)}, {passed}"

    def _item(self, node: exp.Expr, scope: Scope) -> str:
        """SQL of a value as JSON text; NULL for NULL."""
        value = self.translate(node, scope)
        inner = node.name.removesuffix(SUFFIX) if isinstance(node, exp.Anonymous) else ""
        if value.type.name == "json" or inner in _JSON_CALLS:
            return value.sql
        if value.type.name not in (*t.TEXTS, "boolean", *t.NUMBERS):
            value = cast(value, t.VARCHAR, self.where(node))
        return to_json(value, self.where(node)).sql

    def _sql_json_exists(self, node: exp.Anonymous, scope: Scope) -> Typed:
        error = t.duckdb_string(node.expressions[3].name)
        return Typed(f"py_json_exists({self._inputs(node, scope)}, {error})", t.BOOLEAN)

    def _sql_json_query(self, node: exp.Anonymous, scope: Scope) -> Typed:
        options = node.expressions[4:]
        if any(not isinstance(o, exp.Literal) for o in options):
            raise not_supported(f"{self.where(node)}DEFAULT in json_query")
        words = ", ".join(t.duckdb_string(o.name) for o in options)
        made = Typed(f"py_json_query({self._inputs(node, scope)}, {words})", t.VARCHAR)
        return self._returned(made, node.expressions[3], node)

    def _returned(self, value: Typed, kind: exp.Expr, node: exp.Expr) -> Typed:
        if isinstance(kind, exp.Null):
            return value
        return cast(value, self.type_of(kind, node), self.where(node))

    def _sql_json_value(self, node: exp.Anonymous, scope: Scope) -> Typed:
        kind, empty, error = node.expressions[3:]
        target = t.VARCHAR if isinstance(kind, exp.Null) else self.type_of(kind, node)
        outcome = f"py_json_value({self._inputs(node, scope)})"
        text = Typed(f"struct_extract({outcome}, 'value')", t.VARCHAR)
        read_value = cast(text, target, self.where(node)).sql
        on_empty = self._otherwise(empty, target, scope, "JSON_VALUE result is empty", node)
        on_error = self._otherwise(error, target, scope, "path evaluation failed", node)
        quiet = isinstance(error, exp.Literal) and error.name == "ERROR"
        found = read_value if quiet else f"TRY({read_value})"
        if on_error != "NULL" and not quiet:
            there = f"{found} IS NULL AND {text.sql} IS NOT NULL"
            found = f"CASE WHEN {there} THEN {on_error} ELSE {found} END"
        state = f"struct_extract({outcome}, 'state')"
        sql = (
            f"CASE WHEN {state} = 'ok' THEN {found} WHEN {state} = 'empty' THEN {on_empty} "
            f"WHEN {state} IS NOT NULL THEN {on_error} END"
        )
        return Typed(sql, target)

    def _otherwise(
        self, choice: exp.Expr, target: Type, scope: Scope, words: str, node: exp.Expr
    ) -> str:
        if isinstance(choice, exp.Literal):
            if choice.name != "ERROR":
                return "NULL"
            name = "JSON_VALUE_RESULT_ERROR" if "empty" in words else "PATH_EVALUATION_ERROR"
            return fail(name, t.duckdb_string(words), target)
        value = self.translate(choice, scope)
        return coerce(cast(value, target, self.where(node)), target).sql

    def _sql_json_array(self, node: exp.Anonymous, scope: Scope) -> Typed:
        values, nulls, kind = node.expressions
        absent = "TRUE" if nulls.name == "ABSENT" else "FALSE"
        texts = [f"CAST({self._item(v, scope)} AS VARCHAR)" for v in values.expressions]
        made = Typed(f"py_json_array({', '.join([absent, *texts])})", t.VARCHAR)
        return self._returned(made, kind, node)

    def _sql_json_object(self, node: exp.Anonymous, scope: Scope) -> Typed:
        pairs, nulls, unique, kind = node.expressions
        parts = ["TRUE" if nulls.name == "ABSENT" else "FALSE", "TRUE" if unique.name else "FALSE"]
        for pair in pairs.expressions:
            key, value = pair.expressions
            parts.append(f"CAST({self.translate(key, scope).sql} AS VARCHAR)")
            parts.append(f"CAST({self._item(value, scope)} AS VARCHAR)")
        return self._returned(Typed(f"py_json_object({', '.join(parts)})", t.VARCHAR), kind, node)

    def type_of(self, kind: exp.Expr, node: exp.Expr) -> Type:
        """Implemented by the expressions of casts."""
        raise NotImplementedError
