"""Charts as SVG text."""

import xml.etree.ElementTree as ET

import pytest

from lakehouse.report.charts import COLOURS, STYLE, Chart, Series, svg

SVG = "{http://www.w3.org/2000/svg}"
DAYS = ("2026-01-01", "2026-01-02", "2026-01-03")


def drawn(chart: Chart) -> ET.Element:
    return ET.fromstring(svg(chart, "c"))


def test_a_chart_is_this_text() -> None:
    chart = Chart("a & b", "Bars.", ("2026-01-01",), (Series("n", (4.0,)),))
    assert svg(chart, "c1", "text{fill:red}") == (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 380 190" width="380" height="190" '
        'role="img" aria-labelledby="c1-t c1-d"><title id="c1-t">a &amp; b</title>'
        '<desc id="c1-d">Bars.</desc><style>text{fill:red}</style>'
        '<text class="title" x="48" y="16">a &amp; b</text>'
        '<line class="grid" x1="48" x2="372" y1="168.0" y2="168.0"/>'
        '<text x="42" y="172.0" text-anchor="end">0</text>'
        '<line class="grid" x1="48" x2="372" y1="99.0" y2="99.0"/>'
        '<text x="42" y="103.0" text-anchor="end">2.5</text>'
        '<line class="grid" x1="48" x2="372" y1="30.0" y2="30.0"/>'
        '<text x="42" y="34.0" text-anchor="end">5</text>'
        '<rect class="bar0" x="80.4" y="57.6" width="259.2" height="110.4"/>'
        '<text x="210.0" y="184" text-anchor="middle">2026-01-01</text></svg>'
    )


def test_bars_of_several_series_stand_on_each_other() -> None:
    series = (Series("a", (10.0, None, 0.0)), Series("b", (10.0, 20.0, 5.0)))
    chart = drawn(Chart("t", "d", DAYS, series))
    bars = [
        (bar.get("class"), float(bar.get("y", "")), float(bar.get("height", "")))
        for bar in chart.iter(f"{SVG}rect")
        if bar.get("height") != "9"
    ]
    assert bars == [
        ("bar0", 99.0, 69.0),
        ("bar1", 30.0, 69.0),
        ("bar1", 30.0, 138.0),
        ("bar1", 133.5, 34.5),
    ]


def test_a_line_has_a_gap_where_there_is_no_value() -> None:
    values = (1.0, None, 0.5, 1.0)
    chart = drawn(Chart("t", "d", (*DAYS, "2026-01-04"), (Series("a", values),), "lines", "share"))
    (line,) = chart.iter(f"{SVG}polyline")
    (dot,) = chart.iter(f"{SVG}circle")
    assert line.get("points") == "250.5,99.0 331.5,30.0"
    assert (dot.get("cx"), dot.get("cy")) == ("88.5", "30.0")
    texts = [text.text for text in chart.iter(f"{SVG}text")]
    assert texts == ["t", "0%", "50%", "100%", "2026-01-01", "2026-01-04"]


@pytest.mark.parametrize(
    ("highest", "top"),
    [(0, "1"), (1, "1"), (1.01, "2"), (2.2, "2.5"), (9960, "10k"), (3e7, "50M"), (0.0268, "0.05")],
)
def test_the_axis_ends_at_a_round_number(highest: float, top: str) -> None:
    chart = drawn(Chart("t", "d", DAYS[:1], (Series("a", (highest,)),), "lines"))
    assert [text.text for text in chart.iter(f"{SVG}text")][3] == top


def test_several_series_have_a_legend_and_long_names_are_cut() -> None:
    series = tuple(Series(name, (1.0,)) for name in ("short", "/a/very/long/name/of/an/endpoint"))
    texts = [text.text for text in drawn(Chart("t", "d", DAYS[:1], series)).iter(f"{SVG}text")]
    assert texts[-2:] == ["short", "/a/very/long/name/of/an/e\N{HORIZONTAL ELLIPSIS}"]


def test_there_is_a_colour_for_each_series() -> None:
    assert all(f".bar{n}{{fill:{colour}}}" in STYLE for n, colour in enumerate(COLOURS))
