import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from lakehouse.local_aws.jobs.output import Folder, SparkFolders, changed_folders
from lakehouse.local_aws.objects.rows import ObjectTable, StoredObject
from lakehouse.local_aws.objects.store import ObjectStore

NOW = 1_800_000_000.0
OLD, NEW = NOW - 100, NOW + 1


def files(root: Path, times: dict[str, float]) -> None:
    """Files with a time; each folder gets the newest time of what is directly in it."""
    for name in times:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name)
    folders: dict[Path, float] = {}
    for name, stamp in times.items():
        os.utime(root / name, (stamp, stamp))
        folder = (root / name).parent
        folders[folder] = max(folders.get(folder, 0.0), stamp)
    for folder in [root, *root.rglob("*")]:
        if folder.is_dir():
            stamp = folders.get(folder, OLD)
            os.utime(folder, (stamp, stamp))


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        ({"a/1": OLD}, []),
        ({"a/1": NEW, "b/1": OLD}, [("a", True)]),
        ({"a/1": NEW, "a/old/1": OLD}, [("a", False)]),
        ({"a/1": NEW, "a/new/1": NEW}, [("a", True)]),
        ({"a/1": OLD, "a/new/1": NEW}, [("a/new", True)]),
        ({"a/1": NEW, "a/_temporary/0/1": NEW}, [("a", False)]),
        ({"1": NEW, "a/1": NEW}, [(".", True)]),
    ],
)
def test_only_changed_folders_are_named(
    tmp_path: Path, times: dict[str, float], expected: list[tuple[str, bool]]
) -> None:
    files(tmp_path, times)
    found = changed_folders(tmp_path, NOW)
    assert list(found) == [Folder(tmp_path / name, whole) for name, whole in expected]


def store_with_job_output(root: Path) -> ObjectStore:
    store = ObjectStore(root)
    store.create_bucket("out")
    store.put("out", "t/gone", b"x")
    folder = store.bucket_dir("out") / "t"
    (folder / "gone").unlink()
    (folder / "part-1").write_text("new")
    (folder / "_temporary" / "0").mkdir(parents=True)
    (folder / "_temporary" / "0" / "part-2").write_text("half")
    return store


def test_rows_become_files_and_unfinished_ones_never_objects(tmp_path: Path) -> None:
    store = store_with_job_output(tmp_path)
    folders = SparkFolders(store, tmp_path / "jobs")
    folders.begin("another")
    folders.take_in_all(0.0)
    folders.remove_unfinished(0.0)
    assert [stored.key for stored in store.list("out")] == ["t/part-1"]
    assert (store.bucket_dir("out") / "t" / "_temporary").exists()
    store.close()


def test_what_a_killed_job_left_unfinished_is_removed(tmp_path: Path) -> None:
    store = store_with_job_output(tmp_path)
    store.put("out", "kept/_temporary/object", b"put through S3")
    folders = SparkFolders(store, tmp_path / "jobs")
    folders.take_in_all(0.0)
    folders.remove_unfinished(0.0)
    assert [stored.key for stored in store.list("out")] == ["kept/_temporary/object", "t/part-1"]
    assert not (store.bucket_dir("out") / "t" / "_temporary").exists()
    store.close()


def test_objects_of_a_folder_that_a_job_removed_are_gone_while_their_neighbours_stay(
    tmp_path: Path,
) -> None:
    store = ObjectStore(tmp_path)
    store.create_bucket("out")
    for key in ("t/day=1/a", "t/day=1/b/c", "t/day=2/a", "t/day=2/a/aside", "t/kept"):
        store.put("out", key, b"x")
    table = store.bucket_dir("out") / "t"
    for folder in (table / "day=2", table):
        os.utime(folder, (OLD, OLD))
    shutil.rmtree(table / "day=1")
    os.utime(table, (NEW, NEW))
    SparkFolders(store, tmp_path / "jobs").take_in_all(NOW)
    keys = [stored.key for stored in store.list("out")]
    assert keys == ["t/day=2/a", "t/day=2/a/aside", "t/kept"]
    store.close()


def test_what_a_job_changed_is_found_beside_a_long_history_without_reading_its_objects(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = ObjectStore(tmp_path)
    store.create_bucket("out")
    for number in range(300):
        store.put("out", f"t/day={number}/a", b"x")
    table = store.bucket_dir("out") / "t"
    for folder in [*table.iterdir(), table]:
        os.utime(folder, (OLD, OLD))
    (table / "day=new").mkdir()
    (table / "day=new" / "part").write_text("new")
    for folder in (table / "day=new", table):
        os.utime(folder, (NEW, NEW))
    read: list[int] = []
    scan = ObjectTable.scan

    def counting(self: ObjectTable, *bounds: Any) -> list[StoredObject]:
        found = scan(self, *bounds)
        read.append(len(found))
        return found

    monkeypatch.setattr(ObjectTable, "scan", counting)
    SparkFolders(store, tmp_path / "jobs").take_in_all(NOW)
    assert sum(read) == 0
    assert [stored.key for stored in store.list("out", "t/day=new/")] == ["t/day=new/part"]
    store.close()


@pytest.mark.parametrize(
    ("prefix", "names"),
    [
        ("", ["a", "a/", "a0", "b", "é/", "\U0001f600/"]),
        ("a/", ["", "1", "1/", "10", "x/"]),
        ("a/1", ["", "/", "0"]),
        ("none", []),
    ],
)
def test_children_are_the_names_up_to_the_next_slash(
    tmp_path: Path, prefix: str, names: list[str]
) -> None:
    store = ObjectStore(tmp_path)
    store.create_bucket("out")
    keys = ["a", "a/", "a/1", "a/1/2", "a/1/3", "a/10", "a/x/y/z", "a/x/\x7f", "a0", "b"]
    for key in [*keys, "é/é", "é/ü", "\U0001f600/1", "\U0001f600/2"]:
        store.put("out", key, b"x")
    assert list(store.children("out", prefix)) == names
    store.close()
