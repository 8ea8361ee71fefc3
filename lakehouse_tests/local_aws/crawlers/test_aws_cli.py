"""Crawlers as users of the AWS CLI type them."""

import json
import subprocess
import sys
import time
from typing import Any

import pytest

from lakehouse_tests.local_aws.crawlers.lake import ACCESS_LOG, Lake


def aws(*arguments: str) -> Any:
    """What the CLI answers; it is pointed at the local AWS by the environment."""
    command = [sys.executable, "-m", "awscli", "--output", "json", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout or "null")


@pytest.mark.slow
def test_a_crawler_is_made_started_and_its_tables_are_shown(lake: Lake) -> None:
    lake.put(**{"logs/day=1/access.log": ACCESS_LOG * 20})
    path = {"Path": f"s3://{lake.name}/logs/", "Exclusions": ["**.tmp"]}
    request = ["--role", "role", "--database-name", lake.database, "--table-prefix", "raw_"]
    targets = json.dumps({"S3Targets": [path]})
    aws("glue", "create-crawler", "--name", lake.name, *request, "--targets", targets)
    aws("glue", "start-crawler", "--name", lake.name)
    deadline = time.monotonic() + 60
    while lake.glue.get_crawler(Name=lake.name)["Crawler"]["State"] != "READY":
        assert time.monotonic() < deadline, "the crawl did not end"
        time.sleep(0.05)
    shown = "TableList[].[Name, Parameters.classification, PartitionKeys[0].Name]"
    tables = aws("glue", "get-tables", "--database-name", lake.database, "--query", shown)
    assert tables == [["raw_logs", "combined_apache", "day"]]
