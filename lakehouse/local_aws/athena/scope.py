"""Names in a query: the columns a FROM clause offers, common table expressions, lambda parameters.

Resolution follows Trino: case-insensitive, innermost scope first, ambiguity is an error, and a
row's fields follow the column. Translating expressions belongs to `expressions`. All pure.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from sqlglot import exp

from lakehouse.local_aws.athena import types as t
from lakehouse.local_aws.athena.errors import QueryError
from lakehouse.local_aws.athena.typed import Typed, row_field
from lakehouse.local_aws.athena.types import Type


@dataclass(frozen=True)
class Origin:
    """The partition key of a table scan that a column still equals."""

    scan: int
    column: str


@dataclass(frozen=True)
class Field:
    """A column of a relation: `sql` refers to it; `name` None cannot be referred to."""

    relation: str | None
    name: str | None
    sql: str
    type: Type
    hidden: bool = False
    origin: Origin | None = None


@dataclass(frozen=True)
class Output:
    """A translated query: its SQL and columns (`Field.sql`: the column's identifier in it)."""

    sql: str
    fields: tuple[Field, ...]


Relation = tuple[str, list[Field]]  # DuckDB SQL of a FROM item, and its columns


@dataclass(frozen=True)
class NamedQuery:
    """A query of a WITH clause and the scope it was written in.

    `made`: what it is inside itself, if it is recursive.
    """

    cte: exp.CTE
    scope: "Scope"
    recursive: bool = False
    made: Output | None = None


@dataclass(frozen=True)
class Scope:
    """What an expression may name; `parent` is the enclosing query's scope."""

    fields: tuple[Field, ...] = ()
    parent: "Scope | None" = None
    ctes: dict[str, NamedQuery] = field(default_factory=dict)
    lambdas: dict[str, Typed] = field(default_factory=dict)
    windows: dict[str, str] = field(default_factory=dict)  # of the WINDOW clause, as SQL
    no_aggregates: str = ""  # the clause in which no aggregate may stand
    inside_aggregate: str = ""  # the aggregate whose argument is translated

    def inner(self, fields: Sequence[Field] = ()) -> "Scope":
        """A scope for a query inside this one."""
        return Scope(tuple(fields), self, self.ctes, self.lambdas)

    def with_fields(self, fields: Sequence[Field]) -> "Scope":
        """The same scope over other columns."""
        return replace(self, fields=tuple(fields))

    def resolve(self, parts: list[str], where: str) -> Typed:
        """The column (or row field) named by `parts`. QueryError COLUMN_NOT_FOUND."""
        for scope in self._outwards():
            found = scope._find(parts, where)
            if found is not None:
                return found
        name = ".".join(parts)
        words = (
            f"{where}Column '{name}' cannot be resolved or requester is not authorized to access "
            "requested resources"
        )
        raise QueryError("COLUMN_NOT_FOUND", words)

    def _outwards(self) -> "Iterator[Scope]":
        scope: Scope | None = self
        while scope is not None:
            yield scope
            scope = scope.parent

    def _find(self, parts: list[str], where: str) -> Typed | None:
        for used in (2, 3, 1):
            if used > len(parts):
                continue
            column, qualifier = parts[used - 1], ".".join(parts[: used - 1]) or None
            matches = [f for f in self.fields if _matches(f, qualifier, column)]
            if len(matches) > 1:
                raise QueryError("AMBIGUOUS_NAME", f"{where}Column '{column}' is ambiguous")
            if matches:
                return dereference(Typed(matches[0].sql, matches[0].type), parts[used:], where)
        return None

    def stars(self, relation: str | None) -> list[Field]:
        """The columns of `*` or `relation.*`."""
        shown = [f for f in self.fields if not f.hidden]
        return [f for f in shown if relation is None or f.relation == relation]


def _matches(candidate: Field, qualifier: str | None, column: str) -> bool:
    if candidate.name is None or candidate.name != column:
        return False
    if qualifier is None or candidate.relation == qualifier:
        return True
    return "." in qualifier and qualifier.split(".")[-1] == candidate.relation


def dereference(value: Typed, names: list[str], where: str) -> Typed:
    """`value.a.b`: fields of a row, case-insensitively."""
    for name in names:
        lowered = [n.lower() if n else None for n in value.type.names]
        if value.type.name != "row":
            words = f"{where}Expression of type {value.type} is not of type ROW"
            raise QueryError("TYPE_MISMATCH", words)
        if name not in lowered:
            raise QueryError("COLUMN_NOT_FOUND", f"{where}Column '{name}' cannot be resolved")
        value = row_field(value, lowered.index(name))
    return value


def identifiers(names: Sequence[str | None]) -> list[str]:
    """Distinct quoted identifiers for a query's columns (`_col0` for the nameless)."""
    seen: dict[str, int] = {}
    found = []
    for index, name in enumerate(names):
        plain = (name or f"_col{index}").lower()
        seen[plain] = seen.get(plain, 0) + 1
        found.append(t.duckdb_identifier(plain if seen[plain] == 1 else f"{plain} {seen[plain]}"))
    return found


def as_rows(output: Output) -> Output:
    """A query of several columns as one of rows, as `(a, b) IN (SELECT ...)` compares it."""
    if len(output.fields) == 1:
        return output
    kind = t.row_of([(None, f.type) for f in output.fields])
    parts = ", ".join(f'"field{i}" := {f.sql}' for i, f in enumerate(output.fields))
    sql = f"SELECT struct_pack({parts}) AS r FROM ({output.sql}) AS q"
    return Output(sql, (Field(None, None, "r", kind),))


def alias_mismatch(given: int, there: int) -> str:
    """Trino's words for `t(a, b)` with another number of columns."""
    return f"Column alias list has {given} entries but relation has {there} columns"


def rename(output: Output, names: list[str]) -> Output:
    """The same columns under new names (`t(a, b)`); all of them or none."""
    if not names:
        return output
    if len(names) != len(output.fields):
        words = alias_mismatch(len(names), len(output.fields))
        raise QueryError("MISMATCHED_COLUMN_ALIASES", words)
    inner = identifiers(list(names))
    selected = ", ".join(f"{f.sql} AS {n}" for f, n in zip(output.fields, inner, strict=True))
    fields = tuple(
        replace(f, name=name, sql=n) for f, name, n in zip(output.fields, names, inner, strict=True)
    )
    return Output(f"SELECT {selected} FROM ({output.sql}) AS r", fields)
