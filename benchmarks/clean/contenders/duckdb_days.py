"""DuckDB alone, a day at a time, with quarantine by TRY_CAST: raw_folder out_folder.

Reads all fields as text, so every row can be judged; good rows are deduplicated and written as zstd
Parquet, the others as a second Parquet file with their reader's error or fields.
"""

import sys
from pathlib import Path

import duckdb

READ = """
    read_csv('{files}', header = true, auto_detect = false, delim = ',', quote = '"',
        store_rejects = true, rejects_table = 'bad_lines', rejects_scan = 'bad_scans',
        columns = {{timestamp: 'VARCHAR', request_id: 'VARCHAR', client_ip: 'VARCHAR',
            method: 'VARCHAR', endpoint: 'VARCHAR', status: 'VARCHAR', latency_ms: 'VARCHAR',
            bytes_sent: 'VARCHAR'}})
"""
TYPED = """
    CREATE OR REPLACE TEMP TABLE typed AS SELECT *,
        TRY_CAST(timestamp AS TIMESTAMPTZ) AS event_time, TRY_CAST(status AS INT) AS code,
        TRY_CAST(latency_ms AS DOUBLE) AS latency, TRY_CAST(bytes_sent AS BIGINT) AS size,
        event_time IS NOT NULL AND request_id IS NOT NULL AND code IS NOT NULL
            AND latency IS NOT NULL AND size IS NOT NULL AS good
    FROM {read}
"""
CLEAN = """
    COPY (
        SELECT event_time, request_id, client_ip, method, endpoint, code AS status,
            latency AS latency_ms, size AS bytes
        FROM typed WHERE good AND code BETWEEN 100 AND 599
        QUALIFY row_number() OVER (PARTITION BY request_id ORDER BY event_time) = 1
    ) TO '{target}' (FORMAT parquet, COMPRESSION zstd)
"""
REJECTED = """
    COPY (
        SELECT csv_line AS raw_text, error_message AS reason FROM bad_lines UNION ALL
        SELECT concat_ws(',', timestamp, request_id, client_ip, method, endpoint, status,
            latency_ms, bytes_sent), 'a field' FROM typed WHERE NOT good
    ) TO '{target}' (FORMAT parquet, COMPRESSION zstd)
"""


def main(raw: str, out: str) -> None:
    """Each day of raw files to a day of clean and of rejected rows."""
    database = duckdb.connect(config={"threads": 2})
    database.execute("SET TimeZone = 'UTC'")
    for folder in sorted(Path(raw).glob("event_date=*")):
        target = Path(out, folder.name)
        target.mkdir(parents=True)
        rejected = Path(f"{out}-rejected", folder.name)
        rejected.mkdir(parents=True)
        database.execute(TYPED.format(read=READ.format(files=folder / "*.csv")))
        database.execute(CLEAN.format(target=target / "rows.parquet"))
        database.execute(REJECTED.format(target=rejected / "rows.parquet"))
        for name in ("bad_lines", "bad_scans"):
            database.execute(f"DROP TABLE {name}")


if __name__ == "__main__":
    main(*sys.argv[1:])
