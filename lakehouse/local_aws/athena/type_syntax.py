"""Reads the spellings of types: Glue's (`struct<a:int>`) and Trino's (`row(a integer)`). Pure.

What a type is and how it is written belongs to `types`.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from lakehouse.local_aws.athena.types import ALIASES, PLAIN_TYPES, Type, TypeSyntaxError, row_of


@lru_cache(maxsize=4096)
def parse_type(text: str) -> Type:
    """Read Glue's or Trino's spelling. TypeSyntaxError when it is neither."""
    tokens = _tokens(text)
    kind = _parse(tokens)
    if next(tokens, None) is not None:
        raise TypeSyntaxError(text)
    return kind


_TOKEN = re.compile(r'\s*(?:"((?:[^"]|"")*)"|([A-Za-z0-9_$.\- ]*[A-Za-z0-9_$.\-])|([<>(),:]))')


class _Tokens(Iterator[str]):
    """Words and signs of a type's spelling, with one token of look-ahead."""

    def __init__(self, text: str) -> None:
        self.text, self.position, self.ahead = text, 0, [""]
        self.ahead = []

    def __next__(self) -> str:
        if self.ahead:
            return self.ahead.pop()
        if not self.text[self.position :].strip():
            raise StopIteration
        match = _TOKEN.match(self.text, self.position)
        if match is None:
            raise TypeSyntaxError(self.text)
        self.position = match.end()
        quoted = match.group(1)
        return quoted if quoted is not None else (match.group(2) or match.group(3)).strip()

    def peek(self) -> str:
        token = next(self, "")
        if token:
            self.ahead.append(token)
        return token

    def expect(self, sign: str) -> None:
        if next(self, "") != sign:
            raise TypeSyntaxError(self.text)


def _tokens(text: str) -> _Tokens:
    return _Tokens(text)


def _parse(tokens: _Tokens) -> Type:
    name = " ".join(next(tokens, "").lower().split())
    name = ALIASES.get(name, name)
    if name in ("array", "map", "row"):
        return _parse_nested(name, tokens)
    params: tuple[int, ...] = ()
    if tokens.peek() == "(":
        params = _parse_params(tokens)
    if name == "timestamp" and tokens.peek().lower() == "with time zone":
        next(tokens)
        name = "timestamp with time zone"
    if name == "decimal":
        params = (params or (10, 0)) if len(params) != 1 else (params[0], 0)
    if name in ("timestamp", "timestamp with time zone", "time"):
        params = params or (3,)
        if len(params) != 1 or params[0] > 12:
            raise TypeSyntaxError(tokens.text)
    if name not in PLAIN_TYPES and name != "decimal":
        raise TypeSyntaxError(tokens.text)
    return Type(name, params)


def _parse_params(tokens: _Tokens) -> tuple[int, ...]:
    tokens.expect("(")
    numbers = [next(tokens, "")]
    while tokens.peek() == ",":
        next(tokens)
        numbers.append(next(tokens, ""))
    tokens.expect(")")
    if not all(number.isdigit() for number in numbers):
        raise TypeSyntaxError(tokens.text)
    return tuple(int(number) for number in numbers)


def _parse_nested(name: str, tokens: _Tokens) -> Type:
    closing = {"<": ">", "(": ")"}.get(next(tokens, ""))
    if closing is None:
        raise TypeSyntaxError(tokens.text)
    fields: list[tuple[str | None, Type]] = []
    while True:
        fields.append(_parse_field(tokens) if name == "row" else (None, _parse(tokens)))
        sign = next(tokens, "")
        if sign == closing:
            break
        if sign != ",":
            raise TypeSyntaxError(tokens.text)
    if name == "row":
        return row_of(fields)
    if len(fields) != {"array": 1, "map": 2}[name]:
        raise TypeSyntaxError(tokens.text)
    return Type(name, items=tuple(t for _, t in fields))


def _parse_field(tokens: _Tokens) -> tuple[str | None, Type]:
    word = next(tokens, "")
    if tokens.peek() == ":":
        next(tokens)
        return word.lower(), _parse(tokens)
    if " " in word and word.lower() not in PLAIN_TYPES:  # Trino: name type
        label, _, rest = word.partition(" ")
        tokens.ahead.append(rest)
        return label.lower(), _parse(tokens)
    if tokens.peek() not in (",", ")", "(", "<", ">", ""):  # "quoted" type
        return word, _parse(tokens)
    tokens.ahead.append(word)
    return None, _parse(tokens)
