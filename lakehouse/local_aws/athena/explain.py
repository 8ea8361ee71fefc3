"""EXPLAIN: the plan of the engine that would run the query, in the layout of Athena's answers.

One process runs everything, so there is one fragment and no exchange; operators are DuckDB's, under
Trino's names. TYPE IO says which tables and which of their partitions would be read.
Source: AWS "Using EXPLAIN and EXPLAIN ANALYZE", checked 2026-11.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lakehouse.local_aws.athena.engine import explained
from lakehouse.local_aws.athena.planning import Planner
from lakehouse.local_aws.athena.scans import Scan
from lakehouse.local_aws.athena.statements import CreateTableAs, Explain, InsertInto
from lakehouse.local_aws.athena.translate import Translation

Node = dict[str, Any]
_OPERATORS = {
    "PROJECTION": "Project",
    "FILTER": "Filter",
    "HASH_GROUP_BY": "Aggregate",
    "PERFECT_HASH_GROUP_BY": "Aggregate",
    "UNGROUPED_AGGREGATE": "Aggregate",
    "HASH_JOIN": "Join",
    "NESTED_LOOP_JOIN": "Join",
    "PIECEWISE_MERGE_JOIN": "Join",
    "CROSS_PRODUCT": "CrossJoin",
    "ORDER_BY": "Sort",
    "TOP_N": "TopN",
    "LIMIT": "Limit",
    "STREAMING_LIMIT": "Limit",
    "WINDOW": "Window",
    "STREAMING_WINDOW": "Window",
    "UNION": "Union",
    "UNNEST": "Unnest",
    "COLUMN_DATA_SCAN": "Values",
    "DUMMY_SCAN": "Values",
    "EMPTY_RESULT": "Values",
}
_HIDDEN = ("Estimated Cardinality", "Table", "Type", "Function")


@dataclass(frozen=True)
class Step:
    """One operator: its name with its arguments, more about it, and what it reads from."""

    name: str
    details: tuple[str, ...] = ()
    children: tuple["Step", ...] = field(default=())


def lines(statement: Explain, planner: Planner) -> tuple[str, ...]:
    """The answer's lines. QueryError when the statement would fail to run."""
    translation = planner.translate(statement.statement.tree)
    if statement.type == "VALIDATE":
        return ("true",)
    kept = {scan.name: planner.kept_partitions(scan) for scan in translation.scans}
    if statement.type == "IO":
        return tuple(_io(statement, translation, kept, planner).splitlines())
    tree = explained(translation)
    scans = {scan.name: _scan(scan, kept[scan.name]) for scan in translation.scans}
    columns = ", ".join(translation.names)
    output = Step(f"Output[{columns}]", (), (_step(tree, scans),))
    if statement.format == "JSON":
        document = _document(output) if statement.type == "LOGICAL" else {"0": _document(output)}
        return tuple(json.dumps(document, indent=2).splitlines())
    if statement.type == "LOGICAL":
        return tuple(_text(output, 0))
    head = (
        "Fragment 0 [SINGLE]",
        f"    Output layout: [{columns}]",
        "    Output partitioning: SINGLE []",
    )
    return (*head, *_text(output, 1))


def _scan(scan: Scan, kept: Sequence[Sequence[str]] | None) -> Step:
    shape = scan.shape
    details = [f"LAYOUT: {shape.database}.{shape.name}"]
    for column in (c for c in shape.columns if not c.hidden):
        place = "PARTITION_KEY" if column.is_partition_key else "REGULAR"
        details.append(f"{column.name} := {column.name}:{column.type}:{place}")
    if kept is not None:
        details += [f":: [[{', '.join(values)}]]" for values in kept]
    return Step(f"TableScan[awsdatacatalog:{shape.database}:{shape.name}]", tuple(details))


def _step(node: Node, scans: dict[str, Step]) -> Step:
    info = node.get("extra_info") or {}
    table = str(info.get("Table", "")).rsplit(".", 1)[-1].strip('"')
    children = tuple(_step(child, scans) for child in node.get("children") or [])
    details = tuple(
        f"{key}: {_shown(value)}" for key, value in info.items() if key not in _HIDDEN and value
    )
    if table in scans:
        scan = scans[table]
        return Step(scan.name, (*scan.details, *details), children)
    name = str(node.get("name", "")).strip()
    return Step(_OPERATORS.get(name, name.title().replace("_", "")), details, children)


def _shown(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _text(step: Step, depth: int) -> Iterator[str]:
    indent = "    " * depth
    yield f"{indent}- {step.name}"
    for detail in step.details:
        yield f"{indent}        {detail}"
    for child in step.children:
        yield from _text(child, depth + 1)


def _document(step: Step) -> Node:
    return {
        "name": step.name,
        "details": list(step.details),
        "children": [_document(child) for child in step.children],
    }


def _io(
    statement: Explain,
    translation: Translation,
    kept: Mapping[str, Sequence[Sequence[str]] | None],
    planner: Planner,
) -> str:
    inputs = [
        {
            "table": _table(scan.shape.database, scan.shape.name),
            "constraint": {"none": False, "columnConstraints": _constraints(scan, kept[scan.name])},
        }
        for scan in translation.scans
    ]
    document: Node = {"inputTableColumnInfos": inputs}
    inner = statement.statement
    if isinstance(inner, CreateTableAs | InsertInto):
        database = inner.table.database or planner.job.database
        document["outputTable"] = _table(database, inner.table.name)
    return json.dumps(document, indent=2)


def _table(database: str, name: str) -> Node:
    return {"catalog": "awsdatacatalog", "schemaTable": {"schema": database, "table": name}}


def _constraints(scan: Scan, kept: Sequence[Sequence[str]] | None) -> list[Node]:
    if kept is None:
        return []
    keys = [column for column in scan.shape.columns if column.is_partition_key]
    return [
        {
            "columnName": key.name,
            "type": str(key.type),
            "domain": {
                "nullsAllowed": False,
                "ranges": [_point(value) for value in sorted({values[i] for values in kept})],
            },
        }
        for i, key in enumerate(keys)
    ]


def _point(value: str) -> Node:
    bound = {"value": value, "bound": "EXACTLY"}
    return {"low": bound, "high": bound}
