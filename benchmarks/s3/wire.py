"""The smallest HTTP client there is, the same for all peers, so that servers are measured.

boto3 needs more CPU for a 1 kB PUT than the servers do; here a request is bytes made beforehand,
sent and received over plain sockets. Requests carry an Authorization header that names S3 (peers
find the service by it) and UNSIGNED-PAYLOAD; none of the peers checks signatures.
"""

import re
import selectors
import socket
from collections.abc import Iterable, Iterator
from urllib.parse import quote

_CHUNK = 1 << 20
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding: *chunked", re.IGNORECASE)
_CLOSE = re.compile(rb"\r\nconnection: *close", re.IGNORECASE)
_SIGNED = (
    "Authorization: AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request, "
    "SignedHeaders=host, Signature=0\r\nx-amz-content-sha256: UNSIGNED-PAYLOAD\r\n"
)


def request(
    method: str, bucket: str, key: str, length: int | None = None, headers: str = ""
) -> bytes:
    """The head of a request; a body of `length` bytes is to follow."""
    said = "" if length is None else f"Content-Length: {length}\r\n"
    target = f"/{bucket}/{quote(key)}" if key else f"/{bucket}"
    head = f"{method} {target} HTTP/1.1\r\nHost: 127.0.0.1\r\n{_SIGNED}{said}{headers}\r\n"
    return head.encode()


class Connection:
    """A connection that is kept as long as the server keeps it; `renewed` when it was not."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._socket = self._connect()
        self._received = bytearray()
        self._expected: int | None = None
        self.status = 0
        self.renewed = False

    def _connect(self) -> socket.socket:
        connection = socket.create_connection(("127.0.0.1", self._port), timeout=300)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def fileno(self) -> int:
        """For selectors."""
        return self._socket.fileno()

    def send(self, message: bytes) -> None:
        """Send a whole request."""
        self._received.clear()
        self._expected = None
        self.renewed = False
        self._socket.sendall(message)

    def send_pieces(self, pieces: Iterable[bytes]) -> None:
        """Send a body."""
        for piece in pieces:
            self._socket.sendall(piece)

    def receive(self) -> bool:
        """Take what has arrived; whether the answer is complete."""
        piece = self._socket.recv(_CHUNK)
        self._received += piece
        if self._expected is None:
            self._read_head()
        done = not piece or (
            len(self._received) >= self._expected
            if self._expected is not None and self._expected >= 0
            else self._received.endswith(b"0\r\n\r\n")
        )
        if done:
            self._check_end(closed=not piece)
        return done

    def _read_head(self) -> None:
        end = self._received.find(b"\r\n\r\n")
        if end < 0:
            return
        head = bytes(self._received[: end + 2])
        self.status = int(head[9:12])
        length = _LENGTH.search(head)
        if length is not None:
            self._expected = end + 4 + int(length.group(1))
        elif self.status == 204:
            self._expected = end + 4
        else:
            self._expected = -1 if _CHUNKED.search(head) else 1 << 62

    def _check_end(self, closed: bool) -> None:
        if not self._received:
            raise ConnectionError("the server closed the connection without an answer")
        if self.status // 100 != 2:
            raise RuntimeError(bytes(self._received[:2000]).decode("latin-1"))
        if closed or _CLOSE.search(self._received[:2000]):
            self._socket.close()
            self._socket = self._connect()
            self.renewed = True

    def call(self, message: bytes, body: Iterable[bytes] = ()) -> bytearray:
        """Send a request and its body, return the whole answer with its head."""
        self.send(message)
        self.send_pieces(body)
        while not self.receive():
            pass
        return self._received

    def download(self, message: bytes) -> int:
        """Send a request; the number of bytes of the answer's body, which is not kept."""
        self.send(message)
        while self._expected is None:
            self.receive_head()
        assert self._expected is not None
        left = self._expected - len(self._received)
        buffer = bytearray(_CHUNK)
        while left > 0:
            count = self._socket.recv_into(buffer)
            if count == 0:
                raise ConnectionError("the answer breaks off")
            left -= count
        total = self._expected - (self._received.index(b"\r\n\r\n") + 4)
        self._received = self._received[:2000]
        self._check_end(closed=False)
        return total

    def receive_head(self) -> None:
        """Take what has arrived of the head."""
        self._received += self._socket.recv(_CHUNK)
        self._read_head()

    def close(self) -> None:
        """Close it."""
        self._socket.close()


def run_parallel(port: int, messages: Iterator[bytes], connections: int) -> int:
    """Send requests over several connections at once until there are no more; how many."""
    count = 0
    opened = [Connection(port) for _ in range(connections)]
    with selectors.PollSelector() as selector:
        for connection, message in zip(opened, messages, strict=False):
            connection.send(message)
            selector.register(connection, selectors.EVENT_READ, connection)
        while selector.get_map():
            for key, _ in selector.select():
                connection = key.data
                if not connection.receive():
                    continue
                count += 1
                following = next(messages, None)
                if following is None or connection.renewed:
                    selector.unregister(key.fd)
                if following is not None and connection.renewed:
                    selector.register(connection, selectors.EVENT_READ, connection)
                if following is not None:
                    connection.send(following)
    for connection in opened:
        connection.close()
    return count
