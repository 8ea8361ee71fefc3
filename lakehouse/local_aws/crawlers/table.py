"""The TableInput and PartitionInput that a crawler writes for a schema, as Glue's crawlers do.

Pure. Formats, SerDe and parameters by classification; which tables there are belongs to
`layout`, writing them to `publish`.

Parameters follow GetTable answers of tables that real crawlers made (classification, typeOfData,
compressionType, sizeKey, objectCount, recordCount, averageRecordSize, CrawlerSchema*Version,
UPDATED_BY_CRAWLER; for CSV delimiter, columnsOrdered, areColumnsQuoted, skip.header.line.count).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from lakehouse.local_aws.crawlers.file_schema import FileSchema
from lakehouse.local_aws.crawlers.layout import Leaf
from lakehouse.local_aws.crawlers.schema_types import type_text

Document = dict[str, Any]

_TEXT = {
    "InputFormat": "org.apache.hadoop.mapred.TextInputFormat",
    "OutputFormat": "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
}
_PARQUET = {
    "InputFormat": "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
    "OutputFormat": "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
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
        **(_PARQUET if schema.classification == "parquet" else _TEXT),
        "Compressed": schema.compression != "none",
        "NumberOfBuckets": -1,
        "SerdeInfo": serde_info(schema),
        "BucketColumns": [],
        "SortColumns": [],
        "Parameters": dict(parameters),
        "StoredAsSubDirectories": False,
    }


def serde_info(schema: FileSchema) -> Document:
    """Build the SerdeInfo of a classification.

    Quoted CSV keeps LazySimpleSerDe, as the built-in classifier does
    (https://docs.aws.amazon.com/glue/latest/dg/add-classifier.html#classifier-builtin-rules).
    """
    if schema.classification == "parquet":
        library = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"
        return _serde(library, {"serialization.format": "1"})
    if schema.classification == "json":
        return _serde("org.openx.data.jsonserde.JsonSerDe", {"paths": ",".join(schema.paths)})
    if schema.grok:
        return _serde("com.amazonaws.glue.serde.GrokSerDe", {"input.format": schema.grok})
    delimiter = {"field.delim": schema.delimiter} if schema.delimiter else {}
    return _serde("org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe", delimiter)


def crawler_parameters(schema: FileSchema, leaves: Sequence[Leaf], crawler: str) -> dict[str, str]:
    """Build the parameters of a table or partition; sizes in bytes, counts estimated."""
    size = sum(leaf.size for leaf in leaves)
    average = max(1, round(schema.bytes / schema.records)) if schema.records else 0
    return {
        "CrawlerSchemaDeserializerVersion": "1.0",
        "CrawlerSchemaSerializerVersion": "1.0",
        "UPDATED_BY_CRAWLER": crawler,
        "averageRecordSize": str(average),
        "classification": schema.classification,
        "compressionType": schema.compression,
        "objectCount": str(sum(leaf.objects for leaf in leaves)),
        "recordCount": str(round(sum(leaf.schema.records for leaf in leaves))),
        "sizeKey": str(size),
        "typeOfData": "file",
        **_format_parameters(schema),
    }


def partition_input(
    values: Sequence[str], schema: FileSchema, leaf: Leaf, location: str, crawler: str
) -> Document:
    """Build the PartitionInput of one folder."""
    parameters = crawler_parameters(schema, [leaf], crawler)
    return {
        "Values": list(values),
        "StorageDescriptor": storage_descriptor(schema, location, parameters),
    }


def _serde(library: str, parameters: Document) -> Document:
    return {"SerializationLibrary": library, "Parameters": parameters}


def _format_parameters(schema: FileSchema) -> dict[str, str]:
    if schema.grok:
        return {"grokPattern": schema.grok}
    if schema.classification != "csv":
        return {}
    return {
        "areColumnsQuoted": str(schema.quoted).lower(),
        "columnsOrdered": "true",
        "delimiter": schema.delimiter,
        **({"skip.header.line.count": "1"} if schema.header else {}),
    }
