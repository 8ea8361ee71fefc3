"""The local AWS as one object: data directory, services and the HTTP server over them.

Belongs here: opening and locking the data directory, binding the port, starting and stopping all
parts in order.
Does not belong here: the command line (`__main__`), protocols (`s3`, `backends`), services.
"""

import fcntl
import functools
import os
import re
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from lakehouse.local_aws.backends import (
    MotoQueues,
    implemented_operations,
    installed,
    learn_buckets,
    moto_application,
    owner_of,
)
from lakehouse.local_aws.durable.journal import Journal
from lakehouse.local_aws.durable.log_events import put_log_events, restore_log_events
from lakehouse.local_aws.durable.queues import restore_messages
from lakehouse.local_aws.gateway import Gateway
from lakehouse.local_aws.http_server import serving
from lakehouse.local_aws.objects.events import Observer
from lakehouse.local_aws.objects.store import ObjectStore
from lakehouse.local_aws.s3.application import S3Application
from lakehouse.local_aws.s3.notifications import Notifications
from lakehouse.local_aws.services import PutLogEvents, ServiceRegistry
from lakehouse.local_aws.state import State


class StartError(Exception):
    """The local AWS cannot start; the message is one line for its user."""


class LocalAws:
    """A local AWS over one data directory; one per process, because moto's state is global.

    `start()` returns when the endpoint answers. Raises `StartError` for a data directory that
    is in use by another server or not writable, and for a port that is taken.
    """

    def __init__(self, data_dir: Path, host: str = "127.0.0.1", port: int = 0) -> None:
        self.data_dir = data_dir
        self._host = host
        self._port = port
        self._opened = ExitStack()
        self._services: ServiceRegistry | None = None

    @property
    def endpoint_url(self) -> str:
        """Where clients reach it; the port is known only after `start()`."""
        host = "127.0.0.1" if self._host in ("0.0.0.0", "::") else self._host  # noqa: S104
        return f"http://{f'[{host}]' if ':' in host else host}:{self._port}"

    @property
    def services(self) -> ServiceRegistry:
        """The services, by account and region."""
        if self._services is None:
            raise StartError("The local AWS is not started")
        return self._services

    def start(self) -> None:
        """Open the data directory, bind the port, answer in background threads."""
        with ExitStack() as opened:
            opened.enter_context(_locked(self.data_dir))
            state = self._state(opened)
            account_of = functools.lru_cache(maxsize=1000)(owner_of)
            journal = Journal(state, moto_application(), account_of)
            queues = MotoQueues(journal.wait)
            objects = self._objects(lambda event: notifications.tell(event), opened)
            notifications = Notifications(objects, queues)
            opened.enter_context(installed(objects, state))
            learn_buckets(objects)
            opened.enter_context(journal.replaying(lambda: _restore(state)))
            services = ServiceRegistry(
                state, objects, lambda: self.endpoint_url, self.data_dir, _after(journal), queues
            )
            opened.callback(services.close)
            gateway = Gateway(services.of, account_of, journal, implemented_operations)
            application = S3Application(
                objects, notifications, gateway, account_of, lambda: learn_buckets(objects)
            )
            self._port = self._serve(application, opened)
            opened.enter_context(_in_background(services.warm_up))
            self._services = services
            self._opened = opened.pop_all()

    def _state(self, opened: ExitStack) -> State:
        with self._usable():
            state = State(self.data_dir / "state.db")
        opened.callback(state.close)
        return state

    def _objects(self, observer: Observer, opened: ExitStack) -> ObjectStore:
        with self._usable():
            objects = ObjectStore(self.data_dir, observer)
        opened.callback(objects.close)
        return objects

    @contextmanager
    def _usable(self) -> Iterator[None]:
        try:
            yield
        except (OSError, sqlite3.Error) as error:
            message = f"Data directory {self.data_dir} cannot be used: {error}"
            raise StartError(message) from error

    def stop(self) -> None:
        """Stop answering, stop the services' work and children, let go of the data directory."""
        self._opened.close()
        self._services = None

    def _serve(self, application: S3Application, opened: ExitStack) -> int:
        try:
            return opened.enter_context(serving(self._host, self._port, application))
        except OSError as error:
            message = f"Port {self._port} of {self._host} cannot be used: {_reason(error)}"
            raise StartError(message) from error


def _restore(state: State) -> None:
    restore_messages(state)
    restore_log_events(state)


def _after(journal: Journal) -> PutLogEvents:
    """Log events are put when those of earlier servers are there again."""

    def put(scope: str, group: str, stream: str, lines: list[str]) -> None:
        journal.wait()
        put_log_events(scope, group, stream, lines)

    return put


@contextmanager
def _in_background(work: Callable[[], None]) -> Iterator[None]:
    thread = threading.Thread(target=work, name=work.__name__, daemon=True)
    thread.start()
    try:
        yield
    finally:
        thread.join()


@contextmanager
def _locked(data_dir: Path) -> Iterator[None]:
    """Hold the data directory for this process; the system lets go of it after a kill, too."""
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        handle = os.open(data_dir / "lock", os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise StartError(f"Data directory {data_dir} cannot be used: {_reason(error)}") from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(handle)
        message = f"Data directory {data_dir} is in use by another local AWS"
        raise StartError(message) from error
    try:
        yield
    finally:
        os.close(handle)


def _reason(error: OSError) -> str:
    """The system's words alone; cheroot wraps them into its own."""
    wrapped = re.search(r"\[Errno \d+\] ([^)]+)", str(error))
    return error.strerror or (wrapped.group(1) if wrapped else str(error))
