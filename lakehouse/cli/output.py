"""What commands print: tables and lines, styled on a terminal, plain when piped.

Numbers and byte sizes are written here, once. What is printed is the commands' affair.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar

import click

if TYPE_CHECKING:
    from rich.table import Table

Item = TypeVar("Item")


def print_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table under its title; columns whose cells are all numbers are aligned right.

    Piped, lines are never folded and carry no trailing blanks, so that text tools can read them.
    """
    from rich.console import Console

    terminal = Console(highlight=False)
    made = _table(columns, [[_text(cell) for cell in row] for row in rows])
    if terminal.is_terminal:
        terminal.print(f"[bold]{title}[/bold]" if title else "", made)
        return
    piped = Console(width=10_000, highlight=False)
    with piped.capture() as captured:
        piped.print(title, made)
    click.echo("\n".join(line.rstrip() for line in captured.get().splitlines()))


def _table(columns: Sequence[str], cells: Sequence[Sequence[str]]) -> "Table":
    from rich import box
    from rich.table import Table
    from rich.text import Text

    made = Table(box=box.SIMPLE_HEAD)
    for index, column in enumerate(columns):
        numeric = all(_is_number(row[index]) for row in cells)
        made.add_column(Text(column), justify="right" if numeric else "left", overflow="fold")
    for row in cells:
        made.add_row(*(Text(cell) for cell in row))
    return made


def _text(cell: object) -> str:
    match cell:
        case None:
            return ""
        case bool():
            return str(cell).lower()
        case int():
            return f"{cell:,}"
        case _:
            return str(cell)


def _is_number(text: str) -> bool:
    return not text or text.replace(",", "").replace(".", "").rstrip("%x").lstrip("-").isdigit()


def progress(items: Sequence[Item], doing: str) -> Iterator[Item]:
    """The items, with a progress bar on standard error while it is a terminal and there are some.

    The bar goes when all is done, or when an item fails.
    """
    from rich.console import Console
    from rich.progress import track

    terminal = Console(stderr=True)
    if terminal.is_terminal and len(items) > 1:
        yield from track(items, doing, console=terminal, transient=True)
    else:
        yield from items


def bytes_text(count: float) -> str:
    """A size in bytes as people read it: 52.1 kB, 3.4 MB."""
    size = float(count)
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if size < 1000 or unit == "TB":
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1000
    raise AssertionError("the loop always returns")


def print_json(value: object) -> None:
    """Print a value as indented JSON; dates and times in ISO 8601."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=False, default=str))
