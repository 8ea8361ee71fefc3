"""Time the local Athena takes to translate typical statements.

`python -m benchmarks.athena_translate`. Parsing and translation alone, nothing runs; the median of
several rounds, in milliseconds.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Sequence

from benchmarks.figures import add_json_option, write_figures
from lakehouse.local_aws.athena.dialect import parse_query
from lakehouse.local_aws.athena.scans import TableColumn, TableShape
from lakehouse.local_aws.athena.translate import translate
from lakehouse.local_aws.athena.type_syntax import parse_type

ROUNDS = 30
COLUMNS = {
    "ts": "timestamp", "status": "int", "path": "string", "host": "string", "bytes": "bigint",
    "line": "string", "tags": "map<string,string>", "day": "string",
}  # fmt: skip
STATEMENTS = {
    "one": "SELECT 1",
    "filter": "SELECT ts, path FROM logs WHERE status >= 500 AND day = '2026-01-01' LIMIT 100",
    "group": (
        "SELECT date_trunc('hour', ts) AS h, status, count(*) AS n, sum(bytes) AS b, "
        "approx_percentile(bytes, 0.95) AS p FROM logs WHERE day BETWEEN '2026-01-01' AND "
        "'2026-01-31' GROUP BY 1, 2 HAVING count(*) > 10 ORDER BY n DESC LIMIT 20"
    ),
    "text": (
        "SELECT regexp_extract(line, '\"(GET|POST) ([^ ]+)', 2) AS url, "
        "json_extract_scalar(line, '$.a.b') AS b, split_part(path, '/', 2) AS p, "
        "from_iso8601_timestamp(line) AS t, url_extract_host(path) AS u, tags['k'] AS k FROM logs"
    ),
    "window": (
        "WITH d AS (SELECT host, date(ts) AS d, count(*) AS n FROM logs GROUP BY 1, 2) "
        "SELECT host, d, n, sum(n) OVER (PARTITION BY host ORDER BY d ROWS 6 PRECEDING) AS w, "
        "lag(n) OVER (PARTITION BY host ORDER BY d) AS before FROM d ORDER BY host, d"
    ),
    "join": (
        "SELECT a.host, b.n FROM logs AS a JOIN (SELECT host, count(*) AS n FROM logs GROUP BY "
        "host) AS b ON a.host = b.host CROSS JOIN UNNEST(map_keys(a.tags)) AS u(k) "
        "WHERE a.status IN (200, 404) AND u.k LIKE 'x%'"
    ),
}


class Logs:
    """A catalog of one table."""

    def shape(self, database: str | None, name: str, where: str) -> TableShape:
        """The table's columns."""
        columns = tuple(TableColumn(n, parse_type(k), n == "day") for n, k in COLUMNS.items())
        return TableShape("default", name, columns)


def milliseconds(sql: str) -> float:
    """The median time to parse and translate a statement."""
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        translate(parse_query(sql), sql, Logs())  # type: ignore[arg-type]
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1000


def main(arguments: Sequence[str]) -> int:
    """Print one line a statement."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.athena_translate")
    add_json_option(parser)
    found = {name: milliseconds(sql) for name, sql in STATEMENTS.items()}
    for name, taken in found.items():
        print(f"{name:8} {taken:6.2f} ms")
    write_figures("athena_translate", parser.parse_args(arguments), {"milliseconds": found})
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
