"""Rows to be drawn by hypothesis in every supported shape, each with what must become of it.

A `Drawn` is one line of a raw file and either the values that must stand in the clean table or the
reason for which it must be rejected. Nothing here uses the job's own rules.
"""

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

DAY = datetime(2026, 1, 1)
FIELDS = ("time", "id", "n", "big", "x", "flag", "day", "price", "note")
COLUMNS: Mapping[str, Mapping[str, Any]] = {
    "event_time": {"type": "timestamp", "from": "time"},
    "id": {"type": "string", "required": True},
    "n": {"type": "int"},
    "big": {"type": "bigint"},
    "x": {"type": "double"},
    "flag": {"type": "boolean"},
    "day": {"type": "date"},
    "price": {"type": "decimal(9,2)"},
    "note": {"type": "string"},
}


@dataclass(frozen=True)
class Drawn:
    """A raw line, and its clean values or the reason to reject it."""

    line: bytes
    values: tuple[Any, ...] = ()
    reason: str = ""


# What a line reader or a CSV quote means something by is drawn where it is meant.
words = st.text(st.characters(exclude_characters="\r\n\ufeff", exclude_categories=["Cs"]))
moments = st.integers(0, 86_399_999_999).map(lambda micros: DAY + timedelta(microseconds=micros))
offsets = st.sampled_from(["", "Z", "+00:00", "+02:00", "-05:30", "+14:00"])
prices = st.decimals(Decimal("-9999999.99"), Decimal("9999999.99"), places=2)
doubles = st.floats(allow_nan=False, allow_infinity=False)
GOOD: Mapping[str, st.SearchStrategy[Any]] = {
    "id": words.filter(bool),
    "n": st.none() | st.integers(-(2**31), 2**31 - 1),
    "big": st.none() | st.integers(-(2**63), 2**63 - 1),
    "x": st.none() | doubles,
    "flag": st.none() | st.booleans(),
    "day": st.none() | st.dates(),
    "price": st.none() | prices,
    "note": st.none() | words.filter(bool),
}
BAD: Mapping[str, tuple[str, ...]] = {
    "n": ("2147483648", "-2147483649", "1.5", "1e3", "0x1F", "one", "true"),
    "big": ("9223372036854775808", "1" * 40, "1.0"),
    "x": ("NaN", "Infinity", "-Infinity", "1e999", "1,5", "x"),
    "flag": ("yes", "1", "t"),
    "day": ("2026-02-29", "20260101", "0000-01-01", "today"),
    "price": ("1.234", "10000000", "1e10", "free"),
}
BAD_TIMES = ("", "yesterday", "2026-02-30T00:00:00Z", "2026-01-01T23:59:60Z", "1767225600")


def written_moment(moment: datetime, offset: str) -> str:
    """The moment as a wall clock at that offset shows it."""
    ahead = timedelta()
    if offset[:1] in ("+", "-"):
        hours, minutes = offset[1:].split(":")
        ahead = timedelta(hours=int(hours), minutes=int(minutes))
        ahead = -ahead if offset[0] == "-" else ahead
    return f"{moment + ahead:%Y-%m-%dT%H:%M:%S.%f}{offset}"


@st.composite
def facts(draw: st.DrawFn) -> tuple[dict[str, Any], tuple[Any, ...], str]:
    """Field -> value or bad text; the clean values; the reason if there is one to reject it."""
    moment = draw(moments)
    fields = {name: draw(strategy) for name, strategy in GOOD.items()}
    values = (moment, *fields.values())
    fields["time"] = written_moment(moment, draw(offsets))
    defect = draw(st.sampled_from(["", "", "", "", "time", "id", "day off", *BAD]))
    if defect == "time":
        return {**fields, "time": draw(st.sampled_from(BAD_TIMES))}, (), "bad_event_time"
    if defect == "id":
        return {**fields, "id": None}, (), "missing_required:id"
    if defect == "day off":
        days = draw(st.sampled_from([-1, 1, 365]))
        elsewhere = written_moment(moment + timedelta(days=days), "Z")
        return {**fields, "time": elsewhere}, (), "outside_day"
    if defect:
        bad = draw(st.sampled_from(BAD[defect]))
        return {**fields, defect: bad}, (), f"bad_type:{defect}"
    return fields, values, ""


