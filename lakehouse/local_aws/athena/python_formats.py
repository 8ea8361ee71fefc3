"""Numbers and values as text in Java's manner: format(), format_number, sizes, casts of doubles.

Times stand in `python_time`. Source: Java's Formatter, Trino's FormatFunction,
FormatNumberFunction, DataSizeFunctions and DoubleOperators, checked 2026-11.
"""

import re
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

from lakehouse.local_aws.athena.python_function import PythonFunction, failure
from lakehouse.local_aws.athena.time_patterns import DAYS, MONTHS

_SPECIFIER = re.compile(r"%(?:(\d+)\$)?([-#+ 0,(<]*)(\d+)?(?:\.(\d+))?([tT])?([a-zA-Z%])")
_SIZES = ("B", "kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB")
_DATE_PARTS = {
    "Y": "{0.year:04}", "y": "{1:02}", "m": "{0.month:02}", "d": "{0.day:02}", "e": "{0.day}",
    "H": "{0.hour:02}", "M": "{0.minute:02}", "S": "{0.second:02}", "k": "{0.hour}",
    "j": "{2:03}", "F": "{0.year:04}-{0.month:02}-{0.day:02}",
    "T": "{0.hour:02}:{0.minute:02}:{0.second:02}", "R": "{0.hour:02}:{0.minute:02}",
}  # fmt: skip


def java_format(pattern: str | None, *values: Any) -> str | None:
    """format(): Java's String.format."""
    if pattern is None:
        return None
    following = iter(range(len(values)))

    def one(found: re.Match[str]) -> str:
        number, flags, width, precision, time, letter = found.groups()
        if letter in "%n" and not time:
            return "%" if letter == "%" else "\n"
        index = int(number) - 1 if number else next(following, len(values))
        if index >= len(values):
            raise failure(f"Invalid format string: {pattern} (Format specifier '{found.group()}')")
        text = _converted(values[index], flags, precision, time, letter, pattern, width)
        text = text.upper() if (letter.isupper() and not time) or time == "T" else text
        size = int(width or 0)
        return text.ljust(size) if "-" in flags else text.rjust(size)

    if "%" in _SPECIFIER.sub("", pattern):
        raise failure(f"Invalid format string: {pattern} (Conversion = '%')")
    return _SPECIFIER.sub(one, pattern)


def _converted(
    value: Any, flags: str, precision: str | None, time: str | None, letter: str,
    pattern: str, width: str | None,
) -> str:  # fmt: skip
    if value is None:
        return "null"
    if time:
        return _time_part(value, letter)
    if letter in "sS":
        return java_text(value)[: int(precision) if precision else None]
    if letter in "bB":
        return java_text(value) if isinstance(value, bool) else "true"
    wrong = failure(f"Invalid format string: {pattern} ({letter} != {_java_class(value)})")
    if letter in "doxX":
        if not isinstance(value, int) or isinstance(value, bool):
            raise wrong
        return _signed(f"{abs(value):{',' if ',' in flags else ''}{letter.lower()}}",
                       value < 0, flags, width)  # fmt: skip
    if letter in "feEgG":
        if not isinstance(value, float | Decimal):
            raise wrong
        return _fraction(value, flags, precision, letter.lower(), width)
    raise failure(f"Invalid format string: {pattern} (Conversion = '{letter}')")


def _java_class(value: Any) -> str:
    names = {str: "java.lang.String", float: "java.lang.Double", int: "java.lang.Long",
             bool: "java.lang.Boolean", Decimal: "java.math.BigDecimal"}  # fmt: skip
    return names.get(type(value), type(value).__name__)


def _fraction(
    value: float | Decimal, flags: str, precision: str | None, letter: str, width: str | None
) -> str:
    number = value if isinstance(value, Decimal) else Decimal(repr(value))
    if not number.is_finite():
        return java_text(value)
    digits = int(precision) if precision else 6
    if letter == "f":
        unit = Decimal(1).scaleb(-digits)
        exact = number.quantize(unit, rounding=ROUND_HALF_UP, context=Context(prec=400))
        text = f"{abs(exact):{',' if ',' in flags else ''}f}"
    else:
        text = f"{abs(number):.{digits}{letter}}"
        text = re.sub(r"e([+-])(\d)$", r"e\g<1>0\2", text)
    return _signed(text, number.is_signed(), flags, width)


