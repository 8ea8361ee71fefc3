"""ObjectStore: what is stored, listed, adopted and recovered."""

import hashlib
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lakehouse.local_aws.errors import AwsError
from lakehouse.local_aws.objects.rows import Attributes
from lakehouse.local_aws.objects.store import ObjectStore


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ObjectStore]:
    store = ObjectStore(tmp_path)
    store.create_bucket("logs")
    yield store
    store.close()


def keys(store: ObjectStore, prefix: str = "", start_after: str = "") -> list[str]:
    return [stored.key for stored in store.list("logs", prefix, start_after=start_after)]


def test_an_ordinary_key_is_a_plain_file_that_spark_can_read(store: ObjectStore) -> None:
    key = "logs/event_date=2026-01-01/a b%20ü.csv"
    stored = store.put("logs", key, [b"one,", b"two"], content_type="text/csv", metadata={"a": "b"})
    assert stored == store.get("logs", key)
    assert stored.path == store.bucket_dir("logs") / key
    assert stored.path.read_bytes() == b"one,two"
    assert (stored.size, stored.content_type, stored.metadata) == (7, "text/csv", {"a": "b"})
    assert stored.etag == hashlib.md5(b"one,two").hexdigest()


HARD_KEYS = [
    "..",
    "../../etc/passwd",
    "a/../b",
    "/absolute",
    "a//b",
    "a/",
    ".",
    "nul\0",
    "x" * 256,
    "x" * 1024,
    "ü" * 512,
    "a/" * 512,
    "🦆/🦆",
    "a\nb",
    "-",
    "a\\b",
    "con:aux",
]


@pytest.mark.parametrize("key", HARD_KEYS)
def test_a_hard_key_is_stored_inside_the_root(store: ObjectStore, tmp_path: Path, key: str) -> None:
    stored = store.put("logs", key, b"x")
    assert stored.path.resolve().is_relative_to(tmp_path.resolve())
    assert keys(store) == [key]
    opened, file = store.open("logs", key)
    with file:
        assert (opened, file.read()) == (stored, b"x")
    store.delete("logs", key)
    assert keys(store) == []
    assert not stored.path.exists()


def test_no_symbolic_link_leads_out_of_the_root(store: ObjectStore, tmp_path: Path) -> None:
    outside = tmp_path.parent / f"{tmp_path.name}-outside"
    outside.mkdir()
    (outside / "secret").write_bytes(b"secret")
    (store.bucket_dir("logs") / "link").symlink_to(outside)
    (store.bucket_dir("logs") / "file").symlink_to(outside / "secret")
    for key in ("link/new", "link/secret", "link/deep/er", "file"):
        with pytest.raises(AwsError, match="NoSuchKey"):
            store.open("logs", key)
        stored = store.put("logs", key, b"mine")
        assert stored.path.resolve().is_relative_to(tmp_path.resolve())
        opened, file = store.open("logs", key)
        with file:
            assert (opened, file.read()) == (stored, b"mine")
        store.delete("logs", key)
    assert {path.name: path.read_bytes() for path in outside.iterdir()} == {"secret": b"secret"}
    assert store.adopt("logs") == []


def test_a_file_and_a_folder_of_one_name_live_together(store: ObjectStore) -> None:
    store.put("logs", "a", b"1")
    store.put("logs", "a/b", b"2")
    store.put("logs", "c/d", b"3")
    store.put("logs", "c", b"4")
    contents = {stored.key: stored.path.read_bytes() for stored in store.list("logs")}
    assert contents == {"a": b"1", "a/b": b"2", "c": b"4", "c/d": b"3"}
    store.delete("logs", "a")
    assert store.put("logs", "a/b", b"5").path == store.bucket_dir("logs") / "a" / "b"
    assert len(list((store.files.aside_dir("logs")).iterdir())) == 1


def test_a_deleted_object_leaves_no_empty_folder(store: ObjectStore) -> None:
    store.put("logs", "a/b/c", b"1")
    store.delete("logs", "a/b/c")
    assert list(store.bucket_dir("logs").iterdir()) == []
    store.delete("logs", "a/b/c")


def test_listing_is_in_byte_order_with_prefix_start_and_limit(store: ObjectStore) -> None:
    for key in ("b", "a/2", "a/1", "a", "ä", "Z", "\U0010ffff"):
        store.put("logs", key, b"")
    assert keys(store) == ["Z", "a", "a/1", "a/2", "b", "ä", "\U0010ffff"]
    assert keys(store, prefix="a/") == ["a/1", "a/2"]
    assert keys(store, prefix="a", start_after="a/1") == ["a/2"]
    assert [stored.key for stored in store.list("logs", limit=2)] == ["Z", "a"]


