"""How the stand-in says that a part of Glue's Python API is not there.

What is not written here raises NotImplementedError with its name, so that no script goes on with a
result that was never computed. Imports inside this package are relative, because it is `awsglue` in
a job and `lakehouse.local_aws.awsglue` elsewhere.
"""

from collections.abc import Iterable, Mapping
from typing import Any


def unsupported(what: str) -> NotImplementedError:
    """The error for something Glue does and the stand-in does not; `what` names it."""
    return NotImplementedError(f"awsglue: {what} is not supported by the local AWS")


def refused(owner: str, name: str) -> Exception:
    """NotImplementedError for a part of the API; AttributeError for a name that tools probe."""
    if name.startswith("_"):
        return AttributeError(f"{owner!r} has no attribute {name!r}")
    return unsupported(f"{owner}.{name}")


def check_options(where: str, given: Mapping[str, Any], known: Iterable[str]) -> None:
    """Raise NotImplementedError that names the options which are not known."""
    unknown = sorted(set(given) - set(known))
    if unknown:
        raise unsupported(f"{where}: option {', '.join(unknown)}")


def flag(value: Any) -> bool:
    """A Boolean option: True, or the word as Glue's older examples write it."""
    return str(value).lower() == "true"


class Unsupported:
    """Stands at the place of a class or function of the API; any use of it is refused."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> object:
        raise refused(self._name, attribute)

    def __call__(self, *_: object, **__: object) -> object:
        """Refuse."""
        raise unsupported(self._name)
