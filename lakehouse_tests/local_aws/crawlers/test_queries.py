"""A crawl followed by a query of Athena: each SerDe that crawlers write reads what they saw."""

import bz2
import gzip
import io
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pyarrow as pa
import pyarrow.orc
import pyarrow.parquet as pq
import pytest

from lakehouse_tests.local_aws.crawlers.lake import Client, Lake

Rows = list[tuple[str | None, ...]]
Query = Callable[[str], Rows]


@pytest.fixture
def query(client: Client, lake: Lake) -> Query:
    """Run a query in the lake's database; its rows as text, without the header."""
    athena = client("athena")

    def run(sql: str) -> Rows:
        query_id = athena.start_query_execution(
            QueryString=sql,
            QueryExecutionContext={"Database": lake.database},
            ResultConfiguration={"OutputLocation": f"s3://{lake.name}/results/"},
        )["QueryExecutionId"]
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            status = athena.get_query_execution(QueryExecutionId=query_id)["QueryExecution"][
                "Status"
            ]
            if status["State"] not in ("QUEUED", "RUNNING"):
                break
            time.sleep(0.005)
        assert status["State"] == "SUCCEEDED", status
        rows = athena.get_query_results(QueryExecutionId=query_id)["ResultSet"]["Rows"]
        return [tuple(cell.get("VarCharValue") for cell in row["Data"]) for row in rows][1:]

    return run


def parquet() -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.table({"Id": [1, 2], "m": [{"x": 1.5}, {"x": 2.5}]}), sink)
    return sink.getvalue()


def orc() -> bytes:
    sink = io.BytesIO()
    pyarrow.orc.write_table(pa.table({"Id": [1, 2], "name": ["a", "b"]}), sink)
    return sink.getvalue()


ACCESS = (
    b'10.0.0.1 - ann [17/May/2015:10:05:03 +0000] "GET /a HTTP/1.1" 200 12 "-" "curl 7, x"\n'
    b'10.0.0.2 - - [17/May/2015:10:05:04 +0000] "-" 408 - "-" "-"\n'
)
BUILT_IN: list[tuple[str, bytes, str, Rows]] = [
    ("a.csv", b"id,name\n1,ann\n2,bob\n", "SELECT id, name FROM t", [("1", "ann"), ("2", "bob")]),
    ("a.tsv", b"1\ta b\n2\tc,d\n", "SELECT col0 + 0, col1 FROM t", [("1", "a b"), ("2", "c,d")]),
    ("a.csv.gz", gzip.compress(b"1|x\n2|y\n"), "SELECT sum(col0) FROM t", [("3",)]),
    ("a.csv.bz2", bz2.compress(b"1;x\n2;y\n"), "SELECT sum(col0) FROM t", [("3",)]),
    (
        "a.json",
        b'{"id": 1, "Meta": {"Os": "x", "v": [1, 2]}}\n{"id": 2, "Meta": {"v": []}}\n',
        "SELECT id, meta.os, cardinality(meta.v) FROM t ORDER BY id",
        [("1", "x", "2"), ("2", None, "0")],
    ),
    (
        "a.log",
        ACCESS,
        "SELECT clientip, auth, verb, request, response, agent FROM t",
        [("10.0.0.1", "ann", "GET", "/a", "200", '"curl 7, x"'),
         ("10.0.0.2", "-", None, None, "408", '"-"')],
    ),
    (
        "kern.log",
        b"Feb  1 06:25:43 host kernel: [    0.000000] Linux version 5.10\n",
        "SELECT timestamp, logsource, uptime, message FROM t",
        [("Feb  1 06:25:43", "host", "0.000000", "Linux version 5.10")],
    ),
    (
        "ruby.log",
        b"E, [2026-01-01T00:00:01.123456 #12345] ERROR -- worker: failed, again\n",
        "SELECT severity, timestamp, pid, loglevel, progname, message FROM t",
        [("E", "2026-01-01T00:00:01.123456", "12345", "ERROR", "worker", "failed, again")],
    ),
    (
        "squid.log",
        b"1524206424.034  19395 10.0.0.1 TCP_MISS/304 15363 GET http://a.co/a.png - "
        b"HIER_DIRECT/10.0.5.120 image/png\n",
        "SELECT timestamp, duration, client_address, cache_result, status_code, bytes, url, server "
        "FROM t",
        [("1524206424.034", "19395", "10.0.0.1", "TCP_MISS", "304", "15363", "http://a.co/a.png",
          "10.0.5.120")],
    ),
    (
        "monitor.log",
        b'1339518083.107412 [0 127.0.0.1:60866] "keys" "*"\n',
        "SELECT timestamp, database, client, port, command, params FROM t",
        [("1339518083.107412", "0", "127.0.0.1", "60866", "keys", '"*"')],
    ),
    (
        "redis.log",
        b"[4018] 14 Nov 07:01:22.119 * Background saving terminated with success\n",
        "SELECT pid, timestamp, message FROM t",
        [("4018", "14 Nov 07:01:22.119", "Background saving terminated with success")],
    ),
    ("a.parquet", parquet(), "SELECT id, m.x FROM t", [("1", "1.5"), ("2", "2.5")]),
    ("a.orc", orc(), "SELECT id, name FROM t", [("1", "a"), ("2", "b")]),
]  # fmt: skip


