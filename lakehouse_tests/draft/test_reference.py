"""The reference page of source files is made from the model, and every key says what it means."""

import re
from pathlib import Path

from lakehouse.draft.reference import reference_page

PAGE = Path(__file__).parents[2] / "docs" / "source_reference.md"


def test_the_page_is_current() -> None:
    made = "python -m lakehouse.draft.reference > docs/source_reference.md"
    assert PAGE.read_text() == reference_page(), f"run: {made}"


def test_every_key_has_a_meaning() -> None:
    rows = re.findall(r"^\| `(\w+)` \|.*\| (.*) \|$", reference_page(), re.MULTILINE)
    assert {"name", "columns", "from", "measures", "seed"} <= {key for key, _ in rows}
    assert [key for key, meaning in rows if not meaning.strip()] == []
