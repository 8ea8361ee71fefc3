"""The Glue Data Catalog as the platform uses it: tables made true, partitions pointed.

Requests are built by pure functions and sent by short methods; batches respect the API's limit of
100 partitions a call. Which table has which columns is decided above.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from lakehouse.aws.batches import batches
from lakehouse.aws.errors import AlreadyExists, AwsFailure, NotFound, pages, translated

# BatchCreatePartition, BatchUpdatePartition and BatchGetPartition (checked 2026-11)
PARTITION_BATCH = 100
PUBLISHED_AT = "lakehouse.published_at"
RAW_VERSION = "lakehouse.raw_version"
SCANNED = "lakehouse.bytes_scanned"
_TABLE_INPUT_KEYS = (
    "Name",
    "Description",
    "Owner",
    "Retention",
    "StorageDescriptor",
    "PartitionKeys",
    "TableType",
    "Parameters",
)


def table_input_of(table: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a GetTable answer that UpdateTable accepts again."""
    return {key: table[key] for key in _TABLE_INPUT_KEYS if key in table}


def covers(present: Any, wanted: Any) -> bool:
    """Whether `present` has everything `wanted` says; AWS's own additions do not count."""
    if isinstance(wanted, Mapping) and isinstance(present, Mapping):
        return all(key in present and covers(present[key], wanted[key]) for key in wanted)
    return bool(present == wanted)


def partition_input(
    descriptor: Mapping[str, Any],
    day: str,
    location: str,
    raw_version: str = "",
    scanned: int | None = None,
) -> dict[str, Any]:
    """A PartitionInput for one `event_date`, its files at `location` (an s3:// prefix).

    It says when it was pointed there (the catalog itself keeps only when a partition was first
    made): from then on, readers of what stood there before die out. It also says of which version
    of the raw files it was built, and how many bytes Athena scanned for it, where that is known.
    """
    told = {
        PUBLISHED_AT: datetime.now(UTC).isoformat(timespec="seconds"),
        RAW_VERSION: raw_version,
        SCANNED: "" if scanned is None else str(scanned),
    }
    return {
        "Values": [day],
        "StorageDescriptor": {**descriptor, "Location": location},
        "Parameters": {key: text for key, text in told.items() if text},
    }


@dataclass(frozen=True)
class Pointer:
    """Where a partition points, since when, what it was built of, and the bytes scanned for it.

    `published_at` and `scanned` are None and `raw_version` empty where the platform did not say so.
    """

    location: str
    published_at: datetime | None
    raw_version: str = ""
    scanned: int | None = None


def pointer_of(partition: Mapping[str, Any]) -> Pointer:
    """The pointer in a partition as GetPartitions describes it."""
    parameters = partition.get("Parameters", {})
    text = parameters.get(PUBLISHED_AT)
    moment = datetime.fromisoformat(text) if text else None
    location = partition["StorageDescriptor"]["Location"]
    scanned = parameters.get(SCANNED)
    return Pointer(
        location, moment, parameters.get(RAW_VERSION, ""), int(scanned) if scanned else None
    )


