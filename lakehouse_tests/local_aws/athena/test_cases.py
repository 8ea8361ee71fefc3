"""SQL cases as data: `cases/*.sql` hold queries, each with its rows as Athena's text, or its error.

Expected values come from Trino's documentation and source, not from what the code printed. A query
is followed by a comment `-- => ` with YAML: one row, a list of rows, or the start of the error.
The order of the rows counts where the query has an ORDER BY of its own.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from lakehouse.local_aws.athena import text
from lakehouse.local_aws.athena.dialect import parse_query
from lakehouse.local_aws.athena.engine import Engine
from lakehouse.local_aws.athena.errors import QueryError
from lakehouse.local_aws.athena.scans import TableShape
from lakehouse.local_aws.athena.tables import CatalogTables
from lakehouse.local_aws.athena.translate import translate

CASES = Path(__file__).parent / "cases"


class NoTables(CatalogTables):
    """A catalog without tables."""

    def __init__(self) -> None:
        super().__init__(None, None, "default")  # type: ignore[arg-type]

    def shape(self, database: str | None, name: str, where: str) -> TableShape:
        raise QueryError("TABLE_NOT_FOUND", f"{where}Table '{name}' does not exist")


def cases() -> Iterator[Any]:
    for path in sorted(CASES.glob("*.sql")):
        for sql, expected in re.findall(r"^([^-\n].*);\n-- => (.*)$", path.read_text(), re.M):
            yield pytest.param(sql, yaml.safe_load(expected), id=f"{path.stem}: {sql}")


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder = tmp_path_factory.mktemp("engine")
    made = Engine(folder, folder / "staging")
    yield made
    made.close()


def answer(engine: Engine, sql: str) -> str | list[list[str | None]]:
    session = engine.cursor()
    try:
        translation = translate(parse_query(sql), sql, NoTables())  # type: ignore[arg-type]
        rows = [
            row for block in session.run(session.plan(translation, NoTables())) for row in block
        ]
        writers = [text.formatter(kind) for kind in translation.types]
        return [
            [None if v is None else w(v) for v, w in zip(row, writers, strict=True)] for row in rows
        ]
    except QueryError as error:
        return error.reason
    finally:
        session.close()


def in_fixed_order(sql: str, rows: list[list[str | None]]) -> list[list[str | None]]:
    """The rows as they are where the query's own ORDER BY fixes them, else sorted."""
    if parse_query(sql).args.get("order"):
        return rows
    return sorted(rows, key=lambda row: [(cell is None, cell or "") for cell in row])


@pytest.mark.parametrize(("sql", "expected"), list(cases()))
def test_query(engine: Engine, sql: str, expected: Any) -> None:
    found = answer(engine, sql)
    if isinstance(expected, str):
        assert isinstance(found, str), found
        assert found.startswith(expected)
    else:
        rows = expected if not expected or isinstance(expected[0], list) else [expected]
        assert not isinstance(found, str), found
        assert in_fixed_order(sql, found) == in_fixed_order(sql, rows)
