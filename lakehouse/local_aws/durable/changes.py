"""Which calls on moto's services are kept, and what they are about. Pure.

Belongs here: the rules by service. Keeping and making the calls again is the affair of `journal`.

Everything a deployment makes is kept: bucket configurations, queues, roles and policies, log
groups. Messages and log events are not calls to be made again; `queues` and `log_events` keep them.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import parse_qs

Effect = Literal["create", "replace", "append", "delete"]
Parameters = Mapping[str, str]

_CHANGING = (
    *("Add", "Associate", "Attach", "Create", "Deactivate", "Delete", "Detach", "Disassociate"),
    *("Enable", "Put", "Remove", "Set", "Tag", "Untag", "Update", "Upload"),
)
"""How the names of operations begin that change something."""

_MESSAGES = {"DeleteMessage", "DeleteMessageBatch", "PutLogEvents"}

_BUCKET_CONFIGURATIONS = ("cors", "policy", "publicAccessBlock", "tagging")

_RESOURCES: Mapping[str, Mapping[str, str]] = {
    "sqs": {"QueueName": "queue", "QueueUrl": "queue"},
    "logs": {"logGroupName": "group", "resourceArn": "group"},
    "iam": {
        "InstanceProfileName": "instance profile",
        "GroupName": "group",
        "UserName": "user",
        "RoleName": "role",
        "PolicyName": "policy",
        "PolicyArn": "policy",
    },
}
"""Service -> parameter that names the resource, first match -> its kind. A policy inside a role is
the role's, so the role stands before it."""

_MAKERS = {
    "CreateGroup",
    "CreateInstanceProfile",
    "CreateLogGroup",
    "CreatePolicy",
    "CreateQueue",
    "CreateRole",
    "CreateUser",
}
_ENDERS = {
    "DeleteGroup",
    "DeleteInstanceProfile",
    "DeleteLogGroup",
    "DeletePolicy",
    "DeleteQueue",
    "DeleteRole",
    "DeleteUser",
}


@dataclass(frozen=True)
class Change:
    """A call that is kept.

    create: makes the resource; a second one changes nothing while the first is kept.
    replace: takes the place of an earlier one of the same `key`, at the end.
    append: stands beside all others. delete: takes back those of the `key`, all if it is "".
    """

    resource: str
    key: str
    effect: Effect


def change_of_bucket(method: str, path: str, query: str) -> Change | None:
    """The change of a call on a bucket, by method, path (`/bucket/`) and query."""
    resource = f"bucket {path.strip('/')}"
    named = parse_qs(query, keep_blank_values=True)
    key = next((name for name in _BUCKET_CONFIGURATIONS if name in named), None)
    if method == "DELETE" and (key is not None or not named.keys() - {"x-id"}):
        return Change(resource, key or "", "delete")
    return Change(resource, key, "replace") if method == "PUT" and key is not None else None


def change_of(service: str, operation: str, parameters: Parameters, body: bytes) -> Change | None:
    """The change of a call on another service, None for one that is not kept."""
    names = _RESOURCES.get(service)
    if names is None or not operation.startswith(_CHANGING) or operation in _MESSAGES:
        return None
    resource = _resource(names, parameters)
    if operation in _MAKERS:
        return Change(resource, "", "create")
    if operation in _ENDERS:
        return Change(resource, "", "delete")
    if operation.startswith(("Create", "Upload")):
        return Change(resource, operation, "append")
    digest = hashlib.sha256(body).hexdigest()
    return Change(resource, f"{operation} {digest}", "replace")


def _resource(names: Mapping[str, str], parameters: Parameters) -> str:
    for parameter, kind in names.items():
        if parameter in parameters:
            value = parameters[parameter]
            if parameter in ("QueueUrl", "PolicyArn"):
                value = value.rpartition("/")[2]
            elif parameter == "resourceArn":
                value = value.partition(":log-group:")[2].partition(":")[0]
            return f"{kind} {value}"
    return ""
