"""Entry to the generators: the registry of their names, and a source's day made by one of them.

Here: the names a source's `synthetic.generator` may have. Not here: how any generator works; where
the files are uploaded.
"""

from collections.abc import Callable
from datetime import date
from typing import Final

from lakehouse.errors import LakehouseError
from lakehouse.source import LogSource
from lakehouse.synthetic import access_logs, user_activity, web_logs
from lakehouse.synthetic.day import Composition, DayRequest, SyntheticDay

Generate = Callable[[DayRequest], SyntheticDay]

GENERATORS: Final[dict[str, Generate]] = {
    "access_logs": access_logs.generate,
    "user_activity": user_activity.generate,
    "web_logs": web_logs.generate,
}


class SyntheticError(LakehouseError):
    """A source's day cannot be generated: it names no generator, or one that does not exist."""


def generate_day(source: LogSource, day: date) -> list[tuple[str, bytes]]:
    """The files (name, content) of a synthetic day; the same bytes for the same seed and day.

    Raises SyntheticError when the source has no `synthetic` part or its generator is not known.
    """
    return list(_made(source, day).files)


def day_composition(source: LogSource, day: date) -> Composition:
    """How many rows of each outcome `generate_day` writes for the day; raises as it does."""
    return _made(source, day).composition


def _made(source: LogSource, day: date) -> SyntheticDay:
    synthetic = source.synthetic
    if synthetic is None:
        raise SyntheticError(f"source {source.name} has no `synthetic` part: it cannot make files")
    generate = GENERATORS.get(synthetic.generator)
    if generate is None:
        raise SyntheticError(
            f"source {source.name}: synthetic.generator '{synthetic.generator}' is not known; "
            f"the generators are {', '.join(GENERATORS)}"
        )
    # Before its first day a source has no rows: nothing of that day can come late.
    late_rows = source.late_days > 0 and day > source.start_date
    return generate(DayRequest(day, synthetic.rows_per_day, synthetic.seed, late_rows))
