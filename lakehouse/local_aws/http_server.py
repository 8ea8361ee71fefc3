"""The HTTP server: cheroot, made quick for the many small requests of one client.

Belongs here: binding the port, connections, handing requests to a WSGI application.
Does not belong here: what is answered.

cheroot passes every request from its selecting thread to a worker and back, and reads through the
slow pure Python `_pyio`. Here a worker stays with a connection as long as requests follow each
other, and reads and writes are plain calls on the socket.
"""

import email.utils
import functools
import re
import select
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import unquote_to_bytes

from cheroot import wsgi
from cheroot.server import HTTPConnection, HTTPRequest

from lakehouse.local_aws.http_streams import Reader, Writer, limit_waiting
from lakehouse.local_aws.s3.request import RAW_HEADERS

_THREADS = 24  # requests answered at a time; idle connections do not hold one
_IDLE_SECONDS = 60  # after which a kept connection is closed
_KEPT_CONNECTIONS = 1000
_STAY_MILLISECONDS = 20  # that a worker waits for the next request of the same connection
_REQUEST_LINE = re.compile(rb"([A-Z]+) ((/[^?# ]*)(?:\?([^# ]*))?) HTTP/1\.1")
_HEADER_NAME = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


class _Request(HTTPRequest):
    """cheroot's request, whose head is read at once if it is plain, as those of AWS clients are.

    `has_length` says whether the answer has a Content-Length and nothing about the connection.
    """

    has_length = False

    def parse_request(self) -> None:
        """Read the head; sets `ready` if the request can be answered."""
        head = self.conn.rfile.head()
        if head is None or not self._understands(head):
            super().parse_request()
        elif self.read_request_headers():
            self.conn.rfile.skip(len(head))
            self.ready = True

    def _understands(self, head: bytes) -> bool:
        line, *lines = head[:-4].split(b"\r\n")
        request_line = _REQUEST_LINE.fullmatch(line)
        if request_line is None:
            return False
        headers = {}
        for text in lines:
            name, _, value = text.partition(b":")
            headers[name.title()] = value.strip()
        if len(headers) < len(lines) or not all(map(_HEADER_NAME.fullmatch, headers)):
            return False  # repeated, continued, malformed
        self.rfile = self.conn.rfile
        self.started_request = True
        self.method, self.uri, self.path, self.qs = request_line.group(1, 2, 3, 4)
        self.qs = self.qs or b""
        self.authority = b""
        self.request_protocol, self.response_protocol = b"HTTP/1.1", "HTTP/1.1"
        self.inheaders = headers
        self.header_reader = _already_read
        return True

    def read_request_headers(self) -> bool:
        """Whether the headers are such that the request can be answered."""
        if not super().read_request_headers():  # type: ignore[no-untyped-call]
            return False
        if not self.inheaders.get(b"Content-Length", b"0").isdigit():
            self.simple_response("400 Bad Request", "Malformed Content-Length Header.")
            return False
        return True

    def send_headers(self) -> None:
        """Send the head of the answer."""
        self.outheaders.append((b"Date", _http_date(int(time.time()))))
        if self._is_plain_answer():
            lines = [b"%b: %b" % header for header in self.outheaders]
            head = b"\r\n".join([b"HTTP/1.1 " + self._status(), *lines])
            self.conn.wfile.write(head + b"\r\n\r\n")
        else:
            super().send_headers()

    def _status(self) -> bytes:
        status: Any = self.status  # bytes, whatever cheroot's types say
        return bytes(status)

    def _is_plain_answer(self) -> bool:
        """Whether nothing has to be added: the length is known, the body read, all can go on."""
        return (
            self.has_length
            and self.response_protocol == "HTTP/1.1"
            and not self._status().startswith(b"413")
            and not (self.close_connection or self.chunked_read or self.rfile.remaining)
            and self.server.can_add_keepalive_connection
        )


def _already_read(_file: object, headers: dict[bytes, bytes]) -> dict[bytes, bytes]:
    return headers


@functools.lru_cache(maxsize=2)
def _http_date(seconds: int) -> bytes:
    return email.utils.formatdate(seconds, usegmt=True).encode()


