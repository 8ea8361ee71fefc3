"""The keys of a source's YAML file, each checked by itself.

One pydantic class per mapping in the file; unknown keys are errors. What only shows when keys are
seen together (names that must be declared, expressions) stands in `lakehouse.source_checks`; the
finished model is `lakehouse.source.LogSource`.
"""

import re
from datetime import date
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator

from lakehouse.column_types import IDENTIFIER, normal_type

PARTITION_KEY: Final = "event_date"
COMBINED_FIELDS: Final = (
    *("client_ip", "ident", "user", "time", "request", "method", "path", "protocol"),
    *("status", "bytes", "referrer", "user_agent"),
)


def _identifier(text: str) -> str:
    if not IDENTIFIER.fullmatch(text):
        raise ValueError(
            f"'{text}' is not a lower-case identifier (letters, digits, '_', a letter first)"
        )
    return text


Identifier = Annotated[str, AfterValidator(_identifier)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Raw(_Part):
    """Where the raw files of a day stand, under the raw bucket, and what they are."""

    path: str
    format: Literal["csv", "json", "combined"]

    @field_validator("path")
    @classmethod
    def _day_folder(cls, path: str) -> str:
        names = set(re.findall(r"\{([^}]*)\}", path))
        if not ("event_date" in names or {"year", "month", "day"} <= names):
            raise ValueError("must contain the day: {event_date}, or {year}, {month} and {day}")
        if unknown := names - {"event_date", "year", "month", "day"}:
            raise ValueError(f"unknown placeholder {{{min(unknown)}}}")
        if not path.endswith("/") or path.startswith("/") or "//" in path or ".." in path:
            raise ValueError("must be a folder such as logs/event_date={event_date}/")
        return path


class Column(_Part):
    """One column of the clean table."""

    type: Annotated[str, AfterValidator(normal_type)]
    """Athena/Glue type in its normal spelling."""
    from_: str = Field("", alias="from")
    """CSV header name, JSON path or combined-log field; "" only where `expr` computes it."""
    required: bool = False
    format: str | None = None
    """Of a timestamp: iso8601 (None), epoch_seconds, epoch_millis, a DateTimeFormatter pattern."""
    expr: str | None = None
    """Athena SQL over the columns read from the file."""
    description: str | None = None


class Metrics(_Part):
    """The daily metrics table: measures (Athena SQL aggregates) per group and day."""

    table: Identifier
    group_by: tuple[str, ...] = ()
    measures: dict[Identifier, str] = Field(min_length=1)


class Checks(_Part):
    """Limits of the asset checks."""

    max_rejected_ratio: float = Field(0.05, ge=0, le=1)
    fresh_within_hours: int | None = Field(None, ge=1)
    """Hours after the last inventory of raw files at which the source has gone quiet."""


class Synthetic(_Part):
    """How to make days that have no files."""

    generator: str
    rows_per_day: int = Field(ge=0)
    seed: int = 0


class SourceFields(_Part):
    """All top-level keys, in the order they are written."""

    name: Identifier
    description: str = ""
    start_date: date
    raw: Raw
    columns: dict[Identifier, Column] = Field(min_length=1)
    event_time: str
    unique_key: tuple[str, ...] = ()
    keep: str | None = None
    late_days: int = Field(0, ge=0, le=31)
    metrics: Metrics
    checks: Checks = Checks()
    synthetic: Synthetic | None = None
    owners: tuple[str, ...] = ()

    @field_validator("columns")
    @classmethod
    def _own_names(cls, columns: dict[str, Column]) -> dict[str, Column]:
        return {
            name: column
            if column.from_ or column.expr is not None
            else column.model_copy(update={"from_": name})
            for name, column in columns.items()
        }
