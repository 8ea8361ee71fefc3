"""A report as one HTML file that needs nothing else: no network, no script.

Text comes from `page.html.j2`, which escapes everything but the charts' SVG. It follows the
reader's light or dark setting, and prints. What is shown stands in `sections`.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from lakehouse.report.charts import COLOURS, Chart, svg
from lakehouse.report.figures import Report, SourceFigures
from lakehouse.report.sections import Section, Table, chart_table, sections, tiles


@dataclass(frozen=True)
class Picture:
    """A chart as SVG, and its numbers."""

    svg: Markup
    table: Table


@dataclass(frozen=True)
class SourceView:
    """What the template writes of one source; no sections where nothing is published."""

    figures: SourceFigures
    tiles: list[tuple[str, str]]
    sections: list[tuple[Section, list[Picture]]]


def render(report: Report) -> str:
    """The HTML text; the same for the same report."""
    environment = Environment(
        loader=PackageLoader("lakehouse.report", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    template = environment.get_template("page.html.j2")
    views = [_view(source) for source in report.sources]
    return template.render(report=report, views=views, colours=COLOURS)


def _view(source: SourceFigures) -> SourceView:
    if not source.metrics:
        return SourceView(source, [], [])
    made = [
        (section, list(_pictures(f"{source.name}-{number}", section)))
        for number, section in enumerate(sections(source))
    ]
    return SourceView(source, tiles(source), made)


def _pictures(prefix: str, section: Section) -> Iterator[Picture]:
    for number, chart in enumerate(section.charts):
        yield Picture(_markup(chart, f"{prefix}-{number}"), chart_table(chart))


def _markup(chart: Chart, name: str) -> Markup:
    return Markup(svg(chart, name))  # noqa: S704 - svg() escapes all text
