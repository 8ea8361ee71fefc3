"""What Dagster's GraphQL and Athena say of a running `lakehouse dev`, beside what the UI shows."""

from typing import Any

from lakehouse_tests.browser.dev_server import DevServer, wait_until

BACKFILLS = """{ partitionBackfillsOrError { ... on PartitionBackfills {
    results { id status numPartitions } } } }"""
RUNS = """query($filter: RunsFilter) { runsOrError(filter: $filter) { ... on Runs {
    results { status tags { key value } } } } }"""
SENSOR = """query($sensor: SensorSelector!) { sensorOrError(sensorSelector: $sensor) {
    ... on Sensor { sensorState { status ticks { status runIds } } } } }"""
EVALUATIONS = """query($key: AssetKeyInput!, $check: String!) {
    assetCheckExecutions(assetKey: $key, checkName: $check, limit: 5) {
        evaluation { success partition severity description } } }"""
ASSET = """query($key: AssetKeyInput!) { assetNodeOrError(assetKey: $key) { ... on AssetNode {
    groupName description partitionStats { numMaterialized } } } }"""


def backfills(dev: DevServer) -> list[Any]:
    found: list[Any] = dev.ask(BACKFILLS)["partitionBackfillsOrError"]["results"]
    return found


def runs(dev: DevServer, **chosen: Any) -> list[tuple[str, dict[str, str]]]:
    """(status, tags) of each run that Dagster's RunsFilter chooses."""
    found = dev.ask(RUNS, filter=chosen)["runsOrError"]["results"]
    return [(run["status"], {tag["key"]: tag["value"] for tag in run["tags"]}) for run in found]


def sensor_state(dev: DevServer, sensor: str) -> Any:
    place = {"repositoryName": "__repository__", "repositoryLocationName": "lakehouse"}
    found = dev.ask(SENSOR, sensor={**place, "sensorName": sensor})
    return found["sensorOrError"]["sensorState"]


def requested_runs(dev: DevServer, sensor: str) -> list[str]:
    """Ids of the runs that a sensor has asked for."""
    return [run for tick in sensor_state(dev, sensor)["ticks"] for run in tick["runIds"]]


def evaluations(dev: DevServer, source: str, asset: str, check: str) -> list[Any]:
    found = dev.ask(EVALUATIONS, key={"path": [source, asset]}, check=check)
    return [each["evaluation"] for each in found["assetCheckExecutions"] if each["evaluation"]]


def asset_node(dev: DevServer, source: str, asset: str) -> Any:
    return dev.ask(ASSET, key={"path": [source, asset]})["assetNodeOrError"]


def materialized(dev: DevServer, source: str, asset: str) -> int:
    """Number of an asset's materialized partitions."""
    return int(asset_node(dev, source, asset)["partitionStats"]["numMaterialized"])


def athena_rows(dev: DevServer, sql: str) -> list[list[str]]:
    athena = dev.client("athena")
    query = {"QueryString": sql, "QueryExecutionContext": {"Database": "lakehouse"}}
    started = athena.start_query_execution(**query, WorkGroup="lakehouse")["QueryExecutionId"]

    def state() -> str:
        found = athena.get_query_execution(QueryExecutionId=started)["QueryExecution"]["Status"]
        return str(found["State"]) if found["State"] not in ("QUEUED", "RUNNING") else ""

    assert wait_until(state, 60, "the query ends") == "SUCCEEDED"
    rows = athena.get_query_results(QueryExecutionId=started)["ResultSet"]["Rows"]
    return [[cell["VarCharValue"] for cell in row["Data"]] for row in rows[1:]]
