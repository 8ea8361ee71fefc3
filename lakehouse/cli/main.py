"""The `lakehouse` command: its list of subcommands, and how a failure ends it.

A subcommand's module is imported only when it is called, so that `--help` answers at once. Exit
codes: 0 done, 1 failed (one line says why), 2 wrong usage, 130 interrupted, 141 nobody reads on.
"""

import os
import signal
import sys
import traceback
from importlib import import_module

import click

from lakehouse.errors import LakehouseError

DEBUG = "LAKEHOUSE_DEBUG"
COMMANDS = {
    "demo": "Run the whole pipeline on synthetic logs, on a local AWS.",
    "deploy": "Make what the pipeline needs in AWS: buckets, job, crawlers, work group.",
    "destroy": "Remove what deploy made; data is kept unless told otherwise.",
    "dev": "Start the local AWS with Dagster's web UI and daemon.",
    "doctor": "Check this machine and the account, and say how to mend them.",
    "generate": "Write synthetic log files of a source to a folder.",
    "land": "Upload a log file of yours, cut by day, to its source's raw prefix.",
    "query": "Run Athena SQL and print the result.",
    "report": "Write metrics, data quality and cost of some days as one HTML file.",
    "sources": "List the log sources, check their files, draft a new one.",
    "vacuum": "Remove the files of replaced runs that no table needs any more.",
}


class LazyCommands(click.Group):
    """Subcommands found by name in the modules of `lakehouse.cli`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All subcommands, sorted."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the subcommand's module; None if there is no such command."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"lakehouse.cli.{cmd_name}"), cmd_name)
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Run the subcommand; whoever stops reading its output (`| head -1`) ends it quietly."""
        try:
            result = super().invoke(ctx)
            if sys.stdout is not None:
                sys.stdout.flush()
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise click.exceptions.Exit(128 + signal.SIGPIPE) from None
        return result

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of subcommands, without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=LazyCommands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="lakehouse")
@click.option(
    "--debug", is_flag=True, help="Show the traceback of a failure (or LAKEHOUSE_DEBUG=1)."
)
def lakehouse(debug: bool) -> None:
    """Raw logs in S3 become typed tables and daily metrics, on AWS or on this machine.

    \b
    Try it:
      lakehouse demo   the whole pipeline on synthetic logs, nothing to set up
      lakehouse dev    then look at it in Dagster's web UI

    Where AWS is, comes from the environment: AWS_PROFILE and AWS_DEFAULT_REGION for an account,
    AWS_ENDPOINT_URL for a local AWS. LAKEHOUSE_SOURCES names a folder with sources of your own.

    \b
    Completion, for .bashrc, .zshrc and config.fish:
      eval "$(_LAKEHOUSE_COMPLETE=bash_source lakehouse)"
      eval "$(_LAKEHOUSE_COMPLETE=zsh_source lakehouse)"
      _LAKEHOUSE_COMPLETE=fish_source lakehouse | source
    """
    if debug:
        os.environ[DEBUG] = "1"


def _print_failure(error: Exception) -> None:
    """One line that says why; with --debug the traceback before it."""
    if os.environ.get(DEBUG, "") not in ("", "0"):
        click.echo("".join(traceback.format_exception(error)), err=True)
    for note in getattr(error, "__notes__", ()):
        click.echo(note, err=True)
    if isinstance(error, LakehouseError):
        click.echo(f"error: {error}", err=True)
    elif isinstance(error, UnicodeEncodeError):
        character = error.object[error.start : error.end]
        click.echo(
            f"error: {character!r} cannot be written in the encoding {error.encoding} of the "
            "output: set PYTHONIOENCODING=utf-8",
            err=True,
        )
    elif isinstance(error, OSError) and error.strerror:
        where = f"{error.filename}: " if error.filename else ""
        click.echo(f"error: {where}{error.strerror}", err=True)
    else:
        words = " ".join(str(error).split())
        hint = "This should not happen: run it again with `lakehouse --debug` to see where"
        click.echo(f"error: {type(error).__name__}: {words}. {hint}", err=True)


def _restore(debug: str | None) -> None:
    """Leave the environment as it was, for a caller that goes on."""
    if debug is None:
        os.environ.pop(DEBUG, None)


def main() -> None:
    """Entry point: every failure is one line on standard error and an exit code."""
    before = os.environ.get(DEBUG)
    try:
        code = lakehouse.main(prog_name="lakehouse", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        sys.exit(130)
    except Exception as error:  # noqa: BLE001 - the last one to see it; --debug shows it whole
        _print_failure(error)
        sys.exit(1)
    finally:
        _restore(before)
    sys.exit(code if isinstance(code, int) else 0)
