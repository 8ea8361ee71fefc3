"""A bucket and a database of one test's own."""

from dataclasses import dataclass

from lakehouse_tests.local_aws.athena.queries import Queries

Rows = list[tuple[str | None, ...]]


@dataclass(frozen=True)
class Lake:
    """A bucket, and a database with tables of it; `FROM $` means the table `t`."""

    queries: Queries
    name: str

    @property
    def database(self) -> str:
        return self.name.replace("-", "_")

    def put(self, key: str, body: bytes) -> None:
        self.queries.put(self.name, key, body)

    def keys(self, prefix: str) -> list[str]:
        listed = self.queries.s3.list_objects_v2(Bucket=self.name, Prefix=prefix)
        return [item["Key"] for item in listed.get("Contents", [])]

    def create(self, columns: str, rest: str, folder: str = "t") -> None:
        sql = f"CREATE EXTERNAL TABLE {self.database}.{folder} ({columns}) {rest}"
        where = f"LOCATION 's3://{self.name}/{folder}/'"
        head, mark, tail = sql.partition("TBLPROPERTIES")
        self.queries.must(f"{head} {where} {mark}{tail}")

    def sql(self, text: str) -> str:
        return text.replace("FROM $", f"FROM {self.database}.t")

    def rows(self, select: str) -> Rows:
        return self.queries.must(self.sql(select)).rows

    def reason(self, select: str) -> str:
        return self.queries.run(self.sql(select)).reason

    def scanned(self, select: str) -> int:
        return self.queries.must(self.sql(select)).scanned
