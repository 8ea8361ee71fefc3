"""How the stand-in says that a part of Glue's Python API is not there.

The real package is AWS's; what is not written here raises NotImplementedError with its name, so
that no script goes on with a result that was never computed. Imports inside this package are
relative, because it is `awsglue` in a job and `lakehouse.local_aws.awsglue` elsewhere.
"""


def refused(owner: str, name: str) -> Exception:
    """NotImplementedError for a part of the API; AttributeError for Python's own names."""
    if name.startswith("__"):
        return AttributeError(f"{owner!r} has no attribute {name!r}")
    return NotImplementedError(f"awsglue: {owner}.{name} is not supported by the local AWS")


class Unsupported:
    """Stands at the place of a class or function of the API; any use of it is refused."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> object:
        raise refused(self._name, attribute)

    def __call__(self, *_: object, **__: object) -> object:
        """Refuse."""
        raise NotImplementedError(f"awsglue: {self._name} is not supported by the local AWS")
