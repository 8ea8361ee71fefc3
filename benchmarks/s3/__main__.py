"""S3 of the local AWS side by side with plain moto and ministack: `python -m benchmarks.s3`.

Repetitions of the peers are interleaved, so that a busy machine slows all of them; figures are
medians, ratios are medians of the ratios of neighbouring repetitions. The client is `wire` for all
but listings, which boto3 asks for. Exit code 1 when a mark is missed.
"""

import argparse
import statistics
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from benchmarks.figures import add_json_option, write_figures
from benchmarks.s3 import measures
from benchmarks.s3.measures import Measure
from benchmarks.s3.peers import Peer, running

OURS = "lakehouse"
LISTING_MARK = 150  # milliseconds
MEMORY_MARK = 64  # MB of growth for an object of 1 GB

Figures = dict[str, list[float]]
"""Name of the peer -> one figure a repetition."""


def requests_and_streams(scale: float) -> list[Measure]:
    """The measures of speed that can be repeated cheaply."""
    small, ranges = max(50, int(2000 * scale)), max(20, int(400 * scale))
    return [
        Measure("PUT 1 kB, 8 connections", "/s", True, 5, measures.put_kilobytes(small)),
        Measure("GET 1 kB, 8 connections", "/s", True, 5, measures.get_kilobytes(small)),
        Measure("GET 64 kB of 100 MB, 8 conn.", "/s", True, 10, measures.get_ranges(ranges)),
        Measure("PUT 100 MB", "MB/s", True, 1, measures.put_big),
        Measure("GET 100 MB", "MB/s", True, 1, measures.get_big),
    ]


def interleaved(measure: Measure, peers: Sequence[Peer], repetitions: int) -> Figures:
    """Each peer in turn, again and again."""
    figures: Figures = {peer.name: [] for peer in peers}
    for _ in range(repetitions):
        for peer in peers:
            figures[peer.name].append(measure.take(peer))
    return figures


def ratio(measure: Measure, figures: Figures, other: str) -> float | None:
    """How many times faster (or smaller) ours is than another peer; None if that one is absent."""
    if other not in figures:
        return None
    pairs = zip(figures[OURS], figures[other], strict=True)
    ratios = [ours / max(its, 1e-9) for ours, its in pairs]
    middle = statistics.median(ratios)
    return middle if measure.more_is_better else 1 / max(middle, 1e-9)


def report(measure: Measure, figures: Figures) -> bool:
    """Print one line; whether the mark is met."""
    cells = [f"{statistics.median(values):>9,.0f} {measure.unit:<4}" for values in figures.values()]
    ratios = [ratio(measure, figures, other) for other in ("moto", "ministack")]
    shown = [f"{value:>8.1f} x" if value is not None else f"{'-':>10}" for value in ratios]
    against = ratios[0]
    met = measure.mark is None or against is None or against >= measure.mark
    mark = "" if measure.mark is None else f"  >= {measure.mark:g} x {'yes' if met else 'NO'}"
    print(f"{measure.name:<30}{''.join(cells)}{''.join(shown)}{mark}", flush=True)
    return met


def listings(
    peers: Sequence[Peer], keys: int, moto_keys: int, repetitions: int
) -> dict[str, Figures]:
    """Load the keys, print both listings."""
    counts = {peer.name: moto_keys if peer.name == "moto" else keys for peer in peers}
    for peer in peers:
        measures.load_keys(peer, counts[peer.name])
    found: dict[str, Figures] = {}
    for name, take in (
        ("list 1,000 keys (boto3)", measures.list_prefix),
        ("list folders (boto3)", measures.list_folders),
    ):
        figures: Figures = {peer.name: [] for peer in peers}
        for _ in range(repetitions):
            for peer in peers:
                figures[peer.name].append(take(counts[peer.name])(peer))
        among = f"{name} of {keys:,}"
        report(Measure(among, "ms", False, None, take(keys)), figures)
        found[name] = figures
    print(f"  (listed by moto among {moto_keys:,} only; mark: ours under {LISTING_MARK} ms)")
    return found


def main(arguments: Sequence[str]) -> int:
    """Start the peers, measure, print the table."""
    options = _options(arguments)
    with tempfile.TemporaryDirectory(dir=options.folder) as folder, ExitStack() as started:
        peers = [
            started.enter_context(running(name, Path(folder, name), options.ministack_venv))
            for name in options.peers.split(",")
        ]
        for peer in peers:
            measures.prepare(peer)
        titles = "".join(f"{peer.name:>14}" for peer in peers)
        print(f"{'':<30}{titles}{'to moto':>10}{'to ministack':>13}")
        found: dict[str, Figures] = {}
        met = []
        for measure in requests_and_streams(options.scale):
            taken = found[f"{measure.name}, {measure.unit}"] = interleaved(
                measure, peers, options.repetitions
            )
            met.append(report(measure, taken))
        size = max(10, int(1000 * options.scale))
        grown = Measure(f"memory: {size} MB put, got", "MB", False, None, measures.memory(size))
        figures = interleaved(grown, peers, 1)
        report(grown, figures)
        met.append(figures[OURS][0] < MEMORY_MARK)
        found[f"{grown.name}, MB"] = figures
        keys, moto_keys = int(100_000 * options.scale), int(10_000 * options.scale)
        if keys >= 10_000:
            listed = listings(peers, keys, max(2000, moto_keys), options.repetitions)
            found |= {f"{name} of {keys:,}, ms": taken for name, taken in listed.items()}
            met += [statistics.median(taken[OURS]) < LISTING_MARK for taken in listed.values()]
    write_figures("s3", options, found)
    print("all marks met" if all(met) else "a mark is MISSED")
    return 0 if all(met) else 1


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    add_json_option(parser)
    parser.add_argument("--peers", default="lakehouse,moto,ministack", help="default: %(default)s")
    parser.add_argument("--repetitions", type=int, default=5, help="default: %(default)s")
    parser.add_argument("--scale", type=float, default=1.0, help="of the loads; default: 1")
    parser.add_argument(
        "--folder", type=Path, default=None, help="where data lies; default: the system's"
    )
    parser.add_argument(
        "--ministack-venv",
        type=Path,
        default=Path(tempfile.gettempdir(), "ministack-1.5.33"),
        help="environment of ministack, made if it is missing; default: %(default)s",
    )
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
