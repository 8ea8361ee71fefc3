"""AWS's faults, injected between the platform's clients and the local AWS."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from lakehouse.aws import jobs, polling
from lakehouse.aws.athena import Athena
from lakehouse.aws.catalog import Catalog, partition_input
from lakehouse.aws.crawlers import Crawlers
from lakehouse.aws.errors import (
    AccessDenied,
    AwsFailure,
    ExecutionFailed,
    Unavailable,
    Unreachable,
)
from lakehouse.aws.jobs import Jobs
from lakehouse.aws.s3 import S3
from lakehouse.local_aws.server import LocalAws
from lakehouse_tests.faulty_aws import Fault, FaultyAws, faulty_aws

pytestmark = pytest.mark.soak  # botocore waits between its tries
Client = Callable[..., Any]

THROTTLED = {"kind": "error", "status": 400, "code": "ThrottlingException"}
BUCKET = "faults"
DAY_KEY = {"Name": "event_date", "Type": "string"}
SLOW = "WITH t AS (SELECT * FROM UNNEST(SEQUENCE(1, 9000))) SELECT count(*) FROM t, t u, t v, t w"


@pytest.fixture(scope="module")
def prepared(client: Client) -> None:
    s3, glue, athena = client("s3"), client("glue"), client("athena")
    s3.create_bucket(Bucket=BUCKET)
    place = {"ResultConfiguration": {"OutputLocation": f"s3://{BUCKET}/results/"}}
    athena.create_work_group(Name=BUCKET, Configuration=place)
    glue.create_database(DatabaseInput={"Name": BUCKET})
    glue.create_table(DatabaseName=BUCKET, TableInput={"Name": "t", "PartitionKeys": [DAY_KEY]})
    for name, script in {"quick": "print(1)", "slow": "import time; time.sleep(600)"}.items():
        s3.put_object(Bucket=BUCKET, Key=f"{name}.py", Body=script.encode())
        command = {
            "Name": "pythonshell",
            "ScriptLocation": f"s3://{BUCKET}/{name}.py",
            "PythonVersion": "3.9",
        }
        glue.create_job(
            Name=f"faults-{name}",
            Role="r",
            Command=command,
            ExecutionProperty={"MaxConcurrentRuns": 5},
        )
    glue.create_crawler(
        Name="faults",
        Role="r",
        DatabaseName=BUCKET,
        Targets={"S3Targets": [{"Path": f"s3://{BUCKET}/nothing-here/"}]},
    )


@pytest.fixture
def aws(local_aws: LocalAws, prepared: None) -> Iterator[FaultyAws]:
    with faulty_aws(local_aws.endpoint_url) as proxy:
        yield proxy


def athena_of(aws: FaultyAws) -> Athena:
    return Athena(aws.client("athena"), BUCKET, "default")


@pytest.mark.parametrize(
    "fault",
    [
        Fault("GetQueryExecution", times=2, **THROTTLED),  # type: ignore[arg-type]
        Fault("GetQueryExecution", "error", times=2, status=503),
        Fault("GetQueryExecution", "drop", times=2),
        Fault("StartQueryExecution", times=2, **THROTTLED),  # type: ignore[arg-type]
        Fault("GetQueryResults", "error", times=2),
    ],
    ids=["throttled", "503", "dropped", "start throttled", "results 500"],
)
def test_a_query_gets_over_a_fault_that_passes(aws: FaultyAws, fault: Fault) -> None:
    aws.faults.append(fault)
    assert athena_of(aws).query("SELECT 1").rows == (("1",),)
    assert fault.happened == 2


def test_a_query_whose_start_was_answered_to_nobody_runs_once(
    aws: FaultyAws, client: Client
) -> None:
    before = len(client("athena").list_query_executions(WorkGroup=BUCKET)["QueryExecutionIds"])
    aws.faults.append(Fault("StartQueryExecution", "lose answer", times=1))
    assert athena_of(aws).query("SELECT 2").rows == (("2",),)
    after = len(client("athena").list_query_executions(WorkGroup=BUCKET)["QueryExecutionIds"])
    assert after == before + 1


def test_a_service_that_stays_away_fails_with_its_words_and_what_to_do(aws: FaultyAws) -> None:
    aws.faults.append(Fault("GET /faults", "error", status=503, code="SlowDown"))
    with pytest.raises(Unavailable) as failed:
        S3(aws.client("s3", tries=2)).objects(BUCKET, "x/")
    assert str(failed.value) == (
        "list s3://faults/x/: SlowDown: injected (request faulty). "
        "It was tried several times; run this again later"
    )
    assert list(aws.calls.values()) == [2]


def test_access_denied_is_not_tried_again(aws: FaultyAws) -> None:
    aws.faults.append(Fault("GET /faults", "error", status=403, code="AccessDenied"))
    with pytest.raises(AccessDenied, match=r"list s3://faults/x/: AccessDenied.*permissions"):
        S3(aws.client("s3")).objects(BUCKET, "x/")
    assert sum(aws.calls.values()) == 1


def test_a_job_run_is_waited_for_while_nobody_answers(aws: FaultyAws) -> None:
    fault = Fault("GetJobRun", "error", times=6, status=503)
    aws.faults.append(fault)
    assert Jobs(aws.client("glue", tries=2)).run("faults-quick", {}).job == "faults-quick"
    assert fault.happened == 6


def test_a_run_that_nobody_answers_about_is_given_up_and_named(
    aws: FaultyAws, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polling, "PATIENCE", 0.0)
    monkeypatch.setattr(polling.poll_until, "__defaults__", (0.0,))
    aws.faults.append(Fault("GetJobRun", "drop"))
    started: list[str] = []
    with pytest.raises(Unreachable, match="look at run jr_"):
        Jobs(aws.client("glue")).run("faults-slow", {}, started.append)
    (run,) = [r for r in client("glue").get_job_runs(JobName="faults-slow")["JobRuns"]
              if r["Id"] == started[0]]  # fmt: skip
    assert run["JobRunState"] in ("STOPPING", "STOPPED")


def test_a_job_started_twice_by_a_lost_answer_runs_once(aws: FaultyAws, client: Client) -> None:
    aws.faults.append(Fault("StartJobRun", "lose answer", times=1))
    arguments = {"--plan": "s3://faults/plan-of-this-test.json"}
    ended = Jobs(aws.client("glue")).run("faults-quick", arguments)
    runs = client("glue").get_job_runs(JobName="faults-quick")["JobRuns"]
    states = {r["Id"]: r["JobRunState"] for r in runs if r.get("Arguments") == arguments}
    assert states.pop(ended.run_id) == "SUCCEEDED"
    assert len(states) == 1
    assert set(states.values()) <= {"STOPPING", "STOPPED", "SUCCEEDED"}


def test_a_run_waits_until_there_is_a_place_for_it(aws: FaultyAws, client: Client) -> None:
    client("s3").put_object(Bucket=BUCKET, Key="second.py", Body=b"import time; time.sleep(2)")
    command = client("glue").get_job(JobName="faults-quick")["Job"]["Command"]
    job = {
        "Name": "faults-single",
        "Role": "r",
        "Command": {**command, "ScriptLocation": f"s3://{BUCKET}/second.py"},
        "ExecutionProperty": {"MaxConcurrentRuns": 1},
    }
    client("glue").create_job(**job)
    first = client("glue").start_job_run(JobName="faults-single")["JobRunId"]
    ended = Jobs(aws.client("glue")).run("faults-single", {})
    runs = {r["Id"]: r for r in client("glue").get_job_runs(JobName="faults-single")["JobRuns"]}
    assert set(runs) == {first, ended.run_id}
    assert runs[first]["CompletedOn"] <= runs[ended.run_id]["StartedOn"]
    assert aws.calls["StartJobRun"] > 1


def test_a_run_for_which_there_is_no_place_says_so(
    aws: FaultyAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "TURN_TIMEOUT", 0.0)
    code = "ConcurrentRunsExceededException"
    aws.faults.append(Fault("StartJobRun", "error", status=400, code=code))
    with pytest.raises(ExecutionFailed) as failed:
        Jobs(aws.client("glue")).run("faults-quick", {})
    assert str(failed.value) == (
        f"start job faults-quick: {code}: injected (request faulty). "
        "No place was free for 0 s: run this again later, or raise the job's MaxConcurrentRuns"
    )


def test_a_start_that_nobody_answers_is_not_tried_again_by_us(aws: FaultyAws) -> None:
    aws.faults.append(Fault("StartJobRun", "error", status=503))
    with pytest.raises(Unavailable, match="start job faults-quick"):
        Jobs(aws.client("glue", tries=2)).run("faults-quick", {})
    assert aws.calls["StartJobRun"] == 2  # botocore's tries


def test_a_job_that_does_not_end_is_stopped(aws: FaultyAws, client: Client) -> None:
    started: list[str] = []
    with pytest.raises(ExecutionFailed) as failed:
        Jobs(aws.client("glue")).run("faults-slow", {}, started.append, timeout=0.5)
    assert str(failed.value) == (
        f"run {started[0]} of Glue job faults-slow did not end within 0.5 s and was stopped"
    )


def test_a_query_that_does_not_end_is_stopped(aws: FaultyAws, client: Client) -> None:
    with pytest.raises(
        ExecutionFailed, match=r"did not end within 0\.5 s and was stopped"
    ) as failed:
        athena_of(aws).execute(SLOW, timeout=0.5)
    query_id = str(failed.value).split()[2]
    state = polling.poll_until(
        lambda: client("athena").get_query_execution(QueryExecutionId=query_id)["QueryExecution"],
        lambda query: query["Status"]["State"] not in ("QUEUED", "RUNNING"),
        10.0,
    )
    assert state["Status"]["State"] == "CANCELLED"


def test_a_crawl_of_somebody_else_is_waited_for_and_not_taken_for_ours(
    aws: FaultyAws, client: Client
) -> None:
    aws.faults.append(
        Fault("StartCrawler", "error", times=1, status=400, code="CrawlerRunningException")
    )
    Crawlers(aws.client("glue")).crawl("faults")
    assert aws.calls["StartCrawler"] == 2


def test_a_query_that_somebody_cancelled_fails_with_its_id(aws: FaultyAws, client: Client) -> None:
    def cancel(operation: str, number: int) -> None:
        if (operation, number) == ("GetQueryExecution", 2):
            (query, *_) = client("athena").list_query_executions(WorkGroup=BUCKET, MaxResults=50)[
                "QueryExecutionIds"
            ]
            client("athena").stop_query_execution(QueryExecutionId=query)

    aws.watch = cancel
    words = r"Athena query [0-9a-f-]{36} CANCELLED: .*\(statement: WITH t AS"
    with pytest.raises(ExecutionFailed, match=words):
        athena_of(aws).execute(SLOW)


def test_a_query_over_its_byte_cutoff_fails_with_athenas_words(
    aws: FaultyAws, client: Client
) -> None:
    body = b"x" * 999 + b"\n"
    client("s3").put_object(Bucket=BUCKET, Key="large/a.txt", Body=body * 11_000)
    place = {"ResultConfiguration": {"OutputLocation": f"s3://{BUCKET}/results/"}}
    client("athena").create_work_group(
        Name="faults-cutoff", Configuration={**place, "BytesScannedCutoffPerQuery": 10_000_000}
    )
    athena = Athena(aws.client("athena"), "faults-cutoff", BUCKET)
    athena.execute(f"CREATE EXTERNAL TABLE large (t string) LOCATION 's3://{BUCKET}/large/'")
    with pytest.raises(ExecutionFailed) as failed:
        athena.execute("SELECT max(t) FROM large")
    assert re.fullmatch(
        r"Athena query [0-9a-f-]{36} (FAILED|CANCELLED): .*[Bb]ytes scanned limit.* "
        r"\(statement: SELECT max\(t\) FROM large \.\.\.\)",
        str(failed.value),
    )


def test_a_missing_database_is_named(aws: FaultyAws) -> None:
    with pytest.raises(ExecutionFailed, match=r"Athena query .* FAILED: .*nobody_made_it"):
        Athena(aws.client("athena"), BUCKET, "nobody_made_it").query("SELECT * FROM t")


def test_a_crawler_that_is_stuck_fails_with_what_to_do(aws: FaultyAws, client: Client) -> None:
    for number in range(200):
        key = f"many/{number}/a.csv"
        client("s3").put_object(Bucket=BUCKET, Key=key, Body=b"a,b\n1,2\n" * 1000)
    target = {"S3Targets": [{"Path": f"s3://{BUCKET}/many/"}]}
    client("glue").create_crawler(
        Name="faults-stuck", Role="r", DatabaseName=BUCKET, Targets=target
    )
    with pytest.raises(ExecutionFailed) as failed:
        Crawlers(aws.client("glue")).crawl("faults-stuck", timeout=0.0)
    assert str(failed.value) == (
        "crawler faults-stuck did not end within 0 s. Look at it in the Glue console "
        "or stop it with `aws glue stop-crawler --name faults-stuck`"
    )


def test_a_failed_crawl_is_told_in_glues_words(aws: FaultyAws, client: Client) -> None:
    target = {"S3Targets": [{"Path": "s3://faults-no-such-bucket/"}]}
    client("glue").create_crawler(
        Name="faults-failing", Role="r", DatabaseName=BUCKET, Targets=target
    )
    with pytest.raises(ExecutionFailed) as failed:
        Crawlers(aws.client("glue")).crawl("faults-failing")
    assert str(failed.value) == (
        "crawler faults-failing: FAILED: The specified bucket does not exist (NoSuchBucket) "
        "(log /aws-glue/crawlers/faults-failing)"
    )


@pytest.mark.parametrize(
    ("operation", "doing"),
    [
        ("StartJobRun", "start job faults-quick"),
        ("StartQueryExecution", "start an Athena query"),
        ("StartCrawler", "start crawler faults"),
        ("BatchCreatePartition", "publish partitions of faults.t"),
    ],
)
def test_what_the_identity_may_not_do_is_named_once(
    aws: FaultyAws, operation: str, doing: str
) -> None:
    aws.faults.append(Fault(operation, "error", status=400, code="AccessDeniedException"))
    glue = aws.client("glue")
    calls: dict[str, Callable[[], object]] = {
        "StartJobRun": lambda: Jobs(glue).run("faults-quick", {}),
        "StartQueryExecution": lambda: athena_of(aws).query("SELECT 1"),
        "StartCrawler": lambda: Crawlers(glue).crawl("faults"),
        "BatchCreatePartition": lambda: Catalog(glue).point(
            BUCKET, "t", [partition_input({}, "2026-01-01", "s3://faults/t/")]
        ),
    }
    words = f"{doing}: AccessDeniedException: injected .*permissions of the identity"
    with pytest.raises(AccessDenied, match=words):
        calls[operation]()
    assert aws.calls[operation] == 1


def test_a_missing_work_group_is_named(aws: FaultyAws) -> None:
    with pytest.raises(AwsFailure, match="WorkGroup nobody-made-it is not found"):
        Athena(aws.client("athena"), "nobody-made-it", "default").query("SELECT 1")
