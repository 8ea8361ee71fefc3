"""The command `python -m lakehouse.local_aws`.

Belongs here: options, messages, signals, running a command with the environment set.
Does not belong here: the server itself (`server`).
"""

import ipaddress
import os
import queue
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType

import click

from lakehouse.local_aws.server import LocalAws, StartError

Signals = queue.SimpleQueue[int]
"""The numbers of the signals that arrived and were not handled yet."""

_HELP = """Run AWS on this machine: S3, Glue (Data Catalog, crawlers, Spark and Python jobs) and
Athena really execute; SQS, IAM, STS and CloudWatch Logs keep what they are given.

Start it, point any AWS client at it, and work as on AWS; credentials may be any:

\b
    python -m lakehouse.local_aws &
    export AWS_ENDPOINT_URL=http://127.0.0.1:4566
    export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test
    export AWS_DEFAULT_REGION=us-east-1
\b
    aws s3 mb s3://logs
    aws s3 cp access.csv s3://logs/access/
    aws glue create-database --database-input Name=lake
    aws glue create-crawler --name access --role any --database-name lake \\
        --targets 'S3Targets=[{Path=s3://logs/access/}]'
    aws glue start-crawler --name access
    aws athena start-query-execution --query-string 'SELECT * FROM lake.access' \\
        --result-configuration OutputLocation=s3://logs/results/

Or let it run COMMAND with these variables set, on a free port, and stop when COMMAND ends, with
its exit code:

\b
    python -m lakehouse.local_aws --port 0 -- python -m pytest

Everything is kept in the data directory and survives a restart, also after a crash or `kill -9`:
buckets and objects, catalog, crawlers, jobs and their logs, query history, queues and messages,
roles and policies. To start anew, stop it and remove the directory, or give another one.

Signatures are not checked and nobody is asked who they are: keep it on the loopback address.
What is executed, stored or refused is listed in docs/local_aws.md.
"""


@click.command(help=_HELP, epilog="Stop it with Ctrl-C.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=4566,
    show_default=True,
    help="Port; 0 takes a free one.",
)
@click.option(
    "--data-dir",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(".local-aws"),
    show_default=True,
    help="Directory that keeps everything; made if missing.",
)
@click.argument("command", nargs=-1, type=click.UNPROCESSED)
def main(host: str, port: int, data_dir: Path, command: tuple[str, ...]) -> None:
    """Run the server until a signal or the end of the command; its help is `_HELP`."""
    if not _is_loopback(host):
        risk = "can be reached from other machines; requests are not authenticated"
        click.echo(f"Warning: {host} {risk}", err=True)
    signals = _signals()
    aws = LocalAws(data_dir, host, port)
    try:
        aws.start()
    except StartError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(1)
    try:
        code = _serve(aws, command, signals)
    finally:
        aws.stop()
    sys.exit(code)


def _serve(aws: LocalAws, command: Sequence[str], signals: Signals) -> int:
    """Until stopped, or until the command ends: the exit code."""
    settings = client_environment(aws.endpoint_url)
    if command:
        return _run(command, {**os.environ, **settings}, signals)
    click.echo(f"Local AWS at {aws.endpoint_url}, data in {aws.data_dir}. Stop with Ctrl-C.")
    for name, value in settings.items():
        click.echo(f"export {name}={value}")
    sys.stdout.flush()
    signals.get()
    return 0


def _run(command: Sequence[str], environment: Mapping[str, str], signals: Signals) -> int:
    """Run a command to its end, which signals are passed on to; its code as a shell has it."""
    try:
        child = subprocess.Popen(command, env=environment)
    except OSError as error:
        click.echo(f"Error: {command[0]} cannot be run: {error.strerror}", err=True)
        return 127 if isinstance(error, FileNotFoundError) else 126
    while True:
        try:
            code = child.wait(timeout=0.1)
        except subprocess.TimeoutExpired:
            _pass_on(signals, child)
            continue
        return code if code >= 0 else 128 - code


def _pass_on(signals: Signals, child: "subprocess.Popen[bytes]") -> None:
    while not signals.empty():
        number = signals.get()
        if number != signal.SIGINT or not _terminal_tells_children():
            child.send_signal(number)


def _terminal_tells_children() -> bool:
    """Whether Ctrl-C reached the child, too: a terminal sends it to the whole foreground group."""
    try:
        return os.tcgetpgrp(sys.stdin.fileno()) == os.getpgrp()
    except (OSError, ValueError):  # no terminal, or closed
        return False


def client_environment(endpoint_url: str) -> dict[str, str]:
    """The variables that make AWS clients talk to a local AWS; credentials may be any."""
    return {
        "AWS_ENDPOINT_URL": endpoint_url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": os.environ.get("AWS_DEFAULT_REGION", "us-east-1"),
    }


def _signals() -> Signals:
    signals: Signals = queue.SimpleQueue()

    def handle(number: int, _frame: FrameType | None) -> None:
        signals.put(number)  # a SimpleQueue may be used in signal handlers

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, handle)
    return signals


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


if __name__ == "__main__":
    main()
