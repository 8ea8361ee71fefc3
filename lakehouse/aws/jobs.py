"""Glue job runs: start one, wait for it, stop it when the caller is interrupted.

The script and its arguments are the caller's; states and words are Glue's.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lakehouse.aws.errors import AwsFailure, ExecutionFailed, translated
from lakehouse.aws.job_capacity import WORKER_TYPE
from lakehouse.aws.polling import poll_until, wait_or_stop

JOB_TIMEOUT = 6 * 3600.0  # seconds
TURN_TIMEOUT = 2 * 3600.0  # seconds that a run waits until others of the job or account end
# MaxConcurrentRuns of the job and the account's quotas (StartJobRun, checked 2026-11)
OCCUPIED = {"ConcurrentRunsExceededException", "ResourceNumberLimitExceededException"}
ENDED = {"SUCCEEDED", "FAILED", "STOPPED", "TIMEOUT", "ERROR", "EXPIRED"}
DOLLARS_PER_DPU_HOUR = 0.44  # https://aws.amazon.com/glue/pricing/ (checked 2026-11)


@dataclass(frozen=True)
class JobRun:
    """A run that succeeded: wall-clock `seconds` and billed `dpu_seconds` as Glue reports them."""

    job: str
    run_id: str
    seconds: float
    dpu_seconds: float

    @property
    def dollars(self) -> float:
        """What AWS would charge: DPU-seconds at the on-demand price, one minute at least."""
        per_second = self.dpu_seconds / max(self.seconds, 1.0)
        billed = max(self.dpu_seconds, 60.0 * per_second)
        return billed / 3600 * DOLLARS_PER_DPU_HOUR


@dataclass(frozen=True)
class Jobs:
    """A boto3 Glue client, seen as its jobs."""

    client: Any

    def run(
        self,
        job: str,
        arguments: Mapping[str, str],
        started: Callable[[str], None] = lambda run_id: None,
        timeout: float = JOB_TIMEOUT,
        workers: int | None = None,
    ) -> JobRun:
        """Run the job and wait for its end; `started` is told the run id as soon as there is one.

        `workers` of `WORKER_TYPE` do it instead of those that the job is defined with.
        While other runs take all places of the job or the account, it waits for its turn.
        Raises `ExecutionFailed` with Glue's state, words and run id when the run does not succeed.
        Whatever else ends the wait (Ctrl-C, a cancelled Dagster run) stops the job run too.
        """
        run_id = self._start_in_turn(job, arguments, workers)
        started(run_id)
        ended = wait_or_stop(
            f"run {run_id} of Glue job {job}",
            lambda: self._get(job, run_id),
            lambda run: run["JobRunState"] in ENDED,
            timeout,
            lambda: self._stop(job, [run_id]),
        )
        return _outcome(job, run_id, ended)

    def _start_in_turn(self, job: str, arguments: Mapping[str, str], workers: int | None) -> str:
        """Start one run, as soon as there is a place for it."""
        refusals: list[AwsFailure] = []

        def attempt() -> str | None:
            try:
                return self._start(job, arguments, workers)
            except AwsFailure as failure:
                if failure.code not in OCCUPIED:
                    raise
                refusals.append(failure)
                return None

        try:
            # A start that was not answered is not tried again: there might be two runs then.
            started = poll_until(attempt, lambda run: run is not None, TURN_TIMEOUT, patience=0.0)
        except TimeoutError as error:
            raise ExecutionFailed(
                f"{refusals[-1]}. No place was free for {TURN_TIMEOUT:g} s: run this again later, "
                "or raise the job's MaxConcurrentRuns"
            ) from error
        return started or ""

    def _start(self, job: str, arguments: Mapping[str, str], workers: int | None) -> str:
        """Start one run. botocore may have started more: a try without an answer is tried again.

        StartJobRun has no idempotency token (checked 2026-11), so runs with the same arguments are
        looked for among the newest ones, and stopped.
        """
        capacity = {"WorkerType": WORKER_TYPE, "NumberOfWorkers": workers} if workers else {}
        with translated(f"start job {job}"):
            answer = self.client.start_job_run(JobName=job, Arguments=dict(arguments), **capacity)
            run_id: str = answer["JobRunId"]
            if answer.get("ResponseMetadata", {}).get("RetryAttempts", 0) == 0:
                return run_id
            newest = self.client.get_job_runs(JobName=job, MaxResults=20)["JobRuns"]
        same = [run["Id"] for run in newest if run.get("Arguments") == dict(arguments)]
        if others := [other for other in same if other != run_id]:
            self._stop(job, others)
        return run_id

    def _get(self, job: str, run_id: str) -> Mapping[str, Any]:
        with translated(f"look at run {run_id} of job {job}"):
            run: Mapping[str, Any] = self.client.get_job_run(JobName=job, RunId=run_id)["JobRun"]
        return run

    def _stop(self, job: str, run_ids: Sequence[str]) -> None:
        with translated(f"stop runs {', '.join(run_ids)} of job {job}"):
            self.client.batch_stop_job_run(JobName=job, JobRunIds=list(run_ids))


def _outcome(job: str, run_id: str, run: Mapping[str, Any]) -> JobRun:
    if run["JobRunState"] != "SUCCEEDED":
        raise ExecutionFailed(
            f"run {run_id} of Glue job {job}: {run['JobRunState']}: "
            f"{run.get('ErrorMessage', 'no reason given')} "
            f"(log {run.get('LogGroupName', '/aws-glue/jobs')}/error, stream {run_id})"
        )
    seconds = float(run.get("ExecutionTime", 0))
    workers = float(run.get("MaxCapacity") or run.get("NumberOfWorkers") or 0)
    return JobRun(job, run_id, seconds, float(run.get("DPUSeconds", seconds * workers)))
