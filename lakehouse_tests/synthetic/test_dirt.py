"""Dirt is placed in known numbers, each row with one kind at most."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lakehouse.synthetic import dirt
from lakehouse.synthetic.dirt import Damage, Recipe

RECIPE = Recipe(
    damages=(
        Damage("malformed_line", 0.01, dirt.keep_fields(",", 1)),
        Damage("malformed_line", 0.005, str.upper),
        Damage("bad_type:n", 0.002, dirt.replace_field(",", 1, "x")),
    ),
    duplicates=0.01,
    filtered=0.003,
    late=0.004,
)


@given(rows=st.integers(0, 3000), seed=st.integers(0, 10), late=st.booleans())
def test_kinds_never_meet_and_rows_add_up(rows: int, seed: int, late: bool) -> None:
    rng = np.random.default_rng(seed)
    placed = dirt.place(rng, RECIPE, rows, late)
    kinds = [*placed.damaged, placed.duplicates, placed.filtered, placed.late]
    together = np.concatenate(kinds).tolist()
    assert len(set(together)) == len(together)
    assert all(0 <= row < placed.rows for row in together)
    order = dirt.delivery_order(rng, placed)
    repeated = [*range(placed.rows), *placed.duplicates.tolist()]
    assert len(order) == rows
    assert sorted(order.tolist()) == sorted(repeated)


def test_counts_of_a_thousand_rows() -> None:
    placed = dirt.place(np.random.default_rng(1), RECIPE, 1000, True)
    assert [len(damaged) for damaged in placed.damaged] == [10, 5, 2]
    assert (len(placed.duplicates), len(placed.filtered), len(placed.late)) == (10, 3, 4)
    assert placed.rows == 990
    assert placed.late.max() < 16
    assert dirt.rejected_by_reason(RECIPE, placed) == {"bad_type:n": 2, "malformed_line": 15}


def test_spoiling_changes_only_the_damaged_lines() -> None:
    placed = dirt.place(np.random.default_rng(1), RECIPE, 1000, False)
    clean = [f"row,{n},end" for n in range(placed.rows)]
    lines = clean.copy()
    dirt.spoil(lines, RECIPE, placed)
    changed = {n for n, line in enumerate(lines) if line != clean[n]}
    assert changed == set(np.concatenate(placed.damaged).tolist())
    first, second, third = (damaged[0] for damaged in placed.damaged)
    assert (lines[first], lines[second], lines[third]) == ("row", f"ROW,{second},END", "row,x,end")


def test_file_text_ends_each_line() -> None:
    assert dirt.file_text(["a", "b"], "h") == b"h\na\nb\n"
    assert dirt.file_text([]) == b""
