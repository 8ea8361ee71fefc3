"""Parquet files for `benchmarks.athena`: seeded rows, the same for everyone, and what reads them.

Here: making the files, and a query over them for DuckDB alone. What is measured stands there.
"""

from collections.abc import Sequence
from pathlib import Path

import duckdb

ROWS = (
    "SELECT i AS id, '/path/' || (hash(i) % 500) AS endpoint, "
    "CAST(200 + (hash(i * 3) % 4) * 100 AS INTEGER) AS status, "
    "(hash(i * 7) % 1000003) / 977.0 AS latency_ms, CAST(hash(i * 11) >> 30 AS BIGINT) AS bytes, "
    "'user-' || (hash(i * 13) % 1000000) AS user_id FROM range({start}, {stop}) AS r(i)"
)


def make_files(folder: Path, name: str, rows: int, files: int) -> list[Path]:
    """Parquet files of synthetic requests (about 15 bytes a row)."""
    step = rows // files
    made = []
    for index in range(files):
        path = folder / f"{name}-{index}.parquet"
        sql = ROWS.format(start=index * step, stop=(index + 1) * step)
        duckdb.sql(sql).write_parquet(str(path), compression="zstd")
        made.append(path)
    return made


def from_files(sql: str, files: Sequence[Path]) -> str:
    """A query over `{table}` as DuckDB alone runs it."""
    listed = ", ".join(f"'{file}'" for file in files)
    return sql.format(table=f"read_parquet([{listed}])")
