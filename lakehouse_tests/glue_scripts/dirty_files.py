"""Dirty CSV files drawn by hypothesis for comparing engines: nothing here says what is right.

Most fields are sound, some are whatever a type's reader may trip over. Left out is what sends a run
to the Spark job alone: quotes that do not pair up, and times finer than a millisecond.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hypothesis import strategies as st

DAYS = ("2026-01-01", "2026-01-02", "2026-01-03")
FIELDS = ("time", "id", "n", "big", "x", "flag", "day", "price", "wide", "note", "seen", "at")
COLUMNS: Mapping[str, Mapping[str, object]] = {
    "n": {"type": "int"},
    "event_time": {"type": "timestamp", "from": "time"},
    "id": {"type": "string"},
    "big": {"type": "bigint"},
    "x": {"type": "double", "required": True},
    "flag": {"type": "boolean"},
    "day": {"type": "date"},
    "price": {"type": "decimal(9,2)"},
    "wide": {"type": "decimal(38,10)"},
    "note": {"type": "string", "required": True},
    "seen": {"type": "timestamp", "format": "epoch_millis"},
    "at": {"type": "timestamp", "format": "epoch_seconds"},
    "level": {"type": "string", "expr": "CASE WHEN n > 5 THEN 'high' ELSE COALESCE(id, '?') END"},
    "small": {"type": "int", "expr": "big"},
    "is_new": {
        "type": "boolean",
        "required": True,
        "expr": "NOT flag OR day > DATE '2026-01-01' OR n = 9",
    },
}
SOUND: Mapping[str, st.SearchStrategy[str]] = {
    "time": st.builds(
        "{}{}{:02}:{:02}:59.{:03}{}".format, st.sampled_from(["DAY", "DAY", *DAYS]),
        st.sampled_from("T "), st.integers(0, 22), st.integers(0, 2),
        st.integers(0, 2), st.sampled_from(["", "Z", "Z", "Z", "+00:00", "+01:30", "-18:00"]),
    ),
    "id": st.sampled_from(["", *"abcdefgh"]) | st.integers(1, 400).map(str),
    "n": st.sampled_from(["", "-1", "0", "7", "9"]),
    "big": st.integers(-9, 2**31 - 1).map(str) | st.integers(2**31 - 9, 2**31 + 9).map(str),
    "x": st.sampled_from(["1", "0.1", "1e300", "-2.5E-7"]),
    "flag": st.sampled_from(["true", "False"]),
    "day": st.sampled_from(["", "2026-02-28", "1500-03-01"]),
    "price": st.sampled_from(["", "1.25", "-3", "1e2"]),
    "wide": st.sampled_from(["", "1.0000000001", "-" + "9" * 28]),
    "note": st.sampled_from(["x", "é", "a,b", '"', 'say ""', " "]),
    "seen": st.sampled_from(["", "1767225600123", "-1", "0"]),
    "at": st.sampled_from(["", "1767225600", "1767225600.125", "-0.5", "1e9"]),
}  # fmt: skip
_NUMBERS = (
    *("+5", "007", "-0", "- 5", "1.5", "1.", ".5", ".", "+", "1e3", "1E+02", "1e0005", "1e400"),
    *(" 5", "5 ", "\t5", "5\x0b", "\x1f5", "5\x7f", "\x855", "\u00a05", "\u2003 7", "1d", "1f"),
    *("\u0663", "\uff15", "1_0", "NaN", "Infinity", "-inf", "0x1F", "2147483647", "2147483648"),
    *("-2147483648", "-2147483649", "9223372036854775807", "9223372036854775808", "1" * 40),
    *("0." + "3" * 40, "1.005", "0.125", "9999999.99", "9999999.994", "9999999.995", "10000000"),
    *("1e7", "-0.001", "00000000001.10"),
)
_TIMES = (
    *("2026-01-01", "2026-01-02T00:00", "2026-01-02 10:00Z", " 2026-01-02T10:00:00Z", "20260102"),
    *("2026-01-02T10:00:00z", "2026-01-02T10:00:00 Z", "2026-01-02T10:00:00Z\t", "now", "\u0662"),
    *("2026-02-30T00:00:00Z", "2026-01-02T24:00:00Z", "2026-01-02T23:59:60Z", "2026-01-02T10:61Z"),
    *("2026-01-02T10:00:00+18:00", "2026-01-02T10:00:00+18:01", "2026-01-02T10:00:00-00:00"),
    *("2026-01-02T10:00:00.5", "2026-01-02T10:00:00.120000000Z", "2026-01-02T10:00:00.1200000000"),
    *("2026-01-02T10:00:00.Z", "2026-01-02T10:00:00+0100", "2026-01-02T10:00:00+01"),
    *("0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-01:00", "12026-01-01T00:00:00Z"),
    *("2026-01-02T10:00:00 Europe/Berlin", "2026-01-02t10:00:00Z", "2026-01-02\u00a010:00:00"),
    *("0000-01-01T00:00", "2026-1-2T10:00:00", "2026-01-02T10:00:00.123Z ", "2026-01-02  10:00"),
)
_DAYS = (
    *("2026-02-29", "2024-02-29", " 2026-01-01", "2026-01-01 ", "2026-1-1", "20260101"),
    *("0001-01-01", "9999-12-31", "1582-10-10", "2026-01-01T00:00:00", "2026-13-01", "today"),
    *("0000-01-01", "2026-01-01\t", "\u00a02026-01-01"),
)
_EPOCHS = (
    *("1767225600000", " 1", "1 ", "+1", "1e3", "-62135596800", "-62135596801", "253402300799"),
    *("253402300800", "-62135596800000", "253402300799999", "253402300800000", "1" * 25, "x"),
    *("-62135596800001", "\t7", "1."),
)
_TEXTS = ("", " ", "\\N", "NULL", "'", "\\", "\0", ", ", '""')
_ODD = st.text("0123456789+-.eE \t\x0b\x1f\x7f:TZabcxyzNnaIif/_é٣\u2028\x85\x1c", max_size=8)
DIRTY: Mapping[str, st.SearchStrategy[str]] = {
    **dict.fromkeys(("n", "big", "x", "price", "wide"), st.sampled_from(_NUMBERS) | _ODD),
    "time": st.sampled_from(_TIMES),
    "flag": st.sampled_from(["TRUE", " true", "true ", "\ttrue", "t", "1", "yes", "fal\u017fe"]),
    "day": st.sampled_from(_DAYS) | _ODD,
    "seen": st.sampled_from(_EPOCHS),
    "at": st.sampled_from([*_EPOCHS, ".5", "1.5e0"]),
    **dict.fromkeys(
        ("id", "note"), _ODD | st.sampled_from(["", " ", "\\N", "NULL", "'", "\\", "\0"])
    ),
}


@dataclass(frozen=True)
class DirtyFile:
    """A raw file: its day, its name (`.gz` means packed) and its bytes before packing."""

    day: str
    name: str
    body: bytes


@st.composite
def rows(draw: st.DrawFn) -> dict[str, str]:
    """Field -> text: sound but for two fields at most."""
    count = draw(st.sampled_from([0, 0, 0, 1, 1, 2]))
    spoiled = draw(st.sets(st.sampled_from(FIELDS), min_size=count, max_size=count))
    return {name: draw((DIRTY if name in spoiled else SOUND)[name]) for name in FIELDS}


def record(cells: Sequence[str], quoting: int) -> str:
    """One CSV record without its line end."""
    out = io.StringIO()
    csv.writer(out, quoting=quoting, lineterminator="").writerow(cells)  # type: ignore[arg-type]
    return out.getvalue()


@st.composite
def lines(draw: st.DrawFn, day: str, header: Sequence[str]) -> bytes:
    """A line of a file with this header; some have a field too many or too few, or are no CSV."""
    row = draw(rows())
    row["time"] = row["time"].replace("DAY", day)
    cells = [row.get(name, "extra") for name in header]
    broken = draw(st.sampled_from([*[""] * 40, "longer", "shorter", "bytes", "blank", "text"]))
    if broken == "longer":
        cells.append("more")
    if broken == "shorter":
        cells.pop()
    line = record(cells, draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))).encode()
    if broken == "bytes" and b'"' not in line:
        line = line.replace(b",", b",\xe9", 1)
    if broken == "blank":
        line = draw(st.sampled_from([b"", b"  ", b"\t", b","]))
    if broken == "text":
        line = draw(st.text(st.characters(exclude_characters='\r\n"', exclude_categories=["Cs"]),
                            max_size=12)).encode()  # fmt: skip
    return line.replace(b"\r", b" ").replace(b"\n", b" ")


@st.composite
def files(draw: st.DrawFn, number: int) -> DirtyFile:
    """A file with a header of its own: in any order, with strangers, without some fields."""
    day = draw(st.sampled_from(DAYS))
    header = [*draw(st.permutations(FIELDS)), *draw(st.sampled_from([[], ["stranger"], ["n"]]))]
    missing = draw(st.sampled_from([*[None] * 9, "flag", "note", "time"]))
    header = [name for name in header if name != missing]
    first = record(header, csv.QUOTE_MINIMAL).encode()
    if draw(st.integers(0, 9)) == 0:
        first = first.replace(b",", b" , ")
    body = [first, *draw(st.lists(lines(day, header), min_size=12, max_size=30))]
    if draw(st.booleans()):
        body.append(first)
    mark = draw(st.sampled_from([b"", b"", "\ufeff".encode()]))
    end = draw(st.sampled_from([b"\n", b"\r\n", b"\r"]))
    text = mark + end.join(body) + draw(st.sampled_from([b"", end]))
    ending = draw(st.sampled_from([".csv", ".csv.gz", " a'b%20é.csv"]))
    text = b"" if draw(st.integers(0, 19)) == 0 else text
    return DirtyFile(day, f"{number:03}{ending}", text)
