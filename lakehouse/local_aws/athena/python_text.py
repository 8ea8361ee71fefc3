"""Functions on texts in Python: splitting to maps, sounds, words, normal forms, checks.

Regular expressions stand in `python_regexes`, formatting in `python_formats`.
Source: Trino's StringFunctions, SplitToMapFunction, SoundexFunctions, LuhnCheckFunction, checked
2026-11.
"""

import unicodedata

from lakehouse.local_aws.athena.python_function import PythonFunction, failure

MOST_BYTES = 1_048_576  # of listagg's result
_SOUNDS = dict(zip("BFPVCGJKQSXZDTLMNR", "111122222222334556", strict=True))


def split(text: str, delimiter: str, limit: int) -> list[str]:
    """split(string, delimiter, limit): the last part holds all that is left."""
    if limit <= 0:
        raise failure("Limit must be positive")
    if not delimiter:
        raise failure("The delimiter may not be the empty string")
    return text.split(delimiter, limit - 1)


def split_part(text: str, delimiter: str, index: int) -> str | None:
    """split_part: the field `index` from 1, NULL behind the last."""
    if index <= 0:
        raise failure("Index must be greater than zero")
    if not delimiter:
        return text[index - 1] if index <= len(text) else None
    parts = text.split(delimiter, index)
    return parts[index - 1] if index <= len(parts) else None


def split_to_map(text: str, entries: str, pairs: str) -> dict[str, str]:
    """split_to_map; a key that comes twice fails."""
    found: dict[str, str] = {}
    for key, value in _pairs(text, entries, pairs):
        if key in found:
            raise failure(f"Duplicate keys ({key}) are not allowed")
        found[key] = value
    return found


def split_to_multimap(text: str, entries: str, pairs: str) -> dict[str, list[str]]:
    """split_to_multimap."""
    found: dict[str, list[str]] = {}
    for key, value in _pairs(text, entries, pairs):
        found.setdefault(key, []).append(value)
    return found


def _pairs(text: str, entries: str, pairs: str) -> list[tuple[str, str]]:
    if not entries:
        raise failure("entryDelimiter is empty")
    if not pairs:
        raise failure("keyValueDelimiter is empty")
    if entries == pairs:
        raise failure("entryDelimiter and keyValueDelimiter must not be the same")
    parts = text.split(entries)
    if parts[-1] == "":
        parts.pop()
    found = []
    for part in parts:
        key, sign, value = part.partition(pairs)
        if not sign:
            raise failure(
                f"Key-value delimiter must appear exactly once in each entry. Bad input: '{part}'"
            )
        if pairs in value:
            raise failure(
                f"Key-value delimiter must appear exactly once in each entry. Bad input: '{part}'"
            )
        found.append((key, value))
    return found


def strpos(text: str, part: str, instance: int) -> int:
    """strpos(string, substring, instance); a negative instance counts from the end."""
    if instance == 0:
        raise failure("'instance' must not be a positive or negative number.")
    if not part:
        return 1
    places = [i + 1 for i in range(len(text) - len(part) + 1) if text.startswith(part, i)]
    index = instance - 1 if instance > 0 else instance
    return places[index] if -len(places) <= index < len(places) else 0


