"""What commands print: tables and lines, styled on a terminal, plain when piped.

Numbers and byte sizes are written here, once. What is printed is the commands' affair.
"""

from collections.abc import Iterable, Sequence

from rich import box
from rich.console import Console
from rich.table import Table


def console() -> Console:
    """A console on standard output; piped, it is wide enough never to fold a table."""
    made = Console(highlight=False)
    return made if made.is_terminal else Console(highlight=False, width=200)


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Table:
    """A table; columns whose cells are all numbers are aligned right."""
    cells = [[_text(cell) for cell in row] for row in rows]
    made = Table(title=title or None, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
    for index, column in enumerate(columns):
        numeric = all(_is_number(row[index]) for row in cells)
        made.add_column(column, justify="right" if numeric else "left", overflow="fold")
    for row in cells:
        made.add_row(*row)
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


def bytes_text(count: float) -> str:
    """A size in bytes as people read it: 52.1 kB, 3.4 MB."""
    size = float(count)
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if size < 1000 or unit == "TB":
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1000
    raise AssertionError("the loop always returns")
