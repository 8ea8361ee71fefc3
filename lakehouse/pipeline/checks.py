"""Asset checks of a source, one evaluation per day.

Dagster records no partition on a result that covers a range, so each check yields one evaluation
per day itself and then, if one failed that is no warning, fails. Days that the run held back are
reported by `rejected_ratio` and passed over by the others. What is compared stands in
`aws.reconciliation` and `aws.drift`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import dagster as dg
from dagster_aws.s3 import S3Resource

from lakehouse.aws.account import Account
from lakehouse.aws.clean_table import held_back
from lakehouse.aws.drift import Drift, drift_of_days
from lakehouse.aws.inventory import take_inventory
from lakehouse.aws.reconciliation import DayReconciliation
from lakehouse.aws.run_records import DayCounts, Outcome
from lakehouse.pipeline.assets import asset_key, run_prefix
from lakehouse.pipeline.failures import in_dagsters_words
from lakehouse.pipeline.metadata import comparison_metadata, drift_metadata
from lakehouse.pipeline.partitions import daily_partitions, days_of, span_of
from lakehouse.pipeline.services import Services, connect
from lakehouse.resources import AthenaResource, GlueResource
from lakehouse.source import LogSource
from lakehouse.sql import additive_measures

ERROR, WARN = dg.AssetCheckSeverity.ERROR, dg.AssetCheckSeverity.WARN

Evaluations = Iterable[dg.AssetCheckEvaluation]
# Services, days, and what came of the job run of this Dagster run (empty if it had none)
Evaluate = Callable[[Services, Sequence[str], Outcome], Evaluations]


def source_checks(source: LogSource, account: Account) -> list[dg.AssetChecksDefinition]:
    """All checks of one source."""
    checks = [
        schema_drift(source, account),
        reconciliation(source, account),
        rejected_ratio(source, account),
    ]
    # Without a count or a sum of exact numbers there is nothing that adds up.
    return [*checks, metrics_total(source, account)] if additive_measures(source) else checks


def schema_drift(source: LogSource, account: Account) -> dg.AssetChecksDefinition:
    """A warning that the files have other fields than the source declares; nothing stops."""
    spec = _spec(
        source,
        "raw_table",
        "schema_drift",
        "The day's files have the fields that the source declares. A field that is not declared "
        "is not read; one that is missing is NULL, or rejects its rows if it is required.",
        blocking=False,
    )

    def evaluate(services: Services, days: Sequence[str], _: Outcome) -> Evaluations:
        files = take_inventory(services.s3, account, source, map(date.fromisoformat, days))
        for day, drift in drift_of_days(services.s3, source, files.values()).items():
            yield _evaluation(spec, day.isoformat(), drift == Drift(), drift.words,
                              drift_metadata(drift), WARN)  # fmt: skip

    return _check(spec, source, account, evaluate)


def reconciliation(source: LogSource, account: Account) -> dg.AssetChecksDefinition:
    """No row is lost: the manifest's counts equal those of the tables."""
    spec = _spec(
        source,
        "clean_table",
        "reconciliation",
        "Rows in the day's raw files = clean + rejected + filtered + duplicates + other day, and "
        "the tables hold exactly the rows that the job counted.",
    )

    def evaluate(services: Services, days: Sequence[str], outcome: Outcome) -> Evaluations:
        published = [day for day in days if day not in outcome.held]
        for result in services.reconciler.reconcile(source, published) if published else ():
            yield _evaluation(spec, result.day, result.passed, _words(result),
                              comparison_metadata(result.comparisons))  # fmt: skip

    return _check(spec, source, account, evaluate)


def _words(result: DayReconciliation) -> str:
    if result.counts is None:
        return "The day was never published, or the manifest of its run is gone."
    wrong = [c for c in result.comparisons if not c.equal]
    if not wrong:
        return f"All {result.counts.raw:,} raw rows are accounted for."
    return "; ".join(f"{c.what}: expected {c.expected:,}, found {c.actual:,}" for c in wrong)


