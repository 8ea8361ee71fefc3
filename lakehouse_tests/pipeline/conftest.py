"""Dagster's words about features that the platform uses on purpose."""

import pytest

# backfill_policy on assets is beta and partitions_def on checks is in preview in dagster 1.13; both
# are what a daily platform needs (see lakehouse.pipeline), and the versions are pinned.
WARNINGS = ("ignore::dagster.BetaWarning", "ignore::dagster.PreviewWarning")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "pipeline" in item.path.parts:
            for words in WARNINGS:
                item.add_marker(pytest.mark.filterwarnings(words))
