"""CSV files as a frame: strings, or the types of the catalog's columns.

A value that does not fit its column's type in the catalog stays a string, so the column is a choice
("Data preparation using ResolveChoice", Glue developer guide, checked 2026-11: `provider id`).
Chosen, not documented: columns without a header are col0, col1 ... (as a crawler names them); an
empty field is an empty string, or null in a column of another type; a row with fewer fields lacks
the last ones; one with more than the header is an error record.
"""

from collections.abc import Sequence

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812  Spark's own convention
from pyspark.sql import types as spark

from .casting import cast
from .errors import Failure, error_rows
from .gluetypes import ATOMIC, ChoiceType, DataType, Field, StringType, StructType
from .nodes import Node, Typed, frame_of, struct_node
from .paths import quoted
from .refusal import check_options, flag, unsupported
from .s3_files import Files, Options, attached

OPTIONS = (
    "separator",
    "quoteChar",
    "escaper",
    "withHeader",
    "skipFirst",
    "multiline",
    "multiLine",
    "optimizePerformance",
    "attachFilename",
    "attachTimestamp",
)
_BROKEN = "\x1fbroken"


def read_csv(
    session: SparkSession,
    files: Files,
    options: Options,
    columns: Sequence[Field] | None = None,
) -> tuple[Typed, Typed | None]:
    """The rows of CSV files, and those that are too long. `columns`: the catalog's, if any."""
    check_options("format csv", options, OPTIONS)
    header = flag(options.get("withHeader", False))
    if header and flag(options.get("skipFirst", False)):
        raise unsupported("format csv: skipFirst together with withHeader")
    names = [f.name for f in columns] if columns else _names(session, files, options, header)
    data = _load(session, files, options, names, checked=header and columns is None)
    extra = attached(options)
    nodes = [*[_text(name) for name in names], *_keys(files), *extra]
    if columns is not None:
        return _typed_by(data, columns, nodes), None
    long = F.col(quoted(_BROKEN)).isNotNull() & _too_long(len(names), options)
    rows = Typed(data.where(~F.coalesce(long, F.lit(False))), StructType())
    failure = Failure(
        "read csv",
        F.lit("more fields than the header"),
        text=F.col(quoted(_BROKEN)),
        source=F.input_file_name(),
    )
    return frame_of(rows, nodes), error_rows(data.where(long), failure)


def spark_options(options: Options) -> dict[str, str]:
    """The format's characters in Spark's words: quotes are doubled unless there is an escaper."""
    quote = str(options.get("quoteChar", '"'))
    quote = "" if quote == "-1" else quote
    escaper = options.get("escaper")
    return {
        "sep": str(options.get("separator", ",")),
        "quote": quote,
        "escape": str(escaper) if escaper and escaper != "none" else quote or "\0",
    }


def _names(session: SparkSession, files: Files, options: Options, header: bool) -> list[str]:
    reader = files.reader(session).options(**spark_options(options))
    found = reader.csv(list(files.paths), header=header, multiLine=_multiline(options))
    keys = {key.name for key in files.keys}
    names = [name for name in found.columns if name not in keys]
    return names if header else [f"col{index}" for index in range(len(names))]


def _load(
    session: SparkSession, files: Files, options: Options, names: Sequence[str], *, checked: bool
) -> DataFrame:
    """All columns as text, and what a row was that has not as many fields.

    Columns are not pruned: Spark does not see that a row is broken in columns it does not read.
    """
    fields = [spark.StructField(name, spark.StringType()) for name in (*names, _BROKEN)]
    keys = [spark.StructField(name, kind) for name, kind in files.key_schema()]
    first = any(flag(options.get(name, False)) for name in ("withHeader", "skipFirst"))
    reader = files.reader(session).schema(spark.StructType([*fields, *keys]))
    settings: dict[str, str | bool] = {
        **spark_options(options),
        "header": first,
        "enforceSchema": not checked,
        "multiLine": _multiline(options),
        "columnNameOfCorruptRecord": _BROKEN,
        "columnPruning": False,
    }
    return files.loaded(reader.options(**settings).format("csv"))


def _text(name: str) -> Node:
    """A column; an empty field is text, too, unless the row ended before it."""
    value = F.col(quoted(name))
    present = F.when(F.col(quoted(_BROKEN)).isNull(), F.coalesce(value, F.lit("")))
    return Node(name, F.coalesce(present, value), StringType())


def _keys(files: Files) -> list[Node]:
    return [Node(key.name, F.col(quoted(key.name)), key.dataType) for key in files.keys]


def _multiline(options: Options) -> bool:
    return flag(options.get("multiline", options.get("multiLine", False)))


def _too_long(width: int, options: Options) -> Column:
    """Whether a broken row has more fields, by its separators outside of quotes."""
    given = spark_options(options)
    bare = F.col(quoted(_BROKEN))
    if given["quote"]:
        mark = _literal(given["quote"])
        bare = F.regexp_replace(bare, f"{mark}[^{mark}]*{mark}", "")
    return F.regexp_count(bare, F.lit(_literal(given["sep"]))) >= width


def _literal(character: str) -> str:
    return "".join(f"\\x{{{ord(letter):x}}}" for letter in character)


def _typed_by(data: DataFrame, columns: Sequence[Field], nodes: Sequence[Node]) -> Typed:
    kinds = {field.name: field.dataType for field in columns}
    wanted = [node for node in nodes if not isinstance(kinds.get(node.name), StringType | None)]
    unfit = _unfit(data, wanted, kinds)
    made = [
        _typed_column(node, kinds[node.name], node.name in unfit) if node in wanted else node
        for node in nodes
    ]
    return frame_of(Typed(data, StructType()), made)


def _unfit(data: DataFrame, wanted: Sequence[Node], kinds: dict[str, DataType]) -> set[str]:
    """The columns in which some value does not fit: one pass over the files."""
    seen = [
        F.max(_differs(node, cast(node, kinds[node.name]))).alias(str(index))
        for index, node in enumerate(wanted)
    ]
    found = data.select(*seen).first() if seen else None
    return {node.name for node, some in zip(wanted, found or (), strict=False) if some}


def _differs(text: Node, value: Node) -> Column:
    return (F.trim(text.column) != "") & value.column.isNull()


def _typed_column(text: Node, kind: DataType, unfit: bool) -> Node:
    if kind.typeName() not in ATOMIC:
        raise unsupported(f"a CSV table with a column of type {kind.typeName()}")
    value = cast(text, kind)
    if not unfit:
        return value
    rest = Node("string", F.when(_differs(text, value), text.column), StringType())
    members = sorted([value._replace(name=kind.typeName()), rest], key=lambda node: node.name)
    whole = struct_node(text.name, members, F.trim(text.column) != "")
    return Node(text.name, whole.column, ChoiceType([member.type for member in members]))
