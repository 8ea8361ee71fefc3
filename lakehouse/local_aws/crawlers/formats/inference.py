"""Which schema a file has: the custom classifiers in their order, then Glue's built-in ones.

Pure but for what the formats read of a footer.

Source: https://docs.aws.amazon.com/glue/latest/dg/add-classifier.html (checked 2026-11): the first
classifier that is certain wins, else the most certain one; nobody's file is UNKNOWN. BSON, XML, Ion
and Microsoft logs, which Glue has classifiers for, are UNKNOWN here.
https://docs.aws.amazon.com/glue/latest/webapi/API_CreateCrawler.html: a custom classifier takes the
place of the built-in one of its classification.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from lakehouse.local_aws.crawlers.formats.avro import avro_schema
from lakehouse.local_aws.crawlers.formats.certainty import Classified, CustomClassifier
from lakehouse.local_aws.crawlers.formats.delimited import csv_schema
from lakehouse.local_aws.crawlers.formats.json_text import json_schema
from lakehouse.local_aws.crawlers.formats.logs import log_schema
from lakehouse.local_aws.crawlers.formats.parquet import (
    UnreadableFile,
    orc_schema,
    parquet_schema,
    unknown_schema,
)
from lakehouse.local_aws.crawlers.formats.sample import FileSample
from lakehouse.local_aws.crawlers.formats.schema import FileSchema

_BUILT_IN: Mapping[str, Callable[[FileSample], FileSchema | None]] = {
    "avro": avro_schema,
    "orc": orc_schema,
    "parquet": parquet_schema,
    "json": json_schema,
    "logs": log_schema,
    "csv": csv_schema,
}


@dataclass(frozen=True)
class Classification:
    """What became of a file: its schema, and why it could not be read, if so."""

    schema: FileSchema
    problem: str = ""


def classify(sample: FileSample, custom: Sequence[CustomClassifier] = ()) -> Classification:
    """Return the schema of the first certain classifier, else of the most certain, or UNKNOWN's."""
    if sample.problem and not sample.data:
        return Classification(unknown_schema(sample), sample.problem)
    answers: list[Classified] = []
    for classifier in custom:
        answer = classifier.classify(sample)
        if answer is not None and answer.certainty >= 1.0:
            return Classification(answer.schema, sample.problem)
        answers += [answer] if answer else []
    try:
        built_in = _built_in(sample, {classifier.classification for classifier in custom})
    except UnreadableFile as error:
        return Classification(unknown_schema(sample), str(error))
    best = max(answers, key=lambda answer: answer.certainty, default=None)
    if built_in is None and best is not None:
        built_in = best.schema
    return Classification(built_in or unknown_schema(sample), sample.problem)


def _built_in(sample: FileSample, replaced: set[str]) -> FileSchema | None:
    for name, classifier in _BUILT_IN.items():
        if name in replaced:
            continue
        schema = classifier(sample)
        if schema is not None and schema.classification not in replaced:
            return schema
    return None
