"""Names of tables: from folder names, as Glue's crawlers make them.

Pure. Letters in lower case, digits and `_`; at most 128 characters; a hash where the name is taken.

Source: https://docs.aws.amazon.com/glue/latest/dg/crawler-running.html (checked 2026-11). What the
hash is made of is not documented: the table's location (chosen).
"""

import hashlib
import re

_LONGEST = 128


def sanitized(name: str) -> str:
    """Return a folder's or file's name as a table name: lower case, `_` for all but a-z 0-9 _."""
    return re.sub(r"[^a-z0-9_]", "_", name.lower())


def table_name(prefix: str, name: str) -> str:
    """Return the name of a folder's table after the TablePrefix, cut to 128 characters."""
    return (prefix.lower() + sanitized(name))[:_LONGEST]


def distinct_name(name: str, location: str) -> str:
    """Return a name that no table of another location has."""
    digest = hashlib.md5(location.encode(), usedforsecurity=False).hexdigest()
    return f"{name[: _LONGEST - len(digest) - 1]}_{digest}"
