"""How tables are stored: the SerDe classes and Hadoop formats that the Data Catalog names.

One place knows which class names mean which format; reading the formats belongs to `tables` and
`serdes`. Source: AWS "Supported SerDes for Athena", checked 2026-11.
"""

from typing import Literal

from lakehouse.local_aws.athena.errors import refused
from lakehouse.local_aws.athena.hive_statements import RowFormat

Format = Literal[
    "delimited",
    "json_openx",
    "json_hive",
    "cloudtrail",
    "opencsv",
    "regex",
    "grok",
    "parquet",
    "orc",
]

LAZY_SIMPLE = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"
PARQUET = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"
ORC = "org.apache.hadoop.hive.ql.io.orc.OrcSerde"
JSON_OPENX = "org.openx.data.jsonserde.JsonSerDe"
SERDES: dict[str, Format] = {
    LAZY_SIMPLE: "delimited",
    JSON_OPENX: "json_openx",
    "org.apache.hive.hcatalog.data.JsonSerDe": "json_hive",
    "com.amazon.emr.hive.serde.CloudTrailSerde": "cloudtrail",
    "org.apache.hadoop.hive.serde2.OpenCSVSerde": "opencsv",
    "com.bizo.hive.serde.csv.CSVSerde": "opencsv",
    "org.apache.hadoop.hive.serde2.RegexSerDe": "regex",
    "org.apache.hadoop.hive.contrib.serde2.RegexSerDe": "regex",
    "com.amazonaws.glue.serde.GrokSerDe": "grok",
    PARQUET: "parquet",
    ORC: "orc",
}
_TEXT = (
    "org.apache.hadoop.mapred.TextInputFormat",
    "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
)
_PARQUET = (
    "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
    "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
)
_ORC = (
    "org.apache.hadoop.hive.ql.io.orc.OrcInputFormat",
    "org.apache.hadoop.hive.ql.io.orc.OrcOutputFormat",
)
CLOUDTRAIL_INPUT = "com.amazon.emr.cloudtrail.CloudTrailInputFormat"
INPUT_FORMATS = (_TEXT[0], _PARQUET[0], _ORC[0], CLOUDTRAIL_INPUT)


def format_of(library: str, input_format: str) -> Format | None:
    """How a table is read, or None where its SerDe or its input format is not supported."""
    if input_format and input_format not in INPUT_FORMATS:
        return None
    found = SERDES.get(library)
    reads_records = input_format == CLOUDTRAIL_INPUT and found in ("json_openx", "json_hive")
    return "cloudtrail" if reads_records else found


def row_format(
    library: str, parameters: dict[str, str], stored_as: str, formats: tuple[str, str] | None
) -> RowFormat:
    """The storage that a CREATE TABLE declares. Refuses a SerDe or format that cannot be read."""
    if stored_as not in ("TEXTFILE", "PARQUET", "PARQUETFILE", "ORC"):
        raise refused(f"STORED AS {stored_as} is not supported by the local AWS")
    if stored_as.startswith("PARQUET") or library == PARQUET:
        library, formats = library or PARQUET, formats or _PARQUET
        parameters = parameters or {"serialization.format": "1"}
    if stored_as == "ORC" or library == ORC:
        library, formats = library or ORC, formats or _ORC
        parameters = parameters or {"serialization.format": "1"}
    library = library or LAZY_SIMPLE
    if library not in SERDES:
        raise refused(f"SerDe {library} is not supported by the local AWS")
    if library == LAZY_SIMPLE and not parameters:
        parameters = {"serialization.format": "1"}
    first, second = formats or _TEXT
    if format_of(library, first) is None:
        raise refused(f"INPUTFORMAT {first} is not supported by the local AWS")
    return RowFormat(library, parameters, first, second)


def written(kind: str, delimiter: str) -> RowFormat:
    """The storage of a format that CREATE TABLE AS writes."""
    if kind == "JSON":
        return row_format(JSON_OPENX, {}, "TEXTFILE", None)
    if kind == "TEXTFILE":
        parameters = {"field.delim": delimiter, "serialization.format": delimiter}
        return row_format("", parameters, "TEXTFILE", None)
    return row_format("", {}, kind, None)
