"""Named queries: texts saved in a work group, durable. They are stored, never run from here.

Source: AWS Athena API reference, checked 2026-11.
"""

import uuid
from collections.abc import Mapping
from typing import Any

from lakehouse.local_aws.athena.errors import refused
from lakehouse.local_aws.athena.stored_pages import stored_page
from lakehouse.local_aws.athena.work_groups import WorkGroups
from lakehouse.local_aws.dispatch import Operation
from lakehouse.local_aws.errors import AwsError
from lakehouse.local_aws.state import State

Document = dict[str, Any]
_ORDER_KIND = "athena.named_query_order"
_KIND, _TOKEN_KIND = "athena.named_query", "athena.named_query_token"
_FIELDS = ("Name", "Description", "Database", "QueryString")


class NamedQueries:
    """The named queries of one account and region."""

    def __init__(self, state: State, scope: str, groups: WorkGroups) -> None:
        self.state = state
        self.scope = scope
        self.groups = groups

    def operations(self) -> Mapping[str, Operation]:
        """The API's operations on named queries."""
        return {
            "CreateNamedQuery": self.create,
            "GetNamedQuery": lambda body: {"NamedQuery": self.find(body["NamedQueryId"])},
            "BatchGetNamedQuery": self.batch_get,
            "ListNamedQueries": self.list_queries,
            "UpdateNamedQuery": self.update,
            "DeleteNamedQuery": self.delete,
        }

    def find(self, query_id: str) -> Document:
        """A named query. InvalidRequestException when there is none."""
        found = self.state.get(self.scope, _KIND, query_id)
        if found is None:
            raise refused(f"NamedQuery {query_id} was not found")
        return found

    def create(self, body: Document) -> Document:
        """CreateNamedQuery; a ClientRequestToken makes one query, however often it is sent."""
        group = self.groups.find(body.get("WorkGroup", "primary"))["Name"]
        document = {k: body[k] for k in _FIELDS if k in body} | {"WorkGroup": group}
        token = body.get("ClientRequestToken", "")
        with self.state.transaction():
            known = self.state.get(self.scope, _TOKEN_KIND, token) if token else None
            if known is not None:
                return self._created_before(known["NamedQueryId"], document)
            query_id = str(uuid.uuid4())
            self.state.put(self.scope, _KIND, query_id, {**document, "NamedQueryId": query_id})
            order = f"{group}\x1f{query_id}"
            self.state.put(self.scope, _ORDER_KIND, order, {"NamedQueryId": query_id})
            if token:
                self.state.put(self.scope, _TOKEN_KIND, token, {"NamedQueryId": query_id})
        return {"NamedQueryId": query_id}

    def _created_before(self, query_id: str, document: Document) -> Document:
        if self.find(query_id) != {**document, "NamedQueryId": query_id}:
            raise refused("Idempotent parameters do not match")
        return {"NamedQueryId": query_id}

    def batch_get(self, body: Document) -> Document:
        """BatchGetNamedQuery; what is not there is listed apart."""
        found, missing = [], []
        for query_id in body["NamedQueryIds"]:
            try:
                found.append(self.find(query_id))
            except AwsError as error:
                failure = {"ErrorCode": error.code, "ErrorMessage": error.message}
                missing.append({"NamedQueryId": query_id, **failure})
        return {"NamedQueries": found, "UnprocessedNamedQueryIds": missing}

    def list_queries(self, body: Document) -> Document:
        """ListNamedQueries of a work group."""
        group = self.groups.find(body.get("WorkGroup", "primary"))["Name"]
        page, more = stored_page(self.state, self.scope, _ORDER_KIND, f"{group}\x1f", body)
        return {"NamedQueryIds": [row["NamedQueryId"] for row in page], **more}

    def update(self, body: Document) -> Document:
        """UpdateNamedQuery: name, text, and the description if one is given."""
        with self.state.transaction():
            changed = {k: body[k] for k in _FIELDS if k in body}
            document = {**self.find(body["NamedQueryId"]), **changed}
            self.state.put(self.scope, _KIND, body["NamedQueryId"], document)
        return {}

    def delete(self, body: Document) -> Document:
        """DeleteNamedQuery."""
        with self.state.transaction():
            found = self.find(body["NamedQueryId"])
            self.state.delete(self.scope, _KIND, found["NamedQueryId"])
            order = f"{found['WorkGroup']}\x1f{found['NamedQueryId']}"
            self.state.delete(self.scope, _ORDER_KIND, order)
        return {}

    def any_in(self, group: str) -> bool:
        """Whether a work group has named queries."""
        return bool(self.state.list(self.scope, _ORDER_KIND, f"{group}\x1f", limit=1))

    def delete_all(self, group: str) -> None:
        """Delete every named query of a work group."""
        for _, row in self.state.list(self.scope, _ORDER_KIND, f"{group}\x1f"):
            self.delete(row)
