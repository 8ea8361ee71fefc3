"""Rows a second of each generator: `python -m benchmarks.synthetic [rows]`.

Wall and CPU time of one big day, pools already made (they are made once per process and seed).
"""

import argparse
import sys
import time
from collections.abc import Sequence
from datetime import date

from benchmarks.figures import add_json_option, write_figures
from lakehouse.synthetic.day import DayRequest
from lakehouse.synthetic.generate import GENERATORS

TARGET = 200_000


def main(arguments: Sequence[str]) -> int:
    """Print a line per generator; 1 when one is slower than the target in CPU time."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.synthetic", description=__doc__)
    parser.add_argument("rows", nargs="?", type=int, default=500_000)
    add_json_option(parser)
    asked = parser.parse_args(arguments)
    rows, found = asked.rows, {}
    for name, generate in GENERATORS.items():
        generate(DayRequest(date(2026, 1, 1), 1000, 1, True))
        wall, cpu = time.perf_counter(), time.process_time()
        made = generate(DayRequest(date(2026, 1, 2), rows, 1, True))
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        size = sum(len(content) for _, content in made.files)
        print(
            f"{name:<14} {rows:>9,} rows {size / 1e6:7.1f} MB "
            f"{rows / wall:>9,.0f} rows/s wall {rows / cpu:>9,.0f} rows/s CPU"
        )
        found[name] = {"wall_seconds": wall, "cpu_seconds": cpu, "bytes": size}
    write_figures("synthetic", asked, found)
    return int(any(rows / one["cpu_seconds"] < TARGET for one in found.values()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
