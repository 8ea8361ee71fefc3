"""Running a source's job from Python: a range of days as one run, as a backfill in the UI does it.

For the command line; runs are recorded in the instance, so the UI shows them afterwards. What a
run does stands in the assets.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import date

import dagster as dg
from dagster_shared.error import SerializableErrorInfo

from lakehouse.aws.account import Account
from lakehouse.errors import LakehouseError
from lakehouse.pipeline.build import build_definitions
from lakehouse.source import LogSource

RANGE_START = "dagster/asset_partition_range_start"
RANGE_END = "dagster/asset_partition_range_end"

Told = Callable[[str], None]


class RunFailed(LakehouseError):
    """A Dagster run failed; the words are those of the step that failed first."""


class _StepHandler(logging.Handler):
    """Tells each step of a run as it starts and ends."""

    def __init__(self, tell: Told) -> None:
        super().__init__()
        self._tell = tell

    def emit(self, record: logging.LogRecord) -> None:
        event = getattr(record, "dagster_meta", {}).get("dagster_event")
        if event is not None and event.is_step_event and event.is_step_start:
            self._tell(str(event.step_key))


def step_logger(tell: Told) -> dg.LoggerDefinition:
    """A Dagster logger that tells the key of each step as it starts."""

    def logger(_: dg.InitLoggerContext) -> logging.Logger:
        made = logging.Logger("lakehouse.steps", level=logging.DEBUG)
        made.addHandler(_StepHandler(tell))
        return made

    return dg.LoggerDefinition(logger, description="Steps as they start.")


def materialize(
    sources: Sequence[LogSource], account: Account, job: str, first: date, last: date, tell: Told
) -> str:
    """Run a source's job for first..last in the DAGSTER_HOME instance; the run id.

    Raises `RunFailed` with the words of the step that failed.
    """
    definitions = build_definitions(sources, account, {"steps": step_logger(tell)})
    with dg.DagsterInstance.get() as instance:
        return run_days(definitions, job, first, last, instance)


def run_days(
    definitions: dg.Definitions, job: str, first: date, last: date, instance: dg.DagsterInstance
) -> str:
    """Run a job for a range of days as one run, in this process; the run id."""
    resolved = definitions.resolve_job_def(job)
    result = resolved.execute_in_process(
        instance=instance,
        tags={RANGE_START: first.isoformat(), RANGE_END: last.isoformat()},
        raise_on_error=False,
        run_config={"loggers": {name: {} for name in resolved.loggers}},
    )
    if any(_is_interrupt(event) for event in result.all_events):
        raise KeyboardInterrupt  # Dagster made a failed step of Ctrl-C; it ends the command here
    if not result.success:
        raise RunFailed(_first_failure(result) or f"{job}: failed before its first step")
    return result.run_id


def _is_interrupt(event: dg.DagsterEvent) -> bool:
    """Whether a signal failed the step: Dagster's word for it, or Python's, at any depth."""
    found = _errors(event) if event.is_step_failure else []
    return any(
        e.cls_name in ("DagsterExecutionInterruptedError", "KeyboardInterrupt") for e in found
    )


def _errors(event: dg.DagsterEvent) -> list[SerializableErrorInfo]:
    """The error of a failed step, then what caused it, and so on."""
    found, error = [], event.step_failure_data.error
    while error is not None:
        found.append(error)
        error = error.cause
    return found


def _first_failure(result: dg.ExecuteInProcessResult) -> str:
    """Its words, which name asset and days; none if no step failed."""
    for event in result.all_events:
        if event.is_step_failure:
            data = event.step_failure_data
            words = data.user_failure_data.description if data.user_failure_data else None
            errors = _errors(event)  # the first is Dagster's, and says no more than that it failed
            said = errors[-1].message.strip() if errors else "no reason given"
            return words or f"{event.step_key}: {said}"
    return ""
