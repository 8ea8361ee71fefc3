"""The outcome of classifying files: `FileSchema`, plain data that all crawler modules share.

How it is found belongs to the modules of the formats, what table it makes to `table`.
"""

from dataclasses import dataclass

from lakehouse.local_aws.crawlers.schema_types import Column

UNKNOWN = "UNKNOWN"
"""Glue's classification of what no classifier recognizes."""


@dataclass(frozen=True)
class FileSchema:
    """Format and columns of one file, or of several that were merged.

    `records` and `bytes` are estimates for the whole files, `bytes` after decompression.
    `paths` are the top-level field names of JSON as they stand in the data.
    """

    classification: str
    columns: tuple[Column, ...]
    compression: str = "none"
    delimiter: str = ""
    header: bool = False
    quoted: bool = False
    paths: tuple[str, ...] = ()
    grok: str = ""
    records: float = 0.0
    bytes: float = 0.0
