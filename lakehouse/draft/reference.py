"""The reference of a source file, docs/source_reference.md: a table for each mapping of the file.

Made from the model by `python -m lakehouse.draft.reference > docs/source_reference.md`, so every
key that exists is listed, with the text under it in `source_fields`. What the keys do together is
told here in a few fixed paragraphs; how a source is written first, in the tutorial.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import click
from pydantic import BaseModel

from lakehouse.source import LogSource
from lakehouse.source_fields import COMBINED_FIELDS, Checks, Column, Metrics, Raw, Synthetic

PARTS: Final[Mapping[str, type[BaseModel]]] = {
    "": LogSource,
    "raw": Raw,
    "columns": Column,
    "metrics": Metrics,
    "checks": Checks,
    "synthetic": Synthetic,
}
HEAD: Final = """# The source file

One YAML file declares a log source. Unknown keys are errors; so is everything else that can be
known without data, each named with its file and key. `lakehouse sources` checks all files,
`lakehouse sources new NAME --from FILE` drafts one from a sample, `lakehouse sources schema` prints
the JSON Schema by which editors complete it. The built-in [sources](../lakehouse/sources) are
examples.

This page is generated from the model by `python -m lakehouse.draft.reference`; a test keeps it
true.
"""
TAIL: Final = """## From a raw value to a typed one

- A missing field, JSON null, `-` in an access log, an empty CSV field, and a blank value of a
  column that is not a string are NULL.
- A value that does not say exactly a value of the type is not rounded, cut or guessed: the row is
  rejected with `bad_type:<column>`. `3.5` is no int, `1e400` no double, `2026-02-30` no date.
- Timestamps without a zone are UTC; digits beyond microseconds are cut. Patterns are Java's
  DateTimeFormatter's, as in Spark.
- Expressions (`expr`, `keep`, measures) are Athena SQL. They are parsed and typed when the file is
  read; one that cannot be carried to Spark faithfully is refused then.
"""


def reference_page() -> str:
    """The whole page."""
    sections = [HEAD, *("\n".join(_section(key, part)) for key, part in PARTS.items())]
    fields = ", ".join(f"`{name}`" for name in COMBINED_FIELDS)
    return "\n".join([*sections, f"Fields of an access log: {fields}.\n", TAIL])


def _section(key: str, part: type[BaseModel]) -> Iterator[str]:
    yield f"## {_title(key)}\n"
    if key:
        yield f"{(part.__doc__ or '').strip()}\n"
    yield "| key | value | default | meaning |"
    yield "| --- | --- | --- | --- |"
    schema = part.model_json_schema(by_alias=True)
    for name, field in schema["properties"].items():
        default = _default(field) if name not in schema.get("required", []) else "required"
        yield f"| `{name}` | {_value(field)} | {default} | {field.get('description', '')} |"
    yield ""


def _title(key: str) -> str:
    return {"": "Top level", "columns": "`columns`: each column"}.get(key, f"`{key}`")


def _default(field: Mapping[str, Any]) -> str:
    default = field.get("default")
    if default in (None, "", [], {}) or isinstance(default, Mapping):
        return ""
    return f"`{str(default).lower()}`"


def _value(field: Mapping[str, Any]) -> str:
    """A value's kind in the words of a YAML file."""
    if "anyOf" in field:
        (field,) = [kind for kind in field["anyOf"] if kind.get("type") != "null"]
    if "enum" in field:
        return ", ".join(f"`{value}`" for value in field["enum"])
    kinds = {
        "string": "date" if field.get("format") == "date" else "text",
        "integer": f"whole number{_limits(field)}",
        "number": f"number{_limits(field)}",
        "boolean": "`true` or `false`",
        "array": "list",
    }
    return kinds.get(field.get("type", ""), "mapping")


def _limits(field: Mapping[str, Any]) -> str:
    low, high = field.get("minimum"), field.get("maximum")
    if low is None:
        return ""
    return f", {low} or more" if high is None else f", {low} to {high}"


if __name__ == "__main__":
    click.echo(reference_page(), nl=False)
