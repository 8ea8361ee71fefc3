"""Objects a second of a crawl: `python -m benchmarks.crawler [objects]`.

Puts objects of 25 rows each into 365 daily partitions of a local AWS of its own, lists them with
boto3, crawls them, then crawls again after one new day. Everything goes through boto3; the listing
is what the crawl's time is compared with, because both depend on how busy the machine is.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import boto3

from benchmarks.figures import add_json_option, write_figures
from lakehouse.local_aws.server import LocalAws

TARGET_SECONDS = 10.0
DAYS = 365
BUCKET = "crawled"
ROWS = "".join(
    f"{n},2026-01-01T00:00:{n:02d}Z,/path/{n},200,{n}.5,true,agent {n},10.0.0.{n},GET,{n * 97}\n"
    for n in range(25)
)
BODY = f"id,at,path,status,ms,ok,agent,ip,method,bytes\n{ROWS}".encode()


def main(arguments: Sequence[str]) -> int:
    """Print a line per measure; 1 when the crawl takes longer than the target."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.crawler", description=__doc__)
    parser.add_argument("objects", nargs="?", type=int, default=10_000)
    add_json_option(parser)
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        aws = LocalAws(Path(folder))
        aws.start()
        try:
            seconds = _measure(aws.endpoint_url, asked.objects)
        finally:
            aws.stop()
    write_figures("crawler", asked, {"seconds": seconds})
    return int(seconds["first crawl"] > TARGET_SECONDS)


def _measure(endpoint: str, objects: int) -> dict[str, float]:
    """Seconds of each measure."""
    session = boto3.Session("test", "test", region_name="us-east-1")
    s3: Any = session.client("s3", endpoint_url=endpoint)
    glue: Any = session.client("glue", endpoint_url=endpoint)
    s3.create_bucket(Bucket=BUCKET)
    days = [(date(2026, 1, 1) + timedelta(n)).isoformat() for n in range(DAYS)]
    _put(s3, [f"logs/day={days[n % DAYS]}/{n:06d}.csv" for n in range(objects)])
    targets = {"S3Targets": [{"Path": f"s3://{BUCKET}/logs/"}]}
    glue.create_crawler(Name="c", Role="r", DatabaseName="d", Targets=targets)
    listing = _timed(lambda: _list(s3))
    first = _timed(lambda: _crawl(glue))
    same = _timed(lambda: _crawl(glue))
    _put(s3, ["logs/day=2027-01-01/new.csv"])
    one = _timed(lambda: _crawl(glue))
    found = {
        "listing with boto3": listing,
        "first crawl": first,
        "recrawl, nothing new": same,
        "recrawl, one new day": one,
    }
    for name, seconds in found.items():
        print(
            f"{name:<22} {objects:>7,} objects {seconds:7.2f} s "
            f"{objects / seconds:>9,.0f} objects/s {seconds / listing:6.2f} x listing"
        )
    return found


def _put(s3: Any, keys: list[str]) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda key: s3.put_object(Bucket=BUCKET, Key=key, Body=BODY), keys))


def _list(s3: Any) -> None:
    for _page in s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix="logs/"):
        pass


def _crawl(glue: Any) -> None:
    glue.start_crawler(Name="c")
    while (crawler := glue.get_crawler(Name="c")["Crawler"])["State"] != "READY":
        time.sleep(0.02)
    if crawler["LastCrawl"]["Status"] != "SUCCEEDED":
        raise RuntimeError(str(crawler["LastCrawl"]))


def _timed(act: Callable[[], None]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


if __name__ == "__main__":
    os.environ.setdefault("AWS_EC2_METADATA_DISABLED", "true")
    sys.exit(main(sys.argv[1:]))
