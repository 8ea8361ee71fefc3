"""What is read while something else works in the buckets' folders."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from lakehouse.local_aws.objects.events import EventName, ObjectEvent
from lakehouse.local_aws.objects.store import ObjectStore


class Writer:
    """Writes into the folder of a bucket as a job does."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store
        self.changes = 0

    def take_in(self, bucket: str, prefix: str) -> None:
        self._store.adopt(bucket, prefix)

    def buckets_changed(self) -> None:
        self.changes += 1


Event = tuple[EventName, str]


@pytest.fixture
def events() -> list[Event]:
    return []


@pytest.fixture
def store(tmp_path: Path, events: list[Event]) -> Iterator[ObjectStore]:
    def tell(event: ObjectEvent) -> None:
        events.append((event.name, event.stored.key))

    store = ObjectStore(tmp_path, tell)
    store.create_bucket("logs")
    yield store
    store.close()


def test_what_is_written_is_an_object_at_the_next_look(
    store: ObjectStore, events: list[Event]
) -> None:
    store.put("logs", "t/old", b"old")
    store.share(Writer(store))
    folder = store.bucket_dir("logs") / "t"
    (folder / "new").write_bytes(b"new")
    found = store.find("logs", "t/new")
    assert found is not None and (found.size, found.etag) == (3, "22af645d1859cb5ca6da0c484f1f37ea")
    (folder / "old").unlink()
    assert store.find("logs", "t/old") is None
    (folder / "third").write_bytes(b"3")
    assert [stored.key for stored in store.list("logs", "t/")] == ["t/new", "t/third"]
    assert events == [
        ("ObjectCreated:Put", "t/old"),
        ("ObjectCreated:Put", "t/new"),
        ("ObjectRemoved:Delete", "t/old"),
        ("ObjectCreated:Put", "t/third"),
    ]


def test_rows_alone_are_the_truth_when_nobody_else_writes(store: ObjectStore) -> None:
    store.share(Writer(store))
    store.share(None)
    (store.bucket_dir("logs") / "new").write_bytes(b"new")
    assert store.find("logs", "new") is None
    assert store.list("logs") == []


def test_a_writer_is_told_of_buckets(store: ObjectStore) -> None:
    writer = Writer(store)
    store.share(writer)
    store.create_bucket("made")
    store.delete_bucket("made")
    assert writer.changes == 2
