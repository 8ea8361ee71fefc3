"""Generator `web_logs`: requests to a web tier, CSV with a header, two files a day.

Here: the endpoints, their traffic and latency, the CSV text and its dirt. Not here: how times,
bursts and dirt are drawn.
"""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from lakehouse.synthetic import dirt, pools, traffic
from lakehouse.synthetic.day import Composition, DayRequest, SyntheticDay
from lakehouse.synthetic.dirt import Damage, Positions, Recipe
from lakehouse.synthetic.traffic import BoolArray, IntArray

HEADER = "timestamp,request_id,client_ip,method,endpoint,status,latency_ms,bytes_sent"
BLOCK_HOURS = (0, 12)


@dataclass(frozen=True)
class Route:
    """One endpoint: how much of the traffic it takes, its usual latency and answer."""

    method: str
    endpoint: str
    weight: float
    latency_ms: float
    body: int


ROUTES = (
    Route("GET", "/api/products", 30, 45, 9_000),
    Route("GET", "/api/search", 18, 140, 14_000),
    Route("GET", "/", 14, 20, 32_000),
    Route("GET", "/api/cart", 10, 35, 2_200),
    Route("POST", "/api/cart", 7, 60, 900),
    Route("GET", "/api/recommendations", 6, 210, 6_000),
    Route("POST", "/api/login", 5, 95, 700),
    Route("GET", "/api/orders", 4, 80, 5_200),
    Route("POST", "/api/orders", 2.5, 260, 1_300),
    Route("PUT", "/api/profile", 1.5, 70, 600),
    Route("DELETE", "/api/cart", 1, 40, 150),
    Route("GET", "/health", 1, 2, 20),
)
ANSWERS = (200, 304, 301, 400, 401, 404, 429)
ANSWER_WEIGHTS = (900, 40, 10, 8, 12, 25, 5)
ERRORS = (500, 502, 503, 504)
ERROR_WEIGHTS = (5, 2, 2, 1)

RECIPE = Recipe(
    damages=(
        Damage("malformed_line", 0.0010, dirt.keep_fields(",", 5)),
        Damage("malformed_line", 0.0005, lambda line: f"{line},,retry"),
        Damage("bad_type:status", 0.0005, dirt.replace_field(",", 5, "OK")),
        Damage("bad_type:latency_ms", 0.0004, dirt.replace_field(",", 6, "timeout")),
        Damage("bad_event_time", 0.0003, dirt.replace_field(",", 0, "not-a-time")),
        Damage("missing_required:request_id", 0.0004, dirt.replace_field(",", 1, "")),
        Damage("missing_required:status", 0.0004, dirt.replace_field(",", 5, "")),
    ),
    duplicates=0.0015,
    filtered=0.001,
    late=0.002,
)


def generate(request: DayRequest) -> SyntheticDay:
    """A day of web requests: one file for each half day."""
    rng = traffic.day_rng("web_logs", request.seed, request.day)
    positions = dirt.place(rng, RECIPE, request.rows, request.late_rows)
    arrivals = traffic.arrival_times(rng, positions.rows)
    lines = _lines(rng, request, positions, arrivals)
    dirt.spoil(lines, RECIPE, positions)
    order = dirt.delivery_order(rng, positions)
    return SyntheticDay(_files(lines, arrivals, order), _composition(request, positions))


def _files(lines: list[str], arrivals: IntArray, order: IntArray) -> tuple[tuple[str, bytes], ...]:
    edges = [hour * 3_600_000 for hour in BLOCK_HOURS[1:]]
    # A repeated line can stand after the edge with an earlier time: the cut is by place.
    cuts = np.searchsorted(np.maximum.accumulate(arrivals[order]), edges)
    return tuple(
        (f"{hour:02}.csv", dirt.file_text(traffic.pick(lines, block), HEADER))
        for hour, block in zip(BLOCK_HOURS, np.split(order, cuts), strict=True)
    )


def _lines(
    rng: Generator, request: DayRequest, positions: Positions, arrivals: IntArray
) -> list[str]:
    rows = positions.rows
    times = traffic.event_times(rng, arrivals, positions.late)
    routes = traffic.draw(rng, [route.weight for route in ROUTES], rows)
    trouble = traffic.error_bursts(rng, times, routes, len(ROUTES))
    ips = pools.client_ips(request.seed, 3000)
    clients = traffic.draw(rng, traffic.zipf_weights(len(ips), 0.7), rows)
    columns = zip(
        traffic.iso_times(request.day, times, "ms"),
        traffic.uuids(rng, rows),
        traffic.pick(ips, clients),
        traffic.pick([f"{route.method},{route.endpoint}" for route in ROUTES], routes),
        _statuses(rng, trouble, positions.filtered).tolist(),
        _latencies(rng, routes, trouble.burst),
        _bodies(rng, routes),
        strict=True,
    )
    return list(map("%sZ,%s,%s,%s,%d,%.1f,%d".__mod__, columns))


def _statuses(rng: Generator, trouble: traffic.Trouble, filtered: IntArray) -> IntArray:
    rows = len(trouble.chance)
    good = np.array(ANSWERS)[traffic.draw(rng, ANSWER_WEIGHTS, rows)]
    bad = np.array(ERRORS)[traffic.draw(rng, ERROR_WEIGHTS, rows)]
    statuses = np.where(rng.random(rows) < trouble.chance, bad, good).astype(np.int64)
    statuses[filtered] = np.where(np.arange(len(filtered)) % 2, 999, 0)
    return statuses


def _latencies(rng: Generator, routes: IntArray, burst: BoolArray) -> list[float]:
    usual = np.array([route.latency_ms for route in ROUTES])[routes]
    drawn = usual * rng.lognormal(0.0, 0.5, len(routes)) * np.where(burst, 6.0, 1.0)
    return list(np.minimum(drawn, 30_000.0).tolist())


def _bodies(rng: Generator, routes: IntArray) -> list[int]:
    usual = np.array([route.body for route in ROUTES])[routes]
    return list((usual * rng.lognormal(0.0, 0.4, len(routes))).astype(np.int64).tolist())


def _composition(request: DayRequest, positions: Positions) -> Composition:
    return Composition(
        raw=request.rows,
        reasons=dirt.rejected_by_reason(RECIPE, positions),
        filtered=len(positions.filtered),
        duplicates=len(positions.duplicates),
        other_day=len(positions.late),
    )
