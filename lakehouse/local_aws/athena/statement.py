"""What a SQL text asks for: it is parsed, classified, and refused when it is nothing known.

The result is one of the classes of `statements`. Hive's DDL is read by `ddl_syntax`; what a
statement does belongs to `ddl` and `run`. No text ever passes through unread.
Source: AWS "SQL reference for Athena", checked 2026-11.
"""

import re

from sqlglot import exp
from sqlglot.tokenizer_core import Token, TokenType

from lakehouse.local_aws.athena import ddl_syntax, statement_wrappers
from lakehouse.local_aws.athena.dialect import hive_tokens, parse_query, trino_tokens
from lakehouse.local_aws.athena.errors import refused
from lakehouse.local_aws.athena.hive_statements import Name
from lakehouse.local_aws.athena.statements import (
    CreateTableAs,
    CreateView,
    DropView,
    InsertInto,
    PropertyValue,
    Select,
    Statement,
    Unload,
)

_HIVE_STARTS = ("ALTER", "CREATE", "DESCRIBE", "DESC", "DROP", "MSCK", "SHOW")
_STARTS = (*_HIVE_STARTS, "SELECT", "WITH", "VALUES", "TABLE", "INSERT", "UNLOAD", "(")
_KNOWN_UNSUPPORTED = (
    "ANALYZE", "CALL", "DELETE", "MERGE", "OPTIMIZE", "UPDATE", "VACUUM", "TRUNCATE", "USE",
    "SET", "GRANT", "REVOKE",
)  # fmt: skip


def parse(sql: str) -> Statement:
    """The statement of `sql`. AwsError InvalidRequestException when it is not understood."""
    text = sql.strip().rstrip(";").rstrip()
    sql = sql[: sql.index(text) + len(text)] if text else ""
    tokens, are_trino = _tokens(sql) if text else ([], True)
    if not tokens:
        raise refused("line 1:1: mismatched input '<EOF>'")
    words = [word for token in tokens for word in token.text.upper().split(" ")]
    if words[0] in _KNOWN_UNSUPPORTED:
        raise refused(
            f"Queries of this type are not supported: {words[0]} is not supported by the local AWS"
        )
    if words[0] in statement_wrappers.STARTS:
        return statement_wrappers.parse(sql, parse)
    if words[0] not in _STARTS:
        raise refused(f"line 1:1: mismatched input '{words[0]}'. Expecting: <query>")
    if words[0] == "UNLOAD":
        return _unload(sql, tokens)
    if words[0] in _HIVE_STARTS and not _is_trino_ddl(words):
        return ddl_syntax.parse(sql)
    return _from_tree(parse_query(sql, tokens if are_trino else None), sql)


_FIRST_WORD = re.compile(r"(?:\s+|--[^\n]*|/\*.*?\*/)*(\w+|.)", re.S)


def _tokens(sql: str) -> tuple[list[Token], bool]:
    """The tokens of one statement, and whether they are those of Trino's grammar."""
    first = _FIRST_WORD.match(sql)
    is_hive = first is not None and first.group(1).upper() in _HIVE_STARTS
    tokens = hive_tokens(sql) if is_hive else trino_tokens(sql)
    if any(token.token_type == TokenType.SEMICOLON for token in tokens):
        raise refused(f"Only one sql statement is allowed. Got: {sql}")
    return tokens, not is_hive


def _is_trino_ddl(words: list[str]) -> bool:
    if "VIEW" in words[1:4] and words[0] in ("CREATE", "DROP"):
        return True
    return words[:2] == ["CREATE", "TABLE"] and ("SELECT" in words or "VALUES" in words)


def _unload(sql: str, tokens: list[Token]) -> Unload:
    depth, closing = 0, None
    for index, token in enumerate(tokens[1:], 1):
        depth += {TokenType.L_PAREN: 1, TokenType.R_PAREN: -1}.get(token.token_type, 0)
        if depth == 0:
            closing = index
            break
    if closing is None or closing < 3 or tokens[1].token_type != TokenType.L_PAREN:
        raise refused("line 1:8: mismatched input. Expecting: '('")
    tree = parse_query(sql, tokens[2:closing])
    rest = tokens[closing + 1 :]
    if len(rest) < 3 or rest[0].text.upper() != "TO" or rest[1].token_type != TokenType.STRING:
        raise refused("UNLOAD needs TO 's3://...' WITH (format = '...')")
    return Unload(_query(tree), rest[1].text, _unload_properties(sql[rest[2].start :]))


