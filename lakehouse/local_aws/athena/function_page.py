"""The page of functions: each of Trino's functions as exact, approximate or refused.

`python -m lakehouse.local_aws.athena.function_page` writes docs/athena_functions.md anew; a test
holds it up to date. What the functions are stands in `functions` and `functions_refused`.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from lakehouse.local_aws.athena import functions
from lakehouse.local_aws.athena.aggregate_builders import AGGREGATE_BUILDERS
from lakehouse.local_aws.athena.function_builders import BUILDERS
from lakehouse.local_aws.athena.functions_refused import NOT_IN_ATHENA, OPERATORS, REFUSED
from lakehouse.local_aws.athena.json_grammar import JSON_PARSERS
from lakehouse.local_aws.athena.lambdas import LAMBDAS

# Functions with a syntax of their own, which stand in no table.
SPECIAL = (
    "cast", "coalesce", "current_date", "current_timestamp", "extract", "if", "grouping",
    "listagg", "localtime", "localtimestamp", "position", "try", "try_cast",
)  # fmt: skip
NOTES = {
    "at_timezone": "exact; zones by IANA name or offset",
    "parse_datetime": "exact; a year of two digits is taken as 1970 to 2069",
    "regexp_extract": "exact; a pattern that is computed, or that RE2 cannot match, is slower",
    "format": "exact for the conversions b, d, e, f, g, o, s, x and t",
    "json_extract": "exact but for the digits of a number with a point: 1.10 becomes 1.1",
    **dict.fromkeys(
        (
            "array_first",
            "array_last",
            "cosine_distance",
            "dot_product",
            "ends_with",
            "euclidean_distance",
        ),
        "exact; among Trino's newest, Athena may not have it yet",
    ),
    "version": "approximate: `Athena engine version 3`",
}
_HEAD = """# Athena functions of the local AWS

Every function and operator of Trino's list, and what becomes of it here. Made by
`python -m lakehouse.local_aws.athena.function_page`; do not edit.

| function | here |
| --- | --- |
"""


_OPERATORS_HEAD = """
## Operators and predicates

| operator | here |
| --- | --- |
"""


def names() -> list[str]:
    """Every function that the page lists."""
    known = {*functions.table(), *BUILDERS, *AGGREGATE_BUILDERS, *LAMBDAS, *SPECIAL}
    aliases = {a for a, name in functions.ALIASES.items() if name in known}
    special = {name.lower() for name in JSON_PARSERS}
    return sorted(known | aliases | special | set(REFUSED) | set(NOT_IN_ATHENA))


def state(name: str) -> str:
    """What becomes of a function here."""
    if name in REFUSED:
        return f"refused, NOT_SUPPORTED: {REFUSED[name]}"
    if name in NOT_IN_ATHENA:
        return f"refused, FUNCTION_NOT_FOUND: {NOT_IN_ATHENA[name]}"
    if name in NOTES:
        return NOTES[name]
    notes = [row.note for row in functions.table().get(name, ()) if row.note != "exact"]
    if not notes:
        return "exact"
    note = notes[0].removeprefix("exact; ")
    return f"exact; {note}" if notes[0].startswith("exact; ") else f"approximate: {note}"


def page() -> str:
    """The page's text."""
    return _HEAD + "".join(_lines())


def _lines() -> Iterator[str]:
    for name in names():
        yield f"| `{name}` | {state(name)} |\n"
    yield _OPERATORS_HEAD
    for name, what in OPERATORS.items():
        escaped = name.replace("|", "\\|")
        yield f"| `{escaped}` | {what} |\n"


def main() -> None:
    """Write the page."""
    path = Path(__file__).parents[3] / "docs" / "athena_functions.md"
    path.write_text(page())
    sys.stdout.write(f"{path}: {len(names())} functions\n")


if __name__ == "__main__":
    main()
