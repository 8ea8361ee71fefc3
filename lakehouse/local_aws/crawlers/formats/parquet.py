"""Recognizes Parquet and ORC and reads their columns from the footer, nothing else.

Source: https://docs.aws.amazon.com/glue/latest/dg/add-classifier.html ("reads the schema at the
end of the file", "reads the file metadata"; checked 2026-11).
"""

from dataclasses import replace

import pyarrow as pa
import pyarrow.orc
import pyarrow.parquet as pq

from lakehouse.local_aws.crawlers.formats.arrow_types import arrow_columns
from lakehouse.local_aws.crawlers.formats.sample import FileSample
from lakehouse.local_aws.crawlers.formats.schema import UNKNOWN, FileSchema

_PARQUET_MAGIC = b"PAR1"
_ORC_MAGIC = b"ORC"


class UnreadableFile(Exception):
    """A file claims to be of a format but cannot be read as such; the message says why."""


def parquet_schema(sample: FileSample) -> FileSchema | None:
    """Return the schema in the footer, None if this is no Parquet. Raises UnreadableFile."""
    if not sample.data.startswith(_PARQUET_MAGIC):
        return None
    try:
        metadata = pq.read_metadata(sample.file)
        columns = arrow_columns(metadata.schema.to_arrow_schema())
    except (pa.ArrowException, OSError) as error:
        raise UnreadableFile(f"The Parquet footer cannot be read: {error}") from error
    return FileSchema("parquet", columns, records=metadata.num_rows, bytes=sample.size)


def orc_schema(sample: FileSample) -> FileSchema | None:
    """Return the schema in the footer, None if this is no ORC. Raises UnreadableFile."""
    if not sample.data.startswith(_ORC_MAGIC):
        return None
    try:
        file = pyarrow.orc.ORCFile(sample.file)
        columns = arrow_columns(file.schema)
    except (pa.ArrowException, OSError) as error:
        raise UnreadableFile(f"The ORC footer cannot be read: {error}") from error
    return FileSchema("orc", columns, records=file.nrows, bytes=sample.size)


def unknown_schema(sample: FileSample) -> FileSchema:
    """Return what Glue says of a file that no classifier recognizes."""
    return replace(FileSchema(UNKNOWN), compression=sample.compression, bytes=sample.size)
