"""The page of functions lists all of Trino's, and is what the tables say.

`trino_functions.txt` is Trino's own list: docs/src/main/sphinx/functions/list.md of trinodb/trino.
"""

from pathlib import Path

import pytest

from lakehouse.local_aws.athena import function_page, functions
from lakehouse.local_aws.athena.errors import QueryError
from lakehouse.local_aws.athena.function_calls import missing
from lakehouse.local_aws.athena.functions_refused import NOT_IN_ATHENA, OPERATORS, REFUSED

# The rest of the same list, whose entries are no functions.
TRINO_OPERATORS = [
    "[]", "||", "<", ">", "<=", ">=", "=", "<>", "!=", "->", "+", "-", "*", "/", "%", "ALL", "AND",
    "ANY", "AT TIME ZONE", "BETWEEN", "CASE", "DECIMAL", "IS A SET", "IS NOT A SET",
    "IS NOT DISTINCT", "IS NOT NULL", "IS DISTINCT", "IS NULL", "MEMBER OF", "MULTISET EXCEPT",
    "MULTISET INTERSECT", "MULTISET UNION", "NOT", "NOT BETWEEN", "OR", "SOME", "SUBMULTISET",
    "sequence() as a table",
]  # fmt: skip
TRINO = (Path(__file__).parent / "trino_functions.txt").read_text().split()
PAGE = Path(__file__).parents[3] / "docs" / "athena_functions.md"


def test_every_function_of_trino_is_listed() -> None:
    assert set(TRINO) - set(function_page.names()) == set()


def test_every_operator_of_trino_is_listed() -> None:
    assert set(TRINO_OPERATORS) - set(OPERATORS) == set()


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text() == function_page.page()


@pytest.mark.parametrize("names", [REFUSED, NOT_IN_ATHENA])
def test_what_is_refused_does_not_exist(names: dict[str, str]) -> None:
    assert [name for name in names if functions.exists(name)] == []


def test_a_refusal_says_whether_athena_has_the_function() -> None:
    errors: list[QueryError] = [missing(name, "") for name in ("approx_set", "to_char", "nope")]
    assert [e.name for e in errors] == ["NOT_SUPPORTED", "FUNCTION_NOT_FOUND", "FUNCTION_NOT_FOUND"]
