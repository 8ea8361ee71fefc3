"""The command `python -m lakehouse.local_aws`.

Belongs here: options, messages, signals, running a command with the environment set.
Does not belong here: the server itself (`server`).
"""

import ipaddress
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType

import click

from lakehouse.local_aws.server import LocalAws, StartError

_HELP = """Run AWS on this machine: S3, Glue (catalog, crawlers, Spark jobs) and Athena really
execute; SQS, IAM, STS, CloudWatch Logs and others are moto's.

Point any AWS client at it with AWS_ENDPOINT_URL and any credentials:

\b
    python -m lakehouse.local_aws --data-dir .aws-data &
    export AWS_ENDPOINT_URL=http://127.0.0.1:4566
    export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_DEFAULT_REGION=us-east-1
    aws s3 mb s3://logs && aws s3 cp access.log s3://logs/

Or let it run COMMAND with that environment, on a free port, and stop with it:

\b
    python -m lakehouse.local_aws --port 0 -- python -m pytest

Buckets, objects, catalog, jobs, crawlers and query history live in the data directory and survive
a restart. Queues, log events, IAM and bucket configurations live in memory. Requests are not
authenticated: keep it on the loopback address.
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
    stop = threading.Event()
    _on_signals(stop)
    aws = LocalAws(data_dir, host, port)
    try:
        aws.start()
    except StartError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(1)
    try:
        code = _serve(aws, command, stop)
    finally:
        aws.stop()
    sys.exit(code)


def _serve(aws: LocalAws, command: Sequence[str], stop: threading.Event) -> int:
    """Until stopped, or until the command ends: the exit code."""
    settings = client_environment(aws.endpoint_url)
    if command:
        return _run(command, {**os.environ, **settings}, stop)
    click.echo(f"Local AWS at {aws.endpoint_url}, data in {aws.data_dir}. Stop with Ctrl-C.")
    for name, value in settings.items():
        click.echo(f"export {name}={value}")
    sys.stdout.flush()
    stop.wait()
    return 0


def _run(command: Sequence[str], environment: Mapping[str, str], stop: threading.Event) -> int:
    try:
        child = subprocess.Popen(command, env=environment)
    except OSError as error:
        click.echo(f"Error: {command[0]} cannot be run: {error.strerror}", err=True)
        return 127
    while True:
        try:
            code = child.wait(timeout=0.1)
        except subprocess.TimeoutExpired:
            if stop.is_set():
                child.terminate()
                stop.clear()  # terminate once; a second signal terminates again
            continue
        return code if code >= 0 else 128 - code


def client_environment(endpoint_url: str) -> dict[str, str]:
    """The variables that make AWS clients talk to a local AWS; credentials may be any."""
    return {
        "AWS_ENDPOINT_URL": endpoint_url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": os.environ.get("AWS_DEFAULT_REGION", "us-east-1"),
    }


def _on_signals(stop: threading.Event) -> None:
    def handle(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGINT, handle)
    signal.signal(signal.SIGTERM, handle)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


if __name__ == "__main__":
    main()
