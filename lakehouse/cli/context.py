"""What commands have in common: the account, the sources, clients, dates on the command line.

Read from the environment when a command runs, never at import. What takes long to import (boto3,
sqlglot, pydantic) is imported then too, here and in each command: `--help` answers at once.
"""

import os
from datetime import date, datetime
from typing import TYPE_CHECKING

import click

from lakehouse.aws.account import Account, account_from
from lakehouse.errors import LakehouseError
from lakehouse.source_folders import source_folders

if TYPE_CHECKING:
    from lakehouse.aws.athena import Athena
    from lakehouse.aws.deployment.deployment import Deployment
    from lakehouse.aws.s3 import S3
    from lakehouse.aws.vacuum import Vacuum
    from lakehouse.source import LogSource


class UnknownSource(LakehouseError):
    """No YAML file declares the named source."""


class DayType(click.ParamType[date]):
    """A day written YYYY-MM-DD."""

    name = "YYYY-MM-DD"

    def convert(self, value: object, param: click.Parameter | None, ctx: object) -> date:
        """The date, or a usage error that says how days are written."""
        try:
            return datetime.strptime(str(value), "%Y-%m-%d").date()
        except ValueError:
            self.fail(f"{value!r} is not a day; write it as 2026-01-31", param)


DAY = DayType()


def account() -> Account:
    """The account named by the environment."""
    return account_from(os.environ)


def sources() -> "dict[str, LogSource]":
    """All sources, built-in and the user's."""
    from lakehouse.source import load_sources

    return load_sources(source_folders(os.environ))


def complete_sources(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """Source names for shell completion; none while a source file is wrong."""
    try:
        return [name for name in sources() if name.startswith(incomplete)]
    except LakehouseError:
        return []


def source(name: str) -> "LogSource":
    """The named source; `UnknownSource` lists those there are."""
    known = sources()
    if name not in known:
        raise UnknownSource(
            f"no source {name!r}; there are {', '.join(known)}. A folder with sources of your own "
            "is named by LAKEHOUSE_SOURCES"
        )
    return known[name]


def s3() -> "S3":
    """An S3 client."""
    from lakehouse.aws.s3 import S3
    from lakehouse.aws.session import make_client

    return S3(make_client("s3"))


def athena() -> "Athena":
    """An Athena client bound to the platform's work group and database."""
    from lakehouse.aws.athena import Athena
    from lakehouse.aws.session import make_client

    where = account()
    return Athena(make_client("athena"), where.work_group, where.database)


def deployment() -> "Deployment":
    """What prepares the account."""
    from lakehouse.aws.deployment.deployment import Deployment, make_clients

    return Deployment(account(), make_clients(), tell=lambda words: click.echo(words, err=True))


def vacuum() -> "Vacuum":
    """What removes the files of replaced runs."""
    from lakehouse.aws.catalog import Catalog
    from lakehouse.aws.session import make_client
    from lakehouse.aws.vacuum import Vacuum

    return Vacuum(account(), s3(), Catalog(make_client("glue")))
