"""docs/production.md: its snippets are of the form that their readers take, and complete.

The policy grants every call that the platform makes; Dagster takes the settings; the image's
commands exist.
"""

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import botocore.session
import pytest
import yaml
from botocore import xform_name
from dagster._config import process_config
from dagster._core.instance.config import dagster_instance_config_schema

from lakehouse.aws.account import account_from
from lakehouse_tests.test_docs import ROOT, blocks

PAGE = ROOT / "docs" / "production.md"
# Operations whose permission bears another name (service authorization reference, checked 2026-11).
PERMISSIONS = {
    "s3:DeleteObjects": "s3:DeleteObject",
    "s3:HeadBucket": "s3:ListBucket",
    "s3:ListObjectsV2": "s3:ListBucket",
    "sqs:DeleteMessageBatch": "sqs:DeleteMessage",
}
HOMONYMS = {"athena:GetDatabase"}  # Glue's is meant


def operations(files: Iterator[Path]) -> set[str]:
    """The permissions for all operations of AWS that the files name, such as glue:GetTable."""
    session, words = botocore.session.get_session(), set[str]()
    for path in files:
        words |= set(re.findall(r"[a-z0-9_]+", path.read_text()))
    found = {
        f"{service}:{operation}"
        for service in ("s3", "glue", "athena", "sqs")
        for operation in session.get_service_model(service).operation_names
        if xform_name(operation) in words
    }
    return {PERMISSIONS.get(name, name) for name in found - HOMONYMS}


def policy() -> dict[str, Any]:
    (text,) = blocks(PAGE, "json")
    document: dict[str, Any] = json.loads(text)
    return document


def granted(document: dict[str, Any]) -> set[str]:
    actions = [statement["Action"] for statement in document["Statement"]]
    return {a for action in actions for a in ([action] if isinstance(action, str) else action)}


def test_the_policy_grants_every_call_of_the_platform() -> None:
    calls = operations((ROOT / "lakehouse" / "aws").glob("*.py"))
    assert len(calls) > 20
    assert calls - granted(policy()) == set()


def test_the_policy_grants_what_athena_does_in_its_caller_s_name() -> None:
    wanted = {
        *("s3:GetBucketLocation", "s3:ListBucketMultipartUploads", "s3:ListMultipartUploadParts"),
        *("s3:AbortMultipartUpload", "athena:GetWorkGroup", "glue:GetPartition"),
    }
    assert wanted - granted(policy()) == set()


def test_the_policy_names_what_the_account_has() -> None:
    shell = "\n".join(blocks(ROOT / "README.md", "shell"))
    settings = dict(re.findall(r"(LAKEHOUSE_\w+)=(\S+)", shell))
    account = account_from(settings)
    arns = json.dumps(policy())
    for name in (account.clean_job, account.work_group, account.glue_role, account.crawl_database):
        assert name in arns
    prefix = f"{account.prefix}-"
    names = [*account.buckets, account.raw_queue("x"), account.crawler("x")]
    assert [name for name in names if not name.startswith(prefix)] == []


@pytest.mark.parametrize("settings", blocks(PAGE, "yaml"))
def test_dagster_takes_its_settings(settings: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAGSTER_POSTGRES_URL", "postgresql://dagster@db/dagster")
    checked = process_config(dagster_instance_config_schema(), yaml.safe_load(settings))
    assert checked.success, checked.errors


def dockerfile() -> list[tuple[str, str]]:
    """(instruction, rest) of each line of the image."""
    (text,) = blocks(PAGE, "dockerfile")
    return [
        (word, rest)
        for word, _, rest in (line.partition(" ") for line in text.splitlines())
        if word
    ]


def test_the_image_is_of_the_tested_python_and_installs_what_is_there() -> None:
    lines = dockerfile()
    assert [word for word, _ in lines] == ["FROM", "WORKDIR", "COPY", "RUN", "ENV", "CMD"]
    assert lines[0][1].startswith("python:3.11")
    options = shlex.split(dict(lines)["RUN"])
    assert (ROOT / options[options.index("-c") + 1]).is_file()


def test_the_image_s_command_is_one_that_dagster_accepts() -> None:
    from dagster._cli import create_dagster_cli

    words = json.loads(dict(dockerfile())["CMD"])
    group: Any = create_dagster_cli()  # type: ignore[no-untyped-call]
    assert words[0] == "dagster"
    names, options = words[1:3], words[3:]
    for name in names:
        group = group.commands[name]
    context = group.make_context("grpc", options)
    assert context.params["port"] == 4000
    assert context.params["module_name"] == "lakehouse.definitions"
