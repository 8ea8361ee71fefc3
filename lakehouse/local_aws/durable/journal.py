"""Calls that changed what moto holds in memory, kept and made again at the next start.

Belongs here: WSGI around moto's application, the journal, the replay.
Does not belong here: which calls are kept (`changes`), what is no call: messages (`queues`), log
events (`log_events`).
"""

import io
import json
import logging
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from lakehouse.local_aws.durable.changes import Change, change_of, change_of_bucket
from lakehouse.local_aws.durable.moments import moment
from lakehouse.local_aws.gateway import ApiCall, StartResponse, WsgiApplication, api_call
from lakehouse.local_aws.state import State

_SCOPE, _KIND = "moto", "call"
_GLOBAL = {"iam", "s3"}  # services whose resources belong to no region
_KEPT_VARIABLES = ("REQUEST_METHOD", "PATH_INFO", "QUERY_STRING", "REQUEST_URI", "CONTENT_TYPE")
_LOGGER = logging.getLogger(__name__)

Environment = dict[str, Any]


@dataclass(frozen=True)
class Entry:
    """What the journal knows of a kept call without reading it again."""

    scope: str
    change: Change


class Journal:
    """WSGI. Passes calls on to moto; an acknowledged change is kept before its answer is sent.

    Calls wait until the calls of earlier servers were made again (`replaying`).
    """

    def __init__(
        self, state: State, moto: WsgiApplication, account_of: Callable[[str], str]
    ) -> None:
        self._state = state
        self._moto = moto
        self._account_of = account_of
        self._lock = threading.Lock()  # held over a change and its keeping: their order is one
        self._ready = threading.Event()
        self._entries: dict[str, Entry] = {}

    def __call__(self, environ: Environment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one call."""
        self._ready.wait()
        call = api_call(environ)
        change = self._change(call, environ)
        if change is None:
            return self._moto(environ, start_response)
        with self._lock:
            call_again = _kept_call(environ)
            status, headers, answer = self._make(call_again, environ)
            if status.startswith("2"):
                self._keep(Entry(self._scope(call), change), call_again)
        start_response(status, headers)
        return [answer]

    def wait(self) -> None:
        """Return when moto holds what was acknowledged by earlier servers."""
        self._ready.wait()

    @contextmanager
    def replaying(self, and_then: Callable[[], None]) -> Iterator[None]:
        """Make the kept calls again, in a thread of its own; then something else, then be ready."""

        def replay() -> None:
            try:
                for key, kept in self._state.list(_SCOPE, _KIND):
                    self._replay(key, kept)
                and_then()
            finally:
                self._ready.set()

        thread = threading.Thread(target=replay, name="replay", daemon=True)
        thread.start()
        try:
            yield
        finally:
            thread.join()

    def _replay(self, key: str, kept: Mapping[str, Any]) -> None:
        self._entries[key] = Entry(kept["scope"], Change(**kept["change"]))
        status, _, answer = self._make(kept["call"], dict(kept["call"]["environ"]))
        if not status.startswith("2"):
            _LOGGER.debug("replay of %s: %s %r", kept["change"], status, answer)

    def _make(
        self, call: Mapping[str, Any], environ: Environment
    ) -> tuple[str, list[tuple[str, str]], bytes]:
        """Status, headers and body of moto's answer to a kept call."""
        body = call["body"].encode("latin-1")
        request = {**_SERVER, **environ, "wsgi.input": io.BytesIO(body)}
        request["CONTENT_LENGTH"] = str(len(body))
        answered: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], *_: Any) -> None:
            answered[:] = [status, headers]

        with moment(call["seed"], call["time"]):
            answer = b"".join(self._moto(request, start_response))
        return answered[0], answered[1], answer

    def _change(self, call: ApiCall, environ: Environment) -> Change | None:
        path, query = environ.get("PATH_INFO", ""), environ.get("QUERY_STRING", "")
        if call.service == "s3":
            return change_of_bucket(environ["REQUEST_METHOD"], path, query)
        if change_of(call.service, call.operation, {}, b"") is None:
            return None
        body = _buffered(environ)
        parameters = {"QueueUrl": path} if call.service == "sqs" and path != "/" else {}
        return change_of(call.service, call.operation, parameters | _parameters(body, query), body)

    def _scope(self, call: ApiCall) -> str:
        if call.service == "s3":
            return "s3"
        account = self._account_of(call.access_key)
        region = "" if call.service in _GLOBAL else f"/{call.region}"
        return f"{call.service}/{account}{region}"

    def _keep(self, entry: Entry, call: Mapping[str, Any]) -> None:
        change = entry.change
        same = [key for key, other in self._entries.items() if _is_about(other, entry)]
        if change.effect == "create" and same:
            return
        made_here = any(self._entries[key].change.effect == "create" for key in same)
        ends = change.effect == "delete" and (made_here or change.key != "" or entry.scope == "s3")
        document = {"scope": entry.scope, "change": vars(change), "call": call}
        position = f"{time.time_ns():020}"
        with self._state.transaction():
            if change.effect in ("replace", "delete"):
                self._state.delete_many(_SCOPE, _KIND, same)
            if not ends:
                self._state.put(_SCOPE, _KIND, position, document)
        if change.effect in ("replace", "delete"):
            for key in same:
                del self._entries[key]
        if not ends:
            self._entries[position] = entry


_SERVER: Mapping[str, Any] = {
    "SERVER_NAME": "localhost",
    "SERVER_PORT": "80",
    "SERVER_PROTOCOL": "HTTP/1.1",
    "SCRIPT_NAME": "",
    "wsgi.version": (1, 0),
    "wsgi.url_scheme": "http",
    "wsgi.errors": sys.stderr,
    "wsgi.multithread": True,
    "wsgi.multiprocess": False,
    "wsgi.run_once": False,
}


def _is_about(other: Entry, entry: Entry) -> bool:
    """Whether a kept call is one that a new one repeats, replaces or takes back."""
    if (other.scope, other.change.resource) != (entry.scope, entry.change.resource):
        return False
    if entry.change.effect == "delete" and entry.change.key == "":
        return True
    if entry.change.effect == "create":
        return other.change.effect == "create"
    return entry.change.effect != "append" and other.change.key == entry.change.key


def _kept_call(environ: Environment) -> dict[str, Any]:
    """What makes the call again, with the ids and the time it has now."""
    kept = {
        name: value
        for name, value in environ.items()
        if name.startswith("HTTP_") or name in _KEPT_VARIABLES
    }
    body = _buffered(environ).decode("latin-1")
    return {"environ": kept, "body": body, "seed": uuid.uuid4().hex, "time": time.time()}


def _buffered(environ: Environment) -> bytes:
    """The body, which can be read again."""
    stream = environ["wsgi.input"]
    if environ.pop("wsgi.input_terminated", False):
        environ.pop("HTTP_TRANSFER_ENCODING", None)
        body: bytes = stream.read()
    else:
        body = stream.read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(body)
    environ["CONTENT_LENGTH"] = str(len(body))
    return body


def _parameters(body: bytes, query: str) -> dict[str, str]:
    """The texts among the parameters of a call, in JSON or as a form."""
    if body.startswith(b"{"):
        parsed = json.loads(body)
        return {name: value for name, value in parsed.items() if isinstance(value, str)}
    return dict(parse_qsl(query)) | dict(parse_qsl(body.decode("latin-1")))
