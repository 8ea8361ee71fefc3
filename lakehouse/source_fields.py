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
    # The text under a key is its description in the JSON Schema and in the reference page.
    model_config = ConfigDict(
        frozen=True, extra="forbid", populate_by_name=True, use_attribute_docstrings=True
    )


class Raw(_Part):
    """Where the raw files of a day stand, under the raw bucket, and what they are."""

    path: str
    """Folder of a day's files: `{event_date}` (2026-01-31), or `{year}`, `{month}` and `{day}`."""
    format: Literal["csv", "json", "combined"]
    """csv: a header, then a row each line; json: an object each line; combined: access logs."""

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
    """string, int, bigint, double, boolean, date, timestamp, decimal(p,s), struct, array."""
    from_: str = Field("", alias="from")
    """CSV header name, JSON path (`metadata.device`) or access log field; the column's own name."""
    required: bool = False
    """Whether a row without a value is rejected."""
    format: str | None = None
    """Of a timestamp: iso8601 (default), epoch_seconds, epoch_millis, or a Java pattern."""
    expr: str | None = None
    """Athena SQL over the columns read from the file, instead of `from`."""
    description: str | None = None
    """What the column means; shown in the Data Catalog and in Dagster."""


class Metrics(_Part):
    """The daily metrics table: measures (Athena SQL aggregates) per group and day."""

    table: Identifier
    """Name of the metrics table."""
    group_by: tuple[str, ...] = ()
    """Columns of the clean table; a row for each day and group. None: a row for each day."""
    measures: dict[Identifier, str] = Field(min_length=1)
    """Column of the metrics table: an Athena SQL aggregate over the clean table's columns."""


class Checks(_Part):
    """Limits of the asset checks."""

    max_rejected_ratio: float = Field(0.05, ge=0, le=1)
    """A day of which a larger share of rows is rejected is not published."""
    fresh_within_hours: int | None = Field(None, ge=1)
    """Hours after the last inventory of raw files at which the source has gone quiet."""


class Synthetic(_Part):
    """How to make days that have no files."""

    generator: str
    """web_logs, user_activity or access_logs."""
    rows_per_day: int = Field(ge=0)
    """Rows of a day before dirt is added."""
    seed: int = 0
    """The same seed and day give the same bytes."""


class SourceFields(_Part):
    """All top-level keys, in the order they are written."""

    name: Identifier
    """Lower-case identifier: the clean table's name, and the beginning of the others'."""
    description: str = ""
    """What the logs are; shown in the Data Catalog and in Dagster."""
    start_date: date
    """First day that there can be."""
    raw: Raw
    """The raw files."""
    columns: dict[Identifier, Column] = Field(min_length=1)
    """The typed clean table: column name to column, in order."""
    event_time: str
    """The timestamp column whose UTC day is a row's partition."""
    unique_key: tuple[str, ...] = ()
    """Rows of a day that agree in these columns are kept once; none: all are kept."""
    keep: str | None = None
    """Athena SQL; rows for which it is not true are filtered, and counted."""
    late_days: int = Field(0, ge=0, le=31)
    """Rows of day D may stand in the files of D to D + late_days."""
    engine: Literal["glue", "athena", "auto"] = "glue"
    """What cleans days: glue (Spark), athena (SQL; no json), or auto: by the bytes to read."""
    metrics: Metrics
    """The daily metrics."""
    checks: Checks = Checks()
    """What a day must keep to."""
    synthetic: Synthetic | None = None
    """Days without files are generated."""
    owners: tuple[str, ...] = ()
    """Shown in Dagster: `team:data` or an e-mail address."""

    @field_validator("columns")
    @classmethod
    def _own_names(cls, columns: dict[str, Column]) -> dict[str, Column]:
        return {
            name: column
            if column.from_ or column.expr is not None
            else column.model_copy(update={"from_": name})
            for name, column in columns.items()
        }
