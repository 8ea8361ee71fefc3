"""Names of what the platform owns."""

import pytest

from lakehouse.aws.account import Account, SettingsError, account_from


def test_all_names_derive_from_the_prefix() -> None:
    account = account_from({"LAKEHOUSE_PREFIX": "acme-logs", "LAKEHOUSE_DATABASE": "logs"})
    assert account.buckets == (
        "acme-logs-raw",
        "acme-logs-clean",
        "acme-logs-athena",
        "acme-logs-scripts",
    )
    assert (account.database, account.crawl_database) == ("logs", "logs_crawl")
    assert (account.work_group, account.clean_job) == ("acme-logs", "acme-logs-clean-logs")
    assert account.crawler("web_logs") == "acme-logs-web_logs-raw"


def test_defaults() -> None:
    assert account_from({}) == Account("lakehouse", "lakehouse", "LakehouseGlueRole")


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("LAKEHOUSE_PREFIX", "Acme_Logs", "LAKEHOUSE_PREFIX: 'Acme_Logs' cannot begin a bucket"),
        ("LAKEHOUSE_DATABASE", "my-logs", "LAKEHOUSE_DATABASE: 'my-logs' is not a database name"),
    ],
)
def test_unusable_names_are_refused_before_anything_is_made(
    variable: str, value: str, words: str
) -> None:
    with pytest.raises(SettingsError, match=words):
        account_from({variable: value})
