"""The catalog as a whole: what it acknowledged is there again, what it changes it changes once."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from lakehouse.local_aws.catalog.catalog import Catalog
from lakehouse.local_aws.dispatch import dispatch
from lakehouse.local_aws.errors import AwsError
from lakehouse.local_aws.state import State
from lakehouse_tests.local_aws.catalog.inputs import descriptor, partition

DAYS = {"DatabaseName": "d", "TableName": "days"}
KEYS = [{"Name": "event_date", "Type": "date"}, {"Name": "hour", "Type": "int"}]
WRITES: list[tuple[str, dict[str, Any]]] = [
    ("CreateDatabase", {"DatabaseInput": {"Name": "d"}}),
    (
        "CreateTable",
        {
            "DatabaseName": "d",
            "TableInput": {"Name": "days", "StorageDescriptor": descriptor()},
        },
    ),
    (
        "UpdateTable",
        {"DatabaseName": "d", "TableInput": {"Name": "days", "PartitionKeys": KEYS}},
    ),
    (
        "BatchCreatePartition",
        {**DAYS, "PartitionInputList": [partition(1, hour) for hour in (2, 10)]},
    ),
    ("CreatePartitionIndex", {**DAYS, "PartitionIndex": {"IndexName": "i", "Keys": ["hour"]}}),
    (
        "UpdateColumnStatisticsForTable",
        {
            **DAYS,
            "ColumnStatisticsList": [
                {
                    "ColumnName": "v",
                    "ColumnType": "bigint",
                    "AnalyzedTime": 0,
                    "StatisticsData": {"Type": "LONG"},
                }
            ],
        },
    ),
    (
        "CreateUserDefinedFunction",
        {"DatabaseName": "d", "FunctionInput": {"FunctionName": "f"}},
    ),
    (
        "CreateConnection",
        {
            "ConnectionInput": {
                "Name": "c",
                "ConnectionType": "NETWORK",
                "ConnectionProperties": {},
            }
        },
    ),
    ("PutResourcePolicy", {"PolicyInJson": '{"Statement": []}'}),
]
READS: list[tuple[str, dict[str, Any]]] = [
    ("GetDatabases", {}),
    ("GetTables", {"DatabaseName": "d"}),
    ("GetTableVersions", DAYS),
    ("GetPartitions", {**DAYS, "Expression": "hour > 9"}),
    ("GetPartitionIndexes", DAYS),
    ("GetColumnStatisticsForTable", {**DAYS, "ColumnNames": ["v"]}),
    ("GetUserDefinedFunctions", {"Pattern": "*"}),
    ("GetConnections", {}),
    ("GetResourcePolicies", {}),
]


def call(catalog: Catalog, operation: str, request: dict[str, Any]) -> dict[str, Any]:
    return dispatch("glue", catalog.operations(), operation, request)


def test_what_was_acknowledged_is_there_when_the_state_is_opened_again(tmp_path: Path) -> None:
    state = State(tmp_path / "state.db")
    catalog = Catalog(state, "123456789012/us-east-1")
    for operation, request in WRITES:
        call(catalog, operation, request)
    before = [call(catalog, operation, request) for operation, request in READS]
    again = State(tmp_path / "state.db")  # beside the first, which was never closed
    reopened = Catalog(again, "123456789012/us-east-1")
    assert [call(reopened, operation, request) for operation, request in READS] == before
    assert [len(next(iter(answer.values()))) for answer in before] == [1, 1, 2, 1, 1, 1, 1, 1, 1]
    again.close()
    state.close()


def test_of_updates_of_one_version_one_wins(tmp_path: Path) -> None:
    state = State(tmp_path / "state.db")
    catalog = Catalog(state, "123456789012/us-east-1")
    for operation, request in WRITES[:2]:
        call(catalog, operation, request)

    def update(number: int) -> str:
        given = {"Name": "days", "Description": str(number)}
        request = {"DatabaseName": "d", "TableInput": given, "VersionId": "0"}
        try:
            call(catalog, "UpdateTable", request)
        except AwsError as error:
            return error.code
        return str(number)

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(update, range(8)))
    assert outcomes.count("ConcurrentModificationException") == 7
    table = catalog.table("d", "days")
    assert (table["VersionId"], table["Description"] in outcomes) == ("1", True)
    state.close()