def rejected_ratio(source: LogSource, account: Account) -> dg.AssetChecksDefinition:
    """Too many rejected rows mean that the source or its definition changed.

    It does not block in Dagster's sense, which knows no days: a day over the ratio was not
    published in the first place, and the good days of the range go on.
    """
    allowed = source.checks.max_rejected_ratio
    spec = _spec(
        source,
        "clean_table",
        "rejected_ratio",
        f"At most {allowed:.1%} of the day's raw rows are rejected and every file can be read; "
        "else the day is not published, and its metrics stay as they were.",
        blocking=False,
    )

    def evaluate(services: Services, days: Sequence[str], outcome: Outcome) -> Evaluations:
        counts = (
            services.records.manifest(source, outcome.run_id) or {}
            if outcome.run_id
            else services.reconciler.counts(source, days)
        )
        held = {**held_back(source, counts), **outcome.held}
        for day in [day for day in days if day in counts or day in held]:
            found = _ratio_metadata(counts.get(day), allowed)
            words = held.get(day) or _ratio_words(counts[day])
            yield _evaluation(spec, day, day not in held, words, found)

    return _check(spec, source, account, evaluate)


def _ratio_words(counts: DayCounts) -> str:
    return f"{counts.rejected:,} of {counts.raw:,} rows rejected ({counts.rejected_ratio:.2%})."


def _ratio_metadata(counts: DayCounts | None, allowed: float) -> Mapping[str, Any]:
    if counts is None:  # a file could not be read: nothing was counted
        return {"allowed": allowed}
    reasons = dict(counts.reasons)
    return {"allowed": allowed, "ratio": counts.rejected_ratio, "reasons": reasons}


def metrics_total(source: LogSource, account: Account) -> dg.AssetChecksDefinition:
    """The metrics table's groups add up to the clean table."""
    names = ", ".join(additive_measures(source))
    spec = _spec(
        source,
        "daily_metrics",
        "totals",
        f"Summed over all groups of the day, {names} equal those of the clean table.",
    )

    def evaluate(services: Services, days: Sequence[str], outcome: Outcome) -> Evaluations:
        built = [day for day in days if day not in outcome.held]
        for day, totals in services.reconciler.totals(source, built).items() if built else ():
            passed = all(item.equal for item in totals)
            words = "; ".join(
                f"{c.what}: clean {c.expected:,}, metrics {c.actual:,}" for c in totals
            )
            yield _evaluation(spec, day, passed, words, comparison_metadata(totals))

    return _check(spec, source, account, evaluate)


def _spec(
    source: LogSource, asset: str, name: str, description: str, blocking: bool = True
) -> dg.AssetCheckSpec:
    return dg.AssetCheckSpec(
        name=name,
        asset=asset_key(source, asset),
        description=description,
        blocking=blocking,
        partitions_def=daily_partitions(source),
    )


def _evaluation(
    spec: dg.AssetCheckSpec,
    day: str,
    passed: bool,
    words: str,
    found: Any,
    severity: dg.AssetCheckSeverity = ERROR,
) -> dg.AssetCheckEvaluation:
    return dg.AssetCheckEvaluation(
        asset_key=spec.asset_key,
        check_name=spec.name,
        passed=passed,
        description=words,
        metadata=found,
        partition=day,
        severity=severity,
    )


def _check(
    spec: dg.AssetCheckSpec, source: LogSource, account: Account, evaluate: Evaluate
) -> dg.AssetChecksDefinition:
    name, asset = "__".join([*spec.asset_key.path, spec.name]), spec.asset_key.to_user_string()

    @dg.multi_asset_check(name=name, specs=[spec])
    def check(context: dg.AssetCheckExecutionContext, s3: S3Resource, glue: GlueResource,
              athena: AthenaResource) -> Iterator[Any]:  # fmt: skip
        dates = days_of(context.op_execution_context.partition_keys)
        days = [day.isoformat() for day in dates]
        failed: list[str] = []
        with in_dagsters_words(f"{spec.name} of {asset}, {span_of(dates)}"):
            services = connect(account, s3, glue, athena)
            outcome = services.records.newest_outcome(source, run_prefix(context.run))
            for evaluation in evaluate(services, days, outcome):
                if not evaluation.passed and evaluation.severity == ERROR:
                    failed.append(f"{evaluation.partition}: {evaluation.description}")
                yield evaluation
        if failed:
            raise dg.Failure(description=f"{spec.name} of {asset} failed. " + "; ".join(failed))
        yield dg.Output(None, output_name=_output_name(check))

    return check


def _output_name(check: dg.AssetChecksDefinition) -> str:
    (name,) = check.node_def.output_dict
    return name
