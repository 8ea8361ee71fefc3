"""What is said of the catalog as a whole: resource policies, encryption, the catalog itself.

Policies and encryption settings are kept and given back: nobody is refused by them, nothing is
encrypted. There is one catalog, the account's.

Words of failed conditions are chosen; hash and conditions as in
https://docs.aws.amazon.com/glue/latest/webapi/API_PutResourcePolicy.html, checked 2026-11.
"""

import base64
import hashlib
import json
import time
from typing import Any

from lakehouse.local_aws.catalog.paging import page, page_size, start_key
from lakehouse.local_aws.catalog.records import Document, invalid_input, not_found
from lakehouse.local_aws.dispatch import Operation, stored
from lakehouse.local_aws.errors import AwsError
from lakehouse.local_aws.state import State

_POLICY = "glue_resource_policy"
_ENCRYPTION = "glue_encryption"
_PAGE = 1000
_NOT_ENCRYPTED = {
    "EncryptionAtRest": {"CatalogEncryptionMode": "DISABLED"},
    "ConnectionPasswordEncryption": {"ReturnConnectionPasswordEncrypted": False},
}


class CatalogSettings:
    """The settings of one account's catalog in one region."""

    def __init__(self, state: State, scope: str) -> None:
        self._state = state
        self._scope = scope
        self._account, self._region = scope.split("/")

    def operations(self) -> dict[str, Operation]:
        """Name the API operations that this class answers."""
        return {
            "PutResourcePolicy": stored(self.put_policy, "nobody is refused by it"),
            "GetResourcePolicy": stored(self.get_policy),
            "GetResourcePolicies": stored(self.get_policies),
            "DeleteResourcePolicy": stored(self.delete_policy),
            "PutDataCatalogEncryptionSettings": stored(self.put_encryption, "nothing is encrypted"),
            "GetDataCatalogEncryptionSettings": stored(self.get_encryption),
            "GetCatalogImportStatus": lambda _: {"ImportStatus": {"ImportCompleted": True}},
            "GetCatalog": self.get_catalog,
            "GetCatalogs": self.get_catalogs,
        }

    def put_policy(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer PutResourcePolicy."""
        text = body["PolicyInJson"]
        _check_policy(text)
        with self._state.transaction():
            key = self._resource(body)
            current = self._state.get(self._scope, _POLICY, key)
            _check_conditions(body, current)
            now = time.time()
            policy = {
                "PolicyInJson": text,
                "PolicyHash": base64.b64encode(hashlib.md5(text.encode()).digest()).decode(),  # noqa: S324
                "CreateTime": current["CreateTime"] if current else now,
                "UpdateTime": now,
            }
            self._state.put(self._scope, _POLICY, key, policy)
        return {"PolicyHash": policy["PolicyHash"]}

    def get_policy(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer GetResourcePolicy."""
        found = self._state.get(self._scope, _POLICY, self._resource(body))
        if found is None:
            raise not_found("Policy not found")
        return found

    def get_policies(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer GetResourcePolicies."""
        size = page_size(body, _PAGE)
        found = self._state.list(self._scope, _POLICY, after=start_key(body), limit=size + 1)
        return page(found, "GetResourcePoliciesResponseList", size)

    def delete_policy(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer DeleteResourcePolicy."""
        with self._state.transaction():
            _check_conditions(body, self.get_policy(body))
            self._state.delete(self._scope, _POLICY, self._resource(body))
        return {}

    def put_encryption(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer PutDataCatalogEncryptionSettings."""
        settings = {**_NOT_ENCRYPTED, **body["DataCatalogEncryptionSettings"]}
        self._state.put(self._scope, _ENCRYPTION, self._account, settings)
        return {}

    def get_encryption(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer GetDataCatalogEncryptionSettings."""
        found = self._state.get(self._scope, _ENCRYPTION, self._account)
        return {"DataCatalogEncryptionSettings": found or _NOT_ENCRYPTED}

    def get_catalog(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer GetCatalog; another catalog than the account's has been refused before."""
        return {
            "Catalog": {
                "CatalogId": self._account,
                "Name": self._account,
                "ResourceArn": self._catalog_arn(),
            }
        }

    def get_catalogs(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer GetCatalogs: there are no catalogs in the account's own."""
        if body.get("IncludeRoot") is not None and body.get("ParentCatalogId") is not None:
            raise invalid_input("IncludeRoot is not valid with ParentCatalogId.")
        root: list[Document] = [self.get_catalog({})["Catalog"]]
        return {"CatalogList": root if body.get("IncludeRoot") else []}

    def _resource(self, body: dict[str, Any]) -> str:
        return str(body.get("ResourceArn") or self._catalog_arn())

    def _catalog_arn(self) -> str:
        return f"arn:aws:glue:{self._region}:{self._account}:catalog"


def _check_policy(text: str) -> None:
    try:
        policy = json.loads(text)
    except ValueError as error:
        raise invalid_input("The policy is not valid JSON.") from error
    if not isinstance(policy, dict) or "Statement" not in policy:
        raise invalid_input("The policy has no Statement.")


def _check_conditions(body: dict[str, Any], current: Document | None) -> None:
    wanted = body.get("PolicyHashCondition")
    exists = body.get("PolicyExistsCondition", "NONE")
    if wanted is not None and (current is None or current["PolicyHash"] != wanted):
        raise AwsError("ConditionCheckFailureException", "The policy hash does not match.")
    if (exists == "MUST_EXIST" and current is None) or (exists == "NOT_EXIST" and current):
        words = "does not exist" if current is None else "exists already"
        raise AwsError("ConditionCheckFailureException", f"The policy {words}.")