def text_of(value: Any) -> str:
    """A value as CSV has it; nothing for None."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if isinstance(value, date) else str(value)


def csv_text(cells: list[str], quoting: Any) -> str:
    """One CSV record without its line end."""
    out = io.StringIO()
    csv.writer(out, quoting=quoting, lineterminator="").writerow(cells)
    return out.getvalue()


@st.composite
def csv_rows(draw: st.DrawFn) -> Drawn:
    """A CSV record of FIELDS; or one with a field too many, too few, or an open quote."""
    fields, values, reason = draw(facts())
    cells = [text_of(fields[name]) for name in FIELDS]
    quoting = draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
    broken = draw(st.sampled_from(["", "", "", "", "", "", "longer", "shorter", "open", "latin"]))
    if broken == "longer":
        cells.append("more")
    if broken == "shorter":
        cells.pop()
    line = csv_text(cells, quoting).encode()
    if broken == "open":
        line += b'"open'
    if broken == "latin":
        line = line.replace(b",", b",\xe9", 1)
    if broken:
        return Drawn(line, (), "malformed_line")
    return Drawn(line, values, reason)


@st.composite
def json_rows(draw: st.DrawFn) -> Drawn:
    """A JSON object with FIELDS, `note` inside `more`; or what is no object."""
    broken = draw(st.sampled_from([*[""] * 12, '[{"id":"a"}]', "7", "null", '"text"', '{"id":"a"']))
    if broken:
        return Drawn(broken.encode(), (), "malformed_line")
    fields, values, reason = draw(facts())
    document = {name: json_value(draw, value) for name, value in fields.items()}
    note = document.pop("note")
    nested = draw(st.sampled_from(["there", "absent"])) if note is None else "there"
    if nested == "there":
        document["more"] = {"note": note, "unasked": [1, {"a": None}]}
    names = draw(st.permutations(list(document)))
    document = {n: document[n] for n in names if document[n] is not None or draw(st.booleans())}
    text = json.dumps(document, ensure_ascii=draw(st.booleans()))
    return Drawn(text.encode(), values, reason)


def json_value(draw: st.DrawFn, value: Any) -> Any:
    """Numbers as numbers or as strings; a decimal only as a string, which keeps its digits."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, (bool, int, float)) and draw(st.booleans()):
        return value
    return text_of(value)


paths = st.text("abcxyz/._-?=&%0123456789é", min_size=1).map(lambda text: f"/{text}")
agents = st.text("abc ();/.0123456789,:'", min_size=1).filter(lambda text: text != "-")


@st.composite
def combined_rows(draw: st.DrawFn) -> Drawn:
    """A line of an access log: client_ip, time, method, path, status, bytes, user_agent."""
    moment = draw(moments).replace(microsecond=0)
    path, agent = draw(paths), draw(st.none() | agents)
    status = draw(st.integers(100, 599))
    size = draw(st.none() | st.integers(0, 2**40))
    method = draw(st.sampled_from(["GET", "POST", "HEAD"]))
    kind = draw(st.sampled_from(["", "", "", "", "cut", "no time", "day off"]))
    clock = f"{moment + timedelta(days=kind == 'day off'):%d/%b/%Y:%H:%M:%S} +0000"
    line = (
        f"192.0.2.7 - {draw(st.sampled_from(['-', 'ann', 'ann b']))} "
        f"[{'99/Foo/2026:10:00:00 +0000' if kind == 'no time' else clock}] "
        f'"{method} {path} HTTP/1.1" {status} {"-" if size is None else size} "-" "{agent or "-"}"'
    )
    reason = {"cut": "malformed_line", "no time": "bad_event_time", "day off": "outside_day"}
    if kind:
        return Drawn(line[: -3 if kind == "cut" else None].encode(), (), reason[kind])
    return Drawn(line.encode(), (moment, "192.0.2.7", method, path, status, size, agent))
