"""The engine: bounded memory, stops between blocks, cursors that are used again only when clean."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from lakehouse.local_aws.athena import engine as engines
from lakehouse.local_aws.athena.engine import Engine, Plan, Session
from lakehouse.local_aws.athena.errors import QueryCancelled, QueryError

MB = 1 << 20


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = Engine(tmp_path / "objects", tmp_path / "staging", 100 * MB)
    made._connection.execute("SET threads = 2")  # each needs memory of its own
    yield made
    made.close()


def rows(session: Session, sql: str) -> list[tuple[object, ...]]:
    return [tuple(row) for block in session.run(Plan(sql, ())) for row in block]


@pytest.mark.slow
def test_what_does_not_fit_into_memory_is_spilled_below_the_staging_folder(
    engine: Engine, tmp_path: Path
) -> None:
    session = engine.cursor()
    numbers = (
        "SELECT (i * 7919) % 2000003 AS i, repeat(i::VARCHAR, 9) AS s FROM range(2000003) r(i)"
    )
    blocks = session.run(Plan(f"SELECT i FROM ({numbers}) ORDER BY s, i", ()))
    first = next(blocks)
    spilled = sum(file.stat().st_size for file in (tmp_path / "staging" / "spill").iterdir())
    assert spilled > 16 * MB  # how much is DuckDB's affair
    assert len(first) + sum(len(block) for block in blocks) == 2000003
    session.close()


def test_a_query_that_cannot_be_spilled_fails_and_the_engine_goes_on(engine: Engine) -> None:
    session = engine.cursor()
    with pytest.raises(QueryError) as error:
        rows(session, "SELECT len(list(repeat(i::VARCHAR, 20))) FROM range(5000000) r(i)")
    assert error.value.reason == (
        "EXCEEDED_LOCAL_MEMORY_LIMIT: Query exhausted resources at this scale factor"
    )
    session.close()
    assert rows(engine.cursor(), "SELECT 1") == [(1,)]


def test_a_stop_ends_a_result_between_two_blocks(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "FETCH_ROWS", 2)
    session = engine.cursor()
    blocks = session.run(Plan("SELECT i FROM range(5) r(i)", ()))
    assert [tuple(row) for row in next(blocks)] == [(0,), (1,)]
    session.interrupt()
    with pytest.raises(QueryCancelled):
        next(blocks)
    session.close()


def test_only_a_cursor_whose_result_was_read_is_used_again(engine: Engine) -> None:
    first = engine.cursor()
    assert rows(first, "SELECT 1") == [(1,)]
    first.close()
    second = engine.cursor()
    assert second._cursor is first._cursor
    blocks = second.run(Plan("SELECT i FROM range(50000) r(i)", ()))
    next(blocks)
    second.close()
    third = engine.cursor()
    assert third._cursor is not second._cursor
    assert rows(third, "SELECT 2") == [(2,)]
    third.close()
