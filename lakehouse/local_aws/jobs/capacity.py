"""Capacity of jobs: worker types, DPUs, and what of them Glue accepts together.

Pure. Source: "Jobs" of the Glue API (docs.aws.amazon.com/glue/latest/dg/
aws-glue-api-jobs-job.html, checked 2026-11); the words of refusals that no page shows are chosen.
The number of workers changes what a run would have cost, not how fast it runs here.
"""

from collections.abc import Mapping
from typing import Any

from lakehouse.local_aws.errors import AwsError

DPU_PER_WORKER = {  # of glueetl; G.025X is for streaming jobs
    "G.1X": 1.0,
    "G.2X": 2.0,
    "G.4X": 4.0,
    "G.8X": 8.0,
    "G.12X": 12.0,
    "G.16X": 16.0,
    "R.1X": 1.0,
    "R.2X": 2.0,
    "R.4X": 4.0,
    "R.8X": 8.0,
}
CAPACITY_KEYS = ("AllocatedCapacity", "MaxCapacity", "WorkerType", "NumberOfWorkers")
_DEFAULT_WORKERS = ("G.1X", 10)
_SHELL_CAPACITIES = (0.0625, 1.0)


def capacity(command: str, version: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """AllocatedCapacity, MaxCapacity and, for Spark, the workers. Raises InvalidInputException."""
    worker, workers = fields.get("WorkerType"), fields.get("NumberOfWorkers")
    dpus = fields.get("MaxCapacity", fields.get("AllocatedCapacity"))
    if command == "pythonshell":
        return _shell_capacity(_SHELL_CAPACITIES[0] if dpus is None else dpus, worker or workers)
    if (worker is None) != (workers is None):
        raise _invalid("Please set both Worker Type and Number of Workers.")
    if worker is not None and dpus is not None:
        raise _invalid("Please do not set Max Capacity if using Worker Type and Number of Workers.")
    if dpus is not None:
        raise _invalid(
            f"Max Capacity cannot be specified for Glue version {version}: set Worker Type and "
            "Number of Workers."
        )
    return _worker_capacity(*((worker, workers) if worker is not None else _DEFAULT_WORKERS))


def same_capacity(job: Mapping[str, Any]) -> dict[str, Any]:
    """The capacity of a job for its run."""
    return {key: job[key] for key in CAPACITY_KEYS if key in job}


def _worker_capacity(worker: str, workers: int) -> dict[str, Any]:
    if worker not in DPU_PER_WORKER:
        raise _invalid(f"Worker type {worker} is not supported for glueetl jobs.")
    if workers < 2:
        raise _invalid(f"Number of workers must be at least 2 for glueetl jobs: {workers}.")
    total = DPU_PER_WORKER[worker] * workers
    return {
        "AllocatedCapacity": int(total),
        "MaxCapacity": total,
        "WorkerType": worker,
        "NumberOfWorkers": workers,
    }


def _shell_capacity(dpus: float, workers: object) -> dict[str, Any]:
    if workers:
        raise _invalid("Worker Type and Number of Workers are not supported for pythonshell jobs.")
    if float(dpus) not in _SHELL_CAPACITIES:
        raise _invalid(f"MaxCapacity of a pythonshell job is 0.0625 or 1 DPU, not {dpus}.")
    return {"AllocatedCapacity": int(dpus), "MaxCapacity": float(dpus)}


def _invalid(message: str) -> AwsError:
    return AwsError("InvalidInputException", message)
