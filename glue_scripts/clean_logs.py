"""Glue job: raw log lines of some days become typed, deduplicated Parquet, and nothing gets lost.

The plan (a JSON document, argument `--plan`) says everything about the source; see
`lakehouse.plan`. Here stands how: lines are read as text, parsed, typed, told apart by outcome,
deduplicated, written, counted and checked. Only the standard library, pyspark and awsglue are
imported, so that the file runs on Glue as it is (one file, hence its length). For Spark 3.5.

The text is read and parsed once and shuffled once; counts, clean rows and rejected rows are read
from that shuffle's files. No row is cached. A task sorts or hashes the rows of one partition, of
about BYTES_PER_FILE of text; sorts spill, a table of the partition's keys with twins does not.

Every line has one outcome: header, rejected, filtered, duplicate, clean, or other_day (its day is
not built by this run). Of the rows of a day with equal unique keys the earliest event time stays,
then the first file by (file day, URI), then the least values, column by column, NULL first; a row
with a NULL in its key is nobody's duplicate. A quoted CSV field ends where its quote closes; all
lines of a record with a line break in a field are malformed, whatever they look like alone: when
the run sees that a file has one, it starts anew and reads that file's lines in their order.
"""

import csv
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from typing import Any

from py4j.protocol import Py4JJavaError
from pyspark.sql import Column, DataFrame, SparkSession, Window
from pyspark.sql import functions as F  # noqa: N812  the name every Spark user knows

Plan = Mapping[str, Any]
Files = Sequence[tuple[int, str, str]]  # number, URI, file day; ordered by (file day, URI)
Groups = Sequence[tuple[str | None, DataFrame]]  # header line (None if not CSV), lines
Count = tuple[int, str, str | None, str, str | None, int]
"""(file number, file day, event day, outcome, reason, rows)"""

PLAN_VERSION = 3
BYTES_PER_FILE = 512 * 1024 * 1024  # of raw text: about 128 MB of Parquet
BYTES_PER_TASK = 8 * 1024 * 1024  # of raw text: small days share a partition
GZIP_RATIO = 8
GROUP_BITS, VALUE_BITS = (
    12,
    22,
)  # of a sort key's 63; the day takes what it needs, the rest the rest
LINES = "lines read "
MARK = "\ufeff"  # a byte order mark is no part of a file's first line
SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "false",
    "spark.sql.legacy.timeParserPolicy": "CORRECTED",
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
    # Old dates are written as they are, in the calendar that Athena reads, instead of refused.
    "spark.sql.parquet.datetimeRebaseModeInWrite": "CORRECTED",
    "spark.sql.sources.partitionOverwriteMode": "static",
    # A parser that reads only the fields asked for does not see that a line is malformed.
    "spark.sql.csv.parser.columnPruning.enabled": "false",
    "spark.sql.optimizer.enableCsvExpressionOptimization": "false",
    "spark.sql.optimizer.enableJsonExpressionOptimization": "false",
    # What is partitioned by a part of its join key stays where it is.
    "spark.sql.requireAllClusterKeysForCoPartition": "false",
    # Thousands of paths are looked up by a job, by default with a task for each.
    "spark.sql.sources.parallelPartitionDiscovery.parallelism": "16",
}
# Spark takes a file's bytes as they are; decoding puts U+FFFD for what is not UTF-8.
READABLE = "DECODE(CAST(__text AS BINARY), 'UTF-8')"
CSV_OPTIONS = {
    "mode": "PERMISSIVE",
    "columnNameOfCorruptRecord": "__corrupt",
    "quote": '"',
    "escape": '"',
}
FIELD = '(?:"(?:[^"]++|"")*+"|(?!")[^,]*+)'
RECORD = rf"\A{FIELD}(?:,{FIELD})*+\z"  # CSV in which what a parser makes of it is beyond doubt
# Lines of a record that has line breaks: those that begin with whole fields and end inside a quoted
# one; those that begin inside one, close it and end the record, or close it and end inside another.
INSIDE = '(?:[^"]++|"")*+'
OPENS = rf'\A(?:{FIELD},)*+"{INSIDE}\z'
CLOSES = rf'\A{INSIDE}"(?:,{FIELD})*+\z'
GOES_ON = rf'\A{INSIDE}"(?:,{FIELD})*+,"{INSIDE}\z'


class CleanLogsError(Exception):
    """The run must not be published: what was written does not add up, or cannot be read."""


# ---- reading lines


def ordered_files(plan: Plan) -> Files:
    """All files of the plan, numbered in the order that decides between duplicates."""
    pairs = [(str(day), str(uri)) for day, uris in plan["files"].items() for uri in uris]
    return [(number, uri, day) for number, (day, uri) in enumerate(sorted(pairs))]


def read_lines(spark: SparkSession, files: Files, place: Sequence[Column] = ()) -> DataFrame:
    """One row per line: __text, __file_no, __file_day, and what is asked for of its place."""
    if not files:
        schema = "__text string, __file_no int, __file_day date"
        return spark.createDataFrame([], schema)
    known = F.broadcast(file_table(spark, files))
    lines = spark.read.text([literal_path(uri) for _, uri, _ in files])
    marked = F.col("value").startswith(MARK)
    text = F.when(marked, F.expr("SUBSTRING(value, 2)")).otherwise(F.col("value"))
    name = F.col("_metadata.file_path").alias("__name")
    named = lines.select(text.alias("__text"), name, *place)
    joined = named.join(known, "__name", "left")
    stranger = F.raise_error(F.concat(F.lit("not a file of the plan: "), "__name"))
    found = joined.withColumn("__file_day", F.coalesce("__file_day", stranger))
    return found.drop("__name", "__file")


