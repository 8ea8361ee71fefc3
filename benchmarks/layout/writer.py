"""Writes a clean table again and again in several layouts: a PySpark script.

Arguments: table, folder for the layouts, JSON of the variants (name -> sort columns or a plan's
sort key, writer options, whether it is a key), rounds, file for the CPU seconds of each write. Rows
are held in memory, a partition for several days, as in the job; the variants take turns.
"""

import json
import sys
from pathlib import Path

from pyspark.sql import DataFrame, SparkSession

from glue_scripts import clean_logs


def main(table: str, out: str, variants: str, rounds: str, costs: str) -> None:
    """Write every variant in every round; its files are those of the last."""
    spark = SparkSession.builder.getOrCreate()
    spark.conf.set("spark.sql.session.timeZone", "UTC")
    spark.conf.set("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS")
    rows = spark.read.parquet(table).repartition(6, "event_date")
    rows = rows.sortWithinPartitions("event_time").cache()  # the order in which lines arrive
    days = [str(row[0]) for row in rows.select("event_date").distinct().collect()]
    wanted = json.loads(variants)
    seconds: dict[str, list[float]] = {name: [] for name in wanted}
    for turn in range(int(rounds) + 1):  # the first is for Java's compiler
        for name, (columns, options, is_key) in wanted.items():
            began = cpu_seconds(spark)
            ordered = by_key(spark, rows, columns, days) if is_key else by_columns(rows, columns)
            writer = ordered.write.partitionBy("event_date").mode("overwrite").options(**options)
            writer.parquet(f"{out}/{name}")
            if turn:
                seconds[name].append(cpu_seconds(spark) - began)
    Path(costs).write_text(json.dumps(seconds))


def by_columns(rows: DataFrame, columns: list[str]) -> DataFrame:
    """Sorted by comparing rows, or as they are."""
    return rows.sortWithinPartitions("event_date", *columns) if columns else rows


def by_key(spark: SparkSession, rows: DataFrame, key: list[str], days: list[str]) -> DataFrame:
    """Sorted as the job sorts."""
    return clean_logs.sorted_rows(spark, rows, {"days": days, "sort_key": key})


def cpu_seconds(spark: SparkSession) -> float:
    """CPU time of Spark's JVM so far."""
    handle = spark._jvm.java.lang.ProcessHandle.current()  # type: ignore[union-attr]
    return float(handle.info().totalCpuDuration().get().toNanos()) / 1e9


if __name__ == "__main__":
    main(*sys.argv[1:])
