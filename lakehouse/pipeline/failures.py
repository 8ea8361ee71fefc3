"""The platform's failures as Dagster's: one line of words, no traceback of ours.

Which failure says what is decided where it is raised.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg

from lakehouse.errors import LakehouseError


@contextmanager
def in_dagsters_words(doing: str = "") -> Iterator[None]:
    """Turn a `LakehouseError` into a `dg.Failure` with the same words, after `doing`."""
    try:
        yield
    except LakehouseError as error:
        words = f"{doing}: {error}" if doing else str(error)
        raise dg.Failure(description=words, allow_retries=True) from error
