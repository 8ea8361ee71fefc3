"""Events of CloudWatch Logs that survive a restart: what jobs printed, and what clients put.

Belongs here: moto's log groups, whose events are kept as they come.
Does not belong here: settings of log groups, which `journal` makes again.
"""

import datetime
import itertools
import threading
import time
from collections.abc import Iterable
from typing import Any

from moto.logs import urls
from moto.logs.models import LogEvent, LogsBackend, logs_backends

from lakehouse.local_aws.durable.moments import moment
from lakehouse.local_aws.state import State

_SCOPE, _KIND = "moto", "log events"
_position = itertools.count(time.time_ns())


class DurableLogs(LogsBackend):
    """Moto's log groups of one account and region; `state` keeps their events."""

    state: State

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self._appending = threading.Lock()

    @property
    def _url_module(self) -> Any:
        return urls

    def put_log_events(
        self, log_group_name: str, log_stream_name: str, *args: Any, **more: Any
    ) -> tuple[str, dict[str, Any]]:
        """Append, then keep what was accepted."""
        with self._appending:
            group = self.groups.get(log_group_name)
            stream = None if group is None else group.streams.get(log_stream_name)
            before = 0 if stream is None else len(stream.events)
            answer = super().put_log_events(log_group_name, log_stream_name, *args, **more)
            if stream is not None:
                name = self._prefix(log_group_name, log_stream_name)
                _keep(self.state, name, stream.events[before:])
        return answer

    def delete_log_group(self, log_group_name: str) -> None:
        """Delete, then forget the events."""
        super().delete_log_group(log_group_name)
        _forget(self.state, self._prefix(log_group_name))

    def delete_log_stream(self, log_group_name: str, log_stream_name: str) -> None:
        """Delete, then forget the events."""
        super().delete_log_stream(log_group_name, log_stream_name)
        _forget(self.state, self._prefix(log_group_name, log_stream_name))

    def _prefix(self, *names: str) -> str:
        return "".join(f"{name}\x1f" for name in (self.account_id, self.region_name, *names))


def durable_log_events(state: State) -> type[LogsBackend]:
    """Moto's backend of CloudWatch Logs, keeping events in `state`."""
    return type("Logs", (DurableLogs,), {"state": state})


def _keep(state: State, prefix: str, events: Iterable[LogEvent]) -> None:
    batch = [[event.timestamp, event.message] for event in events]
    if batch:
        document = {"time": time.time(), "events": batch}
        state.put(_SCOPE, _KIND, f"{prefix}{next(_position):020}", document)


def _forget(state: State, prefix: str) -> None:
    keys = [key for key, _ in state.list(_SCOPE, _KIND, prefix)]
    state.delete_many(_SCOPE, _KIND, keys)


def restore_log_events(state: State) -> None:
    """Give the log streams their events back, in the groups and streams they were in."""
    for key, document in state.list(_SCOPE, _KIND):
        account, region, group, name, _ = key.split("\x1f")
        backend = logs_backends[account][region]
        with moment(key, document["time"]):
            backend.ensure_log_group(group)
            backend.ensure_log_stream(group, name)
        stream = backend.groups[group].streams[name]
        ingested = int(document["time"] * 1000)
        stream.events += [
            LogEvent(ingested, {"timestamp": timestamp, "message": message})
            for timestamp, message in document["events"]
        ]
        stream.stored_bytes += sum(len(message) for _, message in document["events"])
        stream.upload_sequence_token += 1
        when = datetime.datetime.fromtimestamp(document["time"], datetime.UTC)
        stream.last_ingestion_time = when.replace(tzinfo=None)


def put_log_events(scope: str, group: str, stream: str, lines: Iterable[str]) -> None:
    """Append lines to a log stream of CloudWatch Logs, making group and stream if needed.

    `scope` is "<account>/<region>"; the time of each event is now.
    """
    account, region = scope.split("/")
    backend = logs_backends[account][region]
    now = int(time.time() * 1000)
    events = [{"timestamp": now, "message": line} for line in lines]
    with _making:
        backend.ensure_log_group(group)
        backend.ensure_log_stream(group, stream)
    if events:
        backend.put_log_events(group, stream, events)


_making = threading.Lock()
