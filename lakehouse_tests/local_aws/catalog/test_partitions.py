"""Partitions through boto3: single and batch calls, filters and pages, segments, indexes."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from lakehouse_tests.local_aws.catalog.inputs import (
    code_and_message,
    descriptor,
    partition,
    values_of,
)


def test_a_partition_is_created_read_moved_and_deleted(glue: Any, days: dict[str, str]) -> None:
    glue.create_partition(**days, PartitionInput=partition(1, 0))
    found = glue.get_partition(**days, PartitionValues=["2026-01-01", "0"])["Partition"]
    assert found.pop("CreationTime").year >= 2020
    flags = {
        "Compressed": False,
        "NumberOfBuckets": 0,
        "StoredAsSubDirectories": False,
    }
    location = descriptor("s3://bucket/2026-01-01/0")
    assert found == {
        **days,
        "Values": ["2026-01-01", "0"],
        "StorageDescriptor": location | flags,
        "CatalogId": "123456789012",
    }
    glue.update_partition(
        **days, PartitionValueList=["2026-01-01", "0"], PartitionInput=partition(2, 5)
    )
    assert values_of(glue.get_partitions(**days)) == [["2026-01-02", "5"]]
    glue.delete_partition(**days, PartitionValues=["2026-01-02", "5"])
    assert glue.get_partitions(**days, Expression="hour = 5")["Partitions"] == []


def test_single_calls_word_what_is_missing_or_there_as_aws_does(
    glue: Any, days: dict[str, str]
) -> None:
    glue.create_partition(**days, PartitionInput=partition(1, 0))
    missing = ["2026-01-09", "0"]
    calls: list[tuple[str, dict[str, Any], str]] = [
        ("get_partition", {"PartitionValues": missing}, "Cannot find partition."),
        ("delete_partition", {"PartitionValues": missing}, "Cannot find partition."),
        (
            "update_partition",
            {"PartitionValueList": missing, "PartitionInput": partition(9, 0)},
            "Partition not found.",
        ),
        ("create_partition", {"PartitionInput": partition(1, 0)}, "Partition already exists."),
    ]
    for operation, arguments, message in calls:
        with pytest.raises(ClientError) as refused:
            getattr(glue, operation)(**days, **arguments)
        assert code_and_message(refused)[1] == message


def test_partition_values_must_be_as_many_as_the_keys(glue: Any, days: dict[str, str]) -> None:
    with pytest.raises(ClientError) as refused:
        glue.create_partition(**days, PartitionInput={"Values": ["2026-01-01"]})
    assert code_and_message(refused) == (
        "InvalidInputException",
        "The number of partition keys do not match the number of partition values",
    )


def test_a_renamed_partition_does_not_replace_another(glue: Any, days: dict[str, str]) -> None:
    glue.batch_create_partition(**days, PartitionInputList=[partition(1, 0), partition(2, 0)])
    with pytest.raises(ClientError) as refused:
        glue.update_partition(
            **days, PartitionValueList=["2026-01-01", "0"], PartitionInput=partition(2, 0)
        )
    assert code_and_message(refused)[0] == "AlreadyExistsException"
    assert values_of(glue.get_partitions(**days)) == [["2026-01-01", "0"], ["2026-01-02", "0"]]


def test_batches_do_what_they_can_and_report_the_rest(glue: Any, days: dict[str, str]) -> None:
    glue.create_partition(**days, PartitionInput=partition(1, 0))
    fresh = [partition(1, 0), partition(1, 1), {"Values": ["x"]}, partition(1, 1)]
    created = glue.batch_create_partition(**days, PartitionInputList=fresh)
    assert [(e["PartitionValues"], e["ErrorDetail"]["ErrorCode"]) for e in created["Errors"]] == [
        (["2026-01-01", "0"], "AlreadyExistsException"),
        (["x"], "InvalidInputException"),
        (["2026-01-01", "1"], "AlreadyExistsException"),
    ]
    moved = {**partition(1, 1), "Parameters": {"run": "2"}}
    updated = glue.batch_update_partition(
        **days,
        Entries=[
            {"PartitionValueList": ["2026-01-01", "1"], "PartitionInput": moved},
            {"PartitionValueList": ["2026-01-09", "1"], "PartitionInput": partition(9, 1)},
        ],
    )
    detail = {
        "ErrorCode": "EntityNotFoundException",
        "ErrorMessage": "Partition [2026-01-09, 1] not found",
    }
    missing = {"PartitionValueList": ["2026-01-09", "1"], "ErrorDetail": detail}
    assert updated["Errors"] == [missing]
    wanted = [{"Values": ["2026-01-01", hour]} for hour in "129"]
    got = glue.batch_get_partition(**days, PartitionsToGet=wanted)
    assert [(p["Values"][1], p["Parameters"]) for p in got["Partitions"]] == [("1", {"run": "2"})]
    deleted = glue.batch_delete_partition(**days, PartitionsToDelete=wanted)
    assert [e["PartitionValues"][1] for e in deleted["Errors"]] == ["2", "9"]


@pytest.mark.parametrize(
    ("operation", "field", "entry", "limit"),
    [
        ("batch_create_partition", "PartitionInputList", partition(1, 0), 100),
        (
            "batch_update_partition",
            "Entries",
            {"PartitionValueList": ["a", "b"], "PartitionInput": partition(1, 0)},
            100,
        ),
        ("batch_delete_partition", "PartitionsToDelete", {"Values": ["a", "b"]}, 25),
        ("batch_get_partition", "PartitionsToGet", {"Values": ["a", "b"]}, 1000),
    ],
)
def test_batches_have_the_limits_of_the_api(
    glue: Any, days: dict[str, str], operation: str, field: str, entry: Any, limit: int
) -> None:
    with pytest.raises(ClientError) as refused:
        getattr(glue, operation)(**days, **{field: [entry] * (limit + 1)})
    shown = field[0].lower() + field[1:]
    assert code_and_message(refused) == (
        "ValidationException",
        f"1 validation error detected: Value at '{shown}' failed to satisfy constraint: "
        f"Member must have length less than or equal to {limit}",
    )


def test_partitions_are_filtered_paged_segmented_and_lightened(
    glue: Any, days: dict[str, str]
) -> None:
    inputs = [partition(day, hour) for day in range(1, 6) for hour in range(24)]
    for start in range(0, len(inputs), 100):
        glue.batch_create_partition(**days, PartitionInputList=inputs[start : start + 100])
    expression = "event_date > '2026-01-03' AND hour IN (2, 10)"
    pages = glue.get_paginator("get_partitions").paginate(
        **days, Expression=expression, PaginationConfig={"PageSize": 3}
    )
    sizes_and_values = [(len(page["Partitions"]), values_of(page)) for page in pages]
    assert sizes_and_values == [
        (3, [["2026-01-04", "10"], ["2026-01-04", "2"], ["2026-01-05", "10"]]),
        (1, [["2026-01-05", "2"]]),
    ]
    segments = [
        values_of(glue.get_partitions(**days, Segment={"SegmentNumber": n, "TotalSegments": 3}))
        for n in range(3)
    ]
    assert sorted(values for segment in segments for values in segment) == sorted(
        entry["Values"] for entry in inputs
    )
    assert all(segments)
    light = glue.get_partitions(**days, ExcludeColumnSchema=True, MaxResults=1)["Partitions"][0]
    assert light["StorageDescriptor"]["Location"] == "s3://bucket/2026-01-01/0"
    assert "Columns" not in light["StorageDescriptor"]


def test_a_segment_beyond_the_last_is_refused(glue: Any, days: dict[str, str]) -> None:
    with pytest.raises(ClientError) as refused:
        glue.get_partitions(**days, Segment={"SegmentNumber": 3, "TotalSegments": 3})
    assert code_and_message(refused)[0] == "InvalidInputException"


def test_a_value_that_is_not_of_its_keys_type_fails_what_compares_it(
    glue: Any, days: dict[str, str]
) -> None:
    odd = {"Values": ["2026-01-02", "__HIVE_DEFAULT_PARTITION__"]}
    glue.batch_create_partition(**days, PartitionInputList=[partition(1, 0), odd])
    with pytest.raises(ClientError) as refused:
        glue.get_partitions(**days, Expression="hour >= 0")
    assert code_and_message(refused) == (
        "InvalidStateException",
        'For input string: "__HIVE_DEFAULT_PARTITION__" is not an integer.',
    )
    others = glue.get_partitions(**days, Expression="event_date = '2026-01-01' AND hour = 0")
    assert values_of(others) == [["2026-01-01", "0"]]
    assert values_of(glue.get_partitions(**days, Expression="event_date > '2026-01-01'")) == [
        odd["Values"]
    ]


def test_a_key_of_another_type_is_compared_by_that_type(
    glue: Any, database: str, days: dict[str, str]
) -> None:
    inputs = [partition(1, hour) for hour in (9, 10)]
    glue.batch_create_partition(**days, PartitionInputList=inputs)
    assert len(glue.get_partitions(**days, Expression="hour > 9")["Partitions"]) == 1
    keys = [{"Name": "event_date", "Type": "date"}, {"Name": "hour", "Type": "string"}]
    glue.update_table(DatabaseName=database, TableInput={"Name": "days", "PartitionKeys": keys})
    assert glue.get_partitions(**days, Expression="hour > 9")["Partitions"] == []
    assert len(glue.get_partitions(**days, Expression="hour < 9")["Partitions"]) == 1


def test_partition_indexes_are_kept_and_described(glue: Any, days: dict[str, str]) -> None:
    glue.create_partition_index(
        **days, PartitionIndex={"IndexName": "both", "Keys": ["hour", "event_date"]}
    )
    keys = [{"Name": "hour", "Type": "int"}, {"Name": "event_date", "Type": "date"}]
    index = {"IndexName": "both", "Keys": keys, "IndexStatus": "ACTIVE"}
    assert glue.get_partition_indexes(**days)["PartitionIndexDescriptorList"] == [index]
    glue.delete_partition_index(**days, IndexName="both")
    assert glue.get_partition_indexes(**days)["PartitionIndexDescriptorList"] == []


def test_partition_indexes_come_with_their_table(glue: Any, database: str) -> None:
    keys = [{"Name": "p", "Type": "string"}]
    glue.create_table(
        DatabaseName=database,
        TableInput={"Name": "t", "PartitionKeys": keys},
        PartitionIndexes=[{"IndexName": "i", "Keys": ["P"]}],
    )
    found = glue.get_partition_indexes(DatabaseName=database, TableName="t")
    index = {"IndexName": "i", "Keys": keys, "IndexStatus": "ACTIVE"}
    assert found["PartitionIndexDescriptorList"] == [index]


INDEXES = [
    (
        {"IndexName": "x", "Keys": ["nosuchcol"]},
        "InvalidInputException",
        "IndexKeys not a part of PartitionColumns. Verify the indexKeys : [nosuchcol]",
    ),
    (
        {"IndexName": "i", "Keys": ["event_date"]},
        "AlreadyExistsException",
        "Partition Index i already exists with the same name.",
    ),
    (
        {"IndexName": "x", "Keys": ["hour"]},
        "AlreadyExistsException",
        "Partition Index i already exists with the same keys.",
    ),
]


@pytest.mark.parametrize(("index", "code", "message"), INDEXES)
def test_a_partition_index_that_cannot_be_is_refused(
    glue: Any, days: dict[str, str], index: dict[str, Any], code: str, message: str
) -> None:
    glue.create_partition_index(**days, PartitionIndex={"IndexName": "i", "Keys": ["hour"]})
    with pytest.raises(ClientError) as refused:
        glue.create_partition_index(**days, PartitionIndex=index)
    assert code_and_message(refused) == (code, message)


def test_a_table_has_three_partition_indexes_at_most(glue: Any, days: dict[str, str]) -> None:
    for name, keys in (("a", ["hour"]), ("b", ["event_date"]), ("c", ["hour", "event_date"])):
        glue.create_partition_index(**days, PartitionIndex={"IndexName": name, "Keys": keys})
    with pytest.raises(ClientError) as refused:
        glue.create_partition_index(**days, PartitionIndex={"IndexName": "a", "Keys": ["hour"]})
    assert code_and_message(refused) == (
        "ResourceNumberLimitExceededException",
        "Partition index limit exceeded. Maximum: 3",
    )
    with pytest.raises(ClientError) as refused:
        glue.delete_partition_index(**days, IndexName="d")
    assert code_and_message(refused) == (
        "EntityNotFoundException",
        "Index with the given indexName : d does not exist.",
    )
