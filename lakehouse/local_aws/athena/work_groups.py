"""Work groups: their settings and tags, durable; `primary` always exists.

What a setting does to a query is decided where it is used (`submissions`, `run`). Settings of Spark
work groups and of result encryption with KMS are refused.
Source: AWS Athena API reference, checked 2026-11.
"""

import re
import time
from collections.abc import Mapping
from typing import Any

from lakehouse.local_aws.athena.stored_pages import stored_page
from lakehouse.local_aws.athena.tags import Tags
from lakehouse.local_aws.dispatch import Operation
from lakehouse.local_aws.errors import AwsError
from lakehouse.local_aws.state import State

Document = dict[str, Any]
_KIND = "athena.work_group"
ENGINE = {"SelectedEngineVersion": "AUTO", "EffectiveEngineVersion": "Athena engine version 3"}
_ENGINE_3 = ENGINE | {"SelectedEngineVersion": ENGINE["EffectiveEngineVersion"]}
_MINIMUM_CUTOFF = 10_000_000  # bytes


class WorkGroups:
    """The work groups of one account and region."""

    def __init__(self, state: State, scope: str) -> None:
        self.state = state
        self.scope = scope
        self.tags = Tags(state, scope, self._is_resource)
        if state.get(scope, _KIND, "primary") is None:
            self._put("primary", {"EnforceWorkGroupConfiguration": False}, "")

    def _is_resource(self, resource: str) -> bool:
        kind, _, name = resource.partition("/")
        if kind == "workgroup":
            return self.state.get(self.scope, _KIND, name) is not None
        return resource == "datacatalog/AwsDataCatalog"

    def operations(self) -> Mapping[str, Operation]:
        """The API's operations on work groups."""
        return {
            "CreateWorkGroup": self.create,
            "GetWorkGroup": self.get,
            "ListWorkGroups": self.list_groups,
            "UpdateWorkGroup": self.update,
            "ListEngineVersions": lambda body: {"EngineVersions": [ENGINE, _ENGINE_3]},
            **self.tags.operations(),
        }

    def find(self, name: str) -> Document:
        """A work group. InvalidRequestException when there is none."""
        found = self.state.get(self.scope, _KIND, name)
        if found is None:
            raise AwsError("InvalidRequestException", f"WorkGroup {name} is not found.")
        return found

    def _put(self, name: str, configuration: Document, description: str, **more: Any) -> None:
        defaults = {
            "ResultConfiguration": {},
            "EnforceWorkGroupConfiguration": True,
            "PublishCloudWatchMetricsEnabled": False,
            "RequesterPaysEnabled": False,
        }
        _check(configuration)
        engine = {"EngineVersion": _engine(configuration.get("EngineVersion", {}))}
        body = {
            "Name": name,
            "State": "ENABLED",
            "Configuration": {**defaults, **configuration, **engine},
            "Description": description,
            "CreationTime": time.time(),
            **more,
        }
        self.state.put(self.scope, _KIND, name, body)

    def create(self, body: Document) -> Document:
        """CreateWorkGroup."""
        name = body["Name"]
        if not re.fullmatch(r"[a-zA-Z0-9._-]{1,128}", name):
            raise AwsError("InvalidRequestException", f"WorkGroup name {name} is not valid")
        if self.state.get(self.scope, _KIND, name) is not None:
            raise AwsError("InvalidRequestException", "WorkGroup is already created")
        with self.state.transaction():
            self._put(name, body.get("Configuration", {}), body.get("Description", ""))
            self.tags.add(f"workgroup/{name}", body.get("Tags", []))
        return {}

    def get(self, body: Document) -> Document:
        """GetWorkGroup."""
        return {"WorkGroup": self.find(body["WorkGroup"])}

    def list_groups(self, body: Document) -> Document:
        """ListWorkGroups."""
        page, more = stored_page(self.state, self.scope, _KIND, "", body)
        keys = ("Name", "State", "Description", "CreationTime")
        shown = [
            {**{k: g[k] for k in keys}, "EngineVersion": g["Configuration"]["EngineVersion"]}
            for g in page
        ]
        return {"WorkGroups": shown, **more}

    def update(self, body: Document) -> Document:
        """UpdateWorkGroup; the primary work group can be changed, too."""
        with self.state.transaction():
            group = self.find(body["WorkGroup"])
            configuration = _updated(group["Configuration"], body.get("ConfigurationUpdates", {}))
            _check(configuration)
            more: Document = {k: body[k] for k in ("State", "Description") if k in body}
            changed = {**group, **more, "Configuration": configuration}
            self.state.put(self.scope, _KIND, group["Name"], changed)
        return {}

    def remove(self, name: str) -> None:
        """Delete a work group and its tags; what stands in it is its owners' affair."""
        self.state.delete(self.scope, _KIND, name)
        self.tags.remove(f"workgroup/{name}")


