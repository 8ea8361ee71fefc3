"""The names of Glue's Python API: what is there, what refuses to be used, what needs no Spark."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import lakehouse.local_aws.awsglue as package
from lakehouse.local_aws.awsglue import context, dynamicframe, gluetypes, transforms
from lakehouse.local_aws.awsglue.data_sink import DataSink
from lakehouse.local_aws.awsglue.frame_writers import DynamicFrameWriter
from lakehouse.local_aws.awsglue.job import Job
from lakehouse.local_aws.awsglue.refusal import Unsupported

FOLDER = Path(package.__file__).parent


def without_spark(kind: type) -> Any:
    """An object of a class that no constructor has seen."""
    return object.__new__(kind)


@pytest.mark.parametrize(
    ("owner", "name", "said"),
    [
        (without_spark(dynamicframe.DynamicFrame), "with_frame_schema", "DynamicFrame."),
        (without_spark(context.GlueContext), "extract_jdbc_conf", "GlueContext."),
        (without_spark(context.GlueContext), "forEachBatch", "GlueContext."),
        (without_spark(context.GlueContext), "start_transaction", "GlueContext."),
        (without_spark(context.GlueContext), "transition_s3_path", "GlueContext."),
        (without_spark(DynamicFrameWriter), "from_jdbc_conf", "write_dynamic_frame."),
        (Job(None), "rewind", "Job."),
        (transforms.FillMissingValues, "apply", "FillMissingValues."),
        (transforms.FindMatches, "apply", "FindMatches."),
    ],
)
def test_what_is_not_there_refuses_by_name(owner: Any, name: str, said: str) -> None:
    with pytest.raises(NotImplementedError) as error:
        getattr(owner, name)
    assert str(error.value) == f"awsglue: {said}{name} is not supported by the local AWS"
    assert not hasattr(owner, "__wrapped__")


def test_a_connection_that_is_not_there_refuses_by_name() -> None:
    with pytest.raises(NotImplementedError, match="awsglue: connection type 'redshift' is not"):
        DataSink("redshift", {}, None)


def test_star_imports_give_the_documented_names() -> None:
    names: dict[str, Any] = {}
    exec("from lakehouse.local_aws.awsglue.transforms import *", names)
    assert isinstance(names["FillMissingValues"], Unsupported)
    assert names["ApplyMapping"].name() == "ApplyMapping"
    exec("from lakehouse.local_aws.awsglue.gluetypes import *", names)
    assert names["StructType"] is gluetypes.StructType
    exec("from lakehouse.local_aws.awsglue import DynamicFrame", names)
    assert names["DynamicFrame"] is dynamicframe.DynamicFrame


def test_a_python_shell_script_imports_arguments_without_spark(tmp_path: Path) -> None:
    (tmp_path / "awsglue").symlink_to(FOLDER, target_is_directory=True)
    code = "import sys, awsglue.utils, awsglue.gluetypes; print('pyspark' in sys.modules)"
    answer = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert answer.stdout == "False\n"


def test_types_are_equal_to_what_their_json_says() -> None:
    kind = gluetypes.StructType(
        [
            gluetypes.Field("id", gluetypes.IntegerType()),
            gluetypes.Field("amount", gluetypes.DecimalType(12, 3)),
            gluetypes.Field(
                "nested",
                gluetypes.ArrayType(
                    gluetypes.ChoiceType([gluetypes.LongType(), gluetypes.StringType()])
                ),
            ),
            gluetypes.Field("by_name", gluetypes.MapType(gluetypes.DateType())),
        ]
    )
    assert gluetypes.type_from_json(kind.jsonValue()) == kind
    assert [field.name for field in kind] == ["id", "amount", "nested", "by_name"]
    assert kind.hasField("id") and kind.getField("none") is None
    assert gluetypes.IntegerType() != gluetypes.LongType()
    assert (
        repr(kind.fields[2]) == "Field('nested', ArrayType(ChoiceType(LongType(), StringType())))"
    )
