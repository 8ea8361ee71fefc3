"""The Dagster code location: assembly only.

`dg.Definitions` of every source found, for the account that the environment names. What the
pieces are stands in `lakehouse.pipeline`; which sources there are, in YAML files.
"""

import gc
import os

# What is loaded by now, Dagster above all, stays: collecting garbage need not look at it again and
# again while the rest is imported, which takes a fifth of the time it takes to load this.
gc.freeze()

from lakehouse.aws.account import account_from  # noqa: E402
from lakehouse.pipeline.build import build_definitions  # noqa: E402
from lakehouse.source import load_sources  # noqa: E402
from lakehouse.source_folders import source_folders  # noqa: E402

defs = build_definitions(
    load_sources(source_folders(os.environ)).values(), account_from(os.environ)
)
