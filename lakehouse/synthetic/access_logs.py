"""Generator `access_logs`: a public site's access log, combined format, one gzip file a day.

Here: pages, visitors, answers, the log's text and its dirt. Not here: how times and dirt are
drawn, or the pools.
"""

import gzip
import re
from collections.abc import Sequence
from datetime import timedelta

import numpy as np
from numpy.random import Generator

from lakehouse.synthetic import dirt, pools, traffic
from lakehouse.synthetic.day import Composition, DayRequest, SyntheticDay
from lakehouse.synthetic.dirt import Damage, Positions, Recipe
from lakehouse.synthetic.traffic import IntArray

METHODS = ("GET", "POST", "HEAD")
METHOD_WEIGHTS = (94, 4, 2)
STATUSES = (200, 304, 301, 206, 404, 403, 500)
STATUS_WEIGHTS = (890, 50, 20, 6, 26, 2, 1)
NO_BODY = (304,)
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
TEMPLATE = '%s - %s [%s +0000] "%s %s HTTP/1.1" %d %s "%s" "%s"'

RECIPE = Recipe(
    damages=(
        # The last quote never closes; the line ends inside the request.
        Damage("malformed_line", 0.0015, lambda line: line[:-1]),
        Damage("malformed_line", 0.0010, lambda line: line[: line.index(" HTTP/")]),
        Damage("bad_event_time", 0.0010, lambda line: re.sub(r"\[\d\d/", "[99/", line, count=1)),
        Damage(
            "missing_required:status",
            0.0015,
            lambda line: re.sub(r'" \d{3} ', '" - ', line, count=1),
        ),
    ),
    late=0.002,
)


def generate(request: DayRequest) -> SyntheticDay:
    """A day of a public site's requests in one gzip file."""
    rng = traffic.day_rng("access_logs", request.seed, request.day)
    positions = dirt.place(rng, RECIPE, request.rows, request.late_rows)
    lines = _lines(rng, request, positions)
    dirt.spoil(lines, RECIPE, positions)
    # mtime=0: the same day has the same bytes whenever it is made.
    content = gzip.compress(dirt.file_text(lines), compresslevel=1, mtime=0)
    composition = Composition(
        raw=request.rows,
        reasons=dirt.rejected_by_reason(RECIPE, positions),
        filtered=0,
        duplicates=0,
        other_day=len(positions.late),
    )
    return SyntheticDay((("00.log.gz", content),), composition)


def _lines(rng: Generator, request: DayRequest, positions: Positions) -> list[str]:
    rows = positions.rows
    site = pools.site(request.seed)
    ips = pools.client_ips(request.seed, 1500)
    clients = traffic.draw(rng, traffic.zipf_weights(len(ips), 0.7), rows)
    pages = traffic.draw(rng, traffic.zipf_weights(len(site.pages), 0.9), rows)
    statuses = np.array(STATUSES)[traffic.draw(rng, STATUS_WEIGHTS, rows)]
    columns = zip(
        traffic.pick(ips, clients),
        _mostly(rng, 0.99, site.user_names, rows),
        _log_times(rng, request, positions),
        traffic.pick(METHODS, traffic.draw(rng, METHOD_WEIGHTS, rows)),
        traffic.pick(site.pages, pages),
        statuses.tolist(),
        _bodies(rng, pages, statuses),
        _mostly(rng, 0.4, site.referrers, rows),
        # A client keeps its program.
        traffic.pick(site.user_agents, clients % len(site.user_agents)),
        strict=True,
    )
    return list(map(TEMPLATE.__mod__, columns))


def _mostly(rng: Generator, absent: float, pool: Sequence[str], rows: int) -> list[str]:
    """Values of the pool, `-` where there is none (a share `absent` of the rows)."""
    chosen = rng.integers(0, len(pool), rows)
    chosen[rng.random(rows) < absent] = len(pool)
    return traffic.pick((*pool, "-"), chosen)


def _log_times(rng: Generator, request: DayRequest, positions: Positions) -> list[str]:
    arrivals = traffic.arrival_times(rng, positions.rows)
    seconds = traffic.event_times(rng, arrivals, positions.late) // 1000
    days = (request.day - timedelta(days=1), request.day)
    names = {f"{day}T": f"{day:%d}/{MONTHS[day.month - 1]}/{day.year}:" for day in days}
    times = traffic.iso_times(request.day, seconds, "s")
    return [names[time[:11]] + time[11:] for time in times]


def _bodies(rng: Generator, pages: IntArray, statuses: IntArray) -> list[str]:
    # A page has its size; "-" is what servers write for an answer without a body.
    sizes = 300 + pages * 7919 % 60_000 + rng.integers(0, 64, len(pages))
    bodies = np.where(np.isin(statuses, NO_BODY), -1, sizes)
    return ["-" if size < 0 else str(size) for size in bodies.tolist()]
