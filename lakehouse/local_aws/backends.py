"""Moto's hook points, and what we hang into them.

Belongs here: buckets that moto and the object store share, queues by ARN, moto's WSGI
application, which operations moto has. What makes its memory durable is in `durable`; these
two know moto from inside, nobody else.
Does not belong here: any behaviour of a service. Works with moto >=5.2,<5.3; argument lists of
moto's methods are passed through, each hook has a test.
"""

import datetime
import functools
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from moto.core.base_backend import BackendDict, BaseBackend
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.core.responses import BaseResponse
from moto.core.utils import (
    camelcase_to_underscores,
    get_service_model,
    method_names_from_class,
)
from moto.iam.models import get_account_id_from
from moto.iam.responses import IamResponse
from moto.logs.models import logs_backends
from moto.logs.responses import LogsResponse
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from moto.s3 import urls as s3_urls
from moto.s3.exceptions import InvalidBucketName
from moto.s3.models import S3Backend, s3_backends
from moto.sqs.models import sqs_backends
from moto.sqs.responses import SQSResponse
from moto.sts.responses import TokenResponse

from lakehouse.local_aws.durable import moments
from lakehouse.local_aws.durable.log_events import durable_log_events
from lakehouse.local_aws.durable.queues import durable_queues
from lakehouse.local_aws.errors import AwsError
from lakehouse.local_aws.objects.store import ObjectStore
from lakehouse.local_aws.state import State

_PARTITION = "aws"  # moto keeps the global services by partition, not by region


def moto_application() -> Any:
    """Moto's WSGI application, which sends a request to the service it was signed for."""
    return _Dispatcher(create_backend_app)


class _Dispatcher(DomainDispatcherApplication):
    """Moto's, which looks at all folders of its package for every request: once a host here."""

    def __init__(self, create_app: Callable[[Any], Any]) -> None:
        super().__init__(create_app)
        self._service_of = functools.lru_cache(maxsize=1000)(super().get_backend_for_host)

    def get_backend_for_host(self, host: str | None) -> Any:
        """The name of the service that a host belongs to."""
        return self._service_of(host)


def owner_of(access_key: str) -> str:
    """The account that an access key belongs to; 123456789012 for unknown keys."""
    account: str = get_account_id_from(access_key) if access_key else DEFAULT_ACCOUNT_ID
    return account


@contextmanager
def installed(objects: ObjectStore, state: State) -> Iterator[None]:
    """Hang our backends into moto for the duration of the block; moto is one per process."""
    moments.install()
    BackendDict.reset()
    ours: list[tuple[Any, type[BaseBackend]]] = [
        (s3_backends, _s3_backend(objects)),
        (sqs_backends, durable_queues(state)),
        (logs_backends, durable_log_events(state)),
    ]
    originals = [(backends, _replace(backends, backend)) for backends, backend in ours]
    s3_backends.bucket_accounts.clear()
    try:
        yield
    finally:
        BackendDict.reset()
        s3_backends.bucket_accounts.clear()
        for backends, original in originals:
            _replace(backends, original)


def _replace(backends: Any, backend: type[BaseBackend]) -> type[BaseBackend]:
    original: type[BaseBackend] = backends.backend
    backends.clear()
    backends.backend = backend
    return original


@functools.cache
def implemented_operations(service_name: str) -> frozenset[str]:
    """The operations of AWS's model that moto has a method for; the model is botocore's."""
    methods = set(method_names_from_class(_RESPONSES[service_name]))
    model = get_service_model(service_name)
    return frozenset(
        name for name in model.operation_names if camelcase_to_underscores(name) in methods
    )


_RESPONSES: Mapping[str, type[BaseResponse]] = {
    "sqs": SQSResponse,
    "logs": LogsResponse,
    "iam": IamResponse,
    "sts": TokenResponse,
}


def _s3_backend(objects: ObjectStore) -> type[S3Backend]:
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


class MotoQueues:
    """Moto's queues by ARN; `wait` returns when moto has those of earlier servers."""

    def __init__(self, wait: Callable[[], None]) -> None:
        self._wait = wait

    def exists(self, arn: str) -> bool:
        """Whether there is such a queue."""
        backend, name = self._queue(arn)
        return name in backend.queues

    def send(self, arn: str, body: str) -> None:
        """Send a message to a queue; nothing if it is gone, as on AWS."""
        backend, name = self._queue(arn)
        if name in backend.queues:
            backend.send_message(queue_name=name, message_body=body)

    def receive(self, arn: str, most: int, hidden_seconds: int) -> list[tuple[str, str]]:
        """Take at most so many messages: (receipt, body); others do not see them for a while.

        Raises AwsError for a queue that does not exist.
        """
        backend, name = self._existing(arn)
        taken = backend.receive_message(name, most, 0, hidden_seconds)
        return [(str(message.receipt_handle), str(message.body)) for message in taken]

    def delete(self, arn: str, receipts: Sequence[str]) -> None:
        """Remove messages that were taken. Raises AwsError for a queue that does not exist."""
        backend, name = self._existing(arn)
        for receipt in receipts[:-1]:
            backend.queues[name].delete_message(receipt)
        for receipt in receipts[-1:]:
            backend.delete_message(name, receipt)  # which keeps what is left, once for all

    def release(self, arn: str, receipts: Sequence[str]) -> None:
        """Let others see messages that were taken; nothing if the queue is gone."""
        backend, name = self._queue(arn)
        for receipt in receipts if name in backend.queues else ():
            backend.change_message_visibility(name, receipt, 0)

    def _existing(self, arn: str) -> tuple[Any, str]:
        backend, name = self._queue(arn) if arn.count(":") >= 5 else (None, "")
        if backend is None or name not in backend.queues:
            message = f"The specified queue does not exist: {arn}"
            raise AwsError("AWS.SimpleQueueService.NonExistentQueue", message)
        return backend, name

    def _queue(self, arn: str) -> tuple[Any, str]:
        self._wait()
        _, _, _, region, account, name = arn.split(":", 5)
        return sqs_backends[account][region], name
