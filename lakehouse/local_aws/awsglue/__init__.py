"""A stand-in for AWS's `awsglue`: scripts import `DynamicFrame` from here, too.

The name is found when it is asked for: a Python shell job needs no Spark to import `awsglue.utils`.
"""

from typing import Any


def __getattr__(name: str) -> Any:
    if name == "DynamicFrame":
        from .dynamicframe import DynamicFrame

        return DynamicFrame
    raise AttributeError(f"module 'awsglue' has no attribute {name!r}")
