"""A code location for a real sensor daemon: web_logs under an account of its own."""

from lakehouse.aws.account import Account
from lakehouse.pipeline.build import build_definitions
from lakehouse_tests.sources import built_in

ACCOUNT = Account(prefix="daemon", database="daemon")
SENSOR = "web_logs_raw_files"

defs = build_definitions([built_in("web_logs")], ACCOUNT)
