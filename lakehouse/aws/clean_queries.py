"""Days cleaned by Athena: the statements of `lakehouse.clean_query`, run, checked and counted.

Raw lines become a table of typed rows that only this run knows; from it the counts, the clean and
the rejected rows. What was written is counted again, apart; the manifest is written last. Tables
that a run makes for itself stand in the crawl database and are dropped when it ends; their files
that nobody publishes are deleted then.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from typing import Any

from lakehouse.aws.account import Account
from lakehouse.aws.athena import Athena, QueryResult, QueryRun
from lakehouse.aws.catalog import Catalog, partition_input
from lakehouse.aws.first_lines import with_headers
from lakehouse.aws.inventory import DayFiles, days_to_read
from lakehouse.aws.publish import parquet_table, run_location
from lakehouse.aws.run_records import RunRecords
from lakehouse.aws.s3 import S3, S3Object
from lakehouse.clean_counts import (
    check_read,
    check_written,
    counted_rows,
    duplicate_rows,
    told_apart,
    uris_by_day,
    written_rows,
)
from lakehouse.clean_query import (
    clean_statement,
    counts_query,
    duplicates_query,
    rejected_statement,
    twins_columns,
    twins_statement,
    typed_columns,
    typed_statement,
    written_query,
)
from lakehouse.clean_query_limits import check_run, check_statement
from lakehouse.manifest import Count, manifest
from lakehouse.raw_lines import (
    FILE_DAY,
    LINE,
    CleanQuery,
    own_table,
    own_tables,
    table_name,
    typed_root,
)
from lakehouse.source import LogSource
from lakehouse.sql import REJECTED_COLUMNS, clean_columns

TEXT_LINES = {
    "InputFormat": "org.apache.hadoop.mapred.TextInputFormat",
    "OutputFormat": "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
    "SerdeInfo": {
        "SerializationLibrary": "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe",
        # What ends a line cannot stand in it: neither a field nor NULL is ever found there.
        "Parameters": {"field.delim": "\n", "serialization.null.format": "\n"},
    },
}
Files = Mapping[date, DayFiles]
Told = Callable[[str], None]


@dataclass(frozen=True)
class QueriesRun:
    """The queries that cleaned some days, in order."""

    queries: tuple[QueryRun, ...]

    @property
    def bytes_scanned(self) -> int:
        """Bytes billed over all queries."""
        return sum(query.bytes_scanned for query in self.queries)

    @property
    def dollars(self) -> float:
        """What AWS would charge for all queries."""
        return sum(query.dollars for query in self.queries)

    @property
    def seconds(self) -> float:
        """Engine time of all queries."""
        return sum(query.seconds for query in self.queries)


def lines_table(account: Account, source: LogSource) -> dict[str, Any]:
    """TableInput of the table whose rows are the lines of raw files, a partition for each day."""
    return {
        "Name": f"{source.name}_lines",
        "Description": f"Lines of the raw files of {source.name}, whatever stands in them.",
        "TableType": "EXTERNAL_TABLE",
        "PartitionKeys": [{"Name": FILE_DAY, "Type": "string"}],
        "StorageDescriptor": {
            **TEXT_LINES,
            "Columns": [{"Name": LINE, "Type": "string"}],
            "Location": f"s3://{account.raw_bucket}/",
        },
        "Parameters": {"EXTERNAL": "TRUE"},
    }


@dataclass(frozen=True)
class CleanQueries:
    """Cleans days with Athena."""

    account: Account
    s3: S3
    catalog: Catalog
    athena: Athena
    records: RunRecords

    def run(
        self, source: LogSource, run_id: str, days: Sequence[date], files: Files, tell: Told
    ) -> QueriesRun:
        """Write the clean and rejected rows of `days` under the run's prefixes, and its manifest.

        `Unsuitable` where the files hold what Athena would not do as the Spark job does it;
        `ExecutionFailed` where a query fails or what was written does not add up. `tell` hears of
        each query.
        """
        listed = _listed(source, days, files)
        if not listed:
            return self._without_files(source, run_id, days)
        check_run([day.isoformat() for day in days], [file.uri for _, file in listed])
        query = CleanQuery(
            source,
            [day.isoformat() for day in days],
            with_headers(self.s3, listed),
            self._lines(source, files),
            self._own_table(source, "typed", run_id),
            self._own_table(source, "twins", run_id),
        )
        return _Run(self, query, run_id, tell).build()

    def _without_files(self, source: LogSource, run_id: str, days: Sequence[date]) -> QueriesRun:
        """Days without files have no rows; nothing needs to be asked."""
        document = manifest(source.name, run_id, map(str, days), {}, [], {})
        self.records.put_manifest(source, run_id, document)
        return QueriesRun(())

    def _lines(self, source: LogSource, files: Files) -> str:
        """The table of lines with a partition for each day of files; as statements write it."""
        database, wanted = self.account.crawl_database, lines_table(self.account, source)
        self.catalog.ensure_table(database, wanted)
        places = {day.isoformat(): found.location for day, found in files.items()}
        known = self.catalog.locations(database, wanted["Name"], places)
        descriptor = wanted["StorageDescriptor"]
        new = [
            partition_input(descriptor, day, place)
            for day, place in places.items()
            if known.get(day) != place
        ]
        if new:
            self.catalog.point(database, wanted["Name"], new)
        return table_name(database, wanted["Name"])

    def _own_table(self, source: LogSource, what: str, run_id: str) -> str:
        return table_name(self.account.crawl_database, own_table(source, what, run_id))


def _listed(source: LogSource, days: Sequence[date], files: Files) -> list[tuple[str, S3Object]]:
    """(day, file) of all files to read, ordered by day and address."""
    return [
        (day.isoformat(), file)
        for day in days_to_read(source, days)
        if day in files
        for file in sorted(files[day].files, key=lambda file: file.uri)
    ]


@dataclass(frozen=True)
class _Run:
    """One run: its statements in order."""

    by: CleanQueries
    query: CleanQuery
    run_id: str
    tell: Told

    def build(self) -> QueriesRun:
        """All statements; what the run made for itself goes in any case."""
        bucket, prefix = self.by.account.athena_bucket, f"{typed_root(self._source)}{self.run_id}/"
        try:
            return self._build(f"s3://{bucket}/{prefix}")
        finally:
            for name in own_tables(self._source, self.run_id):
                self.by.catalog.drop_table(self.by.account.crawl_database, name)
            self.by.s3.delete(bucket, [item.key for item in self.by.s3.objects(bucket, prefix)])

    @property
    def _source(self) -> LogSource:
        return self.query.source

    def _build(self, own: str) -> QueriesRun:
        """`own` is the prefix of what the run makes for itself."""
        places = {
            "clean": run_location(self.by.account, self._source.clean_table, self.run_id),
            "rejected": run_location(self.by.account, self._source.rejected_table, self.run_id),
        }
        statements = self._statements(own, places)
        check_statement(list(statements.values()))
        told = {"engine": "athena", "statements": list(statements.values())}
        self.by.records.put_plan(self._source, self.run_id, told)
        typing = self._execute(statements["typed"])
        self._make("typed", f"{own}typed/", typed_columns(self._source))
        finding, counts = self._count(own, statements)
        writing, duplicates = self._write(statements)
        written = self._query(self._written(places))
        self._account(told_apart(counts, duplicates), places, written)
        return QueriesRun((typing, *finding, *writing, written.run))

    def _statements(self, own: str, places: Mapping[str, str]) -> dict[str, str]:
        """What is written, by name, in order."""
        statements = {
            "typed": typed_statement(self.query, f"{own}typed/"),
            "twins": twins_statement(self.query, f"{own}twins/"),
            "clean": clean_statement(self.query, places["clean"]),
            "rejected": rejected_statement(self.query, places["rejected"], self.run_id),
        }
        if not self._source.unique_key:
            del statements["twins"]
        return statements

    def _count(self, own: str, statements: Mapping[str, str]) -> tuple[list[QueryRun], list[Count]]:
        """Rows by outcome, before anything is written that others could read; finds twins."""
        with ThreadPoolExecutor(1) as pool:
            counting = pool.submit(self._query, counts_query(self.query))
            runs = [self._execute(statements["twins"])] if "twins" in statements else []
            counted = counting.result()
        if runs:
            self._make("twins", f"{own}twins/", twins_columns(self._source))
        return [*runs, counted.run], counted_rows(self.query.files, counted.records())

    def _write(self, statements: Mapping[str, str]) -> tuple[list[QueryRun], list[Count]]:
        """Clean and rejected rows, and meanwhile the counts of duplicates."""
        writes = [statements["clean"], statements["rejected"]]
        with ThreadPoolExecutor(len(writes)) as pool:
            writing = [pool.submit(self._execute, sql) for sql in writes]
            found = self._query(duplicates_query(self.query)) if "twins" in statements else None
            runs = [write.result() for write in writing]
        if found is None:
            return runs, []
        return [*runs, found.run], duplicate_rows(self.query.files, found.records())

    def _written(self, places: Mapping[str, str]) -> str:
        columns = {"clean": clean_columns(self._source), "rejected": REJECTED_COLUMNS}
        return written_query(
            [self._make(what, place, columns[what]) for what, place in places.items()]
        )

    def _make(self, what: str, location: str, columns: Sequence[Mapping[str, str]]) -> str:
        """A table over what this run wrote, for this run alone; as statements write it."""
        name = own_table(self._source, what, self.run_id)
        wanted = parquet_table(self.by.account, name, "What one run wrote.", columns)
        storage = {**wanted["StorageDescriptor"], "Location": location}
        whole = {**wanted, "PartitionKeys": [], "StorageDescriptor": storage}
        self.by.catalog.create_table(self.by.account.crawl_database, whole)
        return table_name(self.by.account.crawl_database, name)

    def _execute(self, sql: str) -> QueryRun:
        run = self.by.athena.execute(sql)
        self.tell(f"Athena query {run.query_id}")
        return run

    def _query(self, sql: str) -> QueryResult:
        result = self.by.athena.query(sql)
        self.tell(f"Athena query {result.run.query_id}")
        return result

    def _account(
        self, counts: Sequence[Count], places: Mapping[str, str], written: QueryResult
    ) -> None:
        """The manifest, if it holds of what was written."""
        check_read(self.query, counts)
        found = written_rows(places, written.records())
        files = Counter(day for (what, day), _ in found if what == "clean")
        days, by_day = self.query.days, uris_by_day(self.query.files)
        document = manifest(self._source.name, self.run_id, days, by_day, counts, files)
        check_written(document, found)
        self.by.records.put_manifest(self._source, self.run_id, document)
