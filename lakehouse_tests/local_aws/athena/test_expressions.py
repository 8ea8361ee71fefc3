"""Expressions as data: `cases/expressions/*.txt` hold one expression a line and its text.

`expression => text`; `null` is NULL, `! NAME: words` the start of the error. The first lines name
the pages and tests of Trino that the expected values come from. One test a file, for speed: what
differs is shown with what was found.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from lakehouse.local_aws.athena.engine import Engine
from lakehouse_tests.local_aws.athena.test_cases import CASES, answer

FILES = sorted((CASES / "expressions").glob("*.txt"))


def cases(path: Path) -> Iterator[tuple[str, str]]:
    for line in path.read_text().splitlines():
        if line.strip() and not line.startswith("#"):
            expression, expected = line.rsplit(" => ", 1)
            yield expression, expected


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder = tmp_path_factory.mktemp("expressions")
    made = Engine(folder, folder / "staging")
    yield made
    made.close()


def shown(engine: Engine, expression: str, expected: str) -> str:
    """The answer in the words of the files; of an error as much as is expected."""
    found = answer(engine, f"SELECT {expression}")
    if isinstance(found, str):
        return f"! {found}"[: len(expected)] if expected.startswith("! ") else f"! {found}"
    [[text]] = found
    return "null" if text is None else text


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_expressions(engine: Engine, path: Path) -> None:
    wanted = dict(cases(path))
    found = {expression: shown(engine, expression, text) for expression, text in wanted.items()}
    assert {e: t for e, t in found.items() if t != wanted[e]} == {}
