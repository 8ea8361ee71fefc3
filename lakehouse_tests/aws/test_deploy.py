"""Preparing an account."""

from collections.abc import Callable
from typing import Any

from lakehouse.aws.account import Account
from lakehouse.aws.deploy import Change, Deployment, script_bytes, script_key
from lakehouse_tests.sources import built_in

Client = Callable[..., Any]
ACCOUNT = Account(prefix="deploying", database="deploying")
SOURCES = [built_in("web_logs")]
NAMES = [
    ("bucket", "deploying-raw"),
    ("bucket", "deploying-clean"),
    ("bucket", "deploying-athena"),
    ("bucket", "deploying-scripts"),
    ("database", "deploying"),
    ("database", "deploying_crawl"),
    ("job", "deploying-clean-logs"),
    ("work group", "deploying"),
    ("crawler", "deploying-web_logs-raw"),
]


def deploy(client: Client) -> list[Change]:
    deployment = Deployment(ACCOUNT, client("s3"), client("glue"), client("athena"))
    return list(deployment.apply(SOURCES))


def test_all_is_made_then_left_alone_then_mended(client: Client) -> None:
    assert deploy(client) == [Change(kind, name, "created") for kind, name in NAMES]
    assert deploy(client) == [Change(kind, name, "unchanged") for kind, name in NAMES]

    job = client("glue").get_job(JobName=ACCOUNT.clean_job)["Job"]
    script = f"s3://deploying-scripts/{script_key(script_bytes())}"
    assert job["Command"]["ScriptLocation"] == script
    update = {"Role": job["Role"], "Command": {**job["Command"], "ScriptLocation": "s3://x/y.py"}}
    client("glue").update_job(JobName=ACCOUNT.clean_job, JobUpdate=update)
    changes = {change.name: change.action for change in deploy(client)}
    assert changes.pop("deploying-clean-logs") == "updated"
    assert set(changes.values()) == {"unchanged"}
