"""The Hive Metastore service: Thrift's binary protocol on a loopback port, over one Data Catalog.

Belongs here: sockets, threads, and errors of the local AWS as the interface's exceptions. What a
call does is in `databases`, `tables` and `partitions`.
"""

import logging
import socket
import socketserver
import threading
from collections.abc import Mapping
from functools import partial
from types import SimpleNamespace
from typing import Any

from thriftpy2.protocol import TBinaryProtocolFactory
from thriftpy2.thrift import TException, TProcessor
from thriftpy2.transport import TBufferedTransportFactory, TTransportException
from thriftpy2.transport.socket import TSocket

from lakehouse.local_aws.catalog.catalog import Catalog
from lakehouse.local_aws.errors import AwsError
from lakehouse.local_aws.metastore.databases import Call, DatabaseCalls
from lakehouse.local_aws.metastore.folders import Folders
from lakehouse.local_aws.metastore.interface import hive
from lakehouse.local_aws.metastore.partitions import PartitionCalls
from lakehouse.local_aws.metastore.tables import TableCalls
from lakehouse.local_aws.objects.store import ObjectStore

_POLL = 0.05  # seconds: how fast it stops
logger = logging.getLogger(__name__)

EXCEPTIONS = {
    "AlreadyExistsException": "AlreadyExistsException",
    "EntityNotFoundException": "NoSuchObjectException",
    "InvalidInputException": "InvalidObjectException",
    "ValidationException": "InvalidObjectException",
}
"""Glue's codes as the metastore's exceptions, as AWS's client has them; else MetaException."""


class Metastore:
    """A metastore over the catalog of one account and region; listens when it is first asked for.

    Any number of clients; calls of one client are answered in order.
    """

    def __init__(self, catalog: Catalog, objects: ObjectStore) -> None:
        self._catalog = catalog
        self._objects = objects
        self._lock = threading.Lock()
        self._server: _Server | None = None

    def uri(self) -> str:
        """Where clients reach it: thrift://127.0.0.1:<port>."""
        with self._lock:
            if self._server is None:
                self._server = _Server(_processor(self._catalog, self._objects))
                serve = partial(self._server.serve_forever, poll_interval=_POLL)
                threading.Thread(target=serve, name="metastore", daemon=True).start()
            return f"thrift://127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        """Stop listening and let go of the port."""
        with self._lock:
            if self._server is not None:
                self._server.shutdown()
                self._server.server_close()
                self._server = None


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False  # clients keep their connections open
    request_queue_size = 128  # with the five of socketserver, the sixth at once waits a second

    def __init__(self, processor: TProcessor) -> None:
        super().__init__(("127.0.0.1", 0), _Connection)
        self.processor = processor


class _Connection(socketserver.BaseRequestHandler):
    server: _Server

    def handle(self) -> None:
        """Answer the calls of one client until it goes away."""
        protocol = _protocol(self.request)
        try:
            while True:
                self.server.processor.process(protocol, protocol)
        except (TTransportException, ConnectionError):
            return


def _protocol(connection: socket.socket) -> Any:
    """Thrift's binary protocol over a connection; its constructors have no types."""
    transport: Any = TSocket(sock=connection)  # type: ignore[no-untyped-call]
    buffered: Any = TBufferedTransportFactory()
    binary: Any = TBinaryProtocolFactory()  # type: ignore[no-untyped-call]
    return binary.get_protocol(buffered.get_transport(transport))


def _processor(catalog: Catalog, objects: ObjectStore) -> TProcessor:
    folders = Folders(objects)
    calls: Mapping[str, Call] = {
        **DatabaseCalls(catalog, folders).calls(),
        **TableCalls(catalog, folders).calls(),
        **PartitionCalls(catalog, folders).calls(),
    }
    answering = {name: _answering(name, call) for name, call in calls.items()}
    return TProcessor(hive().ThriftHiveMetastore, SimpleNamespace(**answering))


def _answering(name: str, call: Call) -> Call:
    """A call whose errors are exceptions that the interface declares for it."""

    def answer(*arguments: Any) -> Any:
        try:
            return call(*arguments)
        except TException:
            raise
        except AwsError as error:
            raise metastore_exception(name, error) from error
        except Exception as error:
            logger.exception("metastore call %s", name)
            message = f"{type(error).__name__}: {error}"
            raise hive().MetaException(message=message) from error

    return answer


def metastore_exception(call: str, error: AwsError) -> Exception:
    """The exception of a call for an error: one that the interface declares for it."""
    wanted = EXCEPTIONS.get(error.code)
    result = getattr(hive().ThriftHiveMetastore, f"{call}_result")
    declared = [spec[2] for spec in result.thrift_spec.values() if spec[1] != "success"]
    found = next((cls for cls in declared if cls.__name__ == wanted), hive().MetaException)
    exception: Exception = found(message=error.message)
    return exception
