"""The Dagster code location: assembly only.

`dg.Definitions` of every source found, for the account that the environment names. What the
pieces are stands in `lakehouse.pipeline`; which sources there are, in YAML files.
"""

import os

from lakehouse.aws.account import account_from
from lakehouse.pipeline.build import build_definitions
from lakehouse.source import load_sources
from lakehouse.source_folders import source_folders

defs = build_definitions(
    load_sources(source_folders(os.environ)).values(), account_from(os.environ)
)