def file_table(spark: SparkSession, files: Files) -> DataFrame:
    """The plan's files by the name Spark gives them.

    One literal, because Spark takes seconds to read thousands.
    """
    with ThreadPoolExecutor(16) as pool:
        names = list(pool.map(lambda file: hadoop_name(spark, file[1]), files))
    rows = [
        {"__name": name, "__file_no": number, "__file": uri, "__file_day": day}
        for name, (number, uri, day) in zip(names, files, strict=True)
    ]
    schema = "array<struct<__name string, __file_no int, __file string, __file_day date>>"
    literal = F.lit(json.dumps(rows, ensure_ascii=False))
    return spark.range(1).select(F.inline(F.from_json(literal, schema)))


def literal_path(uri: str) -> str:
    """The URI with Hadoop's glob characters escaped: a key may contain brackets."""
    return "".join(f"\\{character}" if character in "\\*?[]{}" else character for character in uri)


# ---- parsing: each format gives __header, __malformed and the raw strings __r0, __r1, ...


def parse_csv(lines: DataFrame, header: str | None, plan: Plan) -> DataFrame:
    """Rows of files with this header line; columns are matched by the header's names.

    A first line that does not name the field of the event time (or, where that is computed, any
    field) is no header: nothing can be told about the file's lines.
    """
    names, fields = header_names(header), plan["fields"]
    malformed = csv_is_malformed(len(names))
    if "__broken" in lines.columns:
        malformed = malformed | F.col("__broken")
    if not set(names) & ({plan["time_field"]} if plan["time_field"] else set(fields)):
        return unreadable(lines, fields)
    places = {name: at for at, name in reversed(list(enumerate(names)))}
    cut = cut_at_commas(lines, len(names))
    values = [csv_field(places.get(name)) for name in fields]
    return fielded(cut, F.col("__text") == F.lit(header), malformed, values)


def cut_at_commas(lines: DataFrame, width: int) -> DataFrame:
    """CSV lines with their fields: __cut has them, or, where __quoted, __row as Spark reads it.

    Only a line with a quote needs a CSV parser (and one that begins with NUL, a comment to it).
    """
    schema = ", ".join(f"c{at} STRING" for at in range(width)) + ", __corrupt STRING"
    quoted = F.col("__text").contains('"') | F.col("__text").startswith("\0")
    marked = lines.withColumn("__quoted", quoted)
    parsed = marked.withColumn(
        "__row", F.when(F.col("__quoted"), F.from_csv("__text", schema, CSV_OPTIONS))
    )
    return parsed.withColumn("__cut", F.split("__text", ","))


def csv_field(place: int | None) -> Column:
    """The field at a place of the line; NULL if the header does not name it."""
    if place is None:
        return F.lit(None).cast("string")
    return F.expr(f"CASE WHEN __quoted THEN __row.c{place} ELSE GET(__cut, {place}) END")


def csv_is_malformed(width: int) -> Column:
    """Whether a line is blank, or is not a record of so many fields."""
    quotes = F.length("__text") - F.length(F.regexp_replace("__text", '"', ""))
    row = F.col("__row")
    broken = row.isNull() | row["__corrupt"].isNotNull() | (quotes % 2 == 1)
    broken = broken | ~F.col("__text").rlike(RECORD)
    uneven = F.when(F.col("__quoted"), broken).otherwise(F.size("__cut") != width)
    return uneven | (F.trim("__text") == "")


def header_names(header: str | None) -> list[str]:
    """The column names in a CSV header line; none for an empty file or a line with a break."""
    if header and header.count('"') % 2:
        return []
    return [name.strip() for name in next(csv.reader([header or ""]), [])]


def parse_line_format(lines: DataFrame, line: Plan) -> DataFrame:
    """Rows of a format that cuts every line alike, by the plan's expressions."""
    parsed = lines
    for stage in line["stages"]:
        parsed = parsed.select("*", *(F.expr(sql).alias(name) for name, sql in stage))
    values = [F.expr(sql) for sql in line["fields"]]
    return fielded(parsed, F.lit(False), F.expr(line["malformed"]), values)


def unreadable(lines: DataFrame, fields: Sequence[str]) -> DataFrame:
    """Every line malformed."""
    return fielded(lines, F.lit(False), F.lit(True), [csv_field(None) for _ in fields])


def fielded(
    parsed: DataFrame, header: Column, malformed: Column, values: Sequence[Column]
) -> DataFrame:
    """The common shape of all formats.

    A line that is not UTF-8 is malformed, and made readable; so is one with the U+FFFD that is left
    where bytes were lost before.
    """
    readable = F.col("__readable")
    return parsed.withColumn("__readable", F.expr(READABLE)).select(
        readable.alias("__text"),
        *("__file_no", "__file_day"),
        F.coalesce(header, F.lit(False)).alias("__header"),
        (malformed | readable.contains("\ufffd")).alias("__malformed"),
        *(value.alias(f"__r{at}") for at, value in enumerate(values)),
    )