class _Connection(HTTPConnection):
    RequestHandlerClass = _Request

    def __init__(self, server: Any, connection: socket.socket, *_: Any) -> None:
        limit_waiting(connection, _IDLE_SECONDS)
        writer = Writer(connection)
        reader = Reader(connection, writer)
        files = {"rb": reader, "wb": writer}
        super().__init__(server, connection, lambda _socket, mode, _size: files[mode])
        self._arrival = select.poll()
        self._arrival.register(connection, select.POLLIN)

    def communicate(self) -> bool:
        """Answer requests as long as they follow each other; whether to keep the connection."""
        while self._answered():
            if not (self.rfile.has_data() or self._arrives_soon()):
                return True
        return False

    def _answered(self) -> bool:
        keep: bool = super().communicate()  # type: ignore[no-untyped-call]
        try:
            self.wfile.flush()
        except OSError:
            return False  # the client has gone
        return keep

    def _arrives_soon(self) -> bool:
        others_wait = self.server.requests.qsize > 0
        return bool(self._arrival.poll(0 if others_wait else _STAY_MILLISECONDS))


class _Gateway(wsgi.Gateway_10):
    """Hands over the headers with their own names, too."""

    def start_response(self, status: str, headers: list[tuple[str, str]], *_: object) -> Any:
        """Take the head of the answer (WSGI), until it is sent."""
        request, names = self.req, set()
        if request.sent_headers:
            raise RuntimeError(f"{status} comes after {request.status.decode()} was sent")
        self.started_response = True
        request.status = status.encode("latin-1")
        request.outheaders = []
        for name, value in headers:
            low = name.lower()
            names.add(low)
            if low == "content-length":
                self.remaining_bytes_out = int(value)
            request.outheaders.append((name.encode("latin-1"), value.encode("latin-1")))
        request.has_length = "content-length" in names and "connection" not in names
        return self.write

    def get_environ(self) -> dict[str, Any]:  # type: ignore[override]
        """What the application is told of a request (WSGI)."""
        request = self.req
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1")
            for name, value in request.inheaders.items()
        }
        environ = {
            **_SERVER,
            "REQUEST_METHOD": request.method.decode(),
            "REQUEST_URI": request.uri.decode("latin-1"),
            "PATH_INFO": unquote_to_bytes(request.path).decode("latin-1"),
            "QUERY_STRING": request.qs.decode("latin-1"),
            "REMOTE_ADDR": request.conn.remote_addr or "",
            "SERVER_PORT": str(request.server.bind_addr[1]),
            "SERVER_PROTOCOL": request.request_protocol.decode(),
            "wsgi.input": request.rfile,
            "wsgi.input_terminated": bool(request.chunked_read),
            RAW_HEADERS: headers,
        }
        for name, value in headers.items():
            environ[_VARIABLES.get(name) or _variable(name)] = value
        return environ


_SERVER: Mapping[str, Any] = {
    "SCRIPT_NAME": "",
    "SERVER_NAME": "localhost",
    "wsgi.errors": sys.stderr,
    "wsgi.multiprocess": False,
    "wsgi.multithread": True,
    "wsgi.run_once": False,
    "wsgi.url_scheme": "http",
    "wsgi.version": (1, 0),
}
_VARIABLES = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}


@functools.lru_cache(maxsize=1000)
def _variable(header: str) -> str:
    return f"HTTP_{header.upper().replace('-', '_')}"


@contextmanager
def serving(host: str, port: int, application: Callable[..., Any]) -> Iterator[int]:
    """Answer requests in background threads for the duration of the block; yields the port.

    Port 0 takes a free one. Raises OSError for an address that cannot be used.
    """
    server = wsgi.Server(
        (host, port),
        application,
        numthreads=_THREADS,
        timeout=_IDLE_SECONDS,
        request_queue_size=128,
        shutdown_timeout=2,
    )
    server.gateway = _Gateway
    server.ConnectionClass = _Connection
    server.keep_alive_conn_limit = _KEPT_CONNECTIONS
    server.prepare()
    thread = threading.Thread(target=server.serve, name="local-aws", daemon=True)
    thread.start()
    try:
        yield server.bind_addr[1]
    finally:
        server.stop()
        thread.join()
