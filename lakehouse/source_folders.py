"""Where source files are: the built-in folder, and those that LAKEHOUSE_SOURCES names.

What a file says stands in `source`; this knows only folders.
"""

import os
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

VARIABLE = "LAKEHOUSE_SOURCES"


def source_folders(environ: Mapping[str, str]) -> list[Path]:
    """The built-in folder, then each of LAKEHOUSE_SOURCES (separated as in PATH)."""
    named = environ.get(VARIABLE, "")
    built_in = Path(str(files("lakehouse") / "sources"))
    return [built_in, *(_expanded(part) for part in named.split(os.pathsep) if part)]


def _expanded(part: str) -> Path:
    """With ~ as the home folder; where there is none, as it is written."""
    return Path(os.path.expanduser(part))  # noqa: PTH111 - Path.expanduser raises
