"""Writes a clean table again and again in several layouts: a PySpark script.

Arguments: table, folder for the layouts, JSON of the variants (name -> sort columns and writer
options), rounds, file for the CPU seconds of each write. Rows are held in memory, a partition for
several days, as in the job; the variants take turns.
"""

import json
import sys
from pathlib import Path

from pyspark.sql import SparkSession


def main(table: str, out: str, variants: str, rounds: str, costs: str) -> None:
    """Write every variant in every round; its files are those of the last."""
    spark = SparkSession.builder.getOrCreate()
    spark.conf.set("spark.sql.session.timeZone", "UTC")
    spark.conf.set("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS")
    rows = spark.read.parquet(table).repartition(6, "event_date")
    rows = rows.sortWithinPartitions("event_time").cache()  # the order in which lines arrive
    rows.count()
    wanted = json.loads(variants)
    seconds: dict[str, list[float]] = {name: [] for name in wanted}
    for turn in range(int(rounds) + 1):  # the first is for Java's compiler
        for name, (columns, options) in wanted.items():
            began = cpu_seconds(spark)
            ordered = rows.sortWithinPartitions("event_date", *columns) if columns else rows
            writer = ordered.write.partitionBy("event_date").mode("overwrite").options(**options)
            writer.parquet(f"{out}/{name}")
            if turn:
                seconds[name].append(cpu_seconds(spark) - began)
    Path(costs).write_text(json.dumps(seconds))


def cpu_seconds(spark: SparkSession) -> float:
    """CPU time of Spark's JVM so far."""
    handle = spark._jvm.java.lang.ProcessHandle.current()  # type: ignore[union-attr]
    return float(handle.info().totalCpuDuration().get().toNanos()) / 1e9


if __name__ == "__main__":
    main(*sys.argv[1:])
