"""Fixtures of the tests that look at pages in a real browser; skipped where there is none."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from lakehouse_tests.browser.chromium import missing, open_browser

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    """One for a module; closed after it, as other tests run event loops of their own."""
    if why := missing():
        pytest.skip(why)
    with open_browser() as browser:
        yield browser
