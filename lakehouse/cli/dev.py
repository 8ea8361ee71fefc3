"""`lakehouse dev`: the local AWS, Dagster's webserver and its daemon, started and ended together.

Only processes are handled here; the code location is loaded by Dagster itself.
"""

import os
import signal
import subprocess
import sys
from pathlib import Path

import click

from lakehouse.cli import context
from lakehouse.cli.local_server import DATA_DIR, LocalFolder, local_aws, require_free
from lakehouse.errors import LakehouseError

ENDING = (signal.SIGINT, signal.SIGTERM)
STOP_TIMEOUT = 20.0  # seconds
# Dagster recommends its newer `dg dev`, which another package brings.
QUIET = "ignore:Function `dev_command` is superseded"


@click.command()
@click.option("--port", default=3000, show_default=True, help="Port of Dagster's web UI.")
@click.option("--aws-port", default=4566, show_default=True, help="Port of the local AWS.")
@DATA_DIR
def dev(port: int, aws_port: int, data_dir: Path) -> None:
    """Start the local AWS with Dagster's web UI and daemon; Ctrl-C ends all three.

    Data is kept in --data-dir, which `lakehouse demo` uses too: run the demo first to see full
    tables. In another shell, the printed environment lets `lakehouse query`, the AWS CLI or any
    other AWS client work on the same data.
    """
    loaded = context.sources()  # a wrong source file should say so before anything starts
    require_free(port, "Dagster's web UI", "--port")
    require_free(aws_port, "the local AWS", "--aws-port")
    folder = LocalFolder(data_dir)
    with local_aws(folder, aws_port) as endpoint:
        for _ in context.deployment().apply(loaded.values()):
            pass
        _print_addresses(endpoint, port, folder)
        code = _run_dagster(folder, port)
    if code not in (0, -signal.SIGINT, -signal.SIGTERM):
        raise LakehouseError(f"dagster dev ended with exit code {code}; its output is above")


def _print_addresses(endpoint: str, port: int, folder: LocalFolder) -> None:
    click.echo(f"Dagster    http://127.0.0.1:{port}")
    click.echo(f"Local AWS  {endpoint}   (data in {folder.root})")
    click.echo("In another shell:")
    for name, value in folder.environment(endpoint).items():
        click.echo(f"  export {name}={value}")
    click.echo("Ctrl-C ends everything.")


def _run_dagster(folder: LocalFolder, port: int) -> int:
    command = [sys.executable, "-m", "dagster", "dev", "-w", str(folder.workspace)]
    # Set before the start: started in the background by a shell, we were told to ignore SIGINT, and
    # Dagster would inherit that.
    previous = {number: signal.signal(number, signal.default_int_handler) for number in ENDING}
    dagster = subprocess.Popen(
        [*command, "--host", "127.0.0.1", "--port", str(port)],
        env={**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONWARNINGS": QUIET},
        start_new_session=True,
    )
    try:
        return dagster.wait()
    except KeyboardInterrupt:
        click.echo("\nstopping Dagster and the local AWS ...", err=True)
        return _interrupt(dagster)
    finally:
        _end_group(dagster)
        for number, handler in previous.items():
            signal.signal(number, handler)


def _interrupt(dagster: subprocess.Popen[bytes]) -> int:
    # SIGINT is what `dagster dev` itself handles: it ends webserver, daemon and code servers.
    dagster.send_signal(signal.SIGINT)
    try:
        dagster.wait(STOP_TIMEOUT)
    except subprocess.TimeoutExpired:
        click.echo("Dagster did not end in time; killing it", err=True)
    return 0


def _end_group(dagster: subprocess.Popen[bytes]) -> None:
    # Whatever of its group is left (a run in a child process) must not outlive us.
    try:
        os.killpg(dagster.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    dagster.wait()
