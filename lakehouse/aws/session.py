"""Making boto3 clients: the only place where the platform does so outside Dagster's resources.

Retries are botocore's own: standard mode backs off with jitter on throttling, 5xx and timeouts.
"""

import functools
from typing import Any

import boto3
import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, NoRegionError
from botocore.loaders import Loader, create_loader

from lakehouse.aws.errors import AwsFailure, translate

CONFIG = Config(
    retries={"mode": "standard", "max_attempts": 5},
    connect_timeout=5,
    read_timeout=60,
    max_pool_connections=32,
)


def make_client(service: str, region: str | None = None, endpoint_url: str | None = None) -> Any:
    """A boto3 client of `service`; by default region and endpoint are those of the environment."""
    try:
        client = _session().client(
            service,  # type: ignore[call-overload]
            region_name=region,
            endpoint_url=endpoint_url,
            config=CONFIG,
        )
    except BotoCoreError as error:
        raise translate(f"connect to {service}", error) from error
    except ValueError as error:  # botocore's word for an endpoint that is not a URL
        raise AwsFailure(f"connect to {service}: {error}. Mend AWS_ENDPOINT_URL") from error
    if client.meta.region_name == "":  # set, and empty: signing would fail without saying why
        raise translate(f"connect to {service}", NoRegionError())
    return client


def _session() -> boto3.session.Session:
    """A session of its own, as clients that threads make need, which reads no file a second time.

    A plain one parses botocore's descriptions of endpoints and of the service anew: most of what
    making a client takes.
    """
    core = botocore.session.Session()
    descriptions = _descriptions(core.get_config_variable("data_path"))
    core.register_component("data_loader", descriptions)
    session = boto3.session.Session(botocore_session=core)
    paths = descriptions.search_paths  # to which each session of boto3 has added the same folder
    paths[:] = dict.fromkeys(paths)
    return session


@functools.cache
def _descriptions(data_path: str | None) -> Loader:
    return create_loader(data_path)
