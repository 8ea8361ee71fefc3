"""The metadata object: its bytes as those of files of the service, and of any column."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lakehouse.local_aws.athena.result_metadata import encoded
from lakehouse.local_aws.athena.results import column_info
from lakehouse.local_aws.athena.types import INTEGER


def test_a_column_is_written_as_the_service_writes_it() -> None:
    # A file of the service has 37 bytes for this column (athena-jdbc, src/test/resources/protobuf).
    column = (
        b"\x0a\x04hive\x22\x05_col0\x2a\x05_col0\x32\x07integer\x38\x0a\x40\x00\x48\x03\x50\x00"
    )
    assert len(column) == 37
    assert encoded("q1", [column_info("_col0", INTEGER)]) == b"\x0a\x02q1\x22\x25" + column


def decoded(data: bytes) -> list[tuple[int, Any]]:
    """Fields of a message, by the rules of protocol buffers alone."""
    found: list[tuple[int, Any]] = []
    position = 0

    def varint() -> int:
        nonlocal position
        value = shift = 0
        while True:
            byte = data[position]
            position += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while position < len(data):
        tag = varint()
        if tag & 7 == 0:
            found.append((tag >> 3, varint()))
        else:
            size = varint()
            found.append((tag >> 3, data[position : position + size]))
            position += size
    return found


@given(
    name=st.text(min_size=1, max_size=300),
    precision=st.integers(0, 2**31 - 1),
    case_sensitive=st.booleans(),
)
def test_any_column_can_be_read_back(name: str, precision: int, case_sensitive: bool) -> None:
    info = column_info(name, INTEGER) | {"Precision": precision, "CaseSensitive": case_sensitive}
    (_, query_id), (number, column) = decoded(encoded("some-id", [info]))
    assert (query_id, number) == (b"some-id", 4)
    assert decoded(column) == [
        (1, b"hive"),
        (4, name.encode()),
        (5, name.encode()),
        (6, b"integer"),
        (7, precision),
        (8, 0),
        (9, 3),
        (10, int(case_sensitive)),
    ]
