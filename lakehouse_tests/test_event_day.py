"""The UTC day of times in every format a source may name."""

from datetime import date

import pytest

from lakehouse.event_day import TimeFormatError, day_reader

JAN_1 = date(2026, 1, 1)
JAN_2 = date(2026, 1, 2)


@pytest.mark.parametrize(
    ("time_format", "text", "day"),
    [
        (None, "2026-01-01T10:00:00", JAN_1),
        ("iso8601", "2026-01-01 23:59:59.999999999Z", JAN_1),
        (None, "2026-01-01T23:30:00-01:00", JAN_2),
        (None, "2026-01-02T00:30:00+05:30", JAN_1),
        (None, "2026-01-02T00:30+01", JAN_1),
        (None, " 2026-01-01 ", JAN_1),
        (None, "2026-02-30T10:00:00", None),
        (None, "2026-01-01T25:00:00", None),
        (None, "0001-01-01T00:00:00+01:00", None),
        (None, "2026-01-01Tea", None),
        (None, "", None),
        ("epoch_seconds", "1767225600", JAN_1),
        ("epoch_seconds", "1767311999.999", JAN_1),
        ("epoch_seconds", "1767312000", JAN_2),
        ("epoch_seconds", "-1", date(1969, 12, 31)),
        ("epoch_seconds", "1e300", None),
        ("epoch_seconds", "nan", None),
        ("epoch_seconds", "today", None),
        ("epoch_millis", "1767311999999", JAN_1),
        ("epoch_millis", "1767312000000", JAN_2),
        ("dd/MMM/yyyy:HH:mm:ss Z", "01/Jan/2026:23:30:00 -0100", JAN_2),
        ("dd/MMM/yyyy:HH:mm:ss Z", "01/Foo/2026:23:30:00 +0000", None),
        ("dd/MMM/yyyy:HH:mm:ss Z", "99/Jan/2026:23:30:00 +0000", None),
        ("yyyy-MM-dd'T'HH:mm:ss.SSSXXX", "2026-01-02T00:30:00.123+01:00", JAN_1),
        ("yyyy-MM-dd HH:mm:ss,SSS", "2026-01-01 23:30:00,123", JAN_1),
        ("yyyyMMddHHmmss", "20260102003000", JAN_2),
        ("MM/dd/yy h:mm a", "01/01/26 12:30 AM", JAN_1),
        ("d MMMM uuuu, H 'o''clock'", "1 January 2026, 9 o'clock", JAN_1),
        ("EEE MMM dd HH:mm:ss yyyy", "Thu Jan 01 10:00:00 2026", JAN_1),
        ("yyyy-MM-dd[ HH:mm]", "2026-01-01", JAN_1),
        ("[yyyy-]MM-dd", "01-01", None),
        ("yyyy-MM-dd HH:mm a", "2026-01-01 23:30 PM", JAN_1),
        ("yyyy-MM-dd[ HH:mm]", "2026-01-01 10:00", JAN_1),
        ("yyyy-MM-dd hh:mm a Z", "2026-01-01 11:30 pm -0100", JAN_2),
    ],
)
def test_day_of_a_time(time_format: str | None, text: str, day: date | None) -> None:
    assert day_reader(time_format)(text) == day


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        (
            "yyyy-MM-dd HH:mm z",
            "time pattern 'yyyy-MM-dd HH:mm z': the day cannot be read from 'z'; "
            "the letters understood are y u M L d H h a m s S E X x Z",
        ),
        (
            "yyyy-DDD",
            "time pattern 'yyyy-DDD': the day cannot be read from 'DDD'; "
            "the letters understood are y u M L d H h a m s S E X x Z",
        ),
        ("HH:mm:ss", "time pattern 'HH:mm:ss' must have one year"),
        ("yyyy-MM-dd yyyy", "time pattern 'yyyy-MM-dd yyyy' must have one year"),
    ],
)
def test_patterns_not_understood_are_refused(pattern: str, message: str) -> None:
    with pytest.raises(TimeFormatError) as refused:
        day_reader(pattern)
    assert str(refused.value) == message
