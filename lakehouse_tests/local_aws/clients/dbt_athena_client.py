# /// script
# requires-python = ">=3.11"
# dependencies = ["dbt-athena>=1.11,<1.12", "dbt-core<1.12", "PyAthena<3.35"]
# ///
"""dbt-athena against the endpoint of AWS_ENDPOINT_URL: seed, models, tests, docs.

A program of its own: dbt-athena wants an older PyAthena, and dbt-core below 1.12. It ends with
status 0 when everything is as it would be on AWS. The project is written into a temporary folder.
"""

import json
import tempfile
import time
import uuid
from pathlib import Path

import boto3
from dbt.cli.main import dbtRunner

NAME = f"dbt-{uuid.uuid4().hex[:8]}"
DATABASE = NAME.replace("-", "_")
ROOT = f"s3://{NAME}"
FILES = {
    "dbt_project.yml": """
name: logs
version: "1.0"
profile: local
model-paths: [models]
seed-paths: [seeds]
flags: {send_anonymous_usage_stats: false}
""",
    "profiles.yml": f"""
local:
  target: dev
  outputs:
    dev:
      type: athena
      s3_staging_dir: {ROOT}/results/
      s3_data_dir: {ROOT}/tables/
      s3_data_naming: schema_table
      region_name: us-east-1
      schema: {DATABASE}
      database: awsdatacatalog
      threads: 2
      poll_interval: 0.05
""",
    "seeds/requests.csv": "id,path,status,day\n1,/a,200,2026-01-01\n2,/b,500,2026-01-01\n"
    "3,/a,200,2026-01-02\n",
    "models/schema.yml": """
version: 2
models:
  - name: by_path
    description: Requests of each path
    columns:
      - name: path
        description: The path
        data_tests: [unique, not_null]
  - name: by_day
    columns:
      - name: day
        data_tests: [not_null]
""",
    "models/by_path.sql": """
{{ config(materialized='table', format='parquet', write_compression='snappy') }}
SELECT path, count(*) AS requests, count_if(status >= 500) AS errors
FROM {{ ref('requests') }} GROUP BY path
""",
    "models/errors.sql": """
{{ config(materialized='view') }}
SELECT path, errors FROM {{ ref('by_path') }} WHERE errors > 0
""",
    "models/by_day.sql": """
{{ config(materialized='incremental', incremental_strategy='insert_overwrite',
          partitioned_by=['day'], format='parquet') }}
SELECT path, count(*) AS requests, CAST(day AS varchar) AS day
FROM {{ ref('requests') }}
{% if is_incremental() %} WHERE CAST(day AS varchar) >= '2026-01-02' {% endif %}
GROUP BY path, day
""",
}


def project() -> Path:
    """The dbt project, written to a new folder."""
    folder = Path(tempfile.mkdtemp())
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.lstrip())
    return folder


def dbt(folder: Path, *words: str) -> None:
    """One dbt command, which has to succeed."""
    places = ["--project-dir", str(folder), "--profiles-dir", str(folder)]
    outcome = dbtRunner().invoke([*words, *places])
    assert outcome.success, (words, outcome.exception)


def rows(sql: str) -> list[tuple[str, ...]]:
    """The rows of a query, by boto3."""
    athena = boto3.client("athena")
    query_id = athena.start_query_execution(
        QueryString=sql,
        QueryExecutionContext={"Database": DATABASE},
        ResultConfiguration={"OutputLocation": f"{ROOT}/results/"},
    )["QueryExecutionId"]
    while True:
        found = athena.get_query_execution(QueryExecutionId=query_id)["QueryExecution"]["Status"]
        if found["State"] not in ("QUEUED", "RUNNING"):
            break
        time.sleep(0.05)
    assert found["State"] == "SUCCEEDED", found
    answer = athena.get_query_results(QueryExecutionId=query_id)["ResultSet"]["Rows"]
    return [tuple(cell["VarCharValue"] for cell in row["Data"]) for row in answer[1:]]


def main() -> None:
    """Seed, run twice, test, document."""
    boto3.client("s3").create_bucket(Bucket=NAME)
    folder = project()
    dbt(folder, "debug")
    dbt(folder, "seed")
    dbt(folder, "run")
    assert rows("SELECT * FROM by_path ORDER BY path") == [("/a", "2", "0"), ("/b", "1", "1")]
    assert rows("SELECT * FROM errors") == [("/b", "1")]
    for _ in range(2):
        dbt(folder, "run")
        assert rows("SELECT path, requests, day FROM by_day ORDER BY day, path") == [
            ("/a", "1", "2026-01-01"),
            ("/b", "1", "2026-01-01"),
            ("/a", "1", "2026-01-02"),
        ]
    dbt(folder, "seed", "--full-refresh")
    dbt(folder, "test")
    dbt(folder, "docs", "generate")
    catalog = json.loads((folder / "target" / "catalog.json").read_text())
    assert "model.logs.by_path" in catalog["nodes"], catalog["errors"]
    columns = catalog["nodes"]["model.logs.by_path"]["columns"]
    assert columns["requests"]["type"] == "bigint", columns


if __name__ == "__main__":
    main()