def _signed(text: str, negative: bool, flags: str, width: str | None) -> str:
    sign = "-" if negative else "+" if "+" in flags else " " if " " in flags else ""
    if negative and "(" in flags:
        return f"({text})"
    if "0" in flags and width:
        text = text.rjust(int(width) - len(sign), "0")
    return sign + text


def _time_part(value: Any, letter: str) -> str:
    if not isinstance(value, date):
        raise failure(f"Invalid format string: %t{letter}")
    moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)
    if letter in "AaBbh":
        name = DAYS[moment.weekday()] if letter in "Aa" else MONTHS[moment.month - 1]
        return name if letter in "AB" else name[:3]
    if letter == "p":
        return "am" if moment.hour < 12 else "pm"
    if letter == "L":
        return f"{moment.microsecond // 1000:03}"
    if letter in "Il":
        return f"{moment.hour % 12 or 12:{'02' if letter == 'I' else ''}}"
    if letter not in _DATE_PARTS:
        raise failure(f"Invalid format string: %t{letter}")
    day = moment.timetuple().tm_yday
    return _DATE_PARTS[letter].format(moment, moment.year % 100, day)


def java_text(value: Any) -> str:
    """A value as `%s` writes it: Java's toString."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return double_text(value)
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return _datetime_text(value)
    return str(value)


def _datetime_text(value: datetime) -> str:
    seconds = f":{value.second:02}" if value.second or value.microsecond else ""
    fraction = f".{value.microsecond:06}" if value.microsecond else ""
    if fraction.endswith("000"):
        fraction = fraction[:-3]
    return f"{value:%Y-%m-%dT%H:%M}{seconds}{fraction}"


def double_text(value: float, digits: str | None = None) -> str:
    """A double as Java's Double.toString: 1.0, 0.001, 1.0E10, NaN, Infinity."""
    if value != value:
        return "NaN"
    if value in (float("inf"), float("-inf")):
        return "Infinity" if value > 0 else "-Infinity"
    if value == 0 or 1e-3 <= abs(value) < 1e7:
        text = format(Decimal(digits or repr(value)), "f")
        return text if "." in text else f"{text}.0"
    sign, numbers, exponent = Decimal(digits or repr(value)).normalize().as_tuple()
    mantissa = "".join(map(str, numbers))
    power = int(exponent) + len(mantissa) - 1
    return f"{'-' if sign else ''}{mantissa[0]}.{mantissa[1:] or '0'}E{power}"


def double_cast_text(value: float) -> str:
    """A double as CAST writes it: 3.77E1, 0E0, NaN."""
    if value != value or value in (float("inf"), float("-inf")):
        return double_text(value)
    if value == 0:
        return "-0E0" if str(value).startswith("-") else "0E0"
    sign, numbers, exponent = Decimal(repr(value)).normalize().as_tuple()
    digits = "".join(map(str, numbers))
    power = int(exponent) + len(digits) - 1
    return f"{'-' if sign else ''}{digits[0]}.{digits[1:] or '0'}E{power}"


def format_number(value: Any) -> str:
    """format_number: `123K`, three digits at most."""
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return double_text(value)
    number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    sign, size, unit = "-" if number < 0 else "", abs(number), 0
    while size >= 1000 and unit < 5:
        size, unit = size / 1000, unit + 1
    places = 2 if size < 10 else 1 if size < 100 else 0
    text = f"{size.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP):f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return f"{sign}{text}{('', 'K', 'M', 'B', 'T', 'Q')[unit]}"


def parse_data_size(text: str) -> Decimal:
    """parse_data_size: bytes of `2.3MB`."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)([a-zA-Z]+)", text)
    if found is None or found.group(2) not in _SIZES:
        raise failure(f"Invalid data size: '{text}'")
    exact = Context(prec=100).multiply(
        Decimal(found.group(1)), Decimal(1024) ** _SIZES.index(found.group(2))
    )
    if exact >= Decimal(10) ** 38:
        raise failure(
            f"Value out of range: '{text}' ('{exact:.0f}B')", "NUMERIC_VALUE_OUT_OF_RANGE"
        )
    return exact.quantize(Decimal(1), rounding="ROUND_DOWN", context=Context(prec=100))


_ANY = None
FUNCTIONS: dict[str, PythonFunction] = {
    "py_format": PythonFunction(_ANY, "VARCHAR", java_format, nulls=True),
    "py_format_number": PythonFunction(_ANY, "VARCHAR", format_number),
    "py_parse_data_size": PythonFunction(("VARCHAR",), "DECIMAL(38, 0)", parse_data_size),
}
