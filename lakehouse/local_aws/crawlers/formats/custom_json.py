"""Custom JSON classifiers: the records are what a JSON path leads to.

Pure. Objects give a column for each field, other values one column `record`.

Source: https://docs.aws.amazon.com/glue/latest/dg/custom-classifier.html#custom-classifier-json
(checked 2026-11).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lakehouse.local_aws.crawlers.formats.certainty import Classified
from lakehouse.local_aws.crawlers.formats.json_path import Step, parse_path, values_at
from lakehouse.local_aws.crawlers.formats.json_text import (
    Broken,
    array_elements,
    common_type,
    json_values,
    object_schema,
    value_schema,
)
from lakehouse.local_aws.crawlers.formats.sample import FileSample

_ELEMENTS = (Step(None),)


@dataclass(frozen=True)
class JsonClassifier:
    """A JSON classifier as its owner defined it."""

    json_path: str

    @property
    def classification(self) -> str:
        """The classification of all JSON classifiers."""
        return "json"

    def classify(self, sample: FileSample) -> Classified | None:
        """Return the schema of what the path leads to, None if that is nothing."""
        found = list(self._found(sample))
        if not found:
            return None
        objects = [value for value in found if isinstance(value, dict)]
        if len(objects) == len(found):
            return Classified(object_schema(sample, objects, self.json_path), 1.0)
        columns = {"record": common_type(found)}
        schema = value_schema(sample, columns, ("record",), len(found), self.json_path)
        return Classified(schema, 1.0)

    def _found(self, sample: FileSample) -> Iterator[Any]:
        """Yield what the path leads to in every value of the text.

        A text that is one array may be cut off: its elements are decoded one by one.
        """
        steps = parse_path(self.json_path)
        if sample.text.lstrip().startswith("["):
            if steps[:1] != _ELEMENTS:
                return
            values, steps = array_elements(sample.text), steps[1:]
        else:
            values = json_values(sample.text, cut=sample.share < 1.0)
        for value in values:
            if not isinstance(value, Broken):
                yield from values_at(value, steps)
