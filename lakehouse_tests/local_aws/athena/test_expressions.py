"""Expressions as data: `cases/expressions/*.txt` hold one expression a line and its text.

`expression => text`; `null` is NULL, `! NAME: words` the start of the error. The first lines name
the pages and tests of Trino that the expected values come from.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from lakehouse.local_aws.athena.engine import Engine
from lakehouse_tests.local_aws.athena.test_cases import CASES, answer


def expressions() -> Iterator[Any]:
    for path in sorted((CASES / "expressions").glob("*.txt")):
        for line in path.read_text().splitlines():
            if line.strip() and not line.startswith("#"):
                expression, expected = line.rsplit(" => ", 1)
                yield pytest.param(expression, expected, id=f"{path.stem}: {expression}")


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder = tmp_path_factory.mktemp("expressions")
    made = Engine(folder, folder / "staging")
    yield made
    made.close()


@pytest.mark.parametrize(("expression", "expected"), list(expressions()))
def test_expression(engine: Engine, expression: str, expected: str) -> None:
    found = answer(engine, f"SELECT {expression}")
    if expected.startswith("! "):
        assert isinstance(found, str), found
        assert found.startswith(expected[2:])
    else:
        assert found == [[None if expected == "null" else expected]]