ERRORS = [
    ("get", ("logs", "missing"), "NoSuchKey"),
    ("get", ("other", "missing"), "NoSuchBucket"),
    ("put", ("other", "key", b""), "NoSuchBucket"),
    ("put", ("logs", "x" * 1025, b""), "KeyTooLongError"),
    ("delete", ("other", "key"), "NoSuchBucket"),
    ("list", ("other",), "NoSuchBucket"),
    ("adopt", ("other",), "NoSuchBucket"),
    ("delete_bucket", ("other",), "NoSuchBucket"),
    ("create_bucket", ("logs",), "BucketAlreadyOwnedByYou"),
    ("create_bucket", ("logs", "999999999999"), "BucketAlreadyExists"),
    ("create_bucket", ("..",), "InvalidBucketName"),
    ("create_bucket", ("a..b",), "InvalidBucketName"),
    ("create_bucket", ("a/b",), "InvalidBucketName"),
]


@pytest.mark.parametrize(("method", "arguments", "code"), ERRORS)
def test_errors_carry_the_codes_of_s3(
    store: ObjectStore, method: str, arguments: tuple[str, ...], code: str
) -> None:
    with pytest.raises(AwsError) as caught:
        getattr(store, method)(*arguments)
    assert caught.value.code == code


def test_tags_are_replaced_without_touching_the_object(store: ObjectStore, tmp_path: Path) -> None:
    attributes = Attributes(tags={"a": "1"}, part_sizes=(1, 0), part_checksums=("x", "y"))
    put = store.publish(store.stage(b"1"), "logs", "a", attributes)
    assert (put.tags, put.part_checksums) == ({"a": "1"}, ("x", "y"))
    store.set_tags("logs", "a", {"b": "2"})
    assert store.get("logs", "a") == replace(put, tags={"b": "2"})
    with pytest.raises(AwsError, match="NoSuchKey"):
        store.set_tags("logs", "missing", {})
    store.close()
    again = ObjectStore(tmp_path)
    assert again.get("logs", "a").tags == {"b": "2"}
    again.close()


def test_rows_of_earlier_versions_have_no_tags(store: ObjectStore) -> None:
    put = store.put("logs", "a", b"1")
    with store.database.transaction() as connection:
        connection.execute(
            "UPDATE objects SET extra = json_remove(extra, '$.tags', '$.part_checksums')"
        )
    assert store.get("logs", "a") == put


def test_a_body_that_breaks_off_leaves_the_old_object(store: ObjectStore, tmp_path: Path) -> None:
    def broken() -> Iterator[bytes]:
        yield b"half"
        raise ConnectionError

    store.put("logs", "a", b"old")
    with pytest.raises(ConnectionError):
        store.put("logs", "a", broken())
    assert store.get("logs", "a").path.read_bytes() == b"old"
    assert [p for p in (tmp_path / "tmp").rglob("*") if p.is_file()] == []


def test_an_open_object_stays_itself_while_it_is_overwritten(store: ObjectStore) -> None:
    store.put("logs", "a", b"old")
    opened, file = store.open("logs", "a")
    store.put("logs", "a", b"newer")
    with file:
        assert (opened.size, file.read()) == (3, b"old")


def test_only_an_empty_bucket_can_be_deleted(store: ObjectStore) -> None:
    store.put("logs", "a", b"")
    with pytest.raises(AwsError, match="BucketNotEmpty"):
        store.delete_bucket("logs")
    store.delete("logs", "a")
    (store.bucket_dir("logs") / "written-by-a-job").write_bytes(b"")
    with pytest.raises(AwsError, match="BucketNotEmpty"):
        store.delete_bucket("logs")
    (store.bucket_dir("logs") / "written-by-a-job").unlink()
    store.delete_bucket("logs")
    assert store.buckets() == []


def test_adopt_takes_in_what_a_job_wrote_changed_and_deleted(store: ObjectStore) -> None:
    for key in ("kept", "changed", "gone", "t/gone too", "aside/"):
        store.put("logs", key, key.encode(), content_type="text/plain")
    kept = store.get("logs", "kept")
    folder = store.bucket_dir("logs")
    (folder / "changed").write_bytes(b"by the job")
    (folder / "gone").unlink()
    (folder / "t" / "gone too").unlink()
    (folder / "out" / "_temporary").mkdir(parents=True)
    (folder / "out" / "_temporary" / ".part.crc").write_bytes(b"crc")
    (folder / "link").symlink_to("/etc/passwd")
    taken = store.adopt("logs")
    assert [(stored.key, stored.size) for stored in taken] == [
        ("changed", 10),
        ("out/_temporary/.part.crc", 3),
    ]
    assert keys(store) == ["aside/", "changed", "kept", "out/_temporary/.part.crc"]
    changed = store.get("logs", "changed")
    assert changed.etag == hashlib.md5(b"by the job").hexdigest()
    assert store.get("logs", "kept") == kept
    assert store.adopt("logs") == []


