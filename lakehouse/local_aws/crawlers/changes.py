"""What a crawl changed in the catalog, counted: for its log, its record and the metrics.

Plain data. Writing the changes belongs to `publish`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Action = Literal["ADD", "UPDATE", "DELETE"]


@dataclass
class Changes:
    """Names of the tables, and number of the partitions, by what was done to them."""

    tables: dict[Action, list[str]] = field(default_factory=dict)
    partitions: dict[Action, int] = field(default_factory=dict)

    def table(self, action: Action, name: str) -> None:
        """Note what was done to a table; doing the same again counts once."""
        names = self.tables.setdefault(action, [])
        if name not in names:
            names.append(name)

    def partition(self, action: Action, count: int) -> None:
        """Note what was done to so many partitions."""
        if count:
            self.partitions[action] = self.partitions.get(action, 0) + count

    def counts(self) -> Mapping[str, Mapping[str, int]]:
        """Return the run summary: {"PARTITION": {"ADD": 365}, "TABLE": {"ADD": 1}}."""
        tables: dict[str, int] = {action: len(names) for action, names in self.tables.items()}
        partitions: dict[str, int] = dict(self.partitions.items())
        summary = {"PARTITION": partitions, "TABLE": tables}
        return {kind: counts for kind, counts in summary.items() if counts}
