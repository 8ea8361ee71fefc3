"""`--additional-python-modules`: what a job asks pip for, and what is here instead of pip.

Nothing is ever downloaded from an index. A requirement must be met by the environment that runs
the local AWS; a wheel in S3 is unpacked into the run's own folder if it fits this Python and its
own requirements are met.
"""

import zipfile
from importlib import metadata
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement
from packaging.tags import sys_tags
from packaging.utils import InvalidWheelFilename, parse_wheel_filename


def problem_of(text: str) -> str | None:
    """Why a requirement such as `pandas==2.2.3` is not met here; None if it is."""
    try:
        requirement = Requirement(text)
    except InvalidRequirement as error:
        return f"it is not a requirement ({str(error).splitlines()[0]})"
    if requirement.url:
        return "modules are not fetched from URLs"
    if requirement.marker is not None and not requirement.marker.evaluate({"extra": ""}):
        return None
    try:
        version = metadata.version(requirement.name)
    except metadata.PackageNotFoundError:
        return "it is not installed"
    if not requirement.specifier.contains(version, prereleases=True):
        return f"version {version} is installed"
    return None


def requirements_in(text: str) -> list[str]:
    """The requirements of a requirements.txt, without comments and options of pip."""
    lines = [line.partition(" #")[0].strip() for line in text.splitlines()]
    return [line for line in lines if line and not line.startswith(("#", "-"))]


def unpack_wheel(wheel: Path, folder: Path) -> str | None:
    """Unpack a wheel into a folder of the Python path; why not, or None."""
    try:
        _, _, _, tags = parse_wheel_filename(wheel.name)
    except InvalidWheelFilename as error:
        return str(error)
    if tags.isdisjoint(sys_tags()):
        return "it is not a wheel for this Python and this system"
    try:
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(folder)
    except zipfile.BadZipFile as error:
        return f"it cannot be unpacked ({error})"
    return _unmet(folder, wheel)


def _unmet(folder: Path, wheel: Path) -> str | None:
    name, version, _, _ = parse_wheel_filename(wheel.name)
    for found in metadata.distributions(path=[str(folder)]):
        if found.name.replace("_", "-").lower() == name and found.version == str(version):
            problems = {text: problem_of(text) for text in found.requires or []}
            return next((f"it needs {text}: {why}" for text, why in problems.items() if why), None)
    return "it has no metadata"
