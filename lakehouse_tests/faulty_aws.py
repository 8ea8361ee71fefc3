"""A proxy before the local AWS that answers some calls wrongly: real clients, real HTTP.

A fault is for one operation and happens a number of times: an AWS error, an answer that never
comes, or one that is lost after the call was carried out.
"""

import http.client
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal
from urllib.parse import urlsplit

import boto3
from botocore.config import Config

from lakehouse.aws.session import CONFIG

Kind = Literal["error", "drop", "lose answer"]


@dataclass
class Fault:
    """`operation`: the last part of X-Amz-Target, or for S3 a method with the start of its path."""

    operation: str
    kind: Kind
    times: int = 1_000_000
    status: int = 500
    code: str = "InternalServiceException"
    words: str = "injected"
    happened: int = 0


class FaultyAws(ThreadingHTTPServer):
    """Passes every call on, but for its `faults`; `calls` counts what arrived, by operation.

    `watch` is told of each call before it is passed on: its operation, and the how-manieth it is.
    """

    daemon_threads = True

    def __init__(self, endpoint_url: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.upstream = urlsplit(endpoint_url).netloc
        self.faults: list[Fault] = []
        self.calls: dict[str, int] = {}
        self.lock = threading.Lock()
        self.watch: Callable[[str, int], None] = lambda operation, number: None

    @property
    def endpoint_url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def client(self, service: str, tries: int = 6) -> Any:
        """The platform's own client; with fewer tries, a test of their end waits less."""
        shorter = Config(read_timeout=5, retries={"mode": "standard", "total_max_attempts": tries})
        config = CONFIG.merge(shorter)
        return boto3.client(service, endpoint_url=self.endpoint_url, config=config)  # type: ignore[call-overload]

    def fault_for(self, operation: str) -> Fault | None:
        with self.lock:
            self.calls[operation] = self.calls.get(operation, 0) + 1
            self.watch(operation, self.calls[operation])
            for fault in self.faults:
                if operation.startswith(fault.operation) and fault.happened < fault.times:
                    fault.happened += 1
                    return fault
        return None


@contextmanager
def faulty_aws(endpoint_url: str) -> Iterator[FaultyAws]:
    """A running proxy, ended at the end of the block."""
    proxy = FaultyAws(endpoint_url)
    thread = threading.Thread(target=proxy.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield proxy
    finally:
        proxy.shutdown()
        thread.join()
        proxy.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: FaultyAws

    def handle_one(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        target = self.headers.get("X-Amz-Target", "").rpartition(".")[2]
        fault = self.server.fault_for(target or f"{self.command} {self.path}")
        if fault is None:
            self.answer_of_upstream(body)
        elif fault.kind == "error":
            self.answer(fault.status, _error_headers(bool(target)), _error_body(fault, target))
        else:
            if fault.kind == "lose answer":
                self.passed_on(body)
            self.close_connection = True

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = handle_one  # noqa: N815  http.server's names

    def answer_of_upstream(self, body: bytes) -> None:
        try:
            self.answer(*self.passed_on(body))
        except ConnectionError:  # the server was killed: its clients see a closed connection too
            self.close_connection = True

    def passed_on(self, body: bytes) -> tuple[int, dict[str, str], bytes]:
        upstream = http.client.HTTPConnection(self.server.upstream)
        upstream.request(self.command, self.path, body, dict(self.headers))
        answer = upstream.getresponse()
        found = answer.status, dict(answer.getheaders()), answer.read()
        upstream.close()
        return found

    def answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response_only(status)
        for name, value in headers.items():
            if name.lower() not in ("content-length", "transfer-encoding", "connection"):
                self.send_header(name, value)
        length = headers.get("Content-Length", "0") if self.command == "HEAD" else str(len(body))
        self.send_header("Content-Length", length)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the base class's name
        """Nothing is logged."""


def _error_headers(is_json: bool) -> dict[str, str]:
    kind = "application/x-amz-json-1.1" if is_json else "application/xml"
    return {"Content-Type": kind, "x-amzn-RequestId": "faulty", "x-amz-request-id": "faulty"}


def _error_body(fault: Fault, target: str) -> bytes:
    if target:
        return json.dumps({"__type": fault.code, "Message": fault.words}).encode()
    return f"<Error><Code>{fault.code}</Code><Message>{fault.words}</Message></Error>".encode()