def test_adopt_of_a_prefix_leaves_the_rest_alone(store: ObjectStore) -> None:
    store.put("logs", "a/1", b"")
    store.put("logs", "b/1", b"")
    (store.bucket_dir("logs") / "a" / "1").unlink()
    (store.bucket_dir("logs") / "b" / "1").unlink()
    (store.bucket_dir("logs") / "b" / "2").write_bytes(b"")
    store.adopt("logs", "b/")
    assert keys(store) == ["a/1", "b/2"]


def test_opening_takes_in_what_a_job_did_to_the_file(store: ObjectStore) -> None:
    store.put("logs", "changed", b"1")
    store.put("logs", "gone", b"1")
    (store.bucket_dir("logs") / "changed").write_bytes(b"22")
    (store.bucket_dir("logs") / "gone").unlink()
    opened, file = store.open("logs", "changed")
    with file:
        assert (opened.size, file.read()) == (2, b"22")
    with pytest.raises(AwsError, match="NoSuchKey"):
        store.open("logs", "gone")


def test_a_start_finishes_what_a_kill_interrupted(store: ObjectStore, tmp_path: Path) -> None:
    for key in ("replaced", "deleted", "aside", "aside/under"):
        store.put("logs", key, b"old")
    table, files = store._table, store.files
    moved, unmoved = (store.stage(body) for body in (b"moved", b"unmoved"))
    table.put(
        store._placing.object_of(moved, "logs", "replaced", Attributes(content_type="text/csv"))
    )
    assert unmoved.path.exists()  # killed before its row was written
    table.intend_delete(store.get("logs", "deleted"))  # killed before the file went
    store.delete("logs", "aside")
    plain = store.stage(b"plain")
    new = store._placing.object_of(plain, "logs", "aside/under", Attributes())
    table.put(new, instead_of=store.get("logs", "aside/under"))
    files.place(plain.file, new.file)  # killed before the file beside was removed
    store.close()

    again = ObjectStore(tmp_path)
    found = {stored.key: stored.path.read_bytes() for stored in again.list("logs")}
    assert found == {"aside/under": b"plain", "replaced": b"moved"}
    assert again.get("logs", "replaced").content_type == "text/csv"
    assert again.adopt("logs") == []
    assert [p for p in (tmp_path / "tmp").rglob("*") if p.is_file()] == []
    assert list(files.aside_dir("logs").iterdir()) == []
    assert again._table.pending_deletes() == []
    again.close()


@pytest.mark.soak
def test_a_kill_at_any_step_leaves_all_that_was_acknowledged(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "lakehouse_tests.local_aws.objects.crash_points"]
    ended = subprocess.run([*command, str(tmp_path)], capture_output=True, text=True, check=False)
    assert ended.stderr == ""
    assert int(ended.stdout) > 100  # steps at which it was killed


@pytest.mark.slow
def test_a_reader_finds_the_file_of_every_row_it_sees(store: ObjectStore) -> None:
    """Rows are written before files are moved: who reads in between waits for the file."""
    metadata = {"number": "0"}
    store.put("logs", "a", b"0", metadata=metadata)
    done = threading.Event()
    wrong: list[object] = []

    def read() -> None:
        while not done.is_set():
            stored, file = store.open("logs", "a")
            with file:
                if file.read() != stored.metadata["number"].encode():
                    wrong.append(stored)
            wrong.extend(item for item in store.list("logs") if not item.path.exists())

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(300):
        store.put("logs", "a", str(number).encode(), metadata={"number": str(number)})
        store.put("logs", f"new/{number}", b"")
    done.set()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert store.get("logs", "a").metadata == {"number": "299"}


parts = st.sampled_from(["", ".", "..", "a", "b", "ab", "x" * 256, "%2F", "ü", "\0", " ", "\x7f"])
hard_keys = st.lists(parts, min_size=1, max_size=4).map("/".join).filter(bool)
steps = st.lists(
    st.tuples(st.sampled_from(["put", "put", "delete"]), hard_keys, st.binary(max_size=3)),
    max_size=25,
)


@settings(deadline=None, max_examples=60)
@given(steps)
def test_a_store_is_a_sorted_dict_whatever_the_keys(actions: list[tuple[str, str, bytes]]) -> None:
    model: dict[str, bytes] = {}
    with tempfile.TemporaryDirectory() as folder:
        store = ObjectStore(Path(folder))
        store.create_bucket("logs")
        for action, key, body in actions:
            if action == "put":
                store.put("logs", key, body)
                model[key] = body
            else:
                store.delete("logs", key)
                model.pop(key, None)
        store.adopt("logs")
        found = [(stored.key, stored.path.read_bytes()) for stored in store.list("logs")]
        store.close()
    assert found == sorted(model.items(), key=lambda item: item[0].encode())
