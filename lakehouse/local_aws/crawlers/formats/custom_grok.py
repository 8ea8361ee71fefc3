r"""Custom grok classifiers: the columns of a pattern, and the lines that it matches.

Pure. Named patterns are those of the Athena part's grok, which reads the table later. A field is a
string, or what `%{NUMBER:n:int}` says; `%{USER:UNWANTED}` and patterns without a name are none.

Source: https://docs.aws.amazon.com/glue/latest/dg/custom-classifier.html#custom-classifier-grok
(checked 2026-11). What certainty a partial match has is not documented: here the share of lines,
and nine in ten are taken for certain, as with the built-in logs.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from lakehouse.local_aws.athena.errors import QueryError
from lakehouse.local_aws.athena.grok import PATTERNS, compile_grok
from lakehouse.local_aws.crawlers.formats.certainty import Classified
from lakehouse.local_aws.crawlers.formats.sample import FileSample
from lakehouse.local_aws.crawlers.formats.schema import FileSchema, Grok
from lakehouse.local_aws.crawlers.formats.types import Column

_CERTAIN = 0.9
_LINES = 1000
_DEEPEST = 20
_UNWANTED = "UNWANTED"
_REFERENCE = re.compile(r"%\{(\w+)(?::(\w+))?(?::(\w+))?\}")
_TYPES: Mapping[str, str] = {
    "byte": "tinyint",
    "short": "smallint",
    "int": "int",
    "long": "bigint",
    "float": "float",
    "double": "double",
    "boolean": "boolean",
    "string": "string",
}


@dataclass(frozen=True)
class GrokClassifier:
    """A grok classifier as its owner defined it. `custom_patterns` holds one a line."""

    classification: str
    pattern: str
    custom_patterns: str = ""

    def classify(self, sample: FileSample) -> Classified | None:
        """Return the schema of a text whose lines the pattern matches, None if it matches none."""
        compiled, _ = compile_grok(self.pattern, self.custom_patterns)
        lines = [line for line in sample.lines if line.strip()]
        head = lines[:_LINES]
        hits = sum(1 for line in head if compiled.search(line))
        if not hits:
            return None
        schema = FileSchema(
            self.classification,
            grok_columns(self.pattern, self.custom_patterns),
            compression=sample.compression,
            details=Grok(self.pattern, self.custom_patterns),
            records=sample.estimated(len(lines)),
            bytes=sample.estimated(len(sample.data)),
        )
        share = hits / len(head)
        return Classified(schema, 1.0 if share >= _CERTAIN else share)


def checked_pattern(pattern: str, custom_patterns: str) -> None:
    """Check that a pattern and all that it refers to can be read. Raises ValueError."""
    try:
        compile_grok(pattern, custom_patterns)
    except (QueryError, re.error) as error:
        raise ValueError(f"The grok pattern {pattern} cannot be read: {error}") from error
    for _, _, type_ in _REFERENCE.findall(pattern):
        if type_ and type_ not in _TYPES:
            raise ValueError(f"{type_} is not a data type of grok patterns.")


def grok_columns(pattern: str, custom_patterns: str = "") -> tuple[Column, ...]:
    """Return the named fields of a pattern and of those it refers to, in order, as columns."""
    known = dict(PATTERNS)
    for line in custom_patterns.splitlines():
        name, _, body = line.strip().partition(" ")
        known[name] = body.strip()
    found: dict[str, str] = {}
    _collect(pattern, known, found, 0)
    return tuple(Column(name, type_) for name, type_ in found.items())


def _collect(pattern: str, known: Mapping[str, str], found: dict[str, str], depth: int) -> None:
    for name, label, type_ in _REFERENCE.findall(pattern):
        if label and label != _UNWANTED:
            found.setdefault(label.lower(), _TYPES[type_] if type_ else "string")
        if depth < _DEEPEST:
            _collect(known.get(name, ""), known, found, depth + 1)
