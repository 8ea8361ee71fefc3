"""Work groups: their settings, durable; `primary` always exists.

What a setting does to a query is decided where it is used (`service`, `run`).
Source: AWS Athena API reference, checked 2026-11.
"""

import re
import time
from collections.abc import Mapping
from typing import Any

from lakehouse.local_aws.dispatch import Operation
from lakehouse.local_aws.errors import AwsError
from lakehouse.local_aws.state import State

Document = dict[str, Any]
_KIND = "athena.work_group"
ENGINE = {"SelectedEngineVersion": "AUTO", "EffectiveEngineVersion": "Athena engine version 3"}
_MINIMUM_CUTOFF = 10_000_000  # bytes


class WorkGroups:
    """The work groups of one account and region."""

    def __init__(self, state: State, scope: str) -> None:
        self.state = state
        self.scope = scope
        if state.get(scope, _KIND, "primary") is None:
            self._put("primary", {"EnforceWorkGroupConfiguration": False}, "")

    def operations(self) -> Mapping[str, Operation]:
        """The API's operations on work groups."""
        return {
            "CreateWorkGroup": self.create,
            "GetWorkGroup": self.get,
            "ListWorkGroups": self.list_groups,
            "UpdateWorkGroup": self.update,
            "DeleteWorkGroup": self.delete,
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
            "EngineVersion": ENGINE,
        }
        _check(configuration)
        body = {
            "Name": name,
            "State": "ENABLED",
            "Configuration": {**defaults, **configuration},
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
        self._put(name, body.get("Configuration", {}), body.get("Description", ""))
        return {}

    def get(self, body: Document) -> Document:
        """GetWorkGroup."""
        return {"WorkGroup": self.find(body["WorkGroup"])}

    def list_groups(self, body: Document) -> Document:
        """ListWorkGroups."""
        limit = body.get("MaxResults", 50)
        rows = self.state.list(self.scope, _KIND, after=body.get("NextToken", ""), limit=limit + 1)
        keys = ("Name", "State", "Description", "CreationTime")
        shown = [{**{k: g[k] for k in keys}, "EngineVersion": ENGINE} for _, g in rows[:limit]]
        more = {"NextToken": rows[limit - 1][0]} if len(rows) > limit else {}
        return {"WorkGroups": shown, **more}

    def update(self, body: Document) -> Document:
        """UpdateWorkGroup."""
        group = self.find(body["WorkGroup"])
        configuration = dict(group["Configuration"])
        updates = dict(body.get("ConfigurationUpdates", {}))
        results = updates.pop("ResultConfigurationUpdates", None)
        if results is not None:
            configuration["ResultConfiguration"] = _results(
                configuration["ResultConfiguration"], results
            )
        if updates.pop("RemoveBytesScannedCutoffPerQuery", False):
            configuration.pop("BytesScannedCutoffPerQuery", None)
        configuration.update(updates)
        _check(configuration)
        more: Document = {k: body[k] for k in ("State", "Description") if k in body}
        self.state.put(
            self.scope, _KIND, group["Name"], {**group, **more, "Configuration": configuration}
        )
        return {}

    def delete(self, body: Document) -> Document:
        """DeleteWorkGroup."""
        name = self.find(body["WorkGroup"])["Name"]
        if name == "primary":
            raise AwsError("InvalidRequestException", "The primary workgroup cannot be deleted.")
        if not body.get("RecursiveDeleteOption") and self.state.list(
            self.scope, "athena.query_order", f"{name}\x1f", limit=1
        ):
            raise AwsError("InvalidRequestException", f"WorkGroup {name} is not empty")
        self.state.delete(self.scope, _KIND, name)
        return {}


def _check(configuration: Document) -> None:
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
