"""The two directions of a connection: what a client sends, read in blocks, and what it is sent.

Belongs here: reads and writes as plain calls on the socket, their time limit.
Does not belong here: HTTP (`http_server`).
"""

import socket
import struct

_BLOCK = 1 << 16
_TIMED_OUT = "timed out"  # the word by which cheroot knows it


def limit_waiting(connection: socket.socket, seconds: int) -> None:
    """Let reads and writes wait no longer than that; they raise TimeoutError.

    By the system's own means: Python's would ask `poll` before each of them.
    """
    connection.settimeout(None)
    limit = struct.pack("ll", seconds, 0)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, limit)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, limit)


class Writer:
    """What is written to a connection; small pieces, as heads are, wait for what follows them."""

    def __init__(self, connection: socket.socket) -> None:
        self._socket = connection
        self._waiting: list[bytes] = []
        self.bytes_written = 0

    def write(self, data: bytes) -> int:
        """Take bytes to be sent."""
        self.bytes_written += len(data)
        self._waiting.append(data)
        if len(data) >= _BLOCK:
            self.flush()
        return len(data)

    def flush(self) -> None:
        """Send what waits."""
        waiting, self._waiting = self._waiting, []
        if waiting:
            small = waiting if len(waiting[-1]) < _BLOCK else waiting[:-1]
            self._send(b"".join(small))
            if small is not waiting:
                self._send(waiting[-1])

    def _send(self, data: bytes) -> None:
        try:
            self._socket.sendall(data)
        except BlockingIOError as error:
            raise TimeoutError(_TIMED_OUT) from error


class Reader:
    """What a connection sends, read in blocks; whoever waits for the client first says his word."""

    def __init__(self, connection: socket.socket, writer: Writer) -> None:
        self._socket = connection
        self._writer = writer
        self._buffer = b""
        self._position = 0
        self.bytes_read = 0
        self.closed = False  # asked by cheroot before it breaks off a request at the end

    def has_data(self) -> bool:
        """Whether bytes were received that nobody has read yet."""
        return self._position < len(self._buffer)

    def _receive(self, size: int) -> bytes:
        self._writer.flush()
        try:
            data = self._socket.recv(size)
        except BlockingIOError as error:
            raise TimeoutError(_TIMED_OUT) from error
        self.bytes_read += len(data)
        return data

    def readline(self, size: int = -1) -> bytes:
        """A line with its end, or what there is of it after `size` bytes or the end of all."""
        while True:
            end = self._buffer.find(b"\n", self._position) + 1
            if 0 < size <= (end or len(self._buffer)) - self._position:
                return self._take(self._position + size)
            if end:
                return self._take(end)
            data = self._receive(_BLOCK)
            if not data:
                return self._take(len(self._buffer))
            self._buffer = self._buffer[self._position :] + data
            self._position = 0

    def read(self, size: int) -> bytes:
        """`size` bytes, fewer only at the end of all."""
        pieces = [self._take(min(self._position + size, len(self._buffer)))]
        left = size - len(pieces[0])
        while left:
            data = self._receive(left)
            if not data:
                break
            pieces.append(data)
            left -= len(data)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def head(self) -> bytes | None:
        """The head of the next request with its empty line, not taken; None if it is too long."""
        while True:
            end = self._buffer.find(b"\r\n\r\n", self._position) + 4
            if end > 3:
                return self._buffer[self._position : end]
            if len(self._buffer) - self._position > _BLOCK:
                return None
            data = self._receive(_BLOCK)
            if not data:
                return None
            self._buffer = self._buffer[self._position :] + data
            self._position = 0

    def skip(self, size: int) -> None:
        """Take bytes that are there."""
        self._position += size

    def _take(self, end: int) -> bytes:
        taken = self._buffer[self._position : end]
        self._position = end
        return taken

    def close(self) -> None:
        """The socket is closed by its connection."""
