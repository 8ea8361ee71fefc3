"""Exclude patterns of S3 targets: Glue's globs as regular expressions.

Pure. `*` stays within a folder, `**` crosses folders, `?` is one character of a name, `[a-z]` and
`[!x]` a set, `{a,b}` alternatives that cannot be nested, a backslash takes the next one literally.

Source: https://docs.aws.amazon.com/glue/latest/dg/define-crawler-choose-data-sources.html#crawler-data-stores-exclude
(checked 2026-11).
"""

import re
from collections.abc import Callable, Sequence

_PART = re.compile(r"\*\*|\*|\?|\[!?[^\]]+\]|\\.|.", re.DOTALL)
_SPECIAL = {"**": ".*", "*": "[^/]*", "?": "[^/]"}
_GROUP = {"{": "(?:", "}": ")", ",": "|"}


def excluder(globs: Sequence[str]) -> Callable[[str], bool]:
    """Return what tells whether a key, relative to the include path, is excluded."""
    patterns = [glob_pattern(glob) for glob in globs]
    return lambda key: any(pattern.fullmatch(key) for pattern in patterns)


def glob_pattern(glob: str) -> re.Pattern[str]:
    """Compile one exclude pattern. Raises ValueError for brackets or braces that do not match."""
    parts: list[str] = []
    grouped = False
    for part in _PART.findall(glob):
        if part in ("{", "}"):
            if grouped == (part == "{"):
                raise ValueError(f"The braces of the exclude pattern {glob} do not match.")
            grouped = part == "{"
        is_group = part in ("{", "}") or (part == "," and grouped)
        parts.append(_GROUP[part] if is_group else _SPECIAL.get(part) or _literal(part))
    if grouped:
        raise ValueError(f"The braces of the exclude pattern {glob} do not match.")
    return re.compile("".join(parts), re.DOTALL)


def _literal(part: str) -> str:
    if len(part) == 2 and part.startswith("\\"):
        return re.escape(part[1])
    if len(part) > 2 and part.startswith("["):
        return _bracket(part[1:-1])
    return re.escape(part)


def _bracket(inner: str) -> str:
    """Write a set; all but a range's hyphen and a leading `!` stands for itself. No set has `/`."""
    negated = inner.startswith("!")
    members = inner[negated:]
    escaped = re.sub(r"([\\\[\]^&~|])", r"\\\1", members)
    if members.startswith("-"):
        escaped = f"\\{escaped}"
    return f"(?!/)[{'^' if negated else ''}{escaped}]"
