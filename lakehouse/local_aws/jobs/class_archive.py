"""The JVM's class archive (AppCDS) that makes Spark start in a third of the time.

When a Spark job has ended and there is no archive, a background process of lowest priority makes
one, in a minute or two: it runs Spark to see which classes jobs load, then dumps these (150 MB). It
lies in the user's cache, for all data directories; another version of Java or Spark has another
one. Nothing depends on it: without one, or with an unfit one, the JVM starts as ever.
"""

import fcntl
import hashlib
import logging
import os
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from lakehouse.local_aws.jobs.class_training import TrainingFailed, record_classes
from lakehouse.local_aws.jobs.java import JAVA_HOME, SPARK_HOME, SPARK_VERSION, java_command

_PLACES = (JAVA_HOME, SPARK_HOME / "jars")
KEPT_DAYS = 30  # of archives of other environments that nobody uses any more
PATIENCE = 86_400.0  # seconds after a failure before anybody tries again
_DAY = 86_400
Record = Callable[[Path, threading.Event], None]
"""(list to write, set to give up)"""
logger = logging.getLogger(__name__)


def cache_folder() -> Path:
    """`lakehouse/spark-classes` in the user's cache folder."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "lakehouse" / "spark-classes"


class BuildFailed(Exception):
    """The archive could not be made; the message says why."""


class ClassArchive:
    """The archive of this environment's Java and Spark, in a folder shared by all servers.

    `record` writes the list of classes; it may raise TrainingFailed.
    """

    def __init__(self, folder: Path, record: Record = record_classes) -> None:
        self._folder = folder
        self._record = record
        self.path = folder / f"{environment_key(SPARK_VERSION, _PLACES)}.jsa"
        self._failure = self.path.with_suffix(".failed")
        self._stop = threading.Event()
        self._builder: threading.Thread | None = None
        self._lock = threading.Lock()

    def options(self) -> list[str]:
        """JVM options of a job: with the archive, if there is one."""
        if not self.path.exists():
            return []
        os.utime(self.path)
        return ["-Xshare:auto", f"-XX:SharedArchiveFile={self.path}", "-Xlog:disable"]

    def build_later(self) -> None:
        """Build the archive in the background, if there is none and nothing speaks against it."""
        with self._lock:
            if self._builder is None and not self._stop.is_set() and self._is_wanted():
                self._builder = threading.Thread(
                    target=self._build_logged, name="spark-classes", daemon=True
                )
                self._builder.start()

    def build(self) -> bool:
        """Build the archive; False if somebody else does or has. Raises BuildFailed."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with _locked(self._folder / "lock") as mine:
            if not mine or self.path.exists():
                return False
            with tempfile.TemporaryDirectory(dir=self._folder) as folder:
                made = self._made(Path(folder))
                made.replace(self.path)
            self._failure.unlink(missing_ok=True)
            _remove_unused(self._folder)
            return True

    def close(self) -> None:
        """Give up building."""
        with self._lock:
            self._stop.set()
        if self._builder is not None:
            self._builder.join()

    def _is_wanted(self) -> bool:
        if self.path.exists():
            return False
        try:
            return time.time() - self._failure.stat().st_mtime > PATIENCE
        except FileNotFoundError:
            return True

    def _build_logged(self) -> None:
        """Build; a failure is told once, and jobs go on without an archive."""
        try:
            self.build()
        except (OSError, BuildFailed) as error:
            if self._stop.is_set():
                return
            logger.warning("Spark jobs start slowly: no class archive was made: %s", error)
            try:
                self._failure.write_text(str(error), encoding="utf-8")
            except OSError as unwritable:  # a full or read-only cache, which the warning tells
                logger.debug("%s", unwritable)

    def _made(self, folder: Path) -> Path:
        classes, made = folder / "classes.lst", folder / "classes.jsa"
        try:
            self._record(classes, self._stop)
        except TrainingFailed as error:
            raise BuildFailed(f"recording classes failed: {error}") from error
        output = self._run(_dump_command(classes, made))
        if not made.exists():
            raise BuildFailed(f"dumping classes failed: {output[-500:]}")
        return made

    def _run(self, command: list[str]) -> str:
        """What a command says; it is killed when the archive is closed."""
        with tempfile.TemporaryFile() as said:
            child = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT
            )
            while child.poll() is None:
                if self._stop.wait(0.1):
                    child.kill()
                    child.wait()
            said.seek(0)
            return said.read().decode(errors="replace")


def _dump_command(class_list: Path, target: Path) -> list[str]:
    nice = shutil.which("nice")
    return [
        *([nice, "-n", "19"] if nice else []),
        *java_command(),
        "-Xshare:dump",
        "-Xlog:disable",
        "-Xlog:all=error",
        f"-XX:SharedClassListFile={class_list}",
        f"-XX:SharedArchiveFile={target}",
    ]


def environment_key(version: str, places: Sequence[Path]) -> str:
    """Changes with the version of Spark, and with places and times of what it consists of."""
    parts = [f"{place}{place.stat().st_mtime_ns}" for place in places]
    text = "\n".join([version, *java_command(), *parts])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _remove_unused(folder: Path) -> None:
    oldest = time.time() - KEPT_DAYS * _DAY
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
