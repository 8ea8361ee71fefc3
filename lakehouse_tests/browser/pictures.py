"""The README's pictures: `python -m lakehouse_tests.browser.pictures [DATA_DIR]` takes them anew.

Runs `lakehouse demo` (unless DATA_DIR holds what it made), shows it with `lakehouse dev`, and
writes `docs/images/*.png`. Look at each before it is committed: no test tells a good picture.
"""

import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from lakehouse_tests.browser.chromium import missing, open_browser
from lakehouse_tests.browser.dagster_facts import runs
from lakehouse_tests.browser.dev_server import PROGRAM, DevServer, dev_server, wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Browser, FloatRect, Page

IMAGES = Path(__file__).parents[2] / "docs" / "images"
LAUNCH = """mutation($run: ExecutionParams!) { launchRun(executionParams: $run) {
    ... on LaunchRunSuccess { run { runId } } ... on PythonError { message } } }"""
MARGIN = 24  # pixels around what a picture is of
# The smallest rectangle around all that a selector finds, in the viewport
AROUND = """selector => {
    const all = [...document.querySelectorAll(selector)].map(e => e.getBoundingClientRect())
    const left = Math.min(...all.map(r => r.left)), top = Math.min(...all.map(r => r.top))
    return {x: left, y: top, width: Math.max(...all.map(r => r.right)) - left,
            height: Math.max(...all.map(r => r.bottom)) - top} }"""


def take(data_dir: Path) -> None:
    """All pictures, of what `lakehouse demo` made in the folder."""
    with dev_server(data_dir) as server, open_browser() as browser:
        write_report(server)
        asset_graph(_opened(browser, server.url, 2100, 1000))
        clean_table(_opened(browser, server.url, 1400, 900))
        daily_metrics(_opened(browser, server.url, 1720, 1166))
        report(_opened(browser, data_dir.resolve().as_uri(), 1160, 900), data_dir)


def write_report(server: DevServer) -> None:
    """Materialize the report asset for the demo's days, as its launchpad does."""
    days = {"first": "2026-01-01", "last": "2026-01-07"}
    place = {"repositoryName": "__repository__", "repositoryLocationName": "lakehouse"}
    answer = server.ask(
        LAUNCH,
        run={
            "selector": {**place, "jobName": "report"},
            "runConfigData": {"ops": {"reports__logs": {"config": days}}},
            "mode": "default",
        },
    )
    run = answer["launchRun"]["run"]["runId"]
    wait_until(lambda: runs(server, runIds=[run])[0][0] == "SUCCESS", 120, "the report is written")


def _opened(browser: "Browser", url: str, width: int, height: int) -> "Page":
    page = browser.new_page(base_url=url, viewport={"width": width, "height": height})
    page.set_default_timeout(60_000)
    return page


def asset_graph(page: "Page") -> None:
    """The four assets of a source, and the report that is made of them."""
    page.goto("/assets/web_logs/daily_metrics?view=lineage&lineageDepth=5")
    page.get_by_text(re.compile(r"^\d+ partitions$")).first.wait_for()
    page.wait_for_load_state("networkidle")
    page.screenshot(path=IMAGES / "asset_graph.png", clip=_around(page, "svg foreignObject"))


def clean_table(page: "Page") -> None:
    """What the asset is, its columns, what runs it."""
    page.goto("/assets/web_logs/clean_table")
    page.get_by_text("Unique id (UUID)").wait_for()
    page.wait_for_load_state("networkidle")
    page.screenshot(path=IMAGES / "clean_table.png")


def daily_metrics(page: "Page") -> None:
    """A day's materialization: totals, largest groups, the query and its cost."""
    page.goto("/assets/web_logs/daily_metrics?view=events")
    page.get_by_text("largest_groups").wait_for()
    page.wait_for_load_state("networkidle")
    day = page.get_by_text("materialized in run").bounding_box()
    size = page.viewport_size
    assert day is not None
    assert size is not None
    left, top = day["x"] - 2 * MARGIN, day["y"] - 3 * MARGIN
    clip: FloatRect = {
        "x": left,
        "y": top,
        "width": size["width"] - left,
        "height": size["height"] - top,
    }
    page.screenshot(path=IMAGES / "daily_metrics.png", clip=clip)


def report(page: "Page", data_dir: Path) -> None:
    """The head of the report and its first section."""
    page.emulate_media(color_scheme="light")
    page.goto((data_dir / "report.html").resolve().as_uri())
    height = page.locator("h3").nth(1).bounding_box()
    assert height is not None
    clip: FloatRect = {"x": 0, "y": 0, "width": 1160, "height": height["y"] - 8}
    page.screenshot(path=IMAGES / "report.png", clip=clip, full_page=True)


def _around(page: "Page", selector: str) -> "FloatRect":
    found: Mapping[str, float] = page.evaluate(AROUND, selector)
    return {
        "x": found["x"] - MARGIN,
        "y": found["y"] - MARGIN,
        "width": found["width"] + 2 * MARGIN,
        "height": found["height"] + 2 * MARGIN,
    }


def main(arguments: list[str]) -> None:
    """Take the pictures of a folder, or of a demo that is run for them."""
    if why := missing():
        raise SystemExit(why)
    if arguments:
        take(Path(arguments[0]))
        return
    with tempfile.TemporaryDirectory() as folder:
        demo = [sys.executable, "-c", PROGRAM, "demo", "--data-dir", folder]
        subprocess.run(demo, check=True)
        take(Path(folder))


if __name__ == "__main__":
    main(sys.argv[1:])
