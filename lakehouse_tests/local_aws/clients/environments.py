"""Virtual environments of clients that cannot be installed beside the project.

A client is one program `<client>_client.py` beside this module: at its top it declares what it
requires (PEP 723), then it uses the client against the local AWS that AWS_ENDPOINT_URL names and
asserts what it gets. `python -m lakehouse_tests.local_aws.clients.environments DIR` makes an
environment for each in DIR; the tests then run the programs in them.
"""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

VARIABLE = "LAKEHOUSE_CLIENT_ENVIRONMENTS"
CLIENTS = sorted(Path(__file__).parent.glob("*_client.py"))
_METADATA = re.compile(r"(?m)^# /// script$\s(?P<toml>(?:^#(?:| .*)$\s)+)^# ///$")


def requirements(client: Path) -> list[str]:
    """What a client declares to need."""
    found = _METADATA.search(client.read_text())
    if found is None:
        raise ValueError(f"{client} declares no requirements")
    toml = "".join(line[2:] for line in found["toml"].splitlines(keepends=True))
    needed: list[str] = tomllib.loads(toml)["dependencies"]
    return needed


def python_of(client: Path, folder: Path) -> Path:
    """The interpreter of a client's environment."""
    return folder / client.stem / "bin" / "python"


def build(folder: Path) -> None:
    """Make all environments, or bring them up to what the clients need now."""
    for client in CLIENTS:
        python = python_of(client, folder)
        if not python.exists():
            subprocess.run([sys.executable, "-m", "venv", str(python.parent.parent)], check=True)
        command = [str(python), "-m", "pip", "install", "-qU", *requirements(client)]
        subprocess.run(command, check=True)


if __name__ == "__main__":
    build(Path(sys.argv[1]))
