"""What is measured of an S3 server: each function returns one figure of one repetition.

Belongs here: the loads. Bucket and objects that a load reads are made by its `prepare`.
"""

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import boto3
from botocore.config import Config

from benchmarks.s3.peers import PeakMemory, Peer
from benchmarks.s3.wire import Connection, request, run_parallel

BUCKET = "benchmark"
CONNECTIONS = 8
_KILOBYTE = os.urandom(1024)
_MEGABYTE = os.urandom(1_000_000)
_BIG = 100  # MB
_RANGE = 64 * 1024


@dataclass(frozen=True)
class Measure:
    """A figure: how it is taken, its unit, whether more is better, the mark against moto.

    `mark` is the smallest allowed ratio of this server's speed to moto's; None: no such mark.
    """

    name: str
    unit: str
    more_is_better: bool
    mark: float | None
    take: Callable[[Peer], float]


def prepare(peer: Peer) -> None:
    """Make the bucket and the objects that are read."""
    connection = Connection(peer.port)
    connection.call(request("PUT", BUCKET, "", 0))
    connection.call(request("PUT", BUCKET, "kilobyte", 1024) + _KILOBYTE)
    _put_big(connection, "big", _BIG)
    connection.close()


def _put_big(connection: Connection, key: str, megabytes: int) -> None:
    head = request("PUT", BUCKET, key, megabytes * len(_MEGABYTE))
    connection.call(head, (_MEGABYTE for _ in range(megabytes)))


def _rate(peer: Peer, messages: Iterator[bytes]) -> float:
    began = time.perf_counter()
    count = run_parallel(peer.port, messages, CONNECTIONS)
    return count / (time.perf_counter() - began)


def put_kilobytes(count: int) -> Callable[[Peer], float]:
    """PUT of 1 kB to keys of their own, 8 connections: requests a second."""

    def take(peer: Peer) -> float:
        mark = time.time_ns()
        keys = (f"small/{mark}/{number}" for number in range(count))
        return _rate(peer, (request("PUT", BUCKET, key, 1024) + _KILOBYTE for key in keys))

    return take


def get_kilobytes(count: int) -> Callable[[Peer], float]:
    """GET of 1 kB, 8 connections: requests a second."""
    message = request("GET", BUCKET, "kilobyte")
    return lambda peer: _rate(peer, (message for _ in range(count)))


def get_ranges(count: int) -> Callable[[Peer], float]:
    """GET of 64 kB ranges of a 100 MB object, 8 connections: requests a second."""
    last = _BIG * len(_MEGABYTE) - _RANGE

    def message(number: int) -> bytes:
        start = number * 7_919_777 % last
        return request(
            "GET", BUCKET, "big", headers=f"Range: bytes={start}-{start + _RANGE - 1}\r\n"
        )

    return lambda peer: _rate(peer, (message(number) for number in range(count)))


def put_big(peer: Peer) -> float:
    """PUT of 100 MB over one connection: MB a second."""
    connection = Connection(peer.port)
    began = time.perf_counter()
    _put_big(connection, "put", _BIG)
    seconds = time.perf_counter() - began
    connection.close()
    return _BIG / seconds


def get_big(peer: Peer) -> float:
    """GET of 100 MB over one connection: MB a second."""
    connection = Connection(peer.port)
    began = time.perf_counter()
    size = connection.download(request("GET", BUCKET, "big"))
    seconds = time.perf_counter() - began
    connection.close()
    return size / 1e6 / seconds


def memory(megabytes: int) -> Callable[[Peer], float]:
    """Put and get an object of that size: MB by which the server grew at most."""

    def take(peer: Peer) -> float:
        with PeakMemory(peer) as grown:
            connection = Connection(peer.port)
            _put_big(connection, f"huge-{megabytes}", megabytes)
            connection.download(request("GET", BUCKET, f"huge-{megabytes}"))
            connection.call(request("DELETE", BUCKET, f"huge-{megabytes}"))
            connection.close()
        return grown.growth / 1e6

    return take


def load_keys(peer: Peer, count: int) -> None:
    """Put `count` empty objects, a thousand to a prefix."""
    keys = (f"keys/{number // 1000:03}/{number % 1000:03}" for number in range(count))
    run_parallel(peer.port, (request("PUT", BUCKET, key, 0) for key in keys), CONNECTIONS)


def list_prefix(count: int) -> Callable[[Peer], float]:
    """ListObjectsV2 through boto3 of one prefix of 1,000 keys among `count`: milliseconds."""
    return lambda peer: _listing(peer, f"keys/{count // 2000:03}/", "Contents", 1000)


def list_folders(count: int) -> Callable[[Peer], float]:
    """ListObjectsV2 through boto3 of the folders above those keys: milliseconds."""

    def take(peer: Peer) -> float:
        return _listing(peer, "keys/", "CommonPrefixes", min(count // 1000, 1000))

    return take


def _listing(peer: Peer, prefix: str, member: str, expected: int) -> float:
    s3 = boto3.client(
        "s3",
        endpoint_url=f"http://127.0.0.1:{peer.port}",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        region_name="us-east-1",
        config=Config(read_timeout=300, retries={"max_attempts": 1}),
    )
    s3.head_bucket(Bucket=BUCKET)
    began = time.perf_counter()
    found = s3.list_objects_v2(Bucket=BUCKET, Prefix=prefix, Delimiter="/")
    seconds = time.perf_counter() - began
    if len(found[member]) != expected:
        raise RuntimeError(f"{peer.name} lists {len(found[member])} instead of {expected}")
    return seconds * 1000
