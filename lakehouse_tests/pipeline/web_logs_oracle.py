"""Metrics of web_logs computed from the raw text, by other means than the platform's.

Plain Python over lines: no SQL, no Spark, nothing imported from lakehouse. The rules are those of
web_logs.yaml, written down again by hand.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

HEADER = "timestamp,request_id,client_ip,method,endpoint,status,latency_ms,bytes_sent"
TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?Z?")


@dataclass
class Day:
    """Rows of a day's files by outcome, and the requests and errors of its clean rows."""

    outcomes: Counter[str] = field(default_factory=Counter)
    requests: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)


def _is_number(text: str, pattern: str) -> bool:
    return not text or re.fullmatch(pattern, text) is not None


def _rejected(parts: list[str]) -> bool:
    if len(parts) != HEADER.count(",") + 1:
        return True
    time, request_id, _, _, _, status, latency, size = parts
    good = TIME.fullmatch(time) and request_id and re.fullmatch(r"-?\d+", status)
    return not (good and _is_number(latency, r"-?[\d.]+") and _is_number(size, r"-?\d+"))


def days_of(files: Mapping[str, Iterable[str]]) -> dict[str, Day]:
    """Every day's outcomes and metrics from the lines of each day's files, in order of day."""
    days = {day: Day() for day in files}
    seen: set[tuple[str, str]] = set()
    for file_day, lines in sorted(files.items()):
        before = (date.fromisoformat(file_day) - timedelta(days=1)).isoformat()
        for line in lines:
            if line == HEADER:
                continue
            parts = line.split(",")
            outcome = _outcome(parts, file_day, before, set(days), seen)
            days[file_day].outcomes[outcome] += 1
            if outcome == "clean" or (outcome == "other_day" and _keep(parts, seen, before)):
                _count(days[parts[0][:10]], parts)
    return days


def _outcome(
    parts: list[str], file_day: str, before: str, known: set[str], seen: set[tuple[str, str]]
) -> str:
    if _rejected(parts) or parts[0][:10] not in (file_day, before):
        return "rejected"
    if parts[0][:10] == before:
        return "other_day" if before in known else "other_day_unbuilt"
    if not 100 <= int(parts[5]) <= 599:
        return "filtered"
    if (file_day, parts[1]) in seen:
        return "duplicates"
    seen.add((file_day, parts[1]))
    return "clean"


def _keep(parts: list[str], seen: set[tuple[str, str]], day: str) -> bool:
    new = (day, parts[1]) not in seen and 100 <= int(parts[5]) <= 599
    seen.add((day, parts[1]))
    return new


def _count(day: Day, parts: list[str]) -> None:
    day.requests[parts[4]] += 1
    day.errors[parts[4]] += int(parts[5]) >= 500