def _unload_properties(text: str) -> dict[str, PropertyValue]:
    tree = parse_query(f"CREATE TABLE t {text} AS SELECT 1")
    return _properties(tree)


def _from_tree(tree: exp.Expr, sql: str) -> Statement:
    if isinstance(tree, exp.Query | exp.Values):
        return Select(_query(tree))
    if isinstance(tree, exp.Insert):
        return _insert(tree)
    if isinstance(tree, exp.Create):
        return _create(tree, sql)
    if isinstance(tree, exp.Drop) and tree.kind == "VIEW":
        return DropView(_name(tree.args["tables"][0]), bool(tree.args.get("exists")))
    raise refused(f"Queries of this type are not supported: {type(tree).__name__.upper()}")


def _query(tree: exp.Expr | None) -> exp.Query:
    if isinstance(tree, exp.Values):
        return exp.select("*").from_(tree)
    if not isinstance(tree, exp.Query):
        raise refused("line 1:1: a query is expected here")
    return tree


def _insert(tree: exp.Insert) -> InsertInto:
    target = tree.this
    columns: tuple[str, ...] = ()
    if isinstance(target, exp.Schema):
        columns = tuple(column.name.lower() for column in target.expressions)
        target = target.this
    if tree.args.get("overwrite") or not isinstance(target, exp.Table):
        raise refused("Queries of this type are not supported: INSERT OVERWRITE")
    return InsertInto(_name(target), _query(tree.expression), columns)


def _create(tree: exp.Create, sql: str) -> Statement:
    query = _query(tree.expression)
    if tree.kind == "VIEW" and isinstance(tree.this, exp.Table):
        body = re.search(r"\bAS\b\s*", sql, flags=re.I)
        text = sql[body.end() :] if body else query.sql("trino")
        return CreateView(_name(tree.this), query, text, bool(tree.args.get("replace")))
    if tree.kind != "TABLE" or not isinstance(tree.this, exp.Table):
        raise refused(f"Queries of this type are not supported: CREATE {tree.kind}")
    no_data = tree.find(exp.WithDataProperty)
    with_data = no_data is None or not no_data.args.get("no")
    exists = bool(tree.args.get("exists"))
    return CreateTableAs(_name(tree.this), query, _properties(tree), exists, with_data)


def _name(table: exp.Expr) -> Name:
    if table.args.get("catalog") and table.text("catalog").lower() != "awsdatacatalog":
        raise refused(f"Catalog '{table.text('catalog')}' does not exist")
    return Name(table.text("db").lower() or None, table.name.lower())


def _properties(tree: exp.Expr) -> dict[str, PropertyValue]:
    properties = tree.args.get("properties")
    if properties is None:
        return {}
    items = (p for p in properties.expressions if not isinstance(p, exp.WithDataProperty))
    return dict(_property(item) for item in items)


def _property(item: exp.Expr) -> tuple[str, PropertyValue]:
    if isinstance(item, exp.FileFormatProperty):
        return "format", item.this.name.upper()
    if isinstance(item, exp.PartitionedByProperty):
        return "partitioned_by", _names(item.this)
    if isinstance(item, exp.LocationProperty):
        return "location", item.this.name
    if isinstance(item, exp.Property):
        return item.name.lower(), _value(item.args["value"])
    raise refused(f"The table property {item.sql('trino')} is not supported")


def _names(node: exp.Expr) -> tuple[str, ...]:
    return tuple(item.name.lower() for item in node.expressions)


def _value(node: exp.Expr) -> PropertyValue:
    if isinstance(node, exp.Array | exp.Schema | exp.Tuple):
        return _names(node)
    if isinstance(node, exp.Boolean):
        return bool(node.this)
    if isinstance(node, exp.Literal) and not node.is_string:
        return int(node.this)
    return node.name
