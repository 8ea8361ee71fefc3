"""The report's HTML file in a real browser: it asks nobody for anything, in any light, on paper."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lakehouse.report.figures import Report
from lakehouse.report.page import render
from lakehouse_tests.browser.chromium import Talk, missing
from lakehouse_tests.report.web import WEB

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(missing() is not None, reason=str(missing())),
]

PAPER = {"width": 703, "height": 1017}  # A4 within margins of 12 and 14 mm, in CSS pixels
MANY = {f"p{n}_latency_ms": n / 4 for n in range(60, 100, 5)}  # a table wider than the paper
BACKGROUNDS = {"light": "rgb(246, 247, 249)", "dark": "rgb(18, 22, 28)"}
WHITE = "rgb(255, 255, 255)"


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    groups = tuple(replace(item, measures={**item.measures, **MANY}) for item in WEB.groups)
    wide = replace(WEB, groups=groups)
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(render(Report("2026-01-01", "2026-01-02", (wide, replace(wide, name="two")))))
    return path


@pytest.fixture
def page(browser: "Browser", file: Path) -> Iterator["Page"]:
    """The file opened; whatever it asks for or complains of fails the test."""
    page = browser.new_page(viewport={"width": 1120, "height": 900})
    talk = Talk(page)
    page.goto(file.as_uri())
    yield page
    page.close()
    assert (talk.requests, talk.complaints) == ([file.as_uri()], [])


def background(page: "Page") -> str:
    return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))


def cut_off(page: "Page") -> list[str]:
    """Captions of the tables, titles of the charts, that reach over the right edge."""
    script = """[...document.querySelectorAll('table, figure')]
        .filter(e => e.checkVisibility() && e.getBoundingClientRect().right > innerWidth + 0.5)
        .map(e => e.querySelector('caption, title').textContent)"""
    found: list[str] = page.evaluate(script)
    return found


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_light_or_dark_as_its_reader_is_and_white_on_paper(page: "Page", scheme: str) -> None:
    page.emulate_media(color_scheme=scheme, media="screen")  # type: ignore[arg-type]
    assert background(page) == BACKGROUNDS[scheme]
    page.emulate_media(color_scheme=scheme, media="print")  # type: ignore[arg-type]
    assert background(page) == WHITE


def test_every_chart_opens_its_numbers(page: "Page") -> None:
    numbers = page.locator("figure details")
    shown = page.locator("figure details table:visible")
    assert (numbers.count() > 0, shown.count()) == (True, 0)
    for summary in page.locator("figure summary").all():
        summary.click()
    assert shown.count() == numbers.count()


def test_nothing_is_cut_off_on_paper(page: "Page") -> None:
    page.set_viewport_size(PAPER)  # type: ignore[arg-type]
    page.emulate_media(media="print")
    assert page.locator("table:visible").count() == 8
    assert cut_off(page) == []
    assert page.locator("nav:visible, details:visible").count() == 0


def test_each_source_begins_a_page_of_its_own(page: "Page") -> None:
    page.emulate_media(media="print")
    breaks = page.locator("h2").evaluate_all("all => all.map(e => getComputedStyle(e).breakBefore)")
    assert breaks == ["auto", "page"]