def line_groups(spark: SparkSession, plan: Plan, files: Files) -> Groups:
    """The lines of all files in groups that are parsed alike: (header line of CSV files, lines).

    Files are listed here, once.
    """
    groups = by_header(spark, files) if plan["line"] is None else {None: files}
    frames = [(header, read_lines(spark, group)) for header, group in groups.items()]
    frames = frames or [(None, read_lines(spark, []))]
    return [
        (header, observed(lines, f"{LINES}{at}", plan)) for at, (header, lines) in enumerate(frames)
    ]


def broken_groups(spark: SparkSession, files: Files) -> Groups:
    """Groups of CSV files in which records have line breaks: such records' lines are __broken."""
    return [
        (header, marked_breaks(lines_in_order(spark, group), len(header_names(header))))
        for header, group in by_header(spark, files).items()
    ]


def lines_in_order(spark: SparkSession, files: Files) -> DataFrame:
    """`read_lines` with __block and __line, by which a file's lines have their order."""
    block = F.col("_metadata.file_block_start").alias("__block")
    return read_lines(spark, files, [block, F.monotonically_increasing_id().alias("__line")])


def marked_breaks(lines: DataFrame, width: int) -> DataFrame:
    """Lines in order, with __broken: whether the line is a part of a record of several lines.

    A line inside a quoted field has no quote but doubled ones. So a record is opened by a line that
    ends inside a field, if the next line with another quote ends that field, and the record with as
    many fields as the header has. Else the first line's quote is a stray one, and breaks nothing
    but its own line.
    """
    in_file = Window.partitionBy("__file_no").orderBy("__block", "__line")
    quote = F.col("__text").contains('"') & ~F.col("__text").rlike(rf"\A{INSIDE}\z")
    number = F.sum(quote.cast("int")).over(in_file.rowsBetween(Window.unboundedPreceding, 0))
    numbered = lines.withColumn("__quote", quote).withColumn("__quote_no", number)
    by_number = Window.partitionBy("__file_no").orderBy("__quote_no")
    goes_on = breaks(F.col("__text"), F.lead("__text").over(by_number), width)
    quotes = numbered.where("__quote").withColumn("__goes_on", goes_on)
    ends = F.lag("__goes_on").over(by_number)
    known = quotes.select("__file_no", "__quote_no", "__goes_on", ends.alias("__ends"))
    joined = numbered.join(known, ["__file_no", "__quote_no"], "left")
    broken = F.col("__goes_on") | (F.col("__quote") & F.col("__ends"))
    return joined.select(
        "__text", "__file_no", "__file_day", F.coalesce(broken, F.lit(False)).alias("__broken")
    )


def breaks(line: Column, following: Column, width: int) -> Column:
    """Whether a field that this line leaves open is ended by the next line that has a quote."""
    before = F.regexp_count(line, F.lit(rf"\G{FIELD},"))
    rest = F.regexp_replace(following, rf'\A{INSIDE}"', "")
    fits = before + 1 + F.regexp_count(rest, F.lit(rf"\G,{FIELD}")) == width
    opens, goes_on = line.rlike(OPENS), line.rlike(GOES_ON)
    ended = following.rlike(CLOSES) & (goes_on | (opens & fits))
    return F.coalesce(ended | (following.rlike(GOES_ON) & (opens | goes_on)), F.lit(False))


def files_with_breaks(spark: SparkSession, files: Files) -> set[int]:
    """Numbers of those CSV files where a line seems whole and is a part of a longer record."""
    found: set[int] = set()
    for header, lines in broken_groups(spark, files):
        if width := len(header_names(header)):
            whole = cut_at_commas(lines, width).where(~csv_is_malformed(width))
            inside = whole.where("__broken").select("__file_no").distinct()
            found.update(row[0] for row in inside.collect())
    return found


def observed(lines: DataFrame, name: str, plan: Plan) -> DataFrame:
    """The same lines, of which Spark notes while they are read what `lines_read` tells."""
    built = F.col("__file_day").isin(dates(plan["days"]))
    numbers = F.sum(F.when(built, F.col("__file_no")))
    return lines.observe(name, F.count(F.when(built, 1)), F.coalesce(numbers, F.lit(0)))


def lines_read(rows: DataFrame) -> tuple[int, int]:
    """How many lines of the days to build were read for these rows, and their file numbers' sum.

    Noted before a line is parsed, when the rows have been computed. Too many, if Spark had to
    compute some of them again because an executor was lost.
    """
    notes = rows._jdf.queryExecution().observedMetrics()
    found = [notes.apply(name) for name in scala_keys(notes) if name.startswith(LINES)]
    return sum(row.getLong(0) for row in found), sum(row.getLong(1) for row in found)


def scala_keys(scala_map: Any) -> list[str]:
    """The keys of a Scala map of strings."""
    keys = scala_map.keysIterator()
    found = []
    while keys.hasNext():
        found.append(str(keys.next()))
    return found


def parsed_lines(plan: Plan, groups: Groups) -> DataFrame:
    """All lines, parsed by the plan's format."""
    if plan["line"] is not None:
        return union([parse_line_format(lines, plan["line"]) for _, lines in groups])
    return union([parse_csv(lines, header, plan) for header, lines in groups])


def union(parts: Sequence[DataFrame]) -> DataFrame:
    """The rows of all of one or more frames with the same columns."""
    return reduce(lambda whole, part: whole.unionByName(part), parts)


