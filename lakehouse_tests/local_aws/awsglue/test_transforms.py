"""Transforms case by case: `cases/*.yaml` hold records, a call, and what AWS's pages show of it."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from lakehouse_tests.local_aws.awsglue.frames import frame_of, records_of, tree_of

if TYPE_CHECKING:
    from lakehouse.local_aws.awsglue.context import GlueContext

pytestmark = [pytest.mark.spark, pytest.mark.filterwarnings("ignore::ResourceWarning")]

CASES = Path(__file__).parent / "cases"


class Loader(yaml.SafeLoader):
    """YAML with `!decimal`."""


def decimal(loader: Loader, node: yaml.ScalarNode) -> Decimal:
    return Decimal(loader.construct_scalar(node))


Loader.add_constructor("!decimal", decimal)


def cases() -> Iterator[Any]:
    for path in sorted(CASES.glob("*.yaml")):
        for case in yaml.load(path.read_text(), Loader):
            yield pytest.param(case, id=f"{path.stem}: {case['name']}")


def merge_address(rec: dict[str, Any]) -> dict[str, Any]:
    """The function of AWS's example, word for word but for the fields."""
    rec["Address"] = {}
    rec["Address"]["Street"] = rec["Provider Street Address"]
    rec["Address"]["City"] = rec["Provider City"]
    rec["Address"]["Zip.Code"] = "1"
    rec["Address"]["Array"] = [rec["Provider Street Address"], rec["Provider City"]]
    del rec["Provider Street Address"]
    del rec["Provider City"]
    return rec


def names(glue: "GlueContext") -> dict[str, Any]:
    """What a script has imported."""
    from pyspark.sql.types import DoubleType, LongType

    from lakehouse.local_aws.awsglue import dynamicframe, transforms

    imported = {name: getattr(transforms, name) for name in transforms.__all__}
    return {
        **imported,
        "DoubleType": DoubleType,
        "DynamicFrame": dynamicframe.DynamicFrame,
        "LongType": LongType,
        "ResolveOption": dynamicframe.ResolveOption,
        "glue": glue,
        "merge_address": merge_address,
    }


def check(frame: Any, expected: dict[str, Any]) -> None:
    if "schema" in expected:
        assert tree_of(frame) == expected["schema"]
    assert records_of(frame) == expected["rows"]


@pytest.mark.parametrize("case", list(cases()))
def test_transform(glue: "GlueContext", case: dict[str, Any]) -> None:
    known = names(glue)
    known["frame"] = frame_of(glue, case["records"])
    known["other"] = frame_of(glue, case.get("other", []), "other")

    made = eval(case["call"], known)  # the cases are ours

    if "frames" in case:
        assert sorted(made.keys()) == sorted(case["frames"])
        for name, expected in case["frames"].items():
            check(made.select(name), expected)
    else:
        check(made, case)
        assert made.errorsCount() == case.get("errors", 0)
