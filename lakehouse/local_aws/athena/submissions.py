"""StartQueryExecution's request becomes a job: limits, work group, output location, database.

Running it belongs to `query_runs`. Source: AWS Athena API reference and "Workgroup settings
override client-side settings", checked 2026-11.
"""

import uuid
from collections.abc import Callable
from typing import Any

from lakehouse.local_aws.athena.errors import refused
from lakehouse.local_aws.athena.metadata import CATALOG
from lakehouse.local_aws.athena.query_job import Job
from lakehouse.local_aws.athena.statement import parse
from lakehouse.local_aws.athena.work_groups import check_encryption

Document = dict[str, Any]
MAX_QUERY_LENGTH = 262144  # bytes


def job_of(body: Document, group: Document, has_bucket: Callable[[str], bool]) -> Job:
    """The job of a request. InvalidRequestException when it cannot be started."""
    sql = body["QueryString"]
    if len(sql.encode()) > MAX_QUERY_LENGTH:
        raise refused("The query string is too long (max 262144 bytes)")
    if group["State"] != "ENABLED":
        raise refused(f"WorkGroup {group['Name']} is disabled.")
    context = body.get("QueryExecutionContext", {})
    if context.get("Catalog", CATALOG).lower() != CATALOG.lower():
        raise refused(f"Catalog {context['Catalog']} is not found")
    settings = group["Configuration"]
    own = settings["ResultConfiguration"].get("OutputLocation")
    enforced = bool(settings["EnforceWorkGroupConfiguration"])
    check_encryption(body.get("ResultConfiguration", {}))
    given = body.get("ResultConfiguration", {}).get("OutputLocation")
    return Job(
        str(uuid.uuid4()),
        sql,
        parse(sql),
        context.get("Database", "default").lower().strip('`"'),  # awswrangler quotes it
        _output(own if own and enforced else given or own, has_bucket),
        tuple(body.get("ExecutionParameters", ())),
        settings.get("BytesScannedCutoffPerQuery"),
        bool(enforced and own),
        group["Name"],
    )


def _output(location: str | None, has_bucket: Callable[[str], bool]) -> str:
    if not location:
        raise refused(
            "No output location provided. An output location is required either through the "
            "Workgroup result configuration setting or as an API input."
        )
    if not location.startswith("s3://"):
        raise refused(f"outputLocation is not a valid S3 path: {location}")
    bucket, _, _ = location.removeprefix("s3://").partition("/")
    if not has_bucket(bucket):
        raise refused(f"Unable to verify/create output bucket {bucket}")
    return location if location.endswith("/") else f"{location}/"
