"""The only module that knows moto from inside: its hook points, and what we hang into them.

Belongs here: Glue and Athena backends that hand every call to our services, buckets that moto and
the object store share, bucket notifications to SQS, log events into CloudWatch Logs, moto's WSGI
application.
Does not belong here: any behaviour of a service. Works with moto >=5.2,<5.3; argument lists of
moto's methods are passed through, each hook has a test.
"""

import datetime
import json
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any, Protocol

from moto.backends import get_backend
from moto.core.base_backend import BackendDict, BaseBackend
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.core.responses import BaseResponse
from moto.iam.models import get_account_id_from
from moto.logs.models import logs_backends
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from moto.s3 import urls as s3_urls
from moto.s3.exceptions import InvalidBucketName
from moto.s3.models import S3Backend, s3_backends
from moto.sqs.models import sqs_backends

from lakehouse.local_aws.dispatch import Operation, ServiceName, dispatch
from lakehouse.local_aws.errors import AwsError
from lakehouse.local_aws.objects.store import EventName, ObjectStore, StoredObject
from lakehouse.local_aws.s3.events import event_message

_PARTITION = "aws"  # moto keeps the global services by partition, not by region


class Services(Protocol):
    """The services of one account and region."""

    def operations(self, service_name: ServiceName) -> Mapping[str, Operation]:
        """The operations of one service."""


ServicesOf = Callable[[str, str], Services]
"""(account, region) -> its services, made at the first call."""


def moto_application() -> Any:
    """Moto's WSGI application, which sends a request to the service it was signed for."""
    return DomainDispatcherApplication(create_backend_app)


def account_of(access_key: str) -> str:
    """The account that an access key belongs to; 123456789012 for unknown keys."""
    account: str = get_account_id_from(access_key) if access_key else DEFAULT_ACCOUNT_ID
    return account


@contextmanager
def installed(services_of: ServicesOf, objects: ObjectStore) -> Iterator[None]:
    """Hang our backends into moto for the duration of the block; moto is one per process."""
    ours: dict[str, type[BaseBackend]] = {
        "glue": _json_backend("glue", services_of),
        "athena": _json_backend("athena", services_of),
        "s3": _s3_backend(objects),
    }
    BackendDict.reset()
    originals = {name: _replace_backend(name, backend) for name, backend in ours.items()}
    s3_backends.bucket_accounts.clear()
    try:
        yield
    finally:
        BackendDict.reset()
        s3_backends.bucket_accounts.clear()
        for name, backend in originals.items():
            _replace_backend(name, backend)


def _replace_backend(service_name: str, backend: type[BaseBackend]) -> type[BaseBackend]:
    backends: Any = get_backend(service_name)  # type: ignore[call-overload]
    original: type[BaseBackend] = backends.backend
    backends.clear()
    backends.backend = backend
    return original


def _json_backend(service_name: ServiceName, services_of: ServicesOf) -> type[BaseBackend]:
    """A backend class whose only URL is answered by `dispatch`."""

    class JsonResponse(BaseResponse):
        def __init__(self) -> None:
            super().__init__(service_name=service_name)

        def _dispatch(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, str], str]:
            self.setup_class(*args, **kwargs)
            services = services_of(self.current_account, self.region)
            target = str(self.headers.get("X-Amz-Target") or "").rpartition(".")[2]
            return _answer(service_name, services.operations(service_name), target, self.raw_body)

    class JsonBackend(BaseBackend):
        @property
        def _url_module(self) -> Any:
            return SimpleNamespace(
                url_bases=[rf"https?://{service_name}\.(.+)\.amazonaws\.com"],
                url_paths={"{0}/$": JsonResponse.dispatch},
            )

    return JsonBackend


def _answer(
    service_name: ServiceName, operations: Mapping[str, Operation], target: str, raw: bytes | str
) -> tuple[int, dict[str, str], str]:
    """Status, headers and body of the answer to a call in AWS JSON 1.1."""
    headers = {"Content-Type": "application/x-amz-json-1.1"}
    try:
        request = _parsed(raw)
        return 200, headers, json.dumps(dispatch(service_name, operations, target, request))
    except AwsError as error:
        headers["x-amzn-ErrorType"] = error.code
        body = {"__type": error.code, "Message": error.message}
        return error.status, headers, json.dumps(body)