def by_header(spark: SparkSession, files: Files) -> dict[str | None, Files]:
    """CSV files grouped by their first line, read on the driver."""
    with ThreadPoolExecutor(16) as pool:
        headers = list(pool.map(lambda file: first_line(spark, file[1]), files))
    groups: dict[str | None, list[tuple[int, str, str]]] = defaultdict(list)
    for header, file in zip(headers, files, strict=True):
        groups[header].append(file)
    return dict(groups)


# ---- typing and outcomes


def typed_rows(parsed: DataFrame, plan: Plan) -> DataFrame:
    """Raw strings become the declared columns; each row gets its day, reason and outcome so far."""
    values = [F.expr(sql).alias(name) for name, sql in plan["values"]]
    rows = parsed.select("*", *values)
    rows = rows.select("*", *(F.expr(sql).alias(name) for name, sql in plan["computed"]))
    day = F.col(f"`{plan['event_time']}`").cast("date")
    rows = rows.withColumn("__event_date", day).withColumn("__reason", F.expr(plan["reason"]))
    outcome = (
        F.when(F.col("__header"), "header")
        .when(F.col("__reason").isNotNull(), "rejected")
        .when(~F.col("__event_date").isin(dates(plan["days"])), "other_day")
        .when(~F.coalesce(F.expr(plan["keep"]), F.lit(False)), "filtered")
        .otherwise("clean")
    )
    # The number of the row keeps Spark from judging, and so parsing, a line twice: once for `here`.
    number = F.monotonically_increasing_id()
    rows = rows.withColumns({"__outcome": outcome, "__row_no": number})
    here = F.col("__file_day").isin(dates(plan["days"])) | (F.col("__outcome") == "clean")
    here = here | opens_record(plan)
    return rows.where(here).select(*kept_columns(plan))


def opens_record(plan: Plan) -> Column:
    """Whether a row is rejected and may be the first line of a CSV record with line breaks."""
    if plan["line"] is not None:
        return F.lit(False)
    return (F.col("__outcome") == "rejected") & F.col("__text").rlike(OPENS)


def dates(days: Iterable[str]) -> list[date]:
    """ISO days as dates."""
    return [date.fromisoformat(day) for day in days]


def kept_columns(plan: Plan) -> list[Column]:
    """What is carried on: of a good row its values, of a rejected one its text."""
    rejected = F.col("__outcome") == "rejected"
    return [
        *(F.col(f"`{name}`") for name in plan["columns"]),
        *(F.col(name) for name in ("__file_no", "__file_day", "__event_date", "__outcome")),
        F.when(rejected, F.col("__reason")).alias("__reason"),
        F.when(rejected, F.col("__text")).alias("__text"),
        F.col("__row_no"),
    ]


# ---- the one shuffle, and what is deduplicated in its partitions


def placed(rows: DataFrame, plan: Plan, slots: "Slots") -> DataFrame:
    """Rows brought together by day and bucket of the key; other rows are spread by their numbers.

    A row whose key has a NULL is nobody's duplicate, and has no __key.
    """
    is_clean = F.col("__outcome") == "clean"
    keyed = is_clean & F.lit(bool(plan["unique_key"]))
    for name in plan["unique_key"]:
        keyed = keyed & F.col(f"`{name}`").isNotNull()
    key = F.xxhash64(*(F.col(f"`{name}`") for name in plan["unique_key"] or ["__row_no"]))
    rows = rows.withColumn("__key", F.when(keyed, key))
    day = F.when(is_clean, F.col("__event_date")).otherwise(F.col("__file_day"))
    slot = slots.column(day, F.coalesce("__key", "__row_no"))
    return rows.withColumn("__slot", slot).drop("__file_day").repartition(slots.count, "__slot")


def shared(spark: SparkSession, rows: DataFrame, known: DataFrame | None = None) -> DataFrame:
    """The rows as Spark's own files of their shuffle hold them: what reads them parses nothing.

    Spark keeps these files while somebody holds the RDD, and makes lost ones again. There is no
    public function that gives a DataFrame of an RDD of rows with its partitioning and order, so
    that which Dataset.localCheckpoint uses is called. `known`: rows with the same columns, whose
    partitioning and order Spark is to take for those of `rows`; they must be.
    """
    adaptive = spark.conf.get("spark.sql.adaptive.enabled", "true")
    spark.conf.set("spark.sql.adaptive.enabled", "false")  # else partitioning is not known
    sql = jvm(spark).org.apache.spark.sql
    companion = getattr(getattr(sql.execution, "LogicalRDD$"), "MODULE$")
    try:
        internal = rows._jdf.queryExecution().toRdd()
        leaf = companion.fromDataset(internal, (rows if known is None else known)._jdf, False)
    finally:
        spark.conf.set("spark.sql.adaptive.enabled", str(adaptive))
    return DataFrame(sql.Dataset.ofRows(spark._jsparkSession, leaf), spark)


