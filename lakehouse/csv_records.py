"""Which lines of a CSV file belong to one record: a quoted field may hold line breaks.

The rule is the Spark job's (`glue_scripts.clean_logs`, which imports nothing from here): a line
that ends inside a quoted field opens a record, if the next line with a quote that is not doubled
ends the field, and the record with as many fields as the header has. Else its quote is a stray one,
and each line stands for itself. Bytes in, bytes out; nothing is decoded.
"""

import re
from collections.abc import Iterator
from typing import Final, Literal

MAX_LINES: Final = 10_000  # of one record; a quote that nothing ends for so long is a stray one

# No possessive quantifiers: Python up to 3.11.4 reads them wrongly.
_INSIDE: Final = rb'[^"]*(?:""[^"]*)*'
_FIELD: Final = rb'(?:"' + _INSIDE + rb'"(?!")|(?!")[^,]*)'
_WHOLE: Final = re.compile(_FIELD + rb",")
_NEXT: Final = re.compile(rb"," + _FIELD)
_OPEN: Final = re.compile(rb'"' + _INSIDE + rb"\Z")
_REST: Final = re.compile(_INSIDE)


Step = Literal["inside", "goes on", "ends", "none"]
"""What a line is to a record that the line before left open."""


def csv_records(lines: Iterator[bytes], width: int) -> Iterator[list[bytes]]:
    """The lines, those of one record of `width` fields together; none is lost, order stays."""
    held: list[bytes] = []
    total = 0
    for line in lines:
        if not held and b'"' not in line:
            yield [line]
            continue
        text = line.rstrip(b"\r\n")
        step, fields = _continued(text) if held else ("none", 0)
        total += fields
        if step in ("inside", "goes on") and len(held) < MAX_LINES:
            held.append(line)
        elif step == "ends" and total == width:
            yield [*held, line]
            held = []
        else:
            yield from ([single] for single in held)
            before = _opened(text)
            held, total = ([], 0) if before is None else ([line], before + 1)
            if before is None:
                yield [line]
    yield from ([single] for single in held)


def _opened(text: bytes) -> int | None:
    """How many whole fields stand before the one that the line leaves open; None if it does not."""
    at = count = 0
    while whole := _WHOLE.match(text, at):
        at, count = whole.end(), count + 1
    return count if _OPEN.match(text, at) else None


def _continued(text: bytes) -> tuple[Step, int]:
    """What a line that begins inside a field is, and how many fields begin on it."""
    inside = _REST.match(text)
    at = inside.end() if inside else 0
    if at == len(text):
        return "inside", 0
    at, count = at + 1, 0
    while following := _NEXT.match(text, at):
        at, count = following.end(), count + 1
    if at == len(text):
        return "ends", count
    if text[at : at + 1] == b"," and _OPEN.match(text, at + 1):
        return "goes on", count + 1
    return "none", 0
