"""Virtual environments of clients that cannot be installed beside the project.

A client is one script in `scripts/`: at its top it declares its requirements (PEP 723), then it
uses the client against the local AWS that AWS_ENDPOINT_URL names, in a bucket given as its only
argument, and asserts what it gets. `python -m lakehouse_tests.local_aws.clients.environments DIR`
makes an environment for each in DIR; the tests then run the scripts in them.
"""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

VARIABLE = "LAKEHOUSE_CLIENT_ENVIRONMENTS"
SCRIPTS = sorted((Path(__file__).parent / "scripts").glob("*.py"))
_METADATA = re.compile(r"(?m)^# /// script$\s(?P<toml>(?:^#(?:| .*)$\s)+)^# ///$")


def requirements(script: Path) -> list[str]:
    """What a script declares to need."""
    found = _METADATA.search(script.read_text())
    if found is None:
        raise ValueError(f"{script} declares no requirements")
    toml = "".join(line[2:] for line in found["toml"].splitlines(keepends=True))
    needed: list[str] = tomllib.loads(toml)["dependencies"]
    return needed


def python_of(script: Path, folder: Path) -> Path:
    """The interpreter of a script's environment."""
    return folder / script.stem / "bin" / "python"


def build(folder: Path) -> None:
    """Make all environments, or bring them up to what the scripts need now."""
    for script in SCRIPTS:
        python = python_of(script, folder)
        if not python.exists():
            subprocess.run([sys.executable, "-m", "venv", str(python.parent.parent)], check=True)
        command = [str(python), "-m", "pip", "install", "-q", *requirements(script)]
        subprocess.run(command, check=True)


if __name__ == "__main__":
    build(Path(sys.argv[1]))
