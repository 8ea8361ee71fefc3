"""Builders: translated arguments in, the translated call out, where no template can express it.

What builders share; they stand in `time_builders`, `text_builders` and `function_builders`.
"""

from collections.abc import Callable

from lakehouse.local_aws.athena.errors import QueryError, not_supported
from lakehouse.local_aws.athena.typed import Typed

Builder = Callable[[list[Typed], str], Typed]


def unexpected(name: str, args: list[Typed], where: str, expected: str) -> QueryError:
    """Trino's words for a call whose arguments fit no signature."""
    given = ", ".join(str(a.type) for a in args)
    words = f"{where}Unexpected parameters ({given}) for function {name}. Expected: {expected}"
    return QueryError("FUNCTION_NOT_FOUND", words)


def written(value: Typed, what: str) -> str:
    """The value that is written in the query; NOT_SUPPORTED when it is computed."""
    if value.literal is None:
        raise not_supported(f"{what} that is not written as a literal")
    return value.literal
