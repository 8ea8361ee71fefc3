"""What the crawler makes of one file: the cases of files.yaml and classifiers.yaml."""

import io
from pathlib import Path
from typing import Any

import pytest
import yaml

from lakehouse.local_aws.crawlers.classifiers import classifier_of
from lakehouse.local_aws.crawlers.formats.inference import classify
from lakehouse.local_aws.crawlers.formats.sample import read_sample
from lakehouse.local_aws.crawlers.layout import Leaf
from lakehouse.local_aws.crawlers.table import crawler_parameters, serde_info, table_columns

CASES = Path(__file__).parents[1] / "cases"
FILES = yaml.safe_load((CASES / "files.yaml").read_text())
CLASSIFIERS = yaml.safe_load((CASES / "classifiers.yaml").read_text())


@pytest.mark.parametrize("case", FILES + CLASSIFIERS, ids=lambda case: case["name"])
def test_a_file_is_classified(case: dict[str, Any]) -> None:
    parts = case.get("parts") or [[case["text"], 1]]
    data = "".join(text * times for text, times in parts).encode()
    custom = [classifier_of(named(entry)) for entry in case.get("classifiers", [])]
    schema = classify(read_sample(io.BytesIO(data), len(data), 1_000_000), custom).schema
    columns = {column["Name"]: column["Type"] for column in table_columns(schema)}
    assert (schema.classification, columns) == (
        case["classification"],
        case.get("columns", columns),
    )
    parameters = crawler_parameters(schema, [Leaf((), schema, 1, len(data))], "c")
    expected = case.get("parameters", {})
    assert {name: parameters.get(name) for name in expected} == expected
    serde = serde_info(schema)
    assert serde.get("SerializationLibrary") == case.get("serde", serde.get("SerializationLibrary"))
    assert serde["Parameters"] == case.get("serde_parameters", serde["Parameters"])


def named(definition: dict[str, Any]) -> dict[str, Any]:
    return {kind: {"Name": "c", **given} for kind, given in definition.items()}


@pytest.mark.parametrize("cases", [FILES, CLASSIFIERS], ids=["files", "classifiers"])
def test_every_case_says_where_its_rule_comes_from(cases: list[dict[str, Any]]) -> None:
    assert [case["name"] for case in cases if ("source" in case) == ("chosen" in case)] == []
    assert len({case["name"] for case in cases}) == len(cases)
