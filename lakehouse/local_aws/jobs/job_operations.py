"""Glue's operations on job definitions: create, update, delete, get and list.

Belongs here: the API and its errors. What a definition may say is in definition.py, the runs of
jobs are in runs.py.
"""

import time
from collections.abc import Mapping
from typing import Any

from lakehouse.local_aws.catalog.paging import page, page_size, start_key
from lakehouse.local_aws.dispatch import Operation
from lakehouse.local_aws.errors import AwsError
from lakehouse.local_aws.jobs.definition import Document, job_document
from lakehouse.local_aws.jobs.records import JobRecords
from lakehouse.local_aws.resource_tags import ResourceTags

_DEFAULT_PAGE = 100
_MOST = 1_000


class JobOperations:
    """The job definitions of one account and region."""

    def __init__(self, records: JobRecords, tags: ResourceTags) -> None:
        self._records = records
        self._tags = tags

    def operations(self) -> Mapping[str, Operation]:
        """The operations of the Glue API by name."""
        return {
            "CreateJob": self.create,
            "UpdateJob": self.update,
            "DeleteJob": self.delete,
            "GetJob": lambda request: {"Job": existing_job(self._records, request["JobName"])},
            "GetJobs": self.get_page,
            "ListJobs": self.list_names,
            "BatchGetJobs": self.batch_get,
        }

    def create(self, request: dict[str, Any]) -> dict[str, Any]:
        """Keep a new definition; the same request again is the same job."""
        name = request["Name"]
        now = time.time()
        job = job_document(name, request, now, now)
        known = self._records.job(name)
        if known is not None and _definition(known) != _definition(job):
            message = f"Job with name {name} already submitted with different configuration"
            raise AwsError("IdempotentParameterMismatchException", message)
        if known is None:
            self._records.put_job(job)
        return {"Name": name}

    def update(self, request: dict[str, Any]) -> dict[str, Any]:
        """Replace the whole definition: what JobUpdate does not name gets its default."""
        known = existing_job(self._records, request["JobName"])
        update = {"Role": known["Role"], "Command": known["Command"], **request["JobUpdate"]}
        update.setdefault("GlueVersion", known["GlueVersion"])
        job = job_document(known["Name"], update, known["CreatedOn"], time.time())
        self._records.put_job(job)
        return {"JobName": known["Name"]}

    def delete(self, request: dict[str, Any]) -> dict[str, Any]:
        """Remove a definition; no error if there is none. Active runs go on."""
        self._records.delete_job(request["JobName"])
        return {"JobName": request["JobName"]}

    def get_page(self, request: dict[str, Any]) -> dict[str, Any]:
        """All definitions by name, in pages."""
        size = _size(request)
        return page(self._records.jobs(start_key(request), size + 1), "Jobs", size)

    def list_names(self, request: dict[str, Any]) -> dict[str, Any]:
        """The names of the jobs that have all the tags asked for, in pages."""
        wanted = (request.get("Tags") or {}).items()
        found = (
            (name, job)
            for name, job in self._records.jobs(start_key(request))
            if wanted <= self._tags.of(self._tags.arn("job", name)).items()
        )
        answer = page(found, "JobNames", _size(request))
        return {**answer, "JobNames": [job["Name"] for job in answer["JobNames"]]}

    def batch_get(self, request: dict[str, Any]) -> dict[str, Any]:
        """Several definitions, and the names that have none."""
        found = {name: self._records.job(name) for name in request["JobNames"]}
        return {
            "Jobs": [job for job in found.values() if job is not None],
            "JobsNotFound": [name for name, job in found.items() if job is None],
        }


def existing_job(records: JobRecords, name: str) -> Document:
    """The definition of a job. Raises EntityNotFoundException."""
    job = records.job(name)
    if job is None:
        raise AwsError("EntityNotFoundException", f"Job {name} not found.")
    return job


def _size(request: Mapping[str, Any]) -> int:
    return page_size(request, _MOST) if request.get("MaxResults") else _DEFAULT_PAGE


def _definition(job: Document) -> Document:
    return {key: job[key] for key in job if key not in ("CreatedOn", "LastModifiedOn")}
