"""The JSON path language of json_exists, json_query and json_value: a text becomes a tree.

Walking a value by the tree belongs to `json_evaluation`. All pure.
Source: Trino "JSON path language", checked 2026-11.
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

_TOKEN = re.compile(
    r'\s*(?:("(?:[^"\\]|\\.)*")|(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(\.\.|&&|\|\||==|!=|<>|<=|>=|'
    r"[-+*/%().,\[\]?!@<>])|(\$[A-Za-z_]\w*|\$)|([A-Za-z_][\w]*))"
)
METHODS = ("double", "ceiling", "floor", "abs", "keyvalue", "type", "size")


class PathSyntaxError(ValueError):
    """A text is no JSON path."""


@dataclass(frozen=True)
class Node:
    """A node of a path: its kind, its parts in order, and a literal or a name."""

    kind: str
    parts: tuple["Node", ...] = ()
    value: Any = None


@dataclass(frozen=True)
class Path:
    """A path with its mode."""

    lax: bool
    root: Node


@dataclass
class _Reader:
    text: str
    tokens: list[tuple[str, str]] = field(default_factory=list)
    at: int = 0

    def peek(self) -> str:
        return self.tokens[self.at][1] if self.at < len(self.tokens) else ""

    def kind(self) -> str:
        return self.tokens[self.at][0] if self.at < len(self.tokens) else ""

    def next(self) -> str:
        token = self.peek()
        self.at += 1
        return token

    def take(self, *signs: str) -> str:
        return self.next() if self.peek() in signs and self.kind() != "string" else ""

    def expect(self, sign: str) -> None:
        if not self.take(sign):
            raise PathSyntaxError(self.text)


@lru_cache(maxsize=512)
def read(text: str) -> Path:
    """A path from its text. PathSyntaxError."""
    mode = re.match(r"\s*(lax|strict)\b", text, flags=re.I)
    if mode is None:
        raise PathSyntaxError(text)
    reader = _Reader(text, _tokens(text[mode.end() :], text))
    root = _sum(reader)
    if reader.peek():
        raise PathSyntaxError(text)
    return Path(mode.group(1).lower() == "lax", root)


def _tokens(rest: str, text: str) -> list[tuple[str, str]]:
    tokens, position = [], 0
    while rest[position:].strip():
        found = _TOKEN.match(rest, position)
        if found is None:
            raise PathSyntaxError(text)
        position = found.end()
        kind = ("string", "number", "sign", "variable", "word")[(found.lastindex or 1) - 1]
        tokens.append((kind, found.group(found.lastindex or 1)))
    return tokens


def _sum(reader: _Reader) -> Node:
    left = _product(reader)
    while sign := reader.take("+", "-"):
        left = Node("binary", (left, _product(reader)), sign)
    return left


def _product(reader: _Reader) -> Node:
    left = _unary(reader)
    while sign := reader.take("*", "/", "%"):
        left = Node("binary", (left, _unary(reader)), sign)
    return left


def _unary(reader: _Reader) -> Node:
    if sign := reader.take("+", "-"):
        return Node("unary", (_unary(reader),), sign)
    return _accessors(reader, _primary(reader))


def _primary(reader: _Reader) -> Node:
    kind, token = reader.kind(), reader.next()
    if kind == "string":
        return Node("literal", value=_string(token))
    if kind == "number":
        return Node("literal", value=float(token) if re.search("[.eE]", token) else int(token))
    if kind == "variable":
        return Node("context") if token == "$" else Node("variable", value=token[1:])  # noqa: S105
    if token == "@":  # noqa: S105
        return Node("item")
    if token == "(":  # noqa: S105
        inner = _sum(reader)
        reader.expect(")")
        return inner
    if token in ("true", "false", "null"):
        return Node("literal", value={"true": True, "false": False, "null": None}[token])
    if token == "last":  # noqa: S105
        return Node("last")
    raise PathSyntaxError(reader.text)


def _string(token: str) -> str:
    return re.sub(r"\\(.)", r"\1", token[1:-1])


def _accessors(reader: _Reader, node: Node) -> Node:
    while sign := reader.take(".", "..", "[", "?"):
        if sign == "[":
            node = _subscripts(reader, node)
        elif sign == "?":
            reader.expect("(")
            node = Node("filter", (node, _or(reader)))
            reader.expect(")")
        elif sign == "." and reader.take("*"):
            node = Node("members", (node,))
        else:
            node = _member(reader, node, sign)
    return node


def _member(reader: _Reader, node: Node, sign: str) -> Node:
    kind, name = reader.kind(), reader.next()
    if kind not in ("word", "string"):
        raise PathSyntaxError(reader.text)
    if sign == "." and kind == "word" and name in METHODS and reader.take("("):
        reader.expect(")")
        return Node("method", (node,), name)
    key = _string(name) if kind == "string" else name
    return Node("descendants" if sign == ".." else "member", (node,), key)


def _subscripts(reader: _Reader, node: Node) -> Node:
    if reader.take("*"):
        reader.expect("]")
        return Node("elements", (node,))
    ranges = []
    while True:
        low = _sum(reader)
        ranges.append(Node("range", (low, _sum(reader)) if reader.take("to") else (low,)))
        if not reader.take(","):
            break
    reader.expect("]")
    return Node("subscripts", (node, *ranges))


def _or(reader: _Reader) -> Node:
    left = _and(reader)
    while reader.take("||"):
        left = Node("or", (left, _and(reader)))
    return left


def _and(reader: _Reader) -> Node:
    left = _test(reader)
    while reader.take("&&"):
        left = Node("and", (left, _test(reader)))
    return left


def _test(reader: _Reader) -> Node:
    if reader.take("!"):
        return Node("not", (_test(reader),))
    if reader.take("exists"):
        reader.expect("(")
        inner = _sum(reader)
        reader.expect(")")
        return Node("exists", (inner,))
    start = reader.at
    if reader.take("("):
        try:
            inner = _or(reader)
            reader.expect(")")
            if not reader.take("is"):
                return inner
            reader.expect("unknown")
            return Node("unknown", (inner,))
        except PathSyntaxError:
            reader.at = start  # a parenthesised value, not a condition
    return _comparison(reader)


def _comparison(reader: _Reader) -> Node:
    left = _sum(reader)
    if reader.take("starts"):
        reader.expect("with")
        return Node("starts", (left, _sum(reader)))
    sign = reader.take("==", "<>", "!=", "<", ">", "<=", ">=")
    if not sign:
        raise PathSyntaxError(reader.text)
    return Node("compare", (left, _sum(reader)), sign)
