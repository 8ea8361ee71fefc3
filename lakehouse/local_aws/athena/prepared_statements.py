"""Prepared statements: named by work group, durable; made by the API or by PREPARE.

Running one belongs to `run`. Source: AWS Athena API reference, checked 2026-11; the words of the
refusals are chosen after those of work groups.
"""

import re
import time
from collections.abc import Mapping
from typing import Any

from lakehouse.local_aws.athena.errors import refused
from lakehouse.local_aws.athena.statement import parse
from lakehouse.local_aws.athena.statements import CreateTableAs, InsertInto, Select, Unload
from lakehouse.local_aws.athena.stored_pages import stored_page
from lakehouse.local_aws.athena.work_groups import WorkGroups
from lakehouse.local_aws.dispatch import Operation
from lakehouse.local_aws.errors import AwsError
from lakehouse.local_aws.state import State

Document = dict[str, Any]
_KIND = "athena.prepared_statement"
_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_@:]{1,255}")


class PreparedStatements:
    """The prepared statements of one account and region."""

    def __init__(self, state: State, scope: str, groups: WorkGroups) -> None:
        self.state = state
        self.scope = scope
        self.groups = groups

    def operations(self) -> Mapping[str, Operation]:
        """The API's operations on prepared statements."""
        return {
            "CreatePreparedStatement": self.create,
            "GetPreparedStatement": self.get,
            "BatchGetPreparedStatement": self.batch_get,
            "ListPreparedStatements": self.list_statements,
            "UpdatePreparedStatement": self.update,
            "DeletePreparedStatement": self.delete,
        }

    def find(self, group: str, name: str) -> Document:
        """A prepared statement. ResourceNotFoundException when there is none."""
        found = self.state.get(self.scope, _KIND, _key(group, name))
        if found is None:
            words = f"PreparedStatement {name} was not found in WorkGroup {group}"
            raise AwsError("ResourceNotFoundException", words)
        return found

    def put(self, group: str, name: str, text: str, description: str | None = None) -> None:
        """Create or replace a prepared statement. Refuses what cannot be prepared."""
        if not _NAME.fullmatch(name):
            raise refused(f"StatementName {name} is not valid")
        if not isinstance(parse(text), Select | InsertInto | CreateTableAs | Unload):
            raise refused("Only SELECT, INSERT INTO, CREATE TABLE AS and UNLOAD can be prepared")
        document = {
            "StatementName": name,
            "QueryStatement": text,
            "WorkGroupName": group,
            "LastModifiedTime": time.time(),
        }
        more = {"Description": description} if description is not None else {}
        self.state.put(self.scope, _KIND, _key(group, name), {**document, **more})

    def create(self, body: Document) -> Document:
        """CreatePreparedStatement."""
        group, name = self.groups.find(body["WorkGroup"])["Name"], body["StatementName"]
        with self.state.transaction():
            if self.state.get(self.scope, _KIND, _key(group, name)) is not None:
                raise refused(f"PreparedStatement {name} already exists in WorkGroup {group}")
            self.put(group, name, body["QueryStatement"], body.get("Description"))
        return {}

    def get(self, body: Document) -> Document:
        """GetPreparedStatement."""
        group = self.groups.find(body["WorkGroup"])["Name"]
        return {"PreparedStatement": self.find(group, body["StatementName"])}

    def batch_get(self, body: Document) -> Document:
        """BatchGetPreparedStatement; what is not there is listed apart."""
        group = self.groups.find(body["WorkGroup"])["Name"]
        found, missing = [], []
        for name in body["PreparedStatementNames"]:
            try:
                found.append(self.find(group, name))
            except AwsError as error:
                failure = {"ErrorCode": error.code, "ErrorMessage": error.message}
                missing.append({"StatementName": name, **failure})
        return {"PreparedStatements": found, "UnprocessedPreparedStatementNames": missing}

    def list_statements(self, body: Document) -> Document:
        """ListPreparedStatements, by name."""
        group = self.groups.find(body["WorkGroup"])["Name"]
        page, more = stored_page(self.state, self.scope, _KIND, _key(group, ""), body)
        shown = [{k: s[k] for k in ("StatementName", "LastModifiedTime")} for s in page]
        return {"PreparedStatements": shown, **more}

    def update(self, body: Document) -> Document:
        """UpdatePreparedStatement."""
        group, name = self.groups.find(body["WorkGroup"])["Name"], body["StatementName"]
        with self.state.transaction():
            known = self.find(group, name)
            description = body.get("Description", known.get("Description"))
            self.put(group, name, body["QueryStatement"], description)
        return {}

    def delete(self, body: Document) -> Document:
        """DeletePreparedStatement."""
        group = self.groups.find(body["WorkGroup"])["Name"]
        self.remove(group, body["StatementName"])
        return {}

    def remove(self, group: str, name: str) -> None:
        """Delete a prepared statement. ResourceNotFoundException when there is none."""
        with self.state.transaction():
            self.find(group, name)
            self.state.delete(self.scope, _KIND, _key(group, name))

    def any_in(self, group: str) -> bool:
        """Whether a work group has prepared statements."""
        return bool(self.state.list(self.scope, _KIND, _key(group, ""), limit=1))

    def delete_all(self, group: str) -> None:
        """Delete every prepared statement of a work group."""
        keys = [key for key, _ in self.state.list(self.scope, _KIND, _key(group, ""))]
        self.state.delete_many(self.scope, _KIND, keys)


def _key(group: str, name: str) -> str:
    return f"{group}\x1f{name}"
