"""Asset checks of a source, one evaluation per day.

Dagster records no partition on a result that covers a range, so each check yields one evaluation
per day itself and then, if it blocks, fails. What is compared stands in `aws.reconciliation`.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import dagster as dg
from dagster_aws.s3 import S3Resource

from lakehouse.aws.account import Account
from lakehouse.aws.reconciliation import DayReconciliation
from lakehouse.pipeline.assets import asset_key
from lakehouse.pipeline.failures import in_dagsters_words
from lakehouse.pipeline.metadata import comparison_metadata
from lakehouse.pipeline.partitions import daily_partitions, days_of
from lakehouse.pipeline.services import Services, connect
from lakehouse.resources import AthenaResource, GlueResource
from lakehouse.source import LogSource
from lakehouse.sql import additive_measures

Evaluations = Iterable[dg.AssetCheckEvaluation]
Evaluate = Callable[[Services, Sequence[str]], Evaluations]


def source_checks(source: LogSource, account: Account) -> list[dg.AssetChecksDefinition]:
    """All checks of one source."""
    checks = [reconciliation(source, account), rejected_ratio(source, account)]
    # Without a count or a sum of exact numbers there is nothing that adds up.
    return [*checks, metrics_total(source, account)] if additive_measures(source) else checks


def reconciliation(source: LogSource, account: Account) -> dg.AssetChecksDefinition:
    """No row is lost: the manifest's counts equal those of the tables."""
    spec = _spec(
        source,
        "clean_table",
        "reconciliation",
        "Rows in the day's raw files = clean + rejected + filtered + duplicates + other day, and "
        "the tables hold exactly the rows that the job counted.",
    )

    def evaluate(services: Services, days: Sequence[str]) -> Evaluations:
        for result in services.reconciler.reconcile(source, days):
            yield _evaluation(spec, result.day, result.passed, _words(result),
                              comparison_metadata(result.comparisons))  # fmt: skip

    return _check(spec, account, evaluate)


def _words(result: DayReconciliation) -> str:
    if result.counts is None:
        return "The day was never published, or the manifest of its run is gone."
    wrong = [c for c in result.comparisons if not c.equal]
    if not wrong:
        return f"All {result.counts.raw:,} raw rows are accounted for."
    return "; ".join(f"{c.what}: expected {c.expected:,}, found {c.actual:,}" for c in wrong)


def rejected_ratio(source: LogSource, account: Account) -> dg.AssetChecksDefinition:
    """Too many rejected rows mean that the source or its definition changed."""
    allowed = source.checks.max_rejected_ratio
    spec = _spec(
        source,
        "clean_table",
        "rejected_ratio",
        f"At most {allowed:.1%} of the day's raw rows are rejected.",
    )

    def evaluate(services: Services, days: Sequence[str]) -> Evaluations:
        for day, counts in services.reconciler.counts(source, days).items():
            ratio = counts.rejected / counts.raw if counts.raw else 0.0
            words = f"{counts.rejected:,} of {counts.raw:,} rows rejected ({ratio:.2%})."
            found = {"ratio": ratio, "allowed": allowed, "reasons": dict(counts.reasons)}
            yield _evaluation(spec, day, ratio <= allowed, words, found)

    return _check(spec, account, evaluate)


def metrics_total(source: LogSource, account: Account) -> dg.AssetChecksDefinition:
    """The metrics table's groups add up to the clean table."""
    names = ", ".join(additive_measures(source))
    spec = _spec(
        source,
        "daily_metrics",
        "totals",
        f"Summed over all groups of the day, {names} equal those of the clean table.",
    )

    def evaluate(services: Services, days: Sequence[str]) -> Evaluations:
        for day, totals in services.reconciler.totals(source, days).items():
            passed = all(item.equal for item in totals)
            words = "; ".join(
                f"{c.what}: clean {c.expected:,}, metrics {c.actual:,}" for c in totals
            )
            yield _evaluation(spec, day, passed, words, comparison_metadata(totals))

    return _check(spec, account, evaluate)


def _spec(source: LogSource, asset: str, name: str, description: str) -> dg.AssetCheckSpec:
    return dg.AssetCheckSpec(
        name=name,
        asset=asset_key(source, asset),
        description=description,
        blocking=True,
        partitions_def=daily_partitions(source),
    )


def _evaluation(
    spec: dg.AssetCheckSpec, day: str, passed: bool, words: str, found: Any
) -> dg.AssetCheckEvaluation:
    return dg.AssetCheckEvaluation(
        asset_key=spec.asset_key,
        check_name=spec.name,
        passed=passed,
        description=words,
        metadata=found,
        partition=day,
        severity=dg.AssetCheckSeverity.ERROR,
    )


def _check(
    spec: dg.AssetCheckSpec, account: Account, evaluate: Evaluate
) -> dg.AssetChecksDefinition:
    name = "__".join([*spec.asset_key.path, spec.name])

    @dg.multi_asset_check(name=name, specs=[spec])
    def check(context: dg.AssetCheckExecutionContext, s3: S3Resource, glue: GlueResource,
              athena: AthenaResource) -> Iterator[Any]:  # fmt: skip
        days = [d.isoformat() for d in days_of(context.op_execution_context.partition_keys)]
        failed: list[str] = []
        with in_dagsters_words(spec.name):
            for evaluation in evaluate(connect(account, s3, glue, athena), days):
                failed += [] if evaluation.passed else [str(evaluation.partition)]
                yield evaluation
        if failed:
            raise dg.Failure(
                description=f"{spec.name} failed for {', '.join(failed)}; what depends on "
                f"{spec.asset_key.to_user_string()} was not built"
            )
        yield dg.Output(None, output_name=_output_name(check))

    return check


def _output_name(check: dg.AssetChecksDefinition) -> str:
    (name,) = check.node_def.output_dict
    return name
