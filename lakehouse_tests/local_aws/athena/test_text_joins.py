"""Joins of text: the larger side is probed, in all threads, and a guess of its size stays one.

DuckDB does not know how many rows a stream has; `table_sql` tells it by rows that are passed over.
Here: the plan that comes of it, and that no query sees or tries those rows.
"""

import json
from typing import Any

import duckdb
import pyarrow as pa

from lakehouse.local_aws.athena.table_sql import sized
from lakehouse_tests.local_aws.athena.lake import Lake

LINES = 30_000


def operators(tree: dict[str, Any]) -> list[str]:
    return [tree["name"].strip(), *(name for c in tree["children"] for name in operators(c))]


def probe_side(stream: str) -> list[str]:
    """The operators of a join's first side, where a stream is joined with two rows."""
    connection = duckdb.connect(":memory:")
    batch = pa.record_batch({"c0": ["1"], "file": pa.array([0], pa.int32())})
    connection.register("lines", pa.RecordBatchReader.from_batches(batch.schema, [batch]))
    sql = f"SELECT c0 FROM {stream} JOIN (VALUES ('1'), ('2')) AS v(x) ON c0 = x"
    node = json.loads(connection.execute(f"EXPLAIN (FORMAT json) {sql}").fetchall()[0][1])[0]
    connection.close()
    while node["name"].strip() != "HASH_JOIN":
        node = node["children"][0]
    return operators(node["children"][0])


def test_the_hash_table_of_a_join_is_made_of_the_smaller_side() -> None:
    assert "PYTHON_ARROW_SCAN" not in " ".join(probe_side('"lines"'))
    assert "ARROW_SCAN" in " ".join(probe_side(sized("lines", 1, 100 * LINES)))


def test_a_guess_is_no_row_and_no_condition_is_tried_on_it(lake: Lake) -> None:
    lake.create("n string", "")
    lake.put("t/a.csv", b"".join(b"%098d\n" % n for n in range(LINES)))
    assert lake.rows("SELECT count(*), min(n), max(CAST(n AS integer)) FROM $") == [
        (str(LINES), "0" * 98, str(LINES - 1))
    ]
    assert lake.rows("SELECT CAST(n AS integer) FROM $ WHERE CAST(n AS integer) < 1") == [("0",)]
    joined = (
        "SELECT count(*), sum(v.weight) FROM $ t "
        "JOIN (VALUES (7, 100), (29999, 20), (30000, 3)) AS v (n, weight) "
        "ON CAST(t.n AS integer) = v.n"
    )
    assert lake.rows(joined) == [("2", "120")]
