"""The TableInput and PartitionInput that a crawler writes for a schema, as Glue's crawlers do.

Pure. Formats, SerDe and parameters by classification; which tables there are belongs to
`layout`, writing them to `publish`.

Parameters follow GetTable answers of tables that real crawlers made (classification, typeOfData,
compressionType, sizeKey, objectCount, recordCount, averageRecordSize, CrawlerSchema*Version,
UPDATED_BY_CRAWLER; for CSV delimiter, columnsOrdered, areColumnsQuoted, skip.header.line.count).
A table of class UNKNOWN has no formats and no SerDe, which is why Athena cannot read it
(https://repost.aws/knowledge-center/athena-hive-unknown-error). Chosen: jsonPath and
grokCustomPatterns as names of parameters.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from lakehouse.local_aws.crawlers.formats.schema import (
    UNKNOWN,
    AvroSchema,
    Delimited,
    FileSchema,
    Grok,
    JsonFields,
)
from lakehouse.local_aws.crawlers.formats.types import type_text
from lakehouse.local_aws.crawlers.layout import Leaf

Document = dict[str, Any]

_HIVE = "org.apache.hadoop.hive"
_TEXT = ("org.apache.hadoop.mapred.TextInputFormat", f"{_HIVE}.ql.io.HiveIgnoreKeyTextOutputFormat")
_FORMATS: Mapping[str, tuple[str, str]] = {
    "parquet": (
        f"{_HIVE}.ql.io.parquet.MapredParquetInputFormat",
        f"{_HIVE}.ql.io.parquet.MapredParquetOutputFormat",
    ),
    "orc": (f"{_HIVE}.ql.io.orc.OrcInputFormat", f"{_HIVE}.ql.io.orc.OrcOutputFormat"),
    "avro": (
        f"{_HIVE}.ql.io.avro.AvroContainerInputFormat",
        f"{_HIVE}.ql.io.avro.AvroContainerOutputFormat",
    ),
}
_BINARY_SERDES: Mapping[str, str] = {
    "parquet": f"{_HIVE}.ql.io.parquet.serde.ParquetHiveSerDe",
    "orc": f"{_HIVE}.ql.io.orc.OrcSerde",
    "avro": f"{_HIVE}.serde2.avro.AvroSerDe",
}


def table_columns(schema: FileSchema) -> list[Document]:
    """Build the Columns of a schema."""
    return [{"Name": column.name, "Type": type_text(column.type)} for column in schema.columns]


def storage_descriptor(
    schema: FileSchema, location: str, parameters: Mapping[str, str]
) -> Document:
    """Build the StorageDescriptor of a table or partition at `location` (s3://...)."""
    return {
        "Columns": table_columns(schema),
        "Location": location,
        **_formats(schema),
        "Compressed": schema.compression != "none",
        "NumberOfBuckets": -1,
        "SerdeInfo": serde_info(schema),
        "BucketColumns": [],
        "SortColumns": [],
        "Parameters": dict(parameters),
        "StoredAsSubDirectories": False,
    }


def serde_info(schema: FileSchema) -> Document:
    """Build the SerdeInfo of a schema.

    Quoted CSV keeps LazySimpleSerDe, as the built-in classifier does
    (https://docs.aws.amazon.com/glue/latest/dg/add-classifier.html#classifier-builtin-rules).
    """
    match schema.details:
        case Delimited() as csv:
            return _csv_serde(csv)
        case JsonFields(paths):
            return _serde("org.openx.data.jsonserde.JsonSerDe", {"paths": ",".join(paths)})
        case Grok(pattern, custom):
            patterns = {"input.grokCustomPatterns": custom} if custom else {}
            return _serde(
                "com.amazonaws.glue.serde.GrokSerDe", {"input.format": pattern, **patterns}
            )
        case AvroSchema(text):
            parameters = {"avro.schema.literal": text, "serialization.format": "1"}
            return _serde(_BINARY_SERDES["avro"], parameters)
    if schema.classification == UNKNOWN:
        return {"Parameters": {}}
    return _serde(_BINARY_SERDES[schema.classification], {"serialization.format": "1"})


def crawler_parameters(schema: FileSchema, leaves: Sequence[Leaf], crawler: str) -> dict[str, str]:
    """Build the parameters of a table or partition; sizes in bytes, counts estimated."""
    size = sum(leaf.size for leaf in leaves)
    records = sum(leaf.schema.records for leaf in leaves)
    plain = sum(leaf.schema.bytes for leaf in leaves)
    return {
        "CrawlerSchemaDeserializerVersion": "1.0",
        "CrawlerSchemaSerializerVersion": "1.0",
        "UPDATED_BY_CRAWLER": crawler,
        "averageRecordSize": str(max(1, round(plain / records)) if records else 0),
        "classification": schema.classification,
        "compressionType": schema.compression,
        "objectCount": str(sum(leaf.objects for leaf in leaves)),
        "recordCount": str(round(records)),
        "sizeKey": str(size),
        "typeOfData": "file",
        **_format_parameters(schema),
    }


def exclusions_parameter(location: str, exclusions: Sequence[str]) -> dict[str, str]:
    """Build the parameter that keeps a target's exclude patterns, which Glue's readers obey.

    Source: https://docs.aws.amazon.com/glue/latest/dg/define-crawler-choose-data-sources.html
    ("stored as a property of tables created by the crawler"; its form is chosen).
    """
    patterns = [f"{location}{pattern}" for pattern in exclusions]
    return {"exclusions": json.dumps(patterns)} if patterns else {}


def partition_input(
    values: Sequence[str], schema: FileSchema, leaf: Leaf, location: str, crawler: str
) -> Document:
    """Build the PartitionInput of one folder."""
    parameters = crawler_parameters(schema, [leaf], crawler)
    return {
        "Values": list(values),
        "StorageDescriptor": storage_descriptor(schema, location, parameters),
    }


def _formats(schema: FileSchema) -> Document:
    if schema.classification == UNKNOWN:
        return {}
    read, write = _FORMATS.get(schema.classification, _TEXT)
    return {"InputFormat": read, "OutputFormat": write}


def _csv_serde(csv: Delimited) -> Document:
    if not csv.open_csv:
        return _serde(f"{_HIVE}.serde2.lazy.LazySimpleSerDe", {"field.delim": csv.delimiter})
    parameters = {"separatorChar": csv.delimiter, "quoteChar": csv.quote or '"'}
    return _serde(f"{_HIVE}.serde2.OpenCSVSerde", parameters)


def _serde(library: str, parameters: Document) -> Document:
    return {"SerializationLibrary": library, "Parameters": parameters}


def _format_parameters(schema: FileSchema) -> dict[str, str]:
    match schema.details:
        case Grok(pattern, custom):
            patterns = {"grokCustomPatterns": custom} if custom else {}
            return {"grokPattern": pattern, **patterns}
        case JsonFields(_, json_path) if json_path:
            return {"jsonPath": json_path}
        case Delimited() as csv:
            return {
                "areColumnsQuoted": str(csv.quoted).lower(),
                "columnsOrdered": "true",
                "delimiter": csv.delimiter,
                **({"skip.header.line.count": "1"} if csv.header else {}),
            }
    return {}
