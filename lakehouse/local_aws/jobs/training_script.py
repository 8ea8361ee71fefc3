"""A script that does a little of everything that jobs do; see class_training.py.

Run by a JVM that writes down the classes it loads. Its results are thrown away.
"""

from pyspark.sql import SparkSession

ROOT = "s3://training"

spark = SparkSession.builder.getOrCreate()
rows = spark.range(100).selectExpr(
    "id",
    "CAST(id % 3 AS STRING) AS part",
    "named_struct('a', id, 'b', array(id, 2)) AS nested",
    "timestamp_seconds(id) AS at",
    "CAST(id AS DECIMAL(10, 2)) AS amount",
)
for kind in ("parquet", "json", "orc"):
    rows.write.partitionBy("part").format(kind).save(f"{ROOT}/{kind}")
    spark.read.format(kind).load(f"{ROOT}/{kind}").where("part = '1'").count()
rows.drop("nested").write.option("header", "true").csv(f"{ROOT}/csv")
read = spark.read.option("header", "true").option("inferSchema", "true").csv(f"{ROOT}/csv")
read.createOrReplaceTempView("rows")
spark.sql(
    "SELECT a.part, b.id, count(*) AS n, sum(a.amount), max(a.at), collect_list(b.id), "
    "row_number() OVER (PARTITION BY a.part ORDER BY count(*)) "
    "FROM rows a JOIN rows b ON a.id = b.id WHERE a.id > 1 GROUP BY a.part, b.id ORDER BY n"
).collect()
frame = spark.createDataFrame([(1, "x"), (2, "y")], "n int, word string")
frame.rdd.map(lambda row: (row.n, row.word)).toDF(["n", "word"]).show()
spark.udf.register("twice", lambda text: text * 2)
frame.selectExpr("twice(word) AS word").distinct().collect()
spark.sql(f"CREATE DATABASE training LOCATION '{ROOT}/db'")
frame.write.partitionBy("word").saveAsTable("training.saved")
spark.sql("CREATE TABLE training.text (n int) PARTITIONED BY (day string)")
spark.sql("INSERT INTO training.text PARTITION (day = '2026-01-01') VALUES (1), (2)")
spark.sql("SELECT * FROM training.text WHERE day > '2026'").collect()
spark.stop()
