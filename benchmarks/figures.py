"""What a benchmark found, as a JSON file: its figures, its arguments and what it ran on.

One shape for all benchmarks, so that the files of two machines or two commits can be compared.
Measuring and printing stay with each benchmark.
"""

import argparse
import importlib.metadata
import json
import os
import platform
from collections.abc import Mapping
from pathlib import Path
from typing import Any

LIBRARIES = ("pyspark", "duckdb", "pyarrow", "polars", "moto", "boto3", "dagster")


def add_json_option(parser: argparse.ArgumentParser) -> None:
    """The option --json FILE."""
    parser.add_argument("--json", type=Path, metavar="FILE", help="where all figures are written")


def write_figures(name: str, asked: argparse.Namespace, figures: Mapping[str, Any]) -> None:
    """Write the figures of the benchmark `name` if --json was given.

    Keys of the file: benchmark, arguments, machine (cores, load of the last minute, Python),
    libraries (name -> version), figures.
    """
    if asked.json is None:
        return
    arguments = {key: value for key, value in vars(asked).items() if key != "json"}
    document = {
        "benchmark": name,
        "arguments": arguments,
        "machine": {
            "cores": os.cpu_count(),
            "load": os.getloadavg()[0],
            "python": platform.python_version(),
        },
        "libraries": versions(),
        "figures": figures,
    }
    asked.json.write_text(json.dumps(document, indent=1, default=str) + "\n")


def versions() -> dict[str, str]:
    """Versions of the libraries that are compared, of those that are installed."""
    found = {}
    for name in LIBRARIES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found
