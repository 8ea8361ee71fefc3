"""A few rows to look at: some of the clean table, one rejected row for each reason and day.

One query each, whatever the number of days. Totals and groups of the metrics tables are read in
`metrics_reader`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lakehouse.aws.athena import Athena
from lakehouse.source import LogSource
from lakehouse.source_fields import PARTITION_KEY
from lakehouse.sql import clean_sample, rejected_examples

Row = dict[str, str | None]
TEXT_SHOWN = 300  # characters of a raw line


@dataclass(frozen=True)
class Rejected:
    """One row that was rejected for a reason: the beginning of its line, and its file."""

    raw_text: str
    file: str


@dataclass(frozen=True)
class Samples:
    """Reads rows of a source's tables through Athena."""

    athena: Athena

    def clean_rows(self, source: LogSource, day: str, limit: int) -> list[Row]:
        """Some rows of a day; reads of that day only."""
        sql = clean_sample(source, self.athena.database, day, limit)
        return self.athena.query(sql).records()

    def rejected(self, source: LogSource, days: Iterable[str]) -> dict[str, Mapping[str, Rejected]]:
        """Day -> reason -> an example."""
        found: dict[str, dict[str, Rejected]] = {}
        sql = rejected_examples(source, self.athena.database, days)
        for row in self.athena.query(sql).records():
            example = Rejected((row["raw_text"] or "")[:TEXT_SHOWN], row["file"] or "")
            found.setdefault(str(row[PARTITION_KEY]), {})[str(row["reason"])] = example
        return dict(found)
