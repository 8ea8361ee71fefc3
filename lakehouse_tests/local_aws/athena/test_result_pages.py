"""Pages of a result file: any rows come back, however they are cut, and little more is read."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lakehouse.local_aws.athena import results
from lakehouse.local_aws.athena.types import VARCHAR

CELLS = st.none() | st.text(st.sampled_from('a",\n\r\\é'), max_size=6)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pages") / "result.csv"


@given(
    rows=st.integers(1, 3).flatmap(
        lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=1)
    ),
    count=st.integers(1, 4),
    block=st.integers(1, 9),
)
@settings(deadline=None)
def test_pages_are_the_rows_that_were_written(
    file: Path, rows: list[list[str | None]], count: int, block: int
) -> None:
    columns = [(f"c{i}", VARCHAR) for i in range(len(rows[0]))]
    file.write_bytes(b"".join(results.csv_blocks(columns, [rows])))
    found: list[list[str | None]] = []
    offset: int | None = 0
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(results, "_BLOCK", block)
        while offset is not None:
            page = results.read_csv_page(file, offset, count, len(columns))
            assert len(page.rows) == count or page.next_offset is None
            found += page.rows
            offset = page.next_offset
    assert found == [[name for name, _ in columns], *rows]


def test_another_file_is_no_result(file: Path) -> None:
    file.write_bytes(b'"a"x\n')
    with pytest.raises(ValueError, match="not a result file of Athena"):
        results.read_csv_page(file, 0, 1000, 1)
