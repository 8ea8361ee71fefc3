"""State: documents survive, are ordered, and change together."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from lakehouse.local_aws.state import State

SCOPE = "123456789012/us-east-1"


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    state = State(tmp_path / "state.db")
    yield state
    state.close()


def test_a_document_is_found_replaced_and_deleted(state: State) -> None:
    state.put(SCOPE, "table", "db\x1ft", {"Name": "t", "Columns": [1.5, None, "ü"]})
    assert state.get(SCOPE, "table", "db\x1ft") == {"Name": "t", "Columns": [1.5, None, "ü"]}
    state.put(SCOPE, "table", "db\x1ft", {})
    assert state.get(SCOPE, "table", "db\x1ft") == {}
    assert state.get(SCOPE, "database", "db\x1ft") is None
    assert state.get("123456789012/eu-west-1", "table", "db\x1ft") is None
    assert state.delete(SCOPE, "table", "db\x1ft") is True
    assert state.delete(SCOPE, "table", "db\x1ft") is False


def test_documents_are_listed_in_byte_order_by_prefix_page_by_page(state: State) -> None:
    names = ["", "a", "a\x1f1", "a\x1f2", "ab", "b", "é", "\U0010ffff"]
    state.put_many(SCOPE, "k", {name: {"n": name} for name in reversed(names)})
    assert [key for key, _ in state.list(SCOPE, "k")] == names
    assert state.list(SCOPE, "k", prefix="a\x1f") == [
        ("a\x1f1", {"n": "a\x1f1"}),
        ("a\x1f2", {"n": "a\x1f2"}),
    ]
    assert [key for key, _ in state.list(SCOPE, "k", after="ab", limit=2)] == ["b", "é"]
    assert [key for key, _ in state.list(SCOPE, "k", prefix="a", after="a\x1f1")] == [
        "a\x1f2",
        "ab",
    ]
    assert state.delete_many(SCOPE, "k", ["a", "b", "missing"]) == 2


def test_a_transaction_is_all_or_nothing(state: State) -> None:
    with pytest.raises(ValueError, match="stop"), state.transaction():
        state.put(SCOPE, "k", "a", {})
        assert state.get(SCOPE, "k", "a") == {}
        raise ValueError("stop")
    assert state.list(SCOPE, "k") == []


def test_an_inner_transaction_that_fails_is_undone_alone(state: State) -> None:
    with state.transaction():
        state.put(SCOPE, "k", "outer", {})
        with pytest.raises(ValueError, match="stop"), state.transaction():
            state.put(SCOPE, "k", "inner", {})
            raise ValueError("stop")
    assert state.list(SCOPE, "k") == [("outer", {})]


def test_others_see_a_transaction_only_when_it_is_done(state: State) -> None:
    seen: list[object] = []

    def look() -> None:
        seen.append(state.get(SCOPE, "k", "a"))

    with state.transaction():
        state.put(SCOPE, "k", "a", {})
        thread = threading.Thread(target=look)
        thread.start()
        thread.join()
    look()
    assert seen == [None, {}]


def test_threads_do_not_lose_each_others_writes(state: State) -> None:
    def count() -> None:
        for _ in range(25):
            with state.transaction():
                now = state.get(SCOPE, "k", "n") or {"n": 0}
                state.put(SCOPE, "k", "n", {"n": now["n"] + 1})

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert state.get(SCOPE, "k", "n") == {"n": 100}


def test_documents_outlive_the_process(state: State, tmp_path: Path) -> None:
    state.put(SCOPE, "k", "a", {"x": 1})
    other = State(tmp_path / "state.db")  # as a new process after a kill: nothing was closed
    assert other.get(SCOPE, "k", "a") == {"x": 1}
    other.close()


def test_a_snapshot_sees_one_moment_while_others_write(state: State) -> None:
    state.put(SCOPE, "k", "a", {"n": 1})
    with state.snapshot():
        assert state.get(SCOPE, "k", "a") == {"n": 1}
        writer = threading.Thread(target=state.put_many, args=(SCOPE, "k", {"a": {}, "b": {}}))
        writer.start()
        writer.join()
        with state.snapshot():
            assert state.list(SCOPE, "k") == [("a", {"n": 1})]
    assert state.list(SCOPE, "k") == [("a", {}), ("b", {})]
