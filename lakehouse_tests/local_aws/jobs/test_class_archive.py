import fcntl
import logging
import os
import subprocess
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from lakehouse.local_aws.jobs.class_archive import (
    PATIENCE,
    BuildFailed,
    ClassArchive,
    cache_folder,
    environment_key,
)
from lakehouse.local_aws.jobs.class_training import TrainingFailed
from lakehouse.local_aws.jobs.java import java_command

CLASSES = "java/lang/Object\njava/lang/String\norg/apache/spark/SparkConf\n"


def record_few(class_list: Path, _stop: threading.Event) -> None:
    class_list.write_text(CLASSES)


def fail(_list: Path, _stop: threading.Event) -> None:
    raise TrainingFailed("exit code 1: no space left")


def wait_until(done: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def test_the_cache_is_the_users(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/cache")
    assert cache_folder() == Path("/cache/lakehouse/spark-classes")


def test_without_an_archive_java_starts_as_ever(tmp_path: Path) -> None:
    assert ClassArchive(tmp_path).options() == []


@pytest.mark.spark
def test_an_archive_is_built_once_by_many_and_fits(tmp_path: Path) -> None:
    archives = [ClassArchive(tmp_path, record_few) for _ in range(4)]
    with ThreadPoolExecutor() as pool:
        built = list(pool.map(lambda archive: archive.build(), archives))
    assert sorted(built) == [False, False, False, True]
    assert not archives[0].build()
    path = archives[0].path
    assert {found.name for found in tmp_path.iterdir()} == {path.name, "lock"}
    options = archives[0].options()
    assert options == ["-Xshare:auto", f"-XX:SharedArchiveFile={path}", "-Xlog:disable"]
    strict = [*java_command(), "-Xshare:on", *options[1:], "-version"]
    assert subprocess.run(strict, capture_output=True).returncode == 0


def test_another_environment_has_another_archive(tmp_path: Path) -> None:
    (tmp_path / "jars").mkdir()
    before = environment_key("3.5.6", [tmp_path / "jars"])
    assert environment_key("3.5.6", [tmp_path / "jars"]) == before
    assert environment_key("3.5.7", [tmp_path / "jars"]) != before
    os.utime(tmp_path / "jars", (1, 1))
    assert environment_key("3.5.6", [tmp_path / "jars"]) != before


def test_nobody_builds_while_another_one_does(tmp_path: Path) -> None:
    with (tmp_path / "lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert not ClassArchive(tmp_path, record_few).build()


def test_a_failure_is_told_once_and_not_repeated_at_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    archive = ClassArchive(tmp_path, fail)
    failure = archive.path.with_suffix(".failed")
    with caplog.at_level(logging.WARNING):
        archive.build_later()
        wait_until(failure.exists)
        archive.build_later()
    assert [record.getMessage() for record in caplog.records] == [
        "Spark jobs start slowly: no class archive was made: recording classes failed: "
        "exit code 1: no space left"
    ]
    calls: list[Path] = []
    again = ClassArchive(tmp_path, lambda path, _stop: calls.append(path))
    again.build_later()
    assert calls == []
    old = time.time() - PATIENCE - 1
    os.utime(failure, (old, old))
    again.build_later()
    wait_until(lambda: len(calls) == 1)
    again.close()


@pytest.mark.spark
def test_what_java_says_is_the_reason(tmp_path: Path) -> None:
    archive = ClassArchive(tmp_path, lambda _list, _stop: None)
    with pytest.raises(BuildFailed, match="dumping classes failed: Error occurred during"):
        archive.build()
    assert list(tmp_path.glob("*.jsa")) == []


def test_a_closed_server_gives_up(tmp_path: Path) -> None:
    begun = threading.Event()

    def record_for_ever(_list: Path, stop: threading.Event) -> None:
        begun.set()
        stop.wait(60)
        raise TrainingFailed("stopped")

    archive = ClassArchive(tmp_path, record_for_ever)
    archive.build_later()
    assert begun.wait(10)
    archive.close()
    assert {found.name for found in tmp_path.iterdir()} == {"lock"}
    archive.build_later()
    assert not archive.path.exists()


@pytest.mark.soak
@pytest.mark.spark
def test_the_real_archive_holds_what_jobs_load(tmp_path: Path) -> None:
    archive = ClassArchive(tmp_path)
    assert archive.build()
    assert archive.path.stat().st_size > 100_000_000
