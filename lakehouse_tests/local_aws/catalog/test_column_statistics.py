"""Column statistics of tables and partitions: written, read back, deleted."""

from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError

from lakehouse_tests.local_aws.catalog.inputs import code_and_message, partition

MISSING = {
    "ErrorCode": "EntityNotFoundException",
    "ErrorMessage": "Statistics do not exist for this column",
}


def statistics(name: str, most: int) -> dict[str, Any]:
    numbers = {
        "MinimumValue": 1,
        "MaximumValue": most,
        "NumberOfNulls": 0,
        "NumberOfDistinctValues": most,
    }
    return {
        "ColumnName": name,
        "ColumnType": "bigint",
        "AnalyzedTime": datetime(2026, 1, 1, tzinfo=UTC),
        "StatisticsData": {"Type": "LONG", "LongColumnStatisticsData": numbers},
    }


def test_statistics_of_a_table_are_kept_replaced_and_deleted(
    glue: Any, days: dict[str, str]
) -> None:
    for most in (5, 10):
        answer = glue.update_column_statistics_for_table(
            **days, ColumnStatisticsList=[statistics("v", most)]
        )
        assert answer["Errors"] == []
    found = glue.get_column_statistics_for_table(**days, ColumnNames=["V", "w"])
    assert found["ColumnStatisticsList"] == [statistics("v", 10)]
    assert found["Errors"] == [{"ColumnName": "w", "Error": MISSING}]
    for _ in range(2):
        glue.delete_column_statistics_for_table(**days, ColumnName="v")
    left = glue.get_column_statistics_for_table(**days, ColumnNames=["v"])
    assert left["ColumnStatisticsList"] == []


def test_statistics_of_a_partition_go_with_it(glue: Any, days: dict[str, str]) -> None:
    where = {**days, "PartitionValues": ["2026-01-01", "0"]}
    glue.create_partition(**days, PartitionInput=partition(1, 0))
    glue.update_column_statistics_for_partition(
        **where, ColumnStatisticsList=[statistics("v", 5), statistics("w", 6)]
    )
    glue.delete_column_statistics_for_partition(**where, ColumnName="w")
    found = glue.get_column_statistics_for_partition(**where, ColumnNames=["v", "w"])
    assert found["ColumnStatisticsList"] == [statistics("v", 5)]
    assert found["Errors"] == [{"ColumnName": "w", "Error": MISSING}]
    glue.delete_partition(**where)
    with pytest.raises(ClientError) as refused:
        glue.get_column_statistics_for_partition(**where, ColumnNames=["v"])
    assert code_and_message(refused) == (
        "EntityNotFoundException",
        "Partition [2026-01-01, 0] not found",
    )
    glue.create_partition(**days, PartitionInput=partition(1, 0))
    found = glue.get_column_statistics_for_partition(**where, ColumnNames=["v"])
    assert found["ColumnStatisticsList"] == []
