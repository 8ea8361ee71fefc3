"""A query as it is run: what is fixed when it starts, and what it leaves behind. Data only."""

from dataclasses import dataclass, field
from typing import Any, Literal

from lakehouse.local_aws.athena.statements import Statement

Document = dict[str, Any]
ResultKind = Literal["csv", "txt", "none"]


@dataclass(frozen=True)
class Job:
    """A query to run: ids and settings that are fixed when it starts."""

    query_id: str
    sql: str
    statement: Statement
    database: str
    output: str
    parameters: tuple[str, ...] = ()
    bytes_cutoff: int | None = None
    enforced_output: bool = False
    group: str = "primary"


@dataclass
class Outcome:
    """What a query that succeeded leaves behind; `planning` is in seconds."""

    location: str
    columns: list[Document] = field(default_factory=list)
    kind: ResultKind = "none"
    bytes_scanned: int = 0
    rows: int = 0
    manifest: str | None = None
    planning: float = 0.0
    update_count: int | None = None
