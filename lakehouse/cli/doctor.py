"""`lakehouse doctor`: what this machine and the account lack, and how to mend it.

The order of the checks and how they are shown; each check by itself stands in `doctor_checks`.
"""

import sys
from typing import TYPE_CHECKING

import click

from lakehouse.cli.output import print_json

if TYPE_CHECKING:
    from lakehouse.cli.doctor_checks import Finding

COLORS = {"ok": "green", "warning": "yellow", "problem": "red"}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for a script.")
def doctor(as_json: bool) -> None:
    """Check Python, Java, packages, ports, sources, credentials and what is deployed.

    Each line is ok, a warning (something will not work, or is not tested) or a problem, with how
    to mend it. Nothing is changed. Exit code 1 if there is a problem.

    \b
    Examples:
      lakehouse doctor
      lakehouse doctor --json
    """
    from lakehouse.cli.doctor_checks import all_findings

    found = []
    for finding in all_findings():
        found.append(finding)
        if not as_json:
            _print(finding)
    if as_json:
        print_json([{"check": f.check, "state": f.state, "found": f.found, "mend": f.mend}
                    for f in found])  # fmt: skip
    sys.exit(any(finding.state == "problem" for finding in found))


def _print(finding: "Finding") -> None:
    state = click.style(f"{finding.state:<8}", fg=COLORS[finding.state])  # echo strips when piped
    click.echo(f"{state} {finding.check}: {finding.found}")
    if finding.mend:
        click.echo(f"         -> {finding.mend}")