def lost_rows(spark: SparkSession, rows: DataFrame, plan: Plan) -> DataFrame | None:
    """Of rows with equal keys and day all but the first: where they are, and whose they are.

    Few rows have a twin: these are found by counting the keys' hashes, and only they are sorted.
    Everything happens inside the partitions that the rows are in. The result is cached, four
    numbers each: what is written and what is counted both need it. None without a unique key.
    """
    if not plan["unique_key"]:
        return None
    keys = [f"`{name}`" for name in plan["unique_key"]]
    keyed = rows.where(F.col("__key").isNotNull())
    twins = keyed.groupBy("__slot", "__key").agg(F.count("*").alias("__n")).where("__n > 1")
    group = ["__key", "__slot", "__event_date", *keys]
    values = [f"`{name}`" for name in plan["columns"]]
    first = Window.partitionBy(*group).orderBy(plan["event_time"], "__file_no", *values)
    lost = (
        keyed.join(twins.hint("shuffle_hash"), ["__slot", "__key"])
        .withColumn("__rank", F.row_number().over(first))
        .where("__rank > 1")
        .select("__slot", "__row_no", "__file_no", "__event_date")
    )
    return shared(spark, lost.persist())


def deduplicated(rows: DataFrame, lost: DataFrame | None) -> DataFrame:
    """Rows without those that are lost."""
    if lost is None:
        return rows
    places = lost.select("__slot", "__row_no")
    return rows.join(places.hint("shuffle_hash"), ["__slot", "__row_no"], "left_anti")


@dataclass(frozen=True)
class Slots:
    """Which partitions take the rows of which day.

    `numbers` has for each of the days from `first` on one number for every file that it gets,
    whose hash, modulo `count`, is the partition.
    """

    first: date
    numbers: Sequence[Sequence[int]]
    count: int

    def column(self, day: Column, spread: Column) -> Column:
        """The slot of a row of a day: one of the day's numbers, by the row's `spread`."""
        known = F.array(*(ints(numbers) for numbers in self.numbers))
        numbers = F.get(known, F.datediff(day, F.lit(self.first)))
        return F.coalesce(F.get(numbers, F.pmod(spread, F.size(numbers)).cast("int")), F.lit(0))


