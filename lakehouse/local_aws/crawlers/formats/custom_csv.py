"""Custom CSV classifiers: a delimiter, a quote symbol, a header and types that a user gives.

Pure. The rules of cells and headers are those of `delimited`; what is given here goes before what
can be seen in the file.

Source: https://docs.aws.amazon.com/glue/latest/dg/custom-classifier.html#custom-classifier-csv and
https://docs.aws.amazon.com/glue/latest/webapi/API_CreateCsvClassifierRequest.html (checked
2026-11). Chosen: the SerDe `None` means OpenCSVSerDe where a quote symbol is given, which
LazySimpleSerDe cannot read; OpenCSVSerDe has string columns unless types are given; rows of another
width lower the certainty.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from lakehouse.local_aws.crawlers.formats.certainty import Classified
from lakehouse.local_aws.crawlers.formats.delimited import (
    RECORDS,
    Layout,
    column_names,
    column_types,
    has_header,
    numbered_names,
    rows_layout,
)
from lakehouse.local_aws.crawlers.formats.sample import FileSample
from lakehouse.local_aws.crawlers.formats.schema import Delimited, FileSchema
from lakehouse.local_aws.crawlers.formats.types import Column, HiveType

HeaderOption = Literal["UNKNOWN", "PRESENT", "ABSENT"]
SerdeOption = Literal["OpenCSVSerDe", "LazySimpleSerDe", "None"]

_CERTAIN = 0.9

DATATYPES: Mapping[str, str] = {
    "BINARY": "binary",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "DECIMAL": "decimal(10,2)",
    "DOUBLE": "double",
    "FLOAT": "float",
    "INT": "int",
    "LONG": "bigint",
    "SHORT": "smallint",
    "STRING": "string",
    "TIMESTAMP": "timestamp",
}
"""CustomDatatypes -> types of the catalog; DECIMAL has the precision of Glue's DecimalType."""


@dataclass(frozen=True)
class CsvClassifier:
    """A CSV classifier as its owner defined it; `trimmed` cells are typed without their blanks."""

    delimiter: str = ","
    quote: str = ""
    contains_header: HeaderOption = "UNKNOWN"
    header: tuple[str, ...] = ()
    trimmed: bool = False
    single_column: bool = False
    datatypes: tuple[str, ...] = ()
    serde: SerdeOption = "None"

    @property
    def classification(self) -> str:
        """The classification of all CSV classifiers."""
        return "csv"

    def classify(self, sample: FileSample) -> Classified | None:
        """Return the schema of a text that the delimiter cuts into rows as they were described."""
        layout = self._layout(sample)
        if layout is None:
            return None
        header = self._has_header(layout)
        data = layout.rows[1:] if header else layout.rows
        columns = map(Column, self._names(layout, header), self._types(data, layout.width))
        schema = FileSchema(
            "csv",
            tuple(columns),
            compression=sample.compression,
            details=self._details(sample, header),
            records=sample.estimated(len(sample.lines)) - header,
            bytes=sample.estimated(len(sample.data)),
        )
        return Classified(schema, 1.0 if layout.share >= _CERTAIN else layout.share)

    def _layout(self, sample: FileSample) -> Layout | None:
        if b"\x00" in sample.data:
            return None
        layout = rows_layout(sample.lines[:RECORDS], self.delimiter, self.quote)
        if layout is None or (layout.width < 2 and not self.single_column):
            return None
        if self.header and len(self.header) != layout.width:
            return None
        return layout

    def _has_header(self, layout: Layout) -> bool:
        if self.contains_header == "UNKNOWN":
            return has_header(layout.rows)
        return self.contains_header == "PRESENT"

    def _names(self, layout: Layout, header: bool) -> Sequence[str]:
        if self.header:
            return column_names(self.header)
        return column_names(layout.rows[0]) if header else numbered_names(layout.width)

    def _types(self, rows: Sequence[Sequence[str]], width: int) -> Sequence[HiveType]:
        if len(self.datatypes) == width:
            return [DATATYPES[name] for name in self.datatypes]
        if self._open_csv:
            return ["string"] * width
        return column_types(rows, width, self.trimmed)

    @property
    def _open_csv(self) -> bool:
        return self.serde == "OpenCSVSerDe" or (self.serde == "None" and bool(self.quote))

    def _details(self, sample: FileSample, header: bool) -> Delimited:
        quoted = bool(self.quote) and self.quote in sample.text
        return Delimited(self.delimiter, header, quoted, self.quote, self._open_csv)
