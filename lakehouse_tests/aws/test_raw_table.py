"""Columns of the raw table over time."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from lakehouse.aws.account import Account
from lakehouse.aws.athena import Athena
from lakehouse.aws.catalog import Catalog
from lakehouse.aws.crawlers import Crawlers
from lakehouse.aws.deployment.deployment import Deployment, make_clients
from lakehouse.aws.errors import ExecutionFailed
from lakehouse.aws.inventory import day_files
from lakehouse.aws.raw_table import RawTables, RawTableUpdate, merged_by_name, merged_by_position
from lakehouse.aws.s3 import S3
from lakehouse.source import raw_prefix
from lakehouse_tests.sources import built_in

ACTIVITY = built_in("user_activity")
FIRST, SECOND = date(2026, 1, 1), date(2026, 1, 2)


def columns(**types: str) -> list[dict[str, str]]:
    return [{"Name": name, "Type": kind} for name, kind in types.items()]


def test_json_columns_merge_by_name() -> None:
    old, new = columns(a="int", b="string"), columns(b="bigint", c="double")
    assert merged_by_name(old, new) == columns(a="int", b="bigint", c="double")


def test_text_columns_merge_by_position_and_a_changed_type_becomes_string() -> None:
    old, new = columns(a="bigint", b="string"), columns(a="double", b="string", c="double")
    assert merged_by_position(old, new) == columns(a="string", b="string", c="double")
    assert merged_by_position(new, old) == columns(a="string", b="string", c="double")


class Lake:
    """Days of user_activity, landed and registered."""

    def __init__(self, client: Callable[..., Any], prefix: str) -> None:
        self.account = Account(prefix=prefix, database=prefix)
        list(Deployment(self.account, make_clients()).apply([ACTIVITY]))
        self.s3, glue = S3(client("s3")), client("glue")
        self.tables = RawTables(self.account, self.s3, Catalog(glue), Crawlers(glue))
        self.athena = Athena(client("athena"), self.account.work_group, self.account.database)

    def land(self, day: date, body: bytes) -> None:
        self.s3.put(self.account.raw_bucket, raw_prefix(ACTIVITY, day) + "a.json", body)

    def update(self, *days: date) -> RawTableUpdate:
        return self.tables.update(
            ACTIVITY, [day_files(self.s3, self.account, ACTIVITY, day) for day in days]
        )


def test_a_malformed_json_line_is_a_row_of_nulls_in_the_raw_table(
    client: Callable[..., Any],
) -> None:
    lake = Lake(client, "malformed")
    good = [f'{{"event_id": "{n}", "user_id": {n}}}\n'.encode() for n in range(100, 300)]
    lake.land(FIRST, b"".join([*good, b'{"event_id": "cut\n', b"\n"]))
    assert lake.update(FIRST).days == (FIRST,)
    found = lake.athena.query("SELECT event_id FROM user_activity_raw ORDER BY event_id").rows
    assert found == (*((str(n),) for n in range(100, 300)), (None,), (None,))
    assert lake.athena.query("SELECT count(*) FROM user_activity_raw").rows == (("202",),)


def test_a_day_of_something_else_stops_no_other_day(client: Callable[..., Any]) -> None:
    lake = Lake(client, "foreign")
    lake.land(FIRST, b"\x00\x01 something else\n")
    with pytest.raises(ExecutionFailed) as failed:
        lake.update(FIRST)
    assert str(failed.value) == (
        "crawler foreign-user_activity-raw found no columns in the raw files of user_activity. "
        "Are they json, as the source file says?"
    )
    lake.land(SECOND, b'{"event_id": "a"}\n')
    update = lake.update(FIRST, SECOND)
    assert (update.days, update.columns) == ((FIRST, SECOND), (("event_id", "string"),))
    lake.land(SECOND, b"\x00\x02 something else again\n")
    update = lake.update(SECOND)
    assert (update.days, update.columns) == ((SECOND,), (("event_id", "string"),))
    lake.land(FIRST, b"n,name\n1,csv\n2,in a folder of JSON\n")
    assert lake.update(FIRST).columns == (("event_id", "string"),)
