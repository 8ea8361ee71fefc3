"""Which folders of a target a crawl reads: all that changed, the new ones, or what events name.

Belongs here: the three recrawl behaviours, each a way from what the crawler remembers to what it
knows now. Reading is in `scan`, remembering in `memory`.

Source: https://docs.aws.amazon.com/glue/latest/dg/incremental-crawls.html and
crawler-s3-event-notifications.html (checked 2026-11).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from lakehouse.local_aws.crawlers.layout import Leaf, Parts
from lakehouse.local_aws.crawlers.memory import Folders, Remembered
from lakehouse.local_aws.crawlers.scan import Folder, Scanner
from lakehouse.local_aws.crawlers.targets import Target


@dataclass(frozen=True)
class Look:
    """What a look at a target came to: its folders before and now, and those that were read."""

    target: Target
    before: Folders
    now: Folders
    read: frozenset[Parts]

    def leaves(self, known: bool = True) -> list[Leaf]:
        """Return the leaves of all folders in path order, or of those read in this crawl alone."""
        return [
            leaf
            for path in sorted(self.now)
            if known or path in self.read
            for leaf in self.now[path].leaves
        ]

    def without(self, leaves: Iterable[Leaf]) -> "Look":
        """Return the same with some leaves forgotten, as if their folders held nothing."""
        paths = {leaf.path[:-1] if leaf.is_file else leaf.path for leaf in leaves}
        emptied = {path: replace(self.now[path], leaves=()) for path in paths}
        return replace(self, now={**self.now, **emptied})

    def leaves_before(self) -> list[Leaf]:
        """Return the leaves as they were before this crawl."""
        return [leaf for path in sorted(self.before) for leaf in self.before[path].leaves]


def look_at_everything(scanner: Scanner, target: Target, before: Folders) -> Look:
    """List the whole target; read the folders that are not as they were."""
    return _looked(scanner, target, before, {}, scanner.folders(target.area))


def look_at_new_folders(scanner: Scanner, target: Target, before: Folders) -> Look:
    """List the whole target; read the folders that were not there. The others stay as they were."""
    listed = scanner.folders(target.area)
    new = {path: folder for path, folder in listed.items() if path not in before}
    return _looked(scanner, target, before, before, new)


def look_at_folders(
    scanner: Scanner, target: Target, before: Folders, paths: Iterable[Parts]
) -> Look:
    """List some folders alone; read those that changed. The others stay as they were."""
    wanted = set(paths)
    others = {path: folder for path, folder in before.items() if path not in wanted}
    return _looked(scanner, target, before, others, scanner.touched(target.area, sorted(wanted)))


def _looked(
    scanner: Scanner,
    target: Target,
    before: Folders,
    others: Folders,
    listed: Mapping[Parts, Folder],
) -> Look:
    changed = [folder for path, folder in listed.items() if not _same(before.get(path), folder)]
    leaves = scanner.leaves(target.area, changed)
    read = {
        folder.path: Remembered(folder.fingerprint, tuple(leaves[folder.path]))
        for folder in changed
    }
    same = {path: before[path] for path in listed if path not in read}
    return Look(target, before, {**others, **same, **read}, frozenset(read))


def _same(remembered: Remembered | None, folder: Folder) -> bool:
    return remembered is not None and remembered.fingerprint == folder.fingerprint
