"""The report's HTML: self-contained, escaped, readable without seeing the charts."""

import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from lakehouse.report.figures import Report
from lakehouse.report.page import render
from lakehouse_tests.report.web import WEB

EMPTY = replace(WEB, name="empty", metrics={}, groups=(), quality={}, bytes={}, unpublished=())


@pytest.fixture(scope="module")
def html() -> str:
    return render(Report("2026-01-01", "2026-01-03", (WEB, EMPTY)))


@pytest.fixture(scope="module")
def tree(html: str) -> ET.Element:
    # The template closes what HTML lets open, but for these two.
    return ET.fromstring(re.sub(r"<(meta[^>]*)>", r"<\1/>", html.partition("<!doctype html>")[2]))


def test_nothing_is_loaded_from_anywhere(html: str, tree: ET.Element) -> None:
    assert not re.search(r"<(script|link|img|iframe|object)\b|url\(|@import", html)
    assert {e.get("href") for e in tree.iter() if e.get("href")} == {"#web", "#empty"}
    assert "http" not in html.replace('xmlns="http://www.w3.org/2000/svg"', "")


def test_text_is_escaped(html: str) -> None:
    assert "Requests &lt;b&gt;&amp; more&lt;/b&gt;." in html


def test_every_chart_has_a_title_a_description_and_its_numbers(tree: ET.Element) -> None:
    figures = list(tree.iter("figure"))
    assert len(figures) == 7
    ids = [element.get("id") for element in tree.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    for figure in figures:
        (svg,) = (element for element in figure if element.tag.endswith("svg"))
        assert all(name in ids for name in svg.get("aria-labelledby", "").split())
        assert [row[0].text for row in figure.iter("tr")][1:] == ["2026-01-01", "2026-01-02"]


def test_a_source_without_published_days_says_so(html: str) -> None:
    assert html.count("No day from 2026-01-01 to 2026-01-03 is published.") == 1


def test_it_is_dark_where_the_reader_is_and_prints(html: str) -> None:
    assert "@media (prefers-color-scheme: dark)" in html
    assert "@media print" in html


def test_the_same_figures_make_the_same_text(html: str) -> None:
    assert render(Report("2026-01-01", "2026-01-03", (WEB, EMPTY))) == html
