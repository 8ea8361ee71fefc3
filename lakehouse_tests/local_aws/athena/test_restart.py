"""Queries across restarts of the local AWS: history stays, what was running has failed."""

from pathlib import Path
from typing import Any

from lakehouse.local_aws.athena.queries import QueryStore
from lakehouse.local_aws.athena.service import AthenaService
from lakehouse.local_aws.catalog.catalog import Catalog
from lakehouse.local_aws.objects.store import ObjectStore
from lakehouse.local_aws.state import State

SCOPE = "123456789012/us-east-1"
OUTPUT = {"ResultConfiguration": {"OutputLocation": "s3://results/"}}


def service(folder: Path) -> tuple[State, AthenaService]:
    state, objects = State(folder / "state.db"), ObjectStore(folder / "objects")
    if not objects.has_bucket("results"):
        objects.create_bucket("results")
    return state, AthenaService(state, SCOPE, Catalog(state, SCOPE), objects, folder)


def test_history_and_results_survive_a_restart(tmp_path: Path) -> None:
    state, athena = service(tmp_path)
    query_id = athena.start({"QueryString": "SELECT 42 AS x", **OUTPUT})["QueryExecutionId"]
    athena.runs.pool.shutdown(wait=True)
    before = athena.get({"QueryExecutionId": query_id})
    athena.close()
    state.close()
    state, athena = service(tmp_path)
    assert athena.get({"QueryExecutionId": query_id}) == before
    rows = athena.get_results({"QueryExecutionId": query_id})["ResultSet"]["Rows"]
    assert rows == [{"Data": [{"VarCharValue": "x"}]}, {"Data": [{"VarCharValue": "42"}]}]
    athena.close()
    state.close()


def test_a_query_that_ran_when_the_server_died_has_failed(tmp_path: Path) -> None:
    history = tmp_path / "athena" / SCOPE.replace("/", "-") / "history.db"
    state = State(history)
    status: dict[str, Any] = {"State": "RUNNING", "SubmissionDateTime": 1.0}
    execution = {
        "QueryExecutionId": "q1",
        "WorkGroup": "primary",
        "Status": status,
        "Statistics": {},
    }
    QueryStore(state, SCOPE).add({"QueryExecution": execution, "Kind": "none"}, None)
    state.close()
    state, athena = service(tmp_path)
    found = athena.get({"QueryExecutionId": "q1"})["QueryExecution"]["Status"]
    assert found["State"] == "FAILED"
    assert "stopped while the query ran" in found["StateChangeReason"]
    assert athena.list_queries({})["QueryExecutionIds"] == ["q1"]
    athena.close()
    state.close()
