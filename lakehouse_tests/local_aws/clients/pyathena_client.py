# /// script
# requires-python = ">=3.11"
# dependencies = ["PyAthena[pandas,sqlalchemy,arrow]>=3.10"]
# ///
"""PyAthena against the endpoint of AWS_ENDPOINT_URL: cursors, unload, SQLAlchemy reflection.

A program of its own, because PyAthena is not installed beside the project. It ends with status 0
when everything is as it would be on AWS. The ArrowCursor is left out: its S3 file system is
pyarrow's own, which takes no endpoint from the environment.
"""

import datetime
import decimal
import os
import uuid

import boto3
from pyathena import connect
from pyathena.cursor import DictCursor
from pyathena.error import OperationalError
from pyathena.pandas.cursor import PandasCursor
from sqlalchemy import MetaData, Table, create_engine, inspect, select

NAME = f"pyathena-{uuid.uuid4().hex[:8]}"
DATABASE = NAME.replace("-", "_")
POLL = 0.05  # seconds
STAGING = f"s3://{NAME}/results/"
TYPED = (
    "SELECT 1 AS i, CAST(2 AS bigint) AS b, 1.5e0 AS d, DECIMAL '1.50' AS dec, 'x' AS s, "
    "true AS t, DATE '2026-01-31' AS day, TIMESTAMP '2026-01-31 08:00:00' AS ts, "
    "CAST(NULL AS varchar) AS n, ARRAY[1, 2] AS a"
)


def prepare() -> None:
    """A bucket, a database and a partitioned table."""
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket=NAME)
    for day, body in (("2026-01-01", b"1,a\n2,b\n"), ("2026-01-02", b"3,c\n")):
        s3.put_object(Bucket=NAME, Key=f"t/d={day}/a.csv", Body=body)
    cursor = connect(s3_staging_dir=STAGING, poll_interval=POLL).cursor()
    cursor.execute(f"CREATE DATABASE {DATABASE}")
    cursor.execute(
        f"CREATE EXTERNAL TABLE {DATABASE}.t (id int COMMENT 'number', name string) "
        f"PARTITIONED BY (d string) ROW FORMAT DELIMITED FIELDS TERMINATED BY ',' "
        f"LOCATION 's3://{NAME}/t/'"
    )
    cursor.execute(f"MSCK REPAIR TABLE {DATABASE}.t")


def cursors() -> None:
    """Rows, types, parameters, descriptions and failures of the plain cursors."""
    connection = connect(s3_staging_dir=STAGING, schema_name=DATABASE, poll_interval=POLL)
    cursor = connection.cursor()
    rows = cursor.execute(TYPED).fetchall()
    day, moment = datetime.date(2026, 1, 31), datetime.datetime(2026, 1, 31, 8)
    assert rows[0][:9] == (1, 2, 1.5, decimal.Decimal("1.50"), "x", True, day, moment, None), rows
    kinds = [column[1] for column in cursor.description]
    assert kinds == [
        "integer", "bigint", "double", "decimal", "varchar", "boolean", "date", "timestamp",
        "varchar", "array",
    ], kinds  # fmt: skip
    sql = "SELECT id, name FROM t WHERE d = %(day)s ORDER BY id"
    assert cursor.execute(sql, {"day": "2026-01-01"}).fetchall() == [(1, "a"), (2, "b")]
    found = cursor.execute("SELECT name FROM t WHERE id = ?", ["3"], paramstyle="qmark").fetchall()
    assert found == [("c",)], found
    assert cursor.data_scanned_in_bytes == 12, cursor.data_scanned_in_bytes
    named = connection.cursor(DictCursor).execute("SELECT max(id) AS m FROM t").fetchall()
    assert named == [{"m": 3}], named
    assert cursor.execute("SHOW PARTITIONS t").fetchall() == [
        ("d=2026-01-01",),
        ("d=2026-01-02",),
    ]
    try:
        cursor.execute("SELECT nope FROM t")
    except OperationalError as error:
        assert "COLUMN_NOT_FOUND" in str(error), error
    else:
        raise AssertionError("a wrong query succeeded")


def pandas() -> None:
    """Data frames, from CSV and through UNLOAD."""
    for unload in (False, True):
        cursor = connect(
            s3_staging_dir=STAGING,
            schema_name=DATABASE,
            cursor_class=PandasCursor,
            poll_interval=POLL,
        ).cursor(unload=unload)
        frame = cursor.execute("SELECT id, name, d FROM t ORDER BY id").as_pandas()
        assert frame["id"].tolist() == [1, 2, 3], frame
        assert frame["name"].tolist() == ["a", "b", "c"], frame


def sqlalchemy() -> None:
    """Reflection and a query through SQLAlchemy."""
    region = os.environ["AWS_DEFAULT_REGION"]
    engine = create_engine(
        f"awsathena+rest://@athena.{region}.amazonaws.com:443/{DATABASE}"
        f"?s3_staging_dir={STAGING}&poll_interval={POLL}"
    )
    with engine.connect() as connection:
        inspector = inspect(connection)
        assert DATABASE in inspector.get_schema_names()
        assert inspector.get_table_names(schema=DATABASE) == ["t"]
        columns = {c["name"]: str(c["type"]) for c in inspector.get_columns("t", schema=DATABASE)}
        assert columns == {"id": "INTEGER", "name": "VARCHAR", "d": "VARCHAR"}, columns
        table = Table("t", MetaData(), autoload_with=connection)
        rows = connection.execute(select(table.c.id).where(table.c.name == "b")).fetchall()
        assert [tuple(row) for row in rows] == [(2,)], rows


if __name__ == "__main__":
    prepare()
    cursors()
    pandas()
    sqlalchemy()
