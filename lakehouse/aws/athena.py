"""Athena queries: run one, wait, read its rows; cancel it when the caller is interrupted.

SQL is made elsewhere (`lakehouse.sql`). A result is small here by design: metrics, counts and
samples; tables are written by UNLOAD and never travel through this process.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lakehouse.aws.errors import ExecutionFailed, pages, translated
from lakehouse.aws.polling import wait_or_stop

QUERY_TIMEOUT = 1800.0  # seconds; Athena's own default limit for DML is 30 minutes
DOLLARS_PER_TB = 5.0  # https://aws.amazon.com/athena/pricing/ (checked 2026-11)
SMALLEST_BILL = 10_000_000  # bytes billed at least for each query that scans
ENDED = {"SUCCEEDED", "FAILED", "CANCELLED"}

Row = tuple[str | None, ...]


@dataclass(frozen=True)
class QueryRun:
    """A query that succeeded: its id, `bytes_scanned` as billed and engine `seconds`."""

    query_id: str
    sql: str
    bytes_scanned: int
    seconds: float

    @property
    def dollars(self) -> float:
        """What AWS would charge: $5 per TB scanned, 10 MB at least unless nothing was scanned."""
        billed = max(self.bytes_scanned, SMALLEST_BILL) if self.bytes_scanned else 0
        return billed / 1e12 * DOLLARS_PER_TB


@dataclass(frozen=True)
class QueryResult:
    """Columns as (name, Athena type) and rows as Athena's text; NULL is None."""

    run: QueryRun
    columns: tuple[tuple[str, str], ...]
    rows: tuple[Row, ...]

    def records(self) -> list[dict[str, str | None]]:
        """Each row as a dict by column name."""
        names = [name for name, _ in self.columns]
        return [dict(zip(names, row, strict=True)) for row in self.rows]


@dataclass(frozen=True)
class Athena:
    """A boto3 Athena client bound to one work group and database."""

    client: Any
    work_group: str
    database: str

    def execute(self, sql: str, timeout: float = QUERY_TIMEOUT) -> QueryRun:
        """Run a statement to its end without reading rows.

        Raises `ExecutionFailed` with Athena's words, the query id and the statement's first line.
        Whatever else ends the wait (Ctrl-C, a cancelled Dagster run) stops the query too.
        """
        with translated("start an Athena query"):
            query_id: str = self.client.start_query_execution(
                QueryString=sql,
                QueryExecutionContext={"Database": self.database},
                WorkGroup=self.work_group,
            )["QueryExecutionId"]
        ended = wait_or_stop(
            f"Athena query {query_id}",
            lambda: self._get(query_id),
            lambda query: query["Status"]["State"] in ENDED,
            timeout,
            lambda: self._stop(query_id),
        )
        return _outcome(query_id, sql, ended)

    def query(self, sql: str) -> QueryResult:
        """Run a SELECT, SHOW or DESCRIBE and read all its rows."""
        run = self.execute(sql)
        doing = f"read the result of Athena query {run.query_id}"
        found = list(pages(self.client, "get_query_results", doing, QueryExecutionId=run.query_id))
        info = found[0]["ResultSet"]["ResultSetMetadata"].get("ColumnInfo", [])
        columns = tuple((column["Name"], _type(column)) for column in info)
        rows = [_row(row, len(columns)) for page in found for row in page["ResultSet"]["Rows"]]
        names = tuple(name for name, _ in columns)
        # Athena repeats the column names as the first row of a SELECT's result, not of DDL's.
        return QueryResult(run, columns, tuple(rows[1:] if rows[:1] == [names] else rows))

    def _get(self, query_id: str) -> Mapping[str, Any]:
        with translated(f"look at Athena query {query_id}"):
            answer = self.client.get_query_execution(QueryExecutionId=query_id)
        execution: Mapping[str, Any] = answer["QueryExecution"]
        return execution

    def _stop(self, query_id: str) -> None:
        with translated(f"stop Athena query {query_id}"):
            self.client.stop_query_execution(QueryExecutionId=query_id)


def _type(column: Mapping[str, Any]) -> str:
    """Athena's type name; a decimal with its precision and scale, which ColumnInfo has apart."""
    if column["Type"] == "decimal":
        return f"decimal({column['Precision']},{column['Scale']})"
    return str(column["Type"])


def _row(row: Mapping[str, Sequence[Mapping[str, str]]], width: int) -> Row:
    """The cells of a row, one for each column: DESCRIBE has them in one text, apart by tabs."""
    cells = [cell.get("VarCharValue") for cell in row["Data"]]
    if len(cells) < width:
        texts = "\t".join(cell or "" for cell in cells).split("\t", width - 1)
        cells = [text.strip() or None for text in texts]
    return (*cells, *[None] * (width - len(cells)))


def _outcome(query_id: str, sql: str, execution: Mapping[str, Any]) -> QueryRun:
    status, statistics = execution["Status"], execution.get("Statistics", {})
    if status["State"] != "SUCCEEDED":
        first_line = sql.strip().splitlines()[0]
        raise ExecutionFailed(
            f"Athena query {query_id} {status['State']}: "
            f"{status.get('StateChangeReason', 'no reason given')} (statement: {first_line} ...)"
        )
    return QueryRun(
        query_id,
        sql,
        int(statistics.get("DataScannedInBytes", 0)),
        float(statistics.get("EngineExecutionTimeInMillis", 0)) / 1000,
    )
