"""Paths to fields, as scripts write them: `a.b`, `` `a.b`.c ``, `list[].price`.

A dot leads into a struct, backticks keep a dot in a name, `[]` means the elements of an array
("drop_fields" and "resolveChoice", DynamicFrame class, checked 2026-11). Pure.
"""

import re

ELEMENTS = "[]"
Path = tuple[str, ...]
"""Names from the outside in; ELEMENTS for the elements of an array."""
_STEP = re.compile(r"`(?P<quoted>(?:[^`]|``)*)`|(?P<plain>[^.`\[\]]+)|(?P<elements>\[\])")


def parsed_path(text: str) -> Path:
    """The steps of a path. A text that is no path is one name as it stands (`.zip`, `a[0]`)."""
    steps: list[str] = []
    position = 0
    while position < len(text):
        found = _STEP.match(text, position)
        if found is None:
            return (text,)
        steps.append(_name(found))
        position = found.end()
        if position < len(text) and text[position] == ".":
            position += 1
            if position == len(text):
                return (text,)
    return tuple(steps)


def quoted(name: str) -> str:
    """A column name in Spark SQL: dots in it do not mean nesting."""
    return "`" + name.replace("`", "``") + "`"


def _name(found: re.Match[str]) -> str:
    if found["quoted"] is not None:
        return found["quoted"].replace("``", "`")
    return found["plain"] or ELEMENTS
