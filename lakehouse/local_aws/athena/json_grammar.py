"""The special syntax of json_exists, json_query, json_value, json_object and json_array.

Each becomes a call by a name that no query can write (`json_query ...`), with fixed arguments:
options are literals. What they mean belongs to `expression_json`.
"""

from collections.abc import Callable
from typing import Any

from sqlglot import exp
from sqlglot.tokenizer_core import TokenType

SUFFIX = " ..."
Parser = Any  # sqlglot's parser; its methods have no public types


def _call(name: str, *args: exp.Expr | None) -> exp.Anonymous:
    return exp.Anonymous(this=f"{name}{SUFFIX}", expressions=[a or exp.Null() for a in args])


def _word(text: str) -> exp.Expr:
    return exp.Literal.string(text)


def _one_of(parser: Parser, *phrases: str, default: str = "") -> str:
    for phrase in phrases:
        if parser._match_text_seq(*phrase.split()):
            return phrase
    return default


def _value(parser: Parser) -> exp.Expr:
    """A value with its FORMAT JSON, if it has one."""
    value = parser._parse_disjunction()
    if parser._match_text_seq("FORMAT", "JSON"):
        if parser._match_text_seq("ENCODING"):
            parser._advance()
        return exp.Anonymous(this=f"format json{SUFFIX}", expressions=[value])
    return value  # type: ignore[no-any-return]


def _passing(parser: Parser) -> exp.Expr:
    values = parser._parse_csv(lambda: _passed(parser)) if parser._match_text_seq("PASSING") else []
    return exp.Tuple(expressions=values)


def _passed(parser: Parser) -> exp.Expr:
    value = _value(parser)
    parser._match_text_seq("AS")
    return exp.Alias(this=value, alias=parser._parse_id_var())


def _returning(parser: Parser) -> exp.Expr | None:
    if not parser._match_text_seq("RETURNING"):
        return None
    kind = parser._parse_types()
    if parser._match_text_seq("FORMAT", "JSON") and parser._match_text_seq("ENCODING"):
        parser._advance()
    return kind  # type: ignore[no-any-return]


def _path_call(parser: Parser) -> tuple[exp.Expr, exp.Expr, exp.Expr]:
    value = _value(parser)
    parser._match(TokenType.COMMA)
    return value, parser._parse_string() or parser.raise_error("a JSON path"), _passing(parser)


def _exists(parser: Parser) -> exp.Expr:
    value, path, passing = _path_call(parser)
    error = _one_of(parser, "TRUE", "FALSE", "UNKNOWN", "ERROR")
    if error:
        parser._match_text_seq("ON", "ERROR") or parser.raise_error("ON ERROR")
    return _call("json_exists", value, path, passing, _word(error or "FALSE"))


def _on(parser: Parser, *choices: str) -> dict[str, exp.Expr]:
    """`... ON EMPTY` and `... ON ERROR`, in that order."""
    found: dict[str, exp.Expr] = {}
    while len(found) < 2:
        if parser._match_text_seq("DEFAULT"):
            choice: exp.Expr = exp.Paren(this=parser._parse_disjunction())
        elif text := _one_of(parser, *choices):
            choice = _word("EMPTY ARRAY" if text == "EMPTY" else text)
        else:
            break
        parser._match_text_seq("ON") or parser.raise_error("ON")
        kind = _one_of(parser, "EMPTY", "ERROR") or parser.raise_error("EMPTY or ERROR")
        found[str(kind)] = choice
    return found


def _query(parser: Parser) -> exp.Expr:
    value, path, passing = _path_call(parser)
    kind = _returning(parser)
    wrapper = _one_of(
        parser, "WITHOUT ARRAY WRAPPER", "WITHOUT WRAPPER", "WITH CONDITIONAL ARRAY WRAPPER",
        "WITH CONDITIONAL WRAPPER", "WITH UNCONDITIONAL ARRAY WRAPPER",
        "WITH UNCONDITIONAL WRAPPER", "WITH ARRAY WRAPPER", "WITH WRAPPER", default="WITHOUT",
    )  # fmt: skip
    name = "WITHOUT" if wrapper.startswith("WITHOUT") else (
        "CONDITIONAL" if " CONDITIONAL" in wrapper else "UNCONDITIONAL"
    )  # fmt: skip
    quotes = _one_of(parser, "KEEP QUOTES", "OMIT QUOTES", default="KEEP QUOTES").split()[0]
    parser._match_text_seq("ON", "SCALAR", "STRING")
    on = _on(parser, "ERROR", "NULL", "EMPTY ARRAY", "EMPTY OBJECT", "EMPTY")
    empty, error = on.get("EMPTY") or _word("NULL"), on.get("ERROR") or _word("NULL")
    options = (_word(name), _word(quotes), empty, error)
    return _call("json_query", value, path, passing, kind, *options)


def _json_value(parser: Parser) -> exp.Expr:
    value, path, passing = _path_call(parser)
    kind = _returning(parser)
    on = _on(parser, "ERROR", "NULL")
    empty, error = on.get("EMPTY") or _word("NULL"), on.get("ERROR") or _word("NULL")
    return _call("json_value", value, path, passing, kind, empty, error)


def _on_null(parser: Parser, default: str) -> exp.Expr:
    return _word(_one_of(parser, "NULL ON NULL", "ABSENT ON NULL", default=default).split()[0])


def _array(parser: Parser) -> exp.Expr:
    values: list[exp.Expr] = []
    while parser._curr.token_type != TokenType.R_PAREN and not _clause_follows(parser):
        values.append(_value(parser))
        if not parser._match(TokenType.COMMA):
            break
    nulls = _on_null(parser, "ABSENT ON NULL")
    return _call("json_array", exp.Tuple(expressions=values), nulls, _returning(parser))


def _clause_follows(parser: Parser) -> bool:
    """`NULL ON NULL` and its kin, where a value could stand."""
    text = parser._curr.text.upper()
    following = parser._next.text.upper() if parser._next else ""
    return text == "RETURNING" or (text in ("NULL", "ABSENT") and following == "ON")


def _object(parser: Parser) -> exp.Expr:
    pairs: list[exp.Expr] = []
    while parser._curr.token_type != TokenType.R_PAREN and not _clause_follows(parser):
        parser._match_text_seq("KEY")
        key = parser._parse_bitwise()
        if not (parser._match(TokenType.COLON) or parser._match_text_seq("VALUE")):
            parser.raise_error("VALUE")
        pairs.append(exp.Tuple(expressions=[key, _value(parser)]))
        if not parser._match(TokenType.COMMA):
            break
    nulls = _on_null(parser, "NULL ON NULL")
    unique = _one_of(
        parser, "WITH UNIQUE KEYS", "WITH UNIQUE", "WITHOUT UNIQUE KEYS", "WITHOUT UNIQUE"
    )
    strict = _word("UNIQUE" if unique.startswith("WITH ") else "")
    return _call("json_object", exp.Tuple(expressions=pairs), nulls, strict, _returning(parser))


JSON_PARSERS: dict[str, Callable[[Parser], exp.Expr]] = {
    "JSON_EXISTS": _exists,
    "JSON_QUERY": _query,
    "JSON_VALUE": _json_value,
    "JSON_ARRAY": _array,
    "JSON_OBJECT": _object,
}
