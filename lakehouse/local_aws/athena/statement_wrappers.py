"""Reads the statements that hold others: PREPARE, EXECUTE, DEALLOCATE PREPARE and EXPLAIN.

What stands inside is read by `statement`, at its own place in the text, so that positions in error
messages stay true. Source: AWS "Querying with prepared statements" and "Using EXPLAIN",
checked 2026-11.
"""

import re
from collections.abc import Callable
from typing import Any, ClassVar, cast

from sqlglot.dialects.trino import Trino
from sqlglot.errors import TokenError
from sqlglot.tokenizer_core import Token, TokenType

from lakehouse.local_aws.athena.errors import refused
from lakehouse.local_aws.athena.statements import (
    CreateTableAs,
    Deallocate,
    Execute,
    Explain,
    InsertInto,
    Prepare,
    QueryStatement,
    Select,
    Statement,
    Unload,
)
from lakehouse.local_aws.errors import AwsError

STARTS = ("PREPARE", "EXECUTE", "DEALLOCATE", "EXPLAIN")
_TYPES = ("LOGICAL", "DISTRIBUTED", "VALIDATE", "IO")
_DEPTH = {"(": 1, "[": 1, ")": -1, "]": -1}
_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_@:]{1,255}")


class _Words(Trino):
    """Trino's tokens, where no keyword swallows the rest of the statement as one text."""

    class Tokenizer(Trino.Tokenizer):
        COMMANDS: ClassVar[set[TokenType]] = set()


def parse(sql: str, inner: Callable[[str], Statement]) -> Statement:
    """The statement of `sql`; `inner` reads the one it holds."""
    words = _words(sql)
    first = words[0].text.upper().split(" ")[0]
    if first == "PREPARE":
        _need(words, 2, "FROM", sql)
        start = words[2].end + 1
        _query_statement(inner(_blanked(sql, start)))
        return Prepare(_name(words, 1, sql), sql[start:].strip())
    if first == "EXECUTE":
        return _execute(words, sql)
    if first == "DEALLOCATE":
        if words[0].text.upper() != "DEALLOCATE PREPARE" or len(words) > 2:
            raise _mismatched(words, 1, sql)
        return Deallocate(_name(words, 1, sql))
    return _explain(words, sql, inner)


def _words(sql: str) -> list[Token]:
    try:
        return _Words().tokenize(sql)
    except TokenError as error:
        raise refused(f"line 1:1: {str(error).splitlines()[0]}") from error


def _execute(words: list[Token], sql: str) -> Execute:
    name = _name(words, 1, sql)
    if len(words) == 2:
        return Execute(name)
    _need(words, 2, "USING", sql)
    values: list[str] = []
    start, depth = words[2].end + 1, 0
    for word in words[3:]:
        depth += _DEPTH.get(word.text, 0) if word.token_type != TokenType.STRING else 0
        if word.token_type == TokenType.COMMA and depth == 0:
            values.append(sql[start : word.start].strip())
            start = word.end + 1
    values.append(sql[start:].strip())
    if not all(values):
        raise _mismatched(words, len(words), sql)
    return Execute(name, tuple(values))


def _explain(words: list[Token], sql: str, inner: Callable[[str], Statement]) -> Explain:
    options: dict[str, str] = {}
    at = 1
    if len(words) > 1 and words[1].text.upper() == "ANALYZE":
        raise refused(
            "Queries of this type are not supported: EXPLAIN ANALYZE is not supported by the "
            "local AWS"
        )
    if words[1:2] and words[1].text == "(" and _is_option(words, 2):
        options, at = _options(words, sql)
    if at >= len(words):
        raise _mismatched(words, at, sql)
    kind = options.get("TYPE", "DISTRIBUTED")
    style = options.get("FORMAT", "JSON" if kind == "IO" else "TEXT")
    if kind not in _TYPES or style not in ("TEXT", "JSON") or (kind == "IO") > (style == "JSON"):
        raise refused(
            f"Queries of this type are not supported: EXPLAIN (TYPE {kind}, FORMAT {style}) is not "
            "supported by the local AWS"
        )
    statement = _query_statement(inner(_blanked(sql, words[at].start)))
    return Explain(statement, cast(Any, kind), cast(Any, style))


def _is_option(words: list[Token], index: int) -> bool:
    return len(words) > index and words[index].text.upper() in ("TYPE", "FORMAT")


def _options(words: list[Token], sql: str) -> tuple[dict[str, str], int]:
    """The options in parentheses, and the index of the word after them."""
    found: dict[str, str] = {}
    at = 2
    while _is_option(words, at) and at + 2 < len(words):
        found[words[at].text.upper()] = words[at + 1].text.upper()
        at += 3
        if words[at - 1].text == ")":
            return found, at
        _need(words, at - 1, ",", sql)
    raise _mismatched(words, at, sql)


def _query_statement(statement: Statement) -> QueryStatement:
    if not isinstance(statement, Select | InsertInto | CreateTableAs | Unload):
        raise refused(
            "Queries of this type are not supported: only SELECT, INSERT INTO, CREATE TABLE AS and "
            "UNLOAD can be prepared or explained"
        )
    return statement


def _name(words: list[Token], index: int, sql: str) -> str:
    if index >= len(words) or not _NAME.fullmatch(words[index].text):
        raise _mismatched(words, index, sql)
    return words[index].text


def _need(words: list[Token], index: int, text: str, sql: str) -> None:
    if index >= len(words) or words[index].text.upper() != text:
        raise _mismatched(words, index, sql, f". Expecting: '{text}'")


def _mismatched(words: list[Token], index: int, sql: str, more: str = "") -> AwsError:
    word = words[index] if index < len(words) else None
    before = sql[: word.start] if word else sql
    where = f"line {before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"
    return refused(f"{where}: mismatched input '{word.text if word else '<EOF>'}'{more}")


def _blanked(sql: str, start: int) -> str:
    """The text with spaces instead of what stands before `start`; lines stay."""
    return re.sub(r"[^\n]", " ", sql[:start]) + sql[start:]