def _parsed(raw: bytes | str) -> dict[str, Any]:
    try:
        request = json.loads(raw or "{}")
    except ValueError as error:
        raise AwsError("SerializationException", f"The body is not JSON: {error}") from error
    if not isinstance(request, dict):
        raise AwsError("SerializationException", "The body is not a JSON object")
    return request


def _s3_backend(objects: ObjectStore) -> type[BaseBackend]:
    """Moto's S3 backend, whose buckets are those of the object store."""

    class BucketBackend(S3Backend):
        @property
        def _url_module(self) -> Any:
            return s3_urls

        def create_bucket(self, bucket_name: str, region_name: str, *args: Any, **more: Any) -> Any:
            bucket = super().create_bucket(bucket_name, region_name, *args, **more)
            if not objects.has_bucket(bucket_name):
                try:
                    objects.create_bucket(bucket_name, self.account_id, region_name)
                except AwsError as error:
                    super().delete_bucket(bucket_name)
                    raise InvalidBucketName() from error
            return bucket

        def delete_bucket(self, bucket_name: str) -> Any:
            self.get_bucket(bucket_name)
            try:
                objects.delete_bucket(bucket_name)
            except AwsError:
                return None  # moto's word for BucketNotEmpty
            return super().delete_bucket(bucket_name)

    return BucketBackend


_learning = threading.Lock()


def learn_buckets(objects: ObjectStore) -> None:
    """Let moto know the buckets of the object store, no more and no fewer."""
    with _learning:
        stored = {bucket.name: bucket for bucket in objects.buckets()}
        for name in set(s3_backends.bucket_accounts) - set(stored):
            _, account = s3_backends.bucket_accounts.pop(name)
            s3_backends[account][_PARTITION].buckets.pop(name, None)
        for name, bucket in stored.items():
            known = s3_backends[bucket.account][_PARTITION].buckets
            if name not in known:
                backend = s3_backends[bucket.account][_PARTITION]
                learned = backend.create_bucket(name, bucket.region)
                learned.creation_date = datetime.datetime.fromtimestamp(
                    bucket.created, datetime.UTC
                )


def notify(event: EventName, stored: StoredObject) -> None:
    """Send an event to the queues that the bucket's notification configuration names.

    A queue that is gone is skipped, as on AWS.
    """
    _, account = s3_backends.bucket_accounts.get(stored.bucket, (_PARTITION, DEFAULT_ACCOUNT_ID))
    bucket = s3_backends[account][_PARTITION].buckets.get(stored.bucket)
    if bucket is None or bucket.notification_configuration is None:
        return
    for target in bucket.notification_configuration.queue:
        if target.matches(f"s3:{event}", stored.key):
            message = event_message(event, stored, bucket.region_name, target.id, time.time_ns())
            _send_message(target.arn, message)


def _send_message(queue_arn: str, message: Mapping[str, Any]) -> None:
    _, _, _, region, account, name = queue_arn.split(":", 5)
    backend = sqs_backends[account][region]
    if name in backend.queues:
        backend.send_message(queue_name=name, message_body=json.dumps(message))


def put_log_events(scope: str, group: str, stream: str, lines: Iterable[str]) -> None:
    """Append lines to a log stream of CloudWatch Logs, making group and stream if needed.

    `scope` is "<account>/<region>"; the time of each event is now.
    """
    account, region = scope.split("/")
    backend = logs_backends[account][region]
    now = int(time.time() * 1000)
    events = [{"timestamp": now, "message": line} for line in lines]
    with _logging:
        if group not in backend.groups:
            backend.create_log_group(group, {})
        if stream not in backend.groups[group].streams:
            backend.create_log_stream(group, stream)
        if events:
            backend.put_log_events(group, stream, events)


_logging = threading.Lock()
