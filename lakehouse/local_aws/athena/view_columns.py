"""The columns of a view: what its query gives now, as its definition says they are. Pure.

Source: Trino's StatementAnalyzer (VIEW_IS_STALE), checked 2026-11.
"""

from lakehouse.local_aws.athena.errors import QueryError
from lakehouse.local_aws.athena.scans import TableShape
from lakehouse.local_aws.athena.scope import Output, rename
from lakehouse.local_aws.athena.type_syntax import parse_type
from lakehouse.local_aws.athena.types import Type, TypeSyntaxError, is_numeric


def as_stored(output: Output, shape: TableShape, where: str) -> Output:
    """The output under the names of the view. QueryError VIEW_IS_STALE when it fits no more."""
    columns = shape.view.columns if shape.view is not None else ()
    if not columns:
        return output
    given = [field for field in output.fields if not field.hidden]
    if len(columns) != len(given):
        words = (
            f"stored view column count ({len(columns)}) does not match column count derived from "
            f"the view query analysis ({len(given)})"
        )
        raise _stale(shape, words, where)
    for position, (field, (name, kind)) in enumerate(zip(given, columns, strict=True)):
        if not _fits(field.type, kind):
            words = (
                f"column [{field.name}] of type {field.type} projected from query view at position "
                f"{position} cannot be coerced to column [{name}] of type {kind} stored in view "
                "definition"
            )
            raise _stale(shape, words, where)
    return rename(output, [name.lower() for name, _ in columns])


def _fits(given: Type, stored: str) -> bool:
    try:
        wanted = parse_type(stored.lower())
    except TypeSyntaxError:
        return False
    both = is_numeric(given) and is_numeric(wanted)
    return both or given.name == wanted.name or given.name == "unknown"


def _stale(shape: TableShape, words: str, where: str) -> QueryError:
    view = f"awsdatacatalog.{shape.database}.{shape.name}"
    return QueryError(
        "VIEW_IS_STALE", f"{where}View '{view}' is stale or in invalid state: {words}"
    )
