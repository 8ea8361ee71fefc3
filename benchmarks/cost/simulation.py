"""The closed forms of `model`, checked by playing a night: tasks on cores, runs in a queue.

A task takes what its bytes take, times a lognormal of one third; one in a hundred meets a slow
disk or neighbour and takes three times as long. Seeded, so that a page made of it stays the same.
"""

import heapq
import random
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.cost.model import CORE_RATE, JOB_SECONDS, OUTPUT_TEXT, SPLIT, VCPU, WRITE_SHARE
from lakehouse.aws.job_capacity import workers_for

SPREAD = 0.33
SLOW, SLOW_SHARE = 3.0, 0.01


@dataclass(frozen=True)
class Night:
    """All sources' runs of one night: when the last was published, and the most DPUs at once."""

    seconds: float
    peak_dpus: int


def task_seconds(size: float, share: float, chance: random.Random) -> float:
    """How long one task of `size` bytes took, that does a share of the work."""
    slow = SLOW if chance.random() < SLOW_SHARE else 1.0
    return size * share / (CORE_RATE * VCPU) * chance.lognormvariate(0, SPREAD) * slow


def stage_seconds(tasks: Sequence[float], cores: int) -> float:
    """Tasks on cores, each core takes the next one when it is free."""
    free = [0.0] * cores
    for seconds in tasks:
        heapq.heapreplace(free, free[0] + seconds)
    return max(free)


def played_job_seconds(text: int, workers: int, chance: random.Random) -> float:
    """One run: a stage over the splits of the text, then one over the files to write."""
    cores = (workers - 1) * 4
    reads = [task_seconds(size, 1 - WRITE_SHARE, chance) for size in pieces(text, SPLIT)]
    writes = [task_seconds(size, WRITE_SHARE, chance) for size in pieces(text, OUTPUT_TEXT)]
    return JOB_SECONDS + stage_seconds(reads, cores) + stage_seconds(writes, cores)


def pieces(total: int, size: int) -> list[int]:
    """A size cut into pieces of at most another."""
    whole, rest = divmod(total, size)
    return [size] * whole + ([rest] if rest else [])


def played_night(texts: Sequence[int], at_once: int, start_gap: float, seed: int) -> Night:
    """Runs of many sources, asked for together at 01:00, at most `at_once` running.

    A run's queries and calls start `start_gap` seconds after the one before: the API's rate.
    """
    chance = random.Random(seed)
    running: list[tuple[float, int]] = []
    now, dpus, peak, last = 0.0, 0, 0, 0.0
    for text in texts:
        now += start_gap
        if len(running) == at_once:
            ended, freed = heapq.heappop(running)
            now, dpus = max(now, ended), dpus - freed
        workers = workers_for(text)
        end = now + played_job_seconds(text, workers, chance)
        heapq.heappush(running, (end, workers))
        dpus, last = dpus + workers, max(last, end)
        peak = max(peak, dpus)
    return Night(last, peak)
