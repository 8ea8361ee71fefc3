"""Inputs of catalog calls as the tests use them, and what an error says."""

from typing import Any


def descriptor(location: str = "s3://bucket/days/") -> dict[str, Any]:
    return {"Columns": [{"Name": "v", "Type": "bigint"}], "Location": location}


def partition(day: int, hour: int) -> dict[str, Any]:
    values = [f"2026-01-{day:02d}", str(hour)]
    return {"Values": values, "StorageDescriptor": descriptor("s3://bucket/" + "/".join(values))}


def values_of(answer: dict[str, Any]) -> list[list[str]]:
    return [entry["Values"] for entry in answer["Partitions"]]


def code_and_message(refused: Any) -> tuple[str, str]:
    """Of a `pytest.raises(ClientError)`."""
    error = refused.value.response["Error"]
    return error["Code"], error["Message"]
