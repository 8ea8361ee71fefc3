"""getResolvedOptions: a job's arguments out of sys.argv, with the habits of Glue's own."""

import pytest

from lakehouse.local_aws.awsglue.utils import GlueArgumentError, getResolvedOptions

GLUES_OWN = {
    "job_bookmark_option": "job-bookmark-disable",
    "job_bookmark_from": None,
    "job_bookmark_to": None,
    "JOB_NAME": None,
    "JOB_ID": None,
    "JOB_RUN_ID": None,
    "SECURITY_CONFIGURATION": None,
    "encryption_type": None,
    "enable_data_lineage": None,
    "RedshiftTempDir": None,
    "TempDir": None,
}


@pytest.mark.parametrize(
    ("argv", "options", "expected"),
    [
        (["--day", "x"], ["day"], {"day": "x"}),
        (["--my-arg", "x"], ["my-arg"], {"my_arg": "x"}),
        (["--day=x=y"], ["day"], {"day": "x=y"}),
        (["--day", "x", "--other", "y"], ["day"], {"day": "x"}),
        (["--pla", "x"], ["plan"], {"plan": "x"}),
        (["--JOB_NAME", "j"], ["JOB_NAME"], {"JOB_NAME": "j"}),
        ([], ["JOB_NAME"], {}),
        (["--TempDir", "s3://t/"], ["TempDir"], {"TempDir": "s3://t/"}),
        (["--day", ""], ["day"], {"day": ""}),
    ],
)
def test_options_come_out_of_argv(
    argv: list[str], options: list[str], expected: dict[str, str]
) -> None:
    assert getResolvedOptions(["script.py", *argv], options) == {**GLUES_OWN, **expected}


@pytest.mark.parametrize(
    ("argv", "options", "message"),
    [
        ([], ["day"], "argument error: the following arguments are required: --day"),
        (["--day"], ["day"], "argument error: argument --day: expected one argument"),
        ([], ["TempDir"], "argument error: the following arguments are required: --TempDir"),
    ],
)
def test_a_missing_option_is_an_error(argv: list[str], options: list[str], message: str) -> None:
    with pytest.raises(GlueArgumentError) as error:
        getResolvedOptions(["script.py", *argv], options)
    assert str(error.value) == message
