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
    return [built_in, *(Path(part).expanduser() for part in named.split(os.pathsep) if part)]
