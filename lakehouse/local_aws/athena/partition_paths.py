"""Partition values in paths, as Hive writes them: `event_date=2026-01-01`, `t=10%3A00`. Pure."""

import re

_SPECIAL = re.compile(r"""[\x00-\x1f\x7f"#%'*/:=?\\{\[\]^]""")


def escaped(value: str) -> str:
    """A value as it stands in a path: Hive escapes what a path or a URI could misread."""
    return _SPECIAL.sub(lambda match: f"%{ord(match.group()):02X}", value)
