"""`lakehouse dev`: the local AWS, Dagster's webserver and its daemon, started and ended together.

Only processes are handled here; the code location is loaded by Dagster itself.
"""

import os
import signal
import subprocess
import sys
from contextlib import ExitStack, suppress
from pathlib import Path

import click

from lakehouse.cli import context
from lakehouse.cli.ending import Ending, ending_signals
from lakehouse.cli.local_server import DATA_DIR, LocalFolder, local_aws, require_free
from lakehouse.errors import LakehouseError

STOP_TIMEOUT = 20.0  # seconds
PORT = click.IntRange(1, 65535)
# Dagster recommends its newer `dg dev`, which another package brings.
QUIET = "ignore:Function `dev_command` is superseded"


@click.command()
@click.option("--port", type=PORT, default=3000, show_default=True,
              help="Port of Dagster's web UI.")  # fmt: skip
@click.option("--aws-port", type=PORT, default=4566, show_default=True,
              help="Port of the local AWS.")  # fmt: skip
@DATA_DIR
def dev(port: int, aws_port: int, data_dir: Path) -> None:
    """Start the local AWS with Dagster's web UI and daemon; Ctrl-C ends all three.

    Data is kept in --data-dir, which `lakehouse demo` uses too: run the demo first to see full
    tables. In another shell, the printed environment lets `lakehouse query`, the AWS CLI or any
    other AWS client work on the same data.
    """
    if port == aws_port:
        raise click.UsageError(f"--port and --aws-port are both {port}: name two ports")
    loaded = context.sources()  # a wrong source file should say so before anything starts
    require_free(port, "Dagster's web UI", "--port")
    require_free(aws_port, "the local AWS", "--aws-port")
    folder = LocalFolder(data_dir)
    with ending_signals() as ending, local_aws(folder, ending, aws_port) as endpoint:
        for _ in context.deployment().apply(loaded.values()):
            pass
        _print_addresses(endpoint, port, folder)
        code = _run_dagster(folder, port, ending)
    if code not in (0, -signal.SIGINT, -signal.SIGTERM):
        raise LakehouseError(f"dagster dev ended with exit code {code}; its output is above")


def _print_addresses(endpoint: str, port: int, folder: LocalFolder) -> None:
    click.echo(f"Dagster    http://127.0.0.1:{port}")
    click.echo(f"Local AWS  {endpoint}   (data in {folder.root})")
    click.echo("In another shell:")
    for name, value in folder.environment(endpoint).items():
        click.echo(f"  export {name}={value}")
    click.echo("Ctrl-C ends everything.")


def _run_dagster(folder: LocalFolder, port: int, ending: Ending) -> int:
    command = [sys.executable, "-m", "dagster", "dev", "-w", str(folder.workspace)]
    with ExitStack() as started:
        with ending.held():
            dagster = subprocess.Popen(
                [*command, "--host", "127.0.0.1", "--port", str(port)],
                env={**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONWARNINGS": QUIET},
                start_new_session=True,
            )
            started.callback(_end_group, dagster)
        try:
            return dagster.wait()
        except KeyboardInterrupt:
            _say("\nstopping Dagster and the local AWS ...")
            return _interrupt(dagster)


def _say(words: str) -> None:
    # The terminal may be gone: it is what SIGHUP says.
    with suppress(OSError):
        click.echo(words, err=True)


def _interrupt(dagster: subprocess.Popen[bytes]) -> int:
    # SIGINT is what `dagster dev` itself handles: it ends webserver, daemon and code servers.
    dagster.send_signal(signal.SIGINT)
    try:
        dagster.wait(STOP_TIMEOUT)
    except subprocess.TimeoutExpired:
        _say("Dagster did not end in time; killing it")
    return 0


def _end_group(dagster: subprocess.Popen[bytes]) -> None:
    # Whatever of its group is left (a run in a child process) must not outlive us.
    try:
        os.killpg(dagster.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    dagster.wait()
