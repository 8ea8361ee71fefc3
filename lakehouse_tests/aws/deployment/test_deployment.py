"""Preparing an account, mending it, removing it; and the same as a template."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lakehouse.aws.account import Account
from lakehouse.aws.deployment.athena import CUTOFF
from lakehouse.aws.deployment.deployment import Deployment, make_clients
from lakehouse.aws.deployment.glue import script_bytes, script_key
from lakehouse.aws.deployment.template import cloudformation
from lakehouse_tests.sources import built_in

Client = Callable[..., Any]
ACCOUNT = Account(
    prefix="deploying", database="deploying", glue_role="DeployingGlue", raw_events=True
)
SOURCES = [built_in("web_logs")]
SCRIPT = f"s3://deploying-scripts/{script_key(script_bytes())}"
NAMES = [
    ("bucket", "deploying-raw"),
    ("bucket", "deploying-clean"),
    ("bucket", "deploying-athena"),
    ("bucket", "deploying-scripts"),
    ("database", "deploying"),
    ("database", "deploying_crawl"),
    ("role", "DeployingGlue"),
    ("script", SCRIPT),
    ("job", "deploying-clean-logs"),
    ("work group", "deploying"),
    ("crawler", "deploying-web_logs-raw"),
    ("queue", "deploying-raw-events-dead"),
    ("queue", "deploying-web_logs-raw-events"),
]
NOTIFICATIONS = ("notifications", "deploying-raw")
KEPT = ("bucket", "database")


@pytest.fixture
def deployment(local_aws: object) -> Deployment:
    return Deployment(ACCOUNT, make_clients())


def told(changes: Any) -> dict[tuple[str, str], tuple[str, tuple[str, ...]]]:
    return {(c.kind, c.name): (c.action, c.differences) for c in changes}


@pytest.mark.slow
def test_all_is_planned_made_left_alone_mended_and_removed(
    deployment: Deployment, client: Client
) -> None:
    made: dict[Any, Any] = dict.fromkeys(NAMES, ("create", ()))
    made[NOTIFICATIONS] = ("create", ())
    assert told(deployment.plan(SOURCES)) == made
    assert told(deployment.plan(SOURCES)) == made  # nothing was done
    assert told(deployment.apply(SOURCES)) == made
    unchanged: dict[Any, Any] = dict.fromkeys([*NAMES, NOTIFICATIONS], ("unchanged", ()))
    assert told(deployment.apply(SOURCES)) == unchanged

    damage(client)
    mended = unchanged | {
        ("bucket", "deploying-raw"): ("update", ("public access block", "policy")),
        ("bucket", "deploying-athena"): ("update", ("lifecycle",)),
        ("role", "DeployingGlue"): ("update", ("policy",)),
        ("job", "deploying-clean-logs"): ("update", ("Timeout", "Command")),
        ("work group", "deploying"): ("update", ("BytesScannedCutoffPerQuery",)),
        ("queue", "deploying-web_logs-raw-events"): ("update", ("VisibilityTimeout", "Policy")),
        NOTIFICATIONS: ("create", ()),
    }
    assert told(deployment.apply(SOURCES)) == mended
    assert told(deployment.apply(SOURCES)) == unchanged

    removed = list(deployment.remove(SOURCES, delete_data=False))
    assert {c.kind for c in removed if c.action == "keep"} == set(KEPT)
    assert [told(deployment.plan(SOURCES))[name][0] for name in NAMES] == [
        "unchanged" if kind in (*KEPT, "script") and name != SCRIPT else "create"
        for kind, name in NAMES
    ]
    client("s3").put_object(Bucket="deploying-raw", Key="data", Body=b"x")
    list(deployment.remove(SOURCES, delete_data=True))
    assert told(deployment.plan(SOURCES)) == made
    assert deployment.removal(SOURCES, delete_data=True) == []


def damage(client: Client) -> None:
    """Somebody changes this and that by hand."""
    s3, glue = client("s3"), client("glue")
    s3.delete_public_access_block(Bucket="deploying-raw")
    s3.delete_bucket_policy(Bucket="deploying-raw")
    s3.delete_bucket_lifecycle(Bucket="deploying-athena")
    s3.put_bucket_notification_configuration(Bucket="deploying-raw", NotificationConfiguration={})
    client("iam").delete_role_policy(RoleName="DeployingGlue", PolicyName="deploying-glue")
    job = glue.get_job(JobName=ACCOUNT.clean_job)["Job"]
    command = {**job["Command"], "ScriptLocation": "s3://x/y.py"}
    update = {"Role": job["Role"], "Command": command, "Timeout": 5}
    glue.update_job(JobName=ACCOUNT.clean_job, JobUpdate={**job_settings(job), **update})
    client("athena").update_work_group(
        WorkGroup="deploying", ConfigurationUpdates={"BytesScannedCutoffPerQuery": CUTOFF // 2}
    )
    url = client("sqs").get_queue_url(QueueName="deploying-web_logs-raw-events")["QueueUrl"]
    changed = {"VisibilityTimeout": "1", "Policy": ""}
    client("sqs").set_queue_attributes(QueueUrl=url, Attributes=changed)


def job_settings(job: dict[str, Any]) -> dict[str, Any]:
    kept = ("Description", "GlueVersion", "WorkerType", "NumberOfWorkers", "MaxRetries",
            "ExecutionProperty", "DefaultArguments")  # fmt: skip
    return {name: job[name] for name in kept}


def test_a_role_given_as_an_arn_is_not_made(local_aws: object) -> None:
    account = Account(glue_role="arn:aws:iam::123456789012:role/Ours")
    kinds = {item.kind for item in Deployment(account, make_clients()).resources(SOURCES)}
    assert "role" not in kinds


@pytest.mark.slow
def test_the_template_makes_the_same_and_passes_cfn_lint(
    deployment: Deployment, tmp_path: Path
) -> None:
    template = cloudformation(deployment.resources(SOURCES))
    kinds = [resource["Type"] for resource in template["Resources"].values()]
    assert {kind: kinds.count(kind) for kind in sorted(set(kinds))} == {
        "AWS::Athena::WorkGroup": 1,
        "AWS::Glue::Crawler": 1,
        "AWS::Glue::Database": 2,
        "AWS::Glue::Job": 1,
        "AWS::IAM::Role": 1,
        "AWS::S3::Bucket": 4,
        "AWS::S3::BucketPolicy": 4,
        "AWS::SQS::Queue": 2,
        "AWS::SQS::QueuePolicy": 1,
    }
    path = tmp_path / "lakehouse.json"
    path.write_text(json.dumps(template))
    lint = [str(Path(sys.executable).with_name("cfn-lint")), str(path)]
    linted = subprocess.run(lint, capture_output=True, text=True, check=False)
    assert (linted.stdout, linted.returncode) == ("", 0)