@dataclass(frozen=True)
class Catalog:
    """A boto3 Glue client, seen as the Data Catalog."""

    client: Any

    def ensure_database(self, name: str, description: str) -> bool:
        """Create the database if it is missing; whether it was."""
        try:
            with translated(f"look up database {name}"):
                self.client.get_database(Name=name)
        except NotFound:
            with translated(f"create database {name}"):
                self.client.create_database(
                    DatabaseInput={"Name": name, "Description": description}
                )
            return True
        return False

    def table(self, database: str, name: str) -> dict[str, Any] | None:
        """The table as GetTable describes it, or None."""
        try:
            with translated(f"look up table {database}.{name}"):
                return dict(self.client.get_table(DatabaseName=database, Name=name)["Table"])
        except NotFound:
            return None

    def ensure_table(self, database: str, wanted: Mapping[str, Any]) -> dict[str, Any]:
        """Create the table, or update it where what stands there differs; the table as wanted."""
        name = wanted["Name"]
        present = self.table(database, name)
        if present is None:
            present = self.create_table(database, wanted)
        if not covers(present, wanted):
            with translated(f"update table {database}.{name}"):
                self.client.update_table(DatabaseName=database, TableInput=wanted)
        return dict(wanted)

    def create_table(self, database: str, wanted: Mapping[str, Any]) -> dict[str, Any]:
        """Create a table that was missing; as it stands if another run was faster."""
        name = wanted["Name"]
        try:
            with translated(f"create table {database}.{name}"):
                self.client.create_table(DatabaseName=database, TableInput=wanted)
        except AlreadyExists:
            return self.table(database, name) or {}
        return dict(wanted)

    def drop_table(self, database: str, name: str) -> None:
        """Take a table out of the catalog, its files stay; one that is not there is none."""
        try:
            with translated(f"drop table {database}.{name}"):
                self.client.delete_table(DatabaseName=database, Name=name)
        except NotFound:
            return

    def locations(self, database: str, table: str, days: Iterable[str]) -> dict[str, str]:
        """Where the partition of each of `days` points; days without a partition are left out."""
        found = self.pointers_of(database, table, days)
        return {day: pointer.location for day, pointer in found.items()}

    def pointers_of(self, database: str, table: str, days: Iterable[str]) -> dict[str, Pointer]:
        """The pointer of each of `days` that has a partition; NotFound if there is no table."""
        found: dict[str, Pointer] = {}
        for batch in batches(days, PARTITION_BATCH):
            wanted = [{"Values": [day]} for day in batch]
            with translated(f"look up partitions of {database}.{table}"):
                answer = self.client.batch_get_partition(
                    DatabaseName=database, TableName=table, PartitionsToGet=wanted
                )
            for partition in answer["Partitions"]:
                found[partition["Values"][0]] = pointer_of(partition)
        return found

    def point(self, database: str, table: str, inputs: Sequence[Mapping[str, Any]]) -> None:
        """Create or update one partition for each PartitionInput, 100 a call.

        One that another run, or a try whose answer was lost, created meanwhile is updated. A
        partition that AWS refuses raises `AwsFailure` naming the day and AWS's reason; others
        of the same call may have been pointed by then, which a rerun repairs.
        """
        present = set(self.locations(database, table, [item["Values"][0] for item in inputs]))
        new = [item for item in inputs if item["Values"][0] not in present]
        present |= self._create(database, table, new)
        old = [item for item in inputs if item["Values"][0] in present]
        updates = [{"PartitionValueList": i["Values"], "PartitionInput": i} for i in old]
        for error in self._send_batches(
            database, table, "batch_update_partition", "Entries", updates
        ):
            raise _partition_failure(database, table, error)

    def _create(self, database: str, table: str, new: Sequence[Any]) -> set[str]:
        """Create partitions; the days that had one by now."""
        found: set[str] = set()
        for error in self._send_batches(
            database, table, "batch_create_partition", "PartitionInputList", new
        ):
            if error.get("ErrorDetail", {}).get("ErrorCode") != "AlreadyExistsException":
                raise _partition_failure(database, table, error)
            found.add(error["PartitionValues"][0])
        return found

    def _send_batches(
        self, database: str, table: str, operation: str, field: str, items: Sequence[Any]
    ) -> Iterator[Mapping[str, Any]]:
        for batch in batches(items, PARTITION_BATCH):
            with translated(f"publish partitions of {database}.{table}"):
                answer = getattr(self.client, operation)(
                    DatabaseName=database, TableName=table, **{field: list(batch)}
                )
            yield from answer.get("Errors", [])

    def has_partitions(self, database: str, table: str) -> bool:
        """Whether the table has any partition."""
        with translated(f"look for partitions of {database}.{table}"):
            answer = self.client.get_partitions(
                DatabaseName=database, TableName=table, MaxResults=1, ExcludeColumnSchema=True
            )
        return bool(answer["Partitions"])

    def pointers(self, database: str, table: str) -> dict[str, Pointer]:
        """Where every day of a table points: for what must look at the whole table."""
        found = pages(
            self.client,
            "get_partitions",
            f"list partitions of {database}.{table}",
            DatabaseName=database,
            TableName=table,
            ExcludeColumnSchema=True,
        )
        return {
            item["Values"][0]: pointer_of(item) for page in found for item in page["Partitions"]
        }


def _partition_failure(database: str, table: str, error: Mapping[str, Any]) -> AwsFailure:
    values = error.get("PartitionValues") or error.get("PartitionValueList") or ["?"]
    detail = error.get("ErrorDetail", {})
    code = detail.get("ErrorCode", "Unknown")
    return AwsFailure(
        f"publish partition {'/'.join(values)} of {database}.{table}: {code}: "
        f"{detail.get('ErrorMessage', '')}. Run the day again",
        code,
    )
