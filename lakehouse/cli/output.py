"""What commands print: tables and lines, styled on a terminal, plain when piped.

Numbers and byte sizes are written here, once. What is printed is the commands' affair.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Literal, TypeVar

import click

if TYPE_CHECKING:
    from rich.table import Table

Item = TypeVar("Item")
FOLDED = 24  # characters: longer cells may be folded


def print_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table under its title; columns whose cells are all numbers are aligned right.

    Piped, lines are never folded and carry no trailing blanks, so that text tools can read them. On
    a terminal that is too narrow for the columns each row is a block of lines, as in psql.
    """
    from rich.console import Console

    terminal = Console(highlight=False)
    cells = [[_text(cell) for cell in row] for row in rows]
    if terminal.is_terminal:
        widths = _least_widths(columns, cells)
        is_wide = sum(width + 3 for width in widths) < terminal.width
        made = _table(columns, cells, widths) if is_wide else _blocks(columns, cells)
        terminal.print(f"[bold]{title}[/bold]" if title else "", made)
        return
    made = _table(columns, cells, [0] * len(columns))
    piped = Console(width=10_000, highlight=False)
    with piped.capture() as captured:
        piped.print(title, made)
    click.echo("\n".join(line.rstrip() for line in captured.get().splitlines()))


def _least_widths(columns: Sequence[str], cells: Sequence[Sequence[str]]) -> list[int]:
    """Characters that each column needs to be read with ease: cells fold, words do not."""
    return [
        max(
            [min(max(map(len, column)), FOLDED), *(len(w) for cell in column for w in cell.split())]
        )
        for column in zip(columns, *cells, strict=True)
    ]


def _blocks(columns: Sequence[str], cells: Sequence[Sequence[str]]) -> "Table":
    from rich.table import Table
    from rich.text import Text

    made = Table.grid(padding=(0, 2))
    for number, row in enumerate(cells):
        if number:
            made.add_row()
        for column, cell in zip(columns, row, strict=True):
            made.add_row(Text(column, style="bold"), Text(cell, overflow="fold"))
    return made


def _table(
    columns: Sequence[str], cells: Sequence[Sequence[str]], widths: Sequence[int]
) -> "Table":
    from rich import box
    from rich.table import Table
    from rich.text import Text

    made = Table(box=box.SIMPLE_HEAD)
    for index, (column, least) in enumerate(zip(columns, widths, strict=True)):
        justify: Literal["left", "right"]
        justify = "right" if all(_is_number(row[index]) for row in cells) else "left"
        made.add_column(Text(column), justify=justify, overflow="fold", min_width=least)
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


def counted(number: int, what: str) -> str:
    """1 row, 2 rows, 1,000 rows."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


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