def slots_of(sizes: Mapping[str, int], cores: int) -> Slots:
    """Partitions for days with so many bytes of text.

    One for each of a large day's files; small days share one, while all cores have work.
    """
    room = max(BYTES_PER_TASK, min(BYTES_PER_FILE, sum(sizes.values()) // (3 * cores)))
    places: dict[str, list[int]] = {}
    last, filled = 0, 0
    for day, size in sorted(sizes.items()):
        files = max(1, -(-size // BYTES_PER_FILE))
        if filled and filled + size > room:
            last, filled = last + 1, 0
        places[day] = list(range(last, last + files))
        last, filled = last + files - 1, filled + size
    # Spark takes one partition for one without an order of its own, and shuffles it again to join.
    count = max(2, last + 1)
    numbers = hashed_to(count)
    days = dates(sizes) or [date.min]
    span = (min(days) + timedelta(at) for at in range((max(days) - min(days)).days + 1))
    known = [[numbers[place] for place in places.get(day.isoformat(), [])] for day in span]
    return Slots(min(days), known, count)


def hashed_to(count: int) -> list[int]:
    """For each of so many partitions a number that Spark's hash sends there."""
    homes: dict[int, int] = {}
    number = 0
    while len(homes) < count:
        homes.setdefault(murmur3(number) % count, number)
        number += 1
    return [homes[place] for place in range(count)]


def murmur3(number: int) -> int:
    """Spark's hash of an int: Murmur3 (x86, 32 bits) with seed 42, as a signed number."""
    mask = 0xFFFFFFFF
    mixed = (number * 0xCC9E2D51) & mask
    mixed = ((mixed << 15 | mixed >> 17) & mask) * 0x1B873593 & mask
    state = 42 ^ mixed
    state = ((state << 13 | state >> 19) & mask) * 5 + 0xE6546B64 & mask
    state ^= 4
    state = (state ^ state >> 16) * 0x85EBCA6B & mask
    state = (state ^ state >> 13) * 0xC2B2AE35 & mask
    state ^= state >> 16
    return state - (1 << 32) if state >> 31 else state


def ints(numbers: Iterable[int]) -> Column:
    """An array literal of ints."""
    return F.array(*(F.lit(number) for number in numbers)).cast("array<int>")


# ---- files and objects, through Hadoop's FileSystem: s3:// on Glue, whatever is mounted elsewhere


def jvm(spark: SparkSession) -> Any:
    """The Java side of the session; Hadoop's FileSystem has no Python API."""
    return spark._jvm


def file_system(spark: SparkSession, uri: str) -> tuple[Any, Any]:
    """Hadoop's FileSystem for a URI, and the URI as a qualified Hadoop Path."""
    path = jvm(spark).org.apache.hadoop.fs.Path(uri)
    system = path.getFileSystem(spark._jsc.hadoopConfiguration())
    return system, system.makeQualified(path)


def hadoop_name(spark: SparkSession, uri: str) -> str:
    """The URI as Spark's _metadata.file_path spells it."""
    name = str(file_system(spark, uri)[1].toUri().toString())
    return re.sub("^file:/+", "file:/", name)  # the two disagree on a local file's slashes


def read_text(spark: SparkSession, uri: str) -> str:
    """A whole UTF-8 object."""
    system, path = file_system(spark, uri)
    stream = system.open(path)
    try:
        return str(jvm(spark).org.apache.commons.io.IOUtils.toString(stream, "UTF-8"))
    finally:
        stream.close()


def write_text(spark: SparkSession, uri: str, text: str) -> None:
    """Write a UTF-8 object, replacing it."""
    system, path = file_system(spark, uri)
    stream = system.create(path, True)
    try:
        stream.write(bytearray(text.encode()))
    finally:
        stream.close()


def first_line(spark: SparkSession, uri: str) -> str | None:
    """A file's first line without byte order mark, unpacked by its suffix; None if it is empty."""
    system, path = file_system(spark, uri)
    codec = codec_of(spark, uri)
    stream = system.open(path)
    try:
        plain = stream if codec is None else codec.createInputStream(stream)
        reader = jvm(spark).java.io.InputStreamReader(plain, "UTF-8")
        line = jvm(spark).java.io.BufferedReader(reader).readLine()
    finally:
        stream.close()
    return None if line is None else str(line).removeprefix(MARK)


def codec_of(spark: SparkSession, uri: str) -> Any:
    """Hadoop's codec for the URI's suffix; None for a file that is not compressed."""
    configuration = spark._jsc.hadoopConfiguration()
    factory = jvm(spark).org.apache.hadoop.io.compress.CompressionCodecFactory(configuration)
    return factory.getCodec(file_system(spark, uri)[1])


def broken_files(spark: SparkSession, uris: Sequence[str]) -> list[str]:
    """Those that cannot be read to their end; of some that cannot, each half is tried."""
    if not uris or is_readable(spark, uris):
        return []
    if len(uris) == 1:
        return list(uris)
    half = len(uris) // 2
    return broken_files(spark, uris[:half]) + broken_files(spark, uris[half:])


def is_readable(spark: SparkSession, uris: Sequence[str]) -> bool:
    """Whether Spark reads all lines of the files."""
    try:
        spark.read.text([literal_path(uri) for uri in uris]).count()
    except Py4JJavaError:
        return False
    return True


def text_bytes(spark: SparkSession, uri: str) -> int:
    """About how many bytes of text a file holds."""
    system, path = file_system(spark, uri)
    size = int(system.getFileStatus(path).getLen())
    return size * GZIP_RATIO if uri.endswith(".gz") else size


def parquet_files(spark: SparkSession, folder: str) -> int:
    """How many Parquet files stand in a folder, which may not exist."""
    system, path = file_system(spark, folder)
    if not system.exists(path):
        return 0
    return sum(
        status.getPath().getName().endswith(".parquet") for status in system.listStatus(path)
    )


def day_sizes(spark: SparkSession, files: Files, days: Iterable[str]) -> dict[str, int]:
    """For each day to build, about how many bytes of text its files hold."""
    wanted = [(uri, day) for _, uri, day in files if day in set(days)]
    with ThreadPoolExecutor(16) as pool:
        sizes = list(pool.map(lambda file: text_bytes(spark, file[0]), wanted))
    total = dict.fromkeys(days, 0)
    for (_, day), size in zip(wanted, sizes, strict=True):
        total[day] += size
    return total


# ---- writing, counting, checking


def write_clean(spark: SparkSession, rows: DataFrame, plan: Plan) -> None:
    """The clean rows as Parquet under <clean_location>event_date=<day>/, sorted in each file."""
    columns = [F.col(f"`{name}`") for name in plan["columns"]]
    clean = rows.where("__outcome = 'clean'")
    clean = clean.select(*columns, F.col("__event_date").alias("event_date"))
    ordered = sorted_rows(spark, clean, plan)
    write_days(ordered, plan["clean_location"], plan["writer_options"])


def sorted_rows(spark: SparkSession, rows: DataFrame, plan: Plan) -> DataFrame:
    """Rows with their event_date, sorted by the key within their partitions.

    The day is the key's first part. Spark does not see that, and would sort by it once more.
    """
    by_key = rows.sortWithinPartitions(sort_key(plan))
    return shared(spark, by_key, rows.sortWithinPartitions("event_date"))


def sort_key(plan: Plan) -> Column:
    """The day and the plan's three numbers as one, which Spark sorts by without comparing rows."""
    days = dates(plan["days"])
    span = ((max(days) - min(days)).days + 1).bit_length()
    group, rest, value = (F.expr(sql) for sql in plan["sort_key"])
    rest_bits = 63 - span - GROUP_BITS - VALUE_BITS
    return (
        F.shiftleft(F.datediff("event_date", F.lit(min(days))).cast("bigint"), 63 - span)
        .bitwiseOR(F.shiftleft(group.bitwiseAND((1 << GROUP_BITS) - 1), rest_bits + VALUE_BITS))
        .bitwiseOR(F.shiftleft(rest.bitwiseAND((1 << rest_bits) - 1), VALUE_BITS))
        .bitwiseOR((value * (1 << VALUE_BITS)).cast("bigint"))
    )


def write_rejected(rows: DataFrame, plan: Plan, known: DataFrame) -> None:
    """The rejected rows under <rejected_location>event_date=<day of the file>/."""
    found = rows.where("__outcome = 'rejected'").join(F.broadcast(known), "__file_no")
    found = found.where(F.col("__file_day").isin(dates(plan["days"])))
    rejected = found.select(
        F.col("__text").alias("raw_text"),
        F.col("__file").alias("file"),
        F.col("__reason").alias("reason"),
        F.lit(plan["run_id"]).alias("run_id"),
        F.col("__file_day").alias("event_date"),
    )
    ordered = rejected.sortWithinPartitions("event_date", "reason", "file")
    write_days(ordered, plan["rejected_location"], {"compression": "zstd"})


def write_days(rows: DataFrame, location: str, options: Mapping[str, str]) -> None:
    """Parquet, a folder per day; what an earlier attempt of the same run left is replaced."""
    writer = rows.write.partitionBy("event_date").mode("overwrite").options(**options)
    writer.parquet(location)


def has_days(spark: SparkSession, location: str) -> bool:
    """Whether anything was written to a location."""
    system, path = file_system(spark, location)
    return bool(system.exists(path)) and any(
        status.isDirectory() for status in system.listStatus(path)
    )


def written_rows(spark: SparkSession, location: str) -> dict[str, int]:
    """Rows per day in the Parquet files of a location, from what is really there."""
    if not has_days(spark, location):
        return {}
    files = spark.read.schema("event_date STRING").parquet(location)
    return {row[0]: row[1] for row in files.groupBy("event_date").count().collect()}


def check_schema(spark: SparkSession, location: str, declared: Sequence[Sequence[str]]) -> None:
    """CleanLogsError unless the Parquet files of a location have the declared columns and types."""
    if not has_days(spark, location):
        return
    files = spark.read.option("mergeSchema", "true").parquet(location).drop("event_date")
    found, expected = files.dtypes, [(name, kind) for name, kind in declared]
    if found != expected:
        written = ", ".join(f"{name} {kind}" for name, kind in found)
        wanted = ", ".join(f"{name} {kind}" for name, kind in expected)
        raise CleanLogsError(f"{location}: written as ({written}), declared as ({wanted})")


def line_counts(groups: Groups) -> dict[int, int]:
    """Lines of each file that has any, by its number; apart from all that is done to them."""
    grouped = union([lines for _, lines in groups]).groupBy("__file_no")
    return dict(grouped.agg(F.count("__text")).collect())


def outcome_counts(
    rows: DataFrame, lost: DataFrame | None, files: Files, plan: Plan
) -> tuple[list[Count], Files]:
    """How many rows there are of each (file, event day, outcome, reason), lost ones apart.

    And the files that have a line which may be the first of a CSV record with line breaks.
    """
    known = {number: (number, uri, day) for number, uri, day in files}
    group = ["__file_no", "__event_date", "__outcome", "__reason"]
    opens = F.coalesce(opens_record(plan), F.lit(False)).alias("__opens")
    found = rows.groupBy(*group, opens).count().collect()
    counts = [
        (number, known[number][2], event_day and event_day.isoformat(), outcome, reason, count)
        for number, event_day, outcome, reason, _, count in found
    ]
    counts = without_lost(counts, lost_counts(lost))
    return counts, [known[number] for number in sorted({row[0] for row in found if row[4]})]


def lost_counts(lost: DataFrame | None) -> dict[tuple[int, str], int]:
    """Lost rows by (file, event day)."""
    if lost is None:
        return {}
    found = lost.groupBy("__file_no", "__event_date").count().collect()
    return {(number, event_day.isoformat()): count for number, event_day, count in found}


def without_lost(counts: Sequence[Count], lost: Mapping[tuple[int, str], int]) -> list[Count]:
    """Counts in which lost rows are no longer clean but duplicates."""
    kept = []
    for number, file_day, event_day, outcome, reason, count in counts:
        gone = lost.get((number, str(event_day)), 0) if outcome == "clean" else 0
        if gone:
            kept.append((number, file_day, event_day, "duplicate", reason, gone))
        if count > gone:
            kept.append((number, file_day, event_day, outcome, reason, count - gone))
    return kept


def tally(counts: Iterable[Count]) -> dict[str, Any]:
    """Rows by outcome of some files of one day, from their `outcome_counts`."""
    here: dict[str, int] = defaultdict(int)
    reasons: dict[str, int] = defaultdict(int)
    for _, file_day, event_day, outcome, reason, number in counts:
        if outcome == "rejected":
            reasons[str(reason)] += number
        else:
            elsewhere = outcome != "header" and event_day != file_day
            here["other_day" if elsewhere else outcome] += number
    rows = {
        "clean": here["clean"],
        "rejected": sum(reasons.values()),
        "filtered": here["filtered"],
        "duplicates": here["duplicate"],
        "other_day": here["other_day"],
    }
    return {
        "raw": sum(rows.values()),
        **rows,
        "header_lines": here["header"],
        "reasons": dict(sorted(reasons.items())),
    }


def late_rows(day: str, counts: Iterable[Count]) -> int:
    """Clean rows of a day that stand in later days' files."""
    return sum(
        number
        for _, file_day, event_day, outcome, _, number in counts
        if outcome == "clean" and event_day == day != file_day
    )


def day_manifest(day: str, counts: Sequence[Count]) -> dict[str, Any]:
    """The accounting of one day."""
    late = late_rows(day, counts)
    return {**tally(row for row in counts if row[1] == day), "late": late}


def file_manifests(day: str, files: Files, counts: Sequence[Count]) -> dict[str, dict[str, Any]]:
    """The accounting of each file of one day, by its URI."""
    of_file: dict[int, list[Count]] = defaultdict(list)
    for row in counts:
        of_file[row[0]].append(row)
    return {uri: tally(of_file[number]) for number, uri, file_day in files if file_day == day}


def check_lines(
    files: Files,
    days: Iterable[str],
    counts: Iterable[Count],
    read: tuple[int, int],
    groups: Groups,
) -> None:
    """CleanLogsError unless every line of every file of the days has an outcome.

    What was noted while the lines were read may be too much, never too little. If it differs, they
    are counted by themselves, file by file.
    """
    accounted: dict[int, int] = defaultdict(int)
    for number, *_, rows in counts:
        accounted[number] += rows
    built = {number: uri for number, uri, day in files if day in set(days)}
    expected = [(accounted[number], number) for number in built]
    if read != (sum(rows for rows, _ in expected), sum(rows * at for rows, at in expected)):
        check_files(built, line_counts(groups), accounted)


def check_files(
    uris: Mapping[int, str], lines: Mapping[int, int], accounted: Mapping[int, int]
) -> None:
    """CleanLogsError unless each file's lines are accounted for."""
    for number, uri in uris.items():
        found, rows = lines.get(number, 0), accounted.get(number, 0)
        if found != rows:
            raise CleanLogsError(f"{uri}: {found} lines found, {rows} accounted for")


def check_days(
    days: Mapping[str, Mapping[str, Any]], clean: Mapping[str, int], rejected: Mapping[str, int]
) -> None:
    """CleanLogsError unless every written row is accounted for."""
    for day, counted in days.items():
        pairs = {
            "clean rows": (clean.get(day, 0), counted["clean"] + counted["late"]),
            "rejected rows": (rejected.get(day, 0), counted["rejected"]),
        }
        for what, (found, expected) in pairs.items():
            if found != expected:
                raise CleanLogsError(f"{day}: {found} {what} found, {expected} accounted for")
    if strangers := (set(clean) | set(rejected)) - set(days):
        raise CleanLogsError(f"rows written for days not asked for: {sorted(strangers)}")


def run(spark: SparkSession, plan: Plan) -> dict[str, Any]:
    """Do what the plan says; the manifest, which is written last. Raises if anything is amiss."""
    if plan["version"] != PLAN_VERSION:
        raise CleanLogsError(f"plan version {plan['version']}; this job knows {PLAN_VERSION}")
    for name, value in SETTINGS.items():
        spark.conf.set(name, value)
    files = ordered_files(plan)
    try:
        manifest = built(spark, plan, files)
    except Py4JJavaError as error:
        # When a compressed file ends too soon, Spark does not say which: who mends it must know.
        packed = [uri for _, uri, _ in files if codec_of(spark, uri) is not None]
        if broken := broken_files(spark, packed):
            raise CleanLogsError(f"cannot be read to the end: {', '.join(broken)}") from error
        raise
    write_text(spark, plan["manifest_location"], json.dumps(manifest, indent=1) + "\n")
    return manifest


def built(
    spark: SparkSession, plan: Plan, files: Files, broken: Set[int] | None = None
) -> dict[str, Any]:
    """Read, type, deduplicate, write, count and check; the manifest.

    `broken`: numbers of the CSV files whose records have line breaks; None if that is not known.
    """
    groups = line_groups(spark, plan, [file for file in files if file[0] not in (broken or ())])
    ordered = broken_groups(spark, [file for file in files if file[0] in (broken or ())])
    rows = typed_rows(parsed_lines(plan, [*groups, *ordered]), plan)
    sizes = day_sizes(spark, files, plan["days"])
    moved = placed(rows, plan, slots_of(sizes, spark.sparkContext.defaultParallelism))
    outcomes = shared(spark, moved)
    lost = lost_rows(spark, outcomes, plan)
    write_clean(spark, deduplicated(outcomes, lost), plan)
    write_rejected(outcomes, plan, file_table(spark, files))
    counts, opened = outcome_counts(outcomes, lost, files, plan)
    spark.catalog.clearCache()
    if broken is None and (found := files_with_breaks(spark, opened)):
        return built(spark, plan, files, found)
    groups = line_groups(spark, plan, files) if broken else groups
    check_lines(files, plan["days"], counts, lines_read(moved), groups)
    return accounting(spark, plan, files, counts)


def accounting(
    spark: SparkSession, plan: Plan, files: Files, counts: Sequence[Count]
) -> dict[str, Any]:
    """The manifest: rows by outcome per day and per file, checked against the tables."""
    days = {day: day_manifest(day, counts) for day in plan["days"]}
    for day, counted in days.items():
        counted["raw_files"] = len({number for number, file_day, *_ in counts if file_day == day})
        counted["files"] = parquet_files(spark, f"{plan['clean_location']}event_date={day}")
    check_schema(spark, plan["clean_location"], plan["types"])
    clean = written_rows(spark, plan["clean_location"])
    check_days(days, clean, written_rows(spark, plan["rejected_location"]))
    by_file = {day: file_manifests(day, files, counts) for day in plan["days"]}
    return {"run_id": plan["run_id"], "source": plan["source"], "days": days, "files": by_file}


def main() -> None:
    """The job's entry: arguments JOB_NAME and plan, an s3:// URI of the plan's JSON."""
    from awsglue.utils import getResolvedOptions

    arguments = getResolvedOptions(sys.argv, ["JOB_NAME", "plan"])
    spark = SparkSession.builder.appName(arguments["JOB_NAME"]).getOrCreate()
    manifest = run(spark, json.loads(read_text(spark, arguments["plan"])))
    for day, counted in manifest["days"].items():
        print(day, json.dumps(counted))  # noqa: T201  the job's log


if __name__ == "__main__":
    main()
