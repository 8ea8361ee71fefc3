"""Kill a process at every system call that changes something; look what the next one finds.

`python -m lakehouse_tests.local_aws.objects.crash_points FOLDER` runs the same operations again and
again, each time killed (SIGKILL) before the next one of the calls in `STEPS`, until it gets to the
end. After each kill the store is opened again and must hold, whole, what was acknowledged; of the
operation that was under way, all or nothing. Prints how often it killed.
"""

import functools
import os
import shutil
import signal
import sys
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from lakehouse.local_aws.errors import AwsError
from lakehouse.local_aws.objects.files import StagedFile
from lakehouse.local_aws.objects.rows import Attributes
from lakehouse.local_aws.objects.store import ObjectStore
from lakehouse.local_aws.s3.body import Upload
from lakehouse.local_aws.s3.uploads import Uploads

STEPS = {"open", "write", "replace", "rename", "unlink", "remove", "rmdir", "mkdir", "execute"}
BUCKET = "logs"
Contents = dict[str, str]
"""Key -> what its object says of itself, in bytes and metadata alike."""
Operation = tuple[Callable[[ObjectStore, Uploads], object], Contents]
"""What is done, and what the store holds after it."""


def operations() -> Iterator[Operation]:
    """Overwriting, keys that cannot be paths, folders that come and go, a multipart upload."""
    held: Contents = {}
    for key, text in [
        ("a", "1"),
        ("a", "2"),
        ("b/c", "3"),
        ("b", "4"),  # beside: b is a folder
        ("b/../x", "5"),
        ("b/c", None),
        ("b", "6"),  # to its own place: b is no folder any more
        ("b/c", "7"),  # beside: b is a file
        ("b", None),
        ("b/c", "8"),
        ("a", None),
        ("b/../x", None),
    ]:
        if text is None:
            held = {other: known for other, known in held.items() if other != key}
            yield functools.partial(delete, key), held
        else:
            held = {**held, key: text}
            yield functools.partial(put, key, text), held
    yield multipart, {**held, "big": "part 1;part 2"}


def delete(key: str, objects: ObjectStore, _uploads: Uploads) -> None:
    objects.delete(BUCKET, key)


def put(key: str, text: str, objects: ObjectStore, _uploads: Uploads) -> None:
    objects.put(BUCKET, key, text.encode(), metadata={"text": text})


def multipart(objects: ObjectStore, uploads: Uploads) -> None:
    said = Attributes(metadata={"text": "part 1;part 2"})
    upload = uploads.create(BUCKET, "big", said, "", "FULL_OBJECT")
    for number, text in [(1, "part 9"), (1, "part 1;"), (2, "part 2")]:
        uploads.put_part(upload, number, Upload(staged(objects, text), {}))
    composed, attributes = uploads.compose(upload, uploads.parts(upload))
    objects.publish(composed, BUCKET, "big", attributes)
    uploads.remove(upload)


def staged(objects: ObjectStore, text: str) -> StagedFile:
    return objects.stage(text.encode())


def run(folder: Path, report: int, last: int) -> None:
    """Do all operations, reporting each that is done; killed before step number `last`."""
    objects = ObjectStore(folder)
    uploads = Uploads(objects)
    count = 0

    def watch(_frame: types.FrameType, event: str, argument: Any) -> None:
        nonlocal count
        if event == "c_call" and argument.__name__ in STEPS:
            count += 1
            if count > last:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(watch)
    for operation, _ in operations():
        operation(objects, uploads)
        sys.setprofile(None)
        os.write(report, b".")
        sys.setprofile(watch)
    sys.setprofile(None)


def killed_at(folder: Path, last: int) -> tuple[int, bool]:
    """How many operations were acknowledged, and whether all were done without a kill."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            run(folder, writer, last)
            code = 0
        finally:
            os._exit(code)
    os.close(writer)
    _, status = os.waitpid(child, 0)
    with os.fdopen(reader, "rb") as reported:
        done = len(reported.read())
    killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    if not killed and status != 0:
        raise RuntimeError(f"the operations failed before step {last}: {status}")
    return done, not killed


def found(objects: ObjectStore) -> Contents:
    """What the store holds; bytes and metadata must say the same."""
    contents = {}
    for stored in objects.list(BUCKET):
        opened, file = objects.open(BUCKET, stored.key)
        with file:
            text = file.read().decode()
        if text != opened.metadata.get("text"):
            raise AssertionError(f"{stored.key}: {text!r} with {opened.metadata}")
        contents[stored.key] = text
    return contents


def strays(objects: ObjectStore, uploads: Uploads) -> list[Path]:
    """Files that belong to nothing."""
    root = objects.files.root
    belonging = {stored.path for stored in objects.list(BUCKET)}
    belonging |= {part.path for upload in uploads.list(BUCKET) for part in uploads.parts(upload)}
    kept = [
        path
        for name in ("objects", "objects-aside", "parts", "tmp")
        for path in (root / name).rglob("*")
    ]
    return [path for path in kept if path.is_file() and path not in belonging]


def check(folder: Path, done: int) -> None:
    """Open the store as a new server does, and compare."""
    states: list[Contents] = [{}, *(after for _, after in operations())]
    objects = ObjectStore(folder)
    uploads = Uploads(objects)
    now = found(objects)
    if now not in states[done : done + 2]:
        raise AssertionError(f"found {now}, expected one of {states[done : done + 2]}")
    left = strays(objects, uploads)
    if left:
        raise AssertionError(f"left: {left}")
    for key in ["a", "b", "b/c"]:  # it goes on working
        objects.put(BUCKET, key, b"again", metadata={"text": "again"})
    if found(objects) != {**now, "a": "again", "b": "again", "b/c": "again"}:
        raise AssertionError(f"then {found(objects)}")
    objects.close()


def main(root: Path) -> int:
    """Kill at every step; how many there are."""
    last, finished = 0, False
    while not finished:
        folder = root / str(last)
        first = ObjectStore(folder)
        first.create_bucket(BUCKET)
        first.close()
        done, finished = killed_at(folder, last)
        try:
            check(folder, done)
        except (AssertionError, AwsError) as error:
            raise AssertionError(
                f"killed before step {last}, {done} operations done: {error}"
            ) from error
        shutil.rmtree(folder)
        last += 1
    return last - 1


if __name__ == "__main__":
    sys.stdout.write(f"{main(Path(sys.argv[1]))}\n")
