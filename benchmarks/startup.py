"""What one waits for at the start: `python -m benchmarks.startup [--rounds 5] [--demos 1]`.

`lakehouse --help`, Dagster's definitions beyond `import dagster`, a code location started anew (as
a reload in Dagster's UI does), the local AWS until it answers, the whole demo in a fresh folder
(warm: Spark's class archive is there). Each is a process of its own; medians by the clock, and CPU
seconds of the process with its children. Exit code 1 when a mark is missed.
"""

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from dagster._grpc.client import DagsterGrpcClient

from benchmarks.figures import add_json_option, write_figures
from lakehouse.cli.ending import ending_signals
from lakehouse.cli.local_server import LocalFolder, free_port, local_aws

MARKS = {
    "lakehouse --help": 0.5,
    "definitions beyond import dagster": 1.0,
    "code location, started anew": None,
    "local AWS answers": 2.0,
    "lakehouse demo, warm": 60.0,
}
LOADING = """
import time
import dagster
began = time.perf_counter(), time.process_time()
import lakehouse.definitions
print(time.perf_counter() - began[0], time.process_time() - began[1])
"""
PATIENCE = 120.0  # seconds until a code location must answer


@dataclass(frozen=True)
class Spent:
    """Seconds by the clock, and CPU seconds."""

    wall: float
    cpu: float


def main(arguments: Sequence[str]) -> int:
    """Print a line for each; 1 when a mark is missed."""
    asked = _options(arguments)
    found = measured(asked.rounds, asked.demos)
    print(f"medians of {asked.rounds} starts; load {os.getloadavg()[0]:.1f} on {os.cpu_count()}")
    for name, spent in found.items():
        mark = MARKS[name]
        words = "" if mark is None else f"   mark {mark:g} s{' MISSED' * (spent.wall > mark)}"
        print(f"{name:<36}{spent.wall:>8.2f} s{spent.cpu:>8.2f} CPU s{words}")
    figures = {name: {**asdict(spent), "mark": MARKS[name]} for name, spent in found.items()}
    write_figures("startup", asked, figures)
    return int(any(spent.wall > (MARKS[name] or spent.wall) for name, spent in found.items()))


def measured(rounds: int, demos: int) -> Mapping[str, Spent]:
    """The median of each; all are started once before, for the files that Python and we cache."""
    starts: list[tuple[Callable[[], Spent], int]] = [
        (shown_help, rounds),
        (loaded_definitions, rounds),
        (answering_location, rounds),
        (answering_aws, rounds),
        (demonstrated, demos),
    ]
    found = {}
    for name, (start, times) in zip(MARKS, starts, strict=True):
        if times:
            start()
            found[name] = median([start() for _ in range(times)])
    return found


def median(spent: Sequence[Spent]) -> Spent:
    """Of both figures."""
    return Spent(statistics.median(s.wall for s in spent), statistics.median(s.cpu for s in spent))


def timed(work: Callable[[], object]) -> Spent:
    """What work took, with the processes that it started and that have ended."""
    began = time.perf_counter()
    before = _children()
    work()
    return Spent(time.perf_counter() - began, _children() - before)


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _command(*words: str) -> list[str]:
    return [str(Path(sys.executable).with_name("lakehouse")), *words]


def shown_help() -> Spent:
    """`lakehouse --help`, to its end."""
    return timed(lambda: subprocess.run(_command("--help"), check=True, capture_output=True))


def loaded_definitions() -> Spent:
    """Importing the code location in a process that has imported dagster."""
    shown = subprocess.run([sys.executable, "-c", LOADING], check=True, capture_output=True)
    wall, cpu = map(float, shown.stdout.split())
    return Spent(wall, cpu)


def answering_location() -> Spent:
    """A code server, from its start until it lists what it has."""
    port = free_port()
    command = ["-m", "dagster", "api", "grpc", "-p", str(port), "-m", "lakehouse.definitions"]
    before, began = _children(), time.perf_counter()
    with tempfile.TemporaryFile() as said:
        server = subprocess.Popen([sys.executable, *command], stdout=said, stderr=said)
        try:
            _wait(server, DagsterGrpcClient(port=port, host="localhost"))
            wall = time.perf_counter() - began
        finally:
            server.terminate()
            server.wait()
    return Spent(wall, _children() - before)


def _wait(server: "subprocess.Popen[bytes]", client: DagsterGrpcClient) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and server.poll() is None:
        try:
            client.list_repositories()
        except Exception:  # noqa: BLE001 - whatever Dagster makes of a server that is not there yet
            time.sleep(0.02)
        else:
            return
    raise RuntimeError("the code location does not answer")


def answering_aws() -> Spent:
    """The local AWS over a new folder, from its start until it answers a request."""
    before, began = _children(), time.perf_counter()
    with (
        tempfile.TemporaryDirectory() as name,
        ending_signals() as ending,
        local_aws(LocalFolder(Path(name)), ending),
    ):
        wall = time.perf_counter() - began
    return Spent(wall, _children() - before)


def demonstrated() -> Spent:
    """The whole demo in a new folder."""
    with tempfile.TemporaryDirectory() as name:
        command = _command("demo", "--data-dir", name)
        return timed(lambda: subprocess.run(command, check=True, capture_output=True))


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.startup", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="default: %(default)s")
    parser.add_argument("--demos", type=int, default=1, help="default: %(default)s; 0 for none")
    add_json_option(parser)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
