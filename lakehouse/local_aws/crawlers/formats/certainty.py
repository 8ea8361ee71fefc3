"""How certain a classifier is of a file: what every custom classifier answers.

Source: https://docs.aws.amazon.com/glue/latest/dg/add-classifier.html (checked 2026-11).
"""

from dataclasses import dataclass
from typing import Protocol

from lakehouse.local_aws.crawlers.formats.sample import FileSample
from lakehouse.local_aws.crawlers.formats.schema import FileSchema


@dataclass(frozen=True)
class Classified:
    """A schema and the certainty of it, above 0 and at most 1."""

    schema: FileSchema
    certainty: float


class CustomClassifier(Protocol):
    """A classifier that a user defined."""

    @property
    def classification(self) -> str:
        """The classification that it gives, and whose built-in classifier it takes the place of."""

    def classify(self, sample: FileSample) -> Classified | None:
        """Return the schema of a file that it recognizes, None for another."""
