"""Raw web_logs files for the benchmarks: seeded, a folder per day, about 1% of the rows bad.

Here: making the files once and finding them again. The rows are the synthetic generator's; it
spoils 0.35%, so more lines are damaged here, by its own recipe, in fixed places. No line is late:
every contender may take a day by itself.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from lakehouse.synthetic import web_logs
from lakehouse.synthetic.day import DayRequest
from lakehouse.synthetic.generate import GENERATORS

FIRST_DAY = date(2026, 1, 1)
SEED = 7
SPOILED_EVERY = 150  # of the lines, besides those that the generator spoils


@dataclass(frozen=True)
class RawDays:
    """The files of each day, in a folder of their own."""

    folder: Path
    files: Mapping[str, Sequence[Path]]

    @property
    def bytes(self) -> int:
        """Of all files together."""
        return sum(path.stat().st_size for paths in self.files.values() for path in paths)


def raw_days(folder: Path, rows: int, days: int) -> RawDays:
    """`rows` lines over `days` days below `folder`, made if they are not there already."""
    root = folder / f"raw-{rows}-{days}-{SEED}"
    index = root / "files.json"
    if not index.exists():
        made = {day.isoformat(): _write_day(root, day, rows // days) for day in _days(days)}
        index.write_text(json.dumps(made))
    names = json.loads(index.read_text())
    return RawDays(root, {day: [root / name for name in found] for day, found in names.items()})


def _days(count: int) -> Iterator[date]:
    return (FIRST_DAY + timedelta(number) for number in range(count))


def _write_day(root: Path, day: date, rows: int) -> list[str]:
    folder = Path(f"event_date={day}")
    (root / folder).mkdir(parents=True, exist_ok=True)
    made = GENERATORS["web_logs"](DayRequest(day, rows, SEED, late_rows=False))
    for name, content in made.files:
        (root / folder / name).write_bytes(_spoiled(content))
    return [str(folder / name) for name, _ in made.files]


def _spoiled(content: bytes) -> bytes:
    lines = content.decode().split("\n")
    damages = web_logs.RECIPE.damages
    whole = web_logs.HEADER.count(",")
    for turn, place in enumerate(range(SPOILED_EVERY, len(lines), SPOILED_EVERY)):
        if lines[place].count(",") == whole:
            lines[place] = damages[turn % len(damages)].spoil(lines[place])
    return "\n".join(lines).encode()
