"""Rows a second of each generator: `python -m benchmarks.synthetic [rows]`.

Wall and CPU time of one big day, pools already made (they are made once per process and seed).
"""

import sys
import time
from datetime import date

from lakehouse.synthetic.day import DayRequest
from lakehouse.synthetic.generate import GENERATORS

TARGET = 200_000


def main(rows: int) -> int:
    """Print a line per generator; 1 when one is slower than the target in CPU time."""
    slow = 0
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
        slow |= rows / cpu < TARGET
    return slow


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 500_000))
