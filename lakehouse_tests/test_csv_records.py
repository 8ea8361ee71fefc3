"""Records of several lines are kept together, and nothing else is; Python's csv module is asked."""

import csv
import io
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lakehouse import csv_records as module
from lakehouse.csv_records import csv_records

field = st.text('a,"\n ', max_size=8) | st.sampled_from(["", "a,b\n", '",\n"', '\n"\n'])
quoting: st.SearchStrategy[Literal[0, 1]] = st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
rows = st.tuples(st.tuples(field, field, field), quoting)


def written(fields: tuple[str, ...], quotes: Literal[0, 1]) -> bytes:
    out = io.StringIO()
    csv.writer(out, quoting=quotes, lineterminator="\n").writerow(fields)
    return out.getvalue().encode()


@given(st.lists(rows, max_size=20))
def test_what_csv_writes_comes_back_record_by_record(
    drawn: list[tuple[tuple[str, ...], Literal[0, 1]]],
) -> None:
    records = [written(*row) for row in drawn]
    lines = b"".join(records).splitlines(keepends=True)
    assert [b"".join(found) for found in csv_records(iter(lines), 3)] == records


@given(st.lists(st.text('a,"', max_size=12).map(lambda text: f"{text}\n".encode()), max_size=30))
def test_no_line_is_lost_and_none_moves(lines: list[bytes]) -> None:
    assert [line for found in csv_records(iter(lines), 3) for line in found] == lines


@pytest.mark.parametrize(
    "text",
    [
        b'1,"a,2\n3,b,4\n',  # nothing ends the field
        b'1,"a,2\n3,"b",4\n',  # the next quote does not end it
        b'1,"a\n3",b,4\n',  # four fields
        b'1,2" disk,3\n4,b",5\n',  # a quote inside a field opens none
    ],
)
def test_a_stray_quote_keeps_no_line(text: bytes) -> None:
    lines = text.splitlines(keepends=True)
    assert list(csv_records(iter(lines), 3)) == [[line] for line in lines]


def test_a_quote_that_nothing_ends_for_too_long_is_a_stray_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "MAX_LINES", 3)
    lines = [b'1,"a\n', b"b\n", b"c\n", b"d\n", b'e",3\n']
    assert list(csv_records(iter(lines), 3)) == [[line] for line in lines]
    assert list(csv_records(iter([*lines[:3], lines[4]]), 3)) == [[*lines[:3], lines[4]]]