def pad(text: str, size: int, filler: str, left: bool) -> str:
    """lpad and rpad."""
    if not filler:
        raise failure("Padding string must not be empty")
    if not 0 <= size <= 2**31 - 1:
        raise failure("Target length must be in the range [0..2147483647]")
    if len(text) >= size:
        return text[:size]
    space = (filler * (size // len(filler) + 1))[: size - len(text)]
    return space + text if left else text + space


def hamming(one: str, two: str) -> int:
    """hamming_distance of texts of the same length."""
    if len(one) != len(two):
        raise failure("The input strings to hamming_distance function must have the same length")
    return sum(a != b for a, b in zip(one, two, strict=True))


def soundex(text: str) -> str:
    """The phonetic code of a word in the Latin alphabet (as Apache Commons Codec does it)."""
    letters = [c for c in text.upper() if c.isalpha()]
    if not letters:
        return ""
    if any(not ("A" <= c <= "Z") for c in letters):
        raise failure(f"The character is not mapped: {next(c for c in letters if c > 'Z')}")
    code, last = letters[0], _SOUNDS.get(letters[0], "")
    for letter in letters[1:]:
        sound = _SOUNDS.get(letter, "")
        if sound and sound != last:
            code += sound
        if letter not in "HW":
            last = sound
    return code[:4].ljust(4, "0")


def luhn_check(text: str) -> bool:
    """Whether a text of digits passes the Luhn algorithm."""
    if not text:
        return False
    if not (text.isascii() and text.isdigit()):
        raise failure("Input contains non-digit character")
    doubled = [int(d) * (2 if i % 2 else 1) for i, d in enumerate(reversed(text))]
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0


def normalize(text: str, form: str) -> str:
    """A Unicode normal form: NFC, NFD, NFKC or NFKD."""
    return unicodedata.normalize(form, text)  # type: ignore[arg-type]


def from_utf8(data: bytes, replacement: str) -> str:
    """from_utf8: what is no UTF-8 becomes `replacement`."""
    if len(replacement) > 1:
        raise failure("Replacement character string must empty or a single character")
    text = data.decode("utf-8", "replace")
    return text if replacement == "\ufffd" else text.replace("\ufffd", replacement)


def codepoint(text: str) -> int:
    """The code point of the only character."""
    if len(text) != 1:
        raise failure("Input string must be a single character string")
    return ord(text)


def chr_of(number: int) -> str:
    """The character of a code point."""
    if not 0 <= number <= 0x10FFFF or 0xD800 <= number <= 0xDFFF:
        raise failure(f"Not a valid Unicode code point: {number}")
    return chr(number)


def translate(text: str, before: str, after: str) -> str:
    """translate: characters one by one, those without a counterpart are left out."""
    table: dict[int, str | None] = {}
    for index, character in enumerate(before):
        table.setdefault(ord(character), after[index] if index < len(after) else None)
    return text.translate(table)


def listagg(
    texts: list[str | None] | None, separator: str | None, filler: str | None, counted: bool | None
) -> str | None:
    """The texts of a group, joined; `filler` None: more than a megabyte fails."""
    known = [t for t in texts or [] if t is not None]
    if not known:
        return None
    between = separator or ""
    joined = between.join(known)
    if len(joined.encode()) <= MOST_BYTES:
        return joined
    if filler is None:
        raise failure(
            f"Concatenated string has the length in bytes larger than the maximum of {MOST_BYTES}",
            "EXCEEDED_FUNCTION_MEMORY_LIMIT",
        )
    kept, size = 0, 0
    for text in known:
        size += len(text.encode()) + (len(between.encode()) if kept else 0)
        if size > MOST_BYTES:
            break
        kept += 1
    rest = f"({len(known) - kept})" if counted else ""
    return between.join([*known[:kept], filler + rest])


_T3 = ("VARCHAR", "VARCHAR", "VARCHAR")
_MULTIMAP = "MAP(VARCHAR, VARCHAR[])"
FUNCTIONS: dict[str, PythonFunction] = {
    "py_split": PythonFunction(("VARCHAR", "VARCHAR", "BIGINT"), "VARCHAR[]", split),
    "py_split_part": PythonFunction(("VARCHAR", "VARCHAR", "BIGINT"), "VARCHAR", split_part),
    "py_split_to_map": PythonFunction(_T3, "MAP(VARCHAR, VARCHAR)", split_to_map),
    "py_split_to_multimap": PythonFunction(_T3, _MULTIMAP, split_to_multimap),
    "py_strpos": PythonFunction(("VARCHAR", "VARCHAR", "BIGINT"), "BIGINT", strpos),
    "py_pad": PythonFunction(("VARCHAR", "BIGINT", "VARCHAR", "BOOLEAN"), "VARCHAR", pad),
    "py_hamming": PythonFunction(("VARCHAR", "VARCHAR"), "BIGINT", hamming),
    "py_soundex": PythonFunction(("VARCHAR",), "VARCHAR", soundex),
    "py_luhn_check": PythonFunction(("VARCHAR",), "BOOLEAN", luhn_check),
    "py_normalize": PythonFunction(("VARCHAR", "VARCHAR"), "VARCHAR", normalize),
    "py_from_utf8": PythonFunction(("BLOB", "VARCHAR"), "VARCHAR", from_utf8),
    "py_codepoint": PythonFunction(("VARCHAR",), "INTEGER", codepoint),
    "py_chr": PythonFunction(("BIGINT",), "VARCHAR", chr_of),
    "py_listagg": PythonFunction(
        ("VARCHAR[]", "VARCHAR", "VARCHAR", "BOOLEAN"), "VARCHAR", listagg, nulls=True
    ),
    "py_translate": PythonFunction(_T3, "VARCHAR", translate),
}