def _updated(configuration: Document, updates: Document) -> Document:
    changed, updates = dict(configuration), dict(updates)
    results = updates.pop("ResultConfigurationUpdates", None)
    if results is not None:
        changed["ResultConfiguration"] = _results(changed["ResultConfiguration"], results)
    if updates.pop("RemoveBytesScannedCutoffPerQuery", False):
        changed.pop("BytesScannedCutoffPerQuery", None)
    if "EngineVersion" in updates:
        updates["EngineVersion"] = _engine(updates["EngineVersion"])
    return {**changed, **updates}


def _engine(wanted: Document) -> Document:
    selected = wanted.get("SelectedEngineVersion", "AUTO")
    for version in (ENGINE, _ENGINE_3):
        if version["SelectedEngineVersion"].lower() == selected.lower():
            return version
    raise AwsError("InvalidRequestException", f"Invalid engine version {selected}")


_SETTINGS = (
    "ResultConfiguration",
    "EnforceWorkGroupConfiguration",
    "PublishCloudWatchMetricsEnabled",
    "BytesScannedCutoffPerQuery",
    "RequesterPaysEnabled",
    "EngineVersion",
)


def _is_off(value: Any) -> bool:
    """Whether a setting asks for nothing: false, or a structure that is not enabled."""
    if not isinstance(value, dict):
        return not value
    return any(k.startswith("Enable") for k in value) and not any(
        v for k, v in value.items() if k.startswith("Enable")
    )


def check_encryption(result: Document) -> None:
    """Refuse a ResultConfiguration that asks for KMS, which the object store does not have."""
    option = result.get("EncryptionConfiguration", {}).get("EncryptionOption", "SSE_S3")
    if option != "SSE_S3":
        raise AwsError(
            "InvalidRequestException",
            f"EncryptionOption {option} is not supported by the local AWS",
        )


def _check(configuration: Document) -> None:
    for name, value in configuration.items():
        if name not in _SETTINGS and not _is_off(value):
            raise AwsError("InvalidRequestException", f"{name} is not supported by the local AWS")
    check_encryption(configuration.get("ResultConfiguration", {}))
    cutoff = configuration.get("BytesScannedCutoffPerQuery")
    if cutoff is not None and cutoff < _MINIMUM_CUTOFF:
        raise AwsError(
            "InvalidRequestException", "BytesScannedCutoffPerQuery must be at least 10000000"
        )
    location = configuration.get("ResultConfiguration", {}).get("OutputLocation")
    if location is not None and not location.startswith("s3://"):
        raise AwsError(
            "InvalidRequestException", f"outputLocation is not a valid S3 path: {location}"
        )


def _results(current: Document, updates: Document) -> Document:
    kept = dict(current)
    for key in (
        "OutputLocation",
        "EncryptionConfiguration",
        "ExpectedBucketOwner",
        "AclConfiguration",
    ):
        if updates.get(f"Remove{key}"):
            kept.pop(key, None)
        if key in updates:
            kept[key] = updates[key]
    return kept
