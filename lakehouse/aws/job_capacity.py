"""How many workers a run of the clean job gets: by the bytes it reads, not by a setting.

Pure. A small day must not pay for a cluster, and a large one must not take hours on two workers.
What a worker is and costs is AWS's: "AWS Glue worker types"
(https://docs.aws.amazon.com/glue/latest/dg/worker-types.html, checked 2026-11).
"""

from collections.abc import Iterable
from typing import Final

from lakehouse.aws.s3 import S3Object

WORKER_TYPE: Final = "G.1X"  # 1 DPU: 4 vCPUs, 16 GB of memory, about 44 GB of free disk
MIN_WORKERS: Final = 2  # Glue's own minimum; one of them is the driver
MAX_WORKERS: Final = 100
BYTES_PER_WORKER: Final = 16 * 1024**3  # of raw text: some minutes of its four vCPUs
GZIP_RATIO: Final = 8  # of log text, about


def text_bytes(files: Iterable[S3Object]) -> int:
    """About how many bytes of text raw files hold; gzip is taken for an eighth of its text."""
    return sum(file.size * (GZIP_RATIO if file.key.endswith(".gz") else 1) for file in files)


def workers_for(size: int) -> int:
    """Workers for a run that reads `size` bytes of text: a driver, and one for each 16 GiB."""
    executors = -(-size // BYTES_PER_WORKER)
    return min(max(executors + 1, MIN_WORKERS), MAX_WORKERS)
