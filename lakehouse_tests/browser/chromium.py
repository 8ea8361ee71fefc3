"""The system's Chromium or Chrome, driven by Playwright; none is ever downloaded.

Playwright is imported when a browser is started and not before, so that collecting tests costs
nothing. What stands on a page is the tests' affair.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
ARGUMENTS = (
    "--no-sandbox",  # there is none for root in a container
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
)


def executable() -> str | None:
    """Path of the first browser found."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def missing() -> str | None:
    """Why no browser can be driven here; None if one can."""
    if find_spec("playwright") is None:
        return "playwright is not installed: pip install -e '.[dev]' -c constraints.txt"
    if executable() is None:
        return f"no browser is installed; looked for {', '.join(NAMES)}"
    return None


@contextmanager
def open_browser() -> Iterator["Browser"]:
    """A headless browser, closed with all its pages at the end."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=list(ARGUMENTS))
        try:
            yield browser
        finally:
            browser.close()


class Talk:
    """What a page asked the network for and complained about, from now on."""

    def __init__(self, page: "Page") -> None:
        self.requests: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda line: self._listen(line.type, line.text))

    def _listen(self, kind: str, text: str) -> None:
        if kind == "error":
            self.complaints.append(text)

    def foreign(self, home: str) -> list[str]:
        """Requests to anywhere but `home`; data and blob URLs leave no machine."""
        return [url for url in self.requests if not url.startswith((home, "data:", "blob:"))]
