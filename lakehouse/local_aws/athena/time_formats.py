"""DuckDB's strftime patterns for the date and time patterns it writes or reads as Trino does.

What a pattern means stands in `time_patterns`. All pure.
"""

from itertools import pairwise

from lakehouse.local_aws.athena.time_patterns import Element, Pattern

# Element field and width -> strftime; a missing one goes to Python.
_WRITTEN = {
    ("weekday_short", 0): "%a", ("weekday_name", 0): "%A", ("month_short", 0): "%b",
    ("month_name", 0): "%B", ("month", 1): "%-m", ("month", 2): "%m", ("day", 1): "%-d",
    ("day", 2): "%d", ("hour", 1): "%-H", ("hour", 2): "%H", ("hour1_12", 1): "%-I",
    ("hour1_12", 2): "%I", ("minute", 1): "%-M", ("minute", 2): "%M", ("second", 1): "%-S",
    ("second", 2): "%S", ("day_of_year", 1): "%-j", ("day_of_year", 3): "%j", ("week", 2): "%V",
    ("week_year", 4): "%G", ("year", 1): "%Y", ("year", 4): "%Y", ("year2020", 2): "%y",
    ("year_pivot", 2): "%y", ("half_day", 0): "%p", ("micros", 6): "%g000",
    ("fraction", 3): "%g", ("weekday", 1): "%u",
}  # fmt: skip
_READ = {
    ("month_name", 0): "%B", ("month_short", 0): "%b", ("month", 1): "%m", ("month", 2): "%m",
    ("day", 1): "%d", ("day", 2): "%d", ("hour", 1): "%H", ("hour", 2): "%H",
    ("minute", 1): "%M", ("minute", 2): "%M", ("second", 1): "%S", ("second", 2): "%S",
    ("year", 4): "%Y",
}  # fmt: skip
_WIDTHLESS = ("weekday_short", "weekday_name", "month_short", "month_name", "half_day")


def written_pattern(pattern: Pattern) -> str | None:
    """The pattern that writes the same text, or None."""
    return _joined(pattern, _WRITTEN)


def read_pattern(pattern: Pattern) -> str | None:
    """The pattern that reads the same texts (or fewer), or None."""
    fields = [e.field for e in pattern if e.field != "literal"]
    if "year" not in fields or len(set(fields)) != len(fields):
        return None  # DuckDB begins at 1900
    if "day" in fields and not {"month", "month_name", "month_short"} & set(fields):
        return None
    if any(a.field != "literal" and b.field != "literal"
           for a, b in pairwise(pattern)):  # fmt: skip
        return None
    return _joined(pattern, _READ)


def _joined(pattern: Pattern, table: dict[tuple[str, int], str]) -> str | None:
    parts = [_part(element, table) for element in pattern]
    return None if None in parts else "".join(p for p in parts if p is not None)


def _part(element: Element, table: dict[tuple[str, int], str]) -> str | None:
    if element.field == "literal":
        return element.text.replace("%", "%%")
    width = 0 if element.field in _WIDTHLESS else element.width
    return table.get((element.field, width))