@pytest.mark.parametrize(("key", "body", "sql", "rows"), BUILT_IN, ids=[c[0] for c in BUILT_IN])
def test_a_crawled_table_can_be_queried(
    lake: Lake, query: Query, key: str, body: bytes, sql: str, rows: Rows
) -> None:
    lake.put(**{f"t/{key}": body})
    lake.crawl("t/")
    assert query(sql) == rows


CUSTOM: list[tuple[dict[str, Any], bytes, str, Rows]] = [
    (
        {"CsvClassifier": {"Delimiter": "~", "ContainsHeader": "PRESENT"}},
        b"Id~Name\nx~a b\ny~c\n",
        "SELECT id, name FROM t",
        [("x", "a b"), ("y", "c")],
    ),
    (
        {"CsvClassifier": {"Delimiter": ",", "QuoteSymbol": "'", "ContainsHeader": "PRESENT"}},
        b"id,name\n1,'smith, ann'\n2,bob\n",
        "SELECT id, name FROM t",
        [("1", "smith, ann"), ("2", "bob")],
    ),
    (
        {"CsvClassifier": {"Delimiter": ",", "QuoteSymbol": '"', "Header": ["id", "name"],
                           "ContainsHeader": "ABSENT", "Serde": "OpenCSVSerDe"}},
        b'1,"smith, ""ann"""\n2,"bob"\n',
        "SELECT id, name FROM t",
        [("1", 'smith, "ann"'), ("2", "bob")],
    ),
    (
        {"CsvClassifier": {"Delimiter": ",", "ContainsHeader": "ABSENT", "CustomDatatypes":
                           ["SHORT", "DATE", "DECIMAL"], "CustomDatatypeConfigured": True}},
        b"1,2026-01-02,3.50\n",
        "SELECT col0, day(col1), col2 FROM t",
        [("1", "2", "3.50")],
    ),
    (
        {"CsvClassifier": {"Delimiter": ",", "ContainsHeader": "PRESENT",
                           "AllowSingleColumn": True}},
        b"n\n1\n2\n",
        "SELECT sum(n) FROM t",
        [("3",)],
    ),
    (
        {"GrokClassifier": {"Classification": "app", "CustomPatterns": "LEVEL [A-Z]+\nID #%{INT}",
                            "GrokPattern": "%{LEVEL:level} %{ID:id} %{NUMBER:ms:double} "
                                           "%{GREEDYDATA:text}"}},
        b"INFO #12 1.5 all well\nWARN #13 2.5 less so\n",
        "SELECT level, id, ms * 2, text FROM t",
        [("INFO", "#12", "3.0", "all well"), ("WARN", "#13", "5.0", "less so")],
    ),
    (
        {"JsonClassifier": {"JsonPath": "$"}},
        b'{"id": 1, "text": "a"}\n{"id": 2}\n',
        "SELECT id, text FROM t",
        [("1", "a"), ("2", None)],
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("definition", "body", "sql", "rows"), CUSTOM, ids=[str(c[0]) for c in CUSTOM]
)
def test_a_table_of_a_custom_classifier_can_be_queried(
    lake: Lake, query: Query, definition: dict[str, Any], body: bytes, sql: str, rows: Rows
) -> None:
    name = f"k-{uuid4().hex[:8]}"
    ((kind, given),) = definition.items()
    lake.glue.create_classifier(**{kind: {"Name": name, **given}})
    lake.put(**{"t/a.txt": body})
    lake.crawl("t/", Classifiers=[name])
    assert query(sql) == rows


def test_partitions_of_named_and_plain_folders_can_be_queried(lake: Lake, query: Query) -> None:
    lake.put(**{f"t/{region}/day=2026-01-0{day}/a.csv": b"n,s\n1,x\n2,y\n"
                for region in ("eu", "us") for day in (1, 2)})  # fmt: skip
    lake.crawl("t/")
    sql = (
        "SELECT partition_0, count(*), sum(n) FROM t WHERE day > '2026-01-01' GROUP BY 1 ORDER BY 1"
    )
    assert query(sql) == [("eu", "2", "3"), ("us", "2", "3")]


def test_a_partition_with_more_columns_can_be_queried(lake: Lake, query: Query) -> None:
    lake.put(**{"t/d=1/a.json": b'{"a": 1}\n', "t/d=2/a.json": b'{"a": 2, "b": "x"}\n'})
    lake.crawl("t/")
    assert query("SELECT a, b, d FROM t ORDER BY d") == [("1", None, "1"), ("2", "x", "2")]
