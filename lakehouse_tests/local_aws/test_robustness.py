"""What must not hurt the server: full disks, broken requests, clients that leave, signals."""

import os
import resource
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import ClientError

from lakehouse.local_aws.server import LocalAws
from lakehouse_tests.local_aws.servers import COMMAND, Server, obey_modes, running

Client = Callable[..., Any]
COLUMNS = [{"Name": "x", "Type": "string"}]
TABLE = {
    "Name": "t",
    "StorageDescriptor": {
        "Columns": COLUMNS,
        "Location": "s3://logs/t/",
        "InputFormat": "org.apache.hadoop.mapred.TextInputFormat",
        "OutputFormat": "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
        "SerdeInfo": {"SerializationLibrary": "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"},
    },
}


def limit_files(server: Server, size: int) -> None:
    """From now on no file of the server can grow over a size: what a full disk looks like."""
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def refused(call: Callable[..., object], **arguments: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 500
    return caught.value.response["Error"]["Code"]


def query(athena: Any, sql: str) -> dict[str, Any]:
    """The status in which a query ends."""
    query_id = athena.start_query_execution(
        QueryString=sql, ResultConfiguration={"OutputLocation": "s3://logs/results/"}
    )["QueryExecutionId"]
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        status: dict[str, Any] = athena.get_query_execution(QueryExecutionId=query_id)[
            "QueryExecution"
        ]["Status"]
        if status["State"] in ("SUCCEEDED", "FAILED"):
            return status
        time.sleep(0.05)
    raise TimeoutError(sql)


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="limits another process: Linux only")
def test_a_full_disk_gives_awss_errors_and_the_server_goes_on(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        s3, glue, athena, sqs, logs = map(server.client, ("s3", "glue", "athena", "sqs", "logs"))
        s3.create_bucket(Bucket="logs")
        s3.put_object(Bucket="logs", Key="t/a.csv", Body=b"1\n2\n")
        glue.create_database(DatabaseInput={"Name": "lake"})
        glue.create_table(DatabaseName="lake", TableInput=TABLE)
        url = sqs.create_queue(QueueName="q")["QueueUrl"]
        assert query(athena, "SELECT 1")["State"] == "SUCCEEDED"

        limit_files(server, 40_000)  # under what the databases have already
        assert refused(s3.put_object, Bucket="logs", Key="b", Body=b"x" * 50_000) == "InternalError"
        assert refused(s3.put_object, Bucket="logs", Key="b", Body=b"x") == "InternalError"
        assert refused(s3.delete_object, Bucket="logs", Key="t/a.csv") == "InternalError"
        assert refused(s3.create_bucket, Bucket="more") == "InternalError"
        assert refused(s3.create_multipart_upload, Bucket="logs", Key="m") == "InternalError"
        tags = {"TagSet": [{"Key": "a", "Value": "b"}]}
        assert refused(s3.put_bucket_tagging, Bucket="logs", Tagging=tags) == "InternalError"
        database = {"Name": "more"}
        assert refused(glue.create_database, DatabaseInput=database) == "InternalServiceException"
        assert refused(sqs.create_queue, QueueName="more") == "InternalFailure"
        assert refused(sqs.send_message, QueueUrl=url, MessageBody="x") == "InternalFailure"
        group = {"logGroupName": "g"}
        assert refused(logs.create_log_group, **group) == "ServiceUnavailableException"
        assert query_on_a_full_disk(athena) in ("FAILED", "InternalServerException")

        assert s3.get_object(Bucket="logs", Key="t/a.csv")["Body"].read() == b"1\n2\n"
        assert [item["Key"] for item in s3.list_objects_v2(Bucket="logs")["Contents"]][-1] == (
            "t/a.csv"
        )
        assert [item["Name"] for item in glue.get_databases()["DatabaseList"]] == ["lake"]
        assert [p for p in (tmp_path / "tmp").rglob("*") if p.is_file()] == []

        limit_files(server, resource.RLIM_INFINITY)  # there is room again
        s3.put_object(Bucket="logs", Key="b", Body=b"x" * 50_000)
        s3.delete_object(Bucket="logs", Key="b")
        glue.create_database(DatabaseInput={"Name": "more"})
        s3.create_bucket(Bucket="more")
        assert query(athena, "SELECT count(*) FROM lake.t")["State"] == "SUCCEEDED"
        assert server.process.poll() is None


def query_on_a_full_disk(athena: Any) -> str:
    try:
        state: str = query(athena, "SELECT count(*) FROM lake.t")["State"]
    except ClientError as error:
        return error.response["Error"]["Code"]
    return state


@pytest.mark.slow
def test_a_read_only_directory_gives_awss_errors_and_the_server_goes_on(tmp_path: Path) -> None:
    with running(tmp_path, in_child=obey_modes) as server:
        s3 = server.client("s3")
        s3.create_bucket(Bucket="logs")
        s3.put_object(Bucket="logs", Key="a", Body=b"1")
        (folder,) = (tmp_path / "tmp").iterdir()
        folder.chmod(stat.S_IREAD | stat.S_IEXEC)
        assert refused(s3.put_object, Bucket="logs", Key="b", Body=b"2") == "InternalError"
        assert s3.get_object(Bucket="logs", Key="a")["Body"].read() == b"1"
        folder.chmod(stat.S_IRWXU)
        s3.put_object(Bucket="logs", Key="b", Body=b"2")


@pytest.mark.slow
def test_a_read_only_directory_is_refused_at_the_start(tmp_path: Path) -> None:
    tmp_path.chmod(stat.S_IREAD | stat.S_IEXEC)
    ended = subprocess.run(
        [*COMMAND, "--port", "0", "--data-dir", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=obey_modes,
    )
    tmp_path.chmod(stat.S_IRWXU)
    assert ended.returncode == 1
    assert ended.stderr == f"Error: Data directory {tmp_path} cannot be used: Permission denied\n"


HEAD = "PUT /logs/half HTTP/1.1\r\nHost: h\r\n"
BROKEN = [
    (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b""),  # TLS
    (b"nonsense\r\n\r\n", b"HTTP/1.1 400"),
    (b"GET / HTTP/9.9\r\n\r\n", b"HTTP/1.1 505"),
    (b"GET /a b HTTP/1.1\r\n\r\n", b"HTTP/1.1 400"),
    (b"GET / HTTP/1.1\r\nno colon\r\n\r\n", b"HTTP/1.1 400"),
    (b"GET / HTTP/1.1\nHost: h\n\n", b"HTTP/1.1 400"),
    (f"{HEAD}Content-Length: -5\r\n\r\n".encode(), b"HTTP/1.1 400"),
    (f"{HEAD}Content-Length: five\r\n\r\n".encode(), b"HTTP/1.1 400"),
    (f"{HEAD}Content-Length: 1000\r\n\r\nhalf".encode(), b""),
    (f"{HEAD}Transfer-Encoding: chunked\r\n\r\nzz\r\n".encode(), b""),
    (b"GET /" + b"x" * 100_000 + b" HTTP/1.1\r\n\r\n", b""),
    (b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 200_000 + b"\r\n", b""),
    (b"POST / HTTP/1.1\r\nX-Amz-Target: AWSGlue.GetTables\r\nContent-Length: 9\r\n\r\n{", b""),
    (b"", b""),
]


@pytest.mark.parametrize(("sent", "answer"), BROKEN)
def test_a_broken_request_hurts_nobody_else(
    local_aws: LocalAws, client: Client, sent: bytes, answer: bytes
) -> None:
    s3 = client("s3")
    address = urlsplit(local_aws.endpoint_url)
    with socket.create_connection((address.hostname or "", address.port or 0), 10) as broken:
        broken.sendall(sent)
        broken.shutdown(socket.SHUT_WR)  # nothing more will come
        received = bytearray()
        try:
            while piece := broken.recv(65536):
                received += piece
        except ConnectionResetError:
            pass  # it hung up while we were still sending
    assert received.startswith(answer)
    assert s3.list_buckets()["ResponseMetadata"]["HTTPStatusCode"] == 200
    assert [p for p in (local_aws.data_dir / "tmp").rglob("*") if p.is_file()] == []


def test_a_client_that_leaves_in_the_middle_of_a_download_hurts_nobody(
    local_aws: LocalAws, client: Client
) -> None:
    s3 = client("s3")
    s3.create_bucket(Bucket="left-behind")
    s3.put_object(Bucket="left-behind", Key="big", Body=b"x" * 20_000_000)
    address = urlsplit(local_aws.endpoint_url)
    for _ in range(30):  # more than there are workers
        with socket.create_connection((address.hostname or "", address.port or 0), 10) as leaving:
            leaving.sendall(b"GET /left-behind/big HTTP/1.1\r\nHost: h\r\n\r\n")
            assert leaving.recv(12) == b"HTTP/1.1 200"
    assert len(s3.get_object(Bucket="left-behind", Key="big")["Body"].read()) == 20_000_000


SLEEPING_JOB = "import os, time; print('PID', os.getpid(), flush=True); time.sleep(600)"


@pytest.mark.soak
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_the_children_and_keeps_what_they_did(
    tmp_path: Path, number: signal.Signals
) -> None:
    with running(tmp_path) as server:
        s3, glue, logs = map(server.client, ("s3", "glue", "logs"))
        s3.create_bucket(Bucket="scripts")
        s3.put_object(Bucket="scripts", Key="job.py", Body=SLEEPING_JOB.encode())
        command = {
            "Name": "pythonshell",
            "ScriptLocation": "s3://scripts/job.py",
            "PythonVersion": "3.9",
        }
        glue.create_job(Name="sleep", Role="any", Command=command)
        run = glue.start_job_run(JobName="sleep")["JobRunId"]
        child = int(printed(logs, run).removeprefix("PID "))
        server.process.send_signal(number)
        _, errors = server.process.communicate(timeout=30)
        assert (server.process.returncode, errors) == (0, "")
        with pytest.raises(ProcessLookupError):
            os.kill(child, 0)
    with running(tmp_path) as server:
        ended = server.client("glue").get_job_run(JobName="sleep", RunId=run)["JobRun"]
        assert ended["JobRunState"] == "FAILED"
        assert printed(server.client("logs"), run) == f"PID {child}"


def printed(logs: Any, run: str) -> str:
    """The first line that a run has printed."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            events = logs.get_log_events(
                logGroupName="/aws-glue/python-jobs/output", logStreamName=run
            )["events"]
        except logs.exceptions.ResourceNotFoundException:
            events = []
        if events:
            message: str = events[0]["message"]
            return message
        time.sleep(0.1)
    raise TimeoutError(run)


COUNTING_COMMAND = """
import signal, sys, time
names = []
def note(number, frame):
    names.append(signal.Signals(number).name)
    if number == signal.SIGTERM:
        print(names); sys.exit(5)
for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, note)
print("ready", flush=True)
while True:
    time.sleep(0.01)
"""


@pytest.mark.slow
def test_a_command_gets_the_signals_and_gives_its_code(tmp_path: Path) -> None:
    options = ["--port", "0", "--data-dir", str(tmp_path)]
    process = subprocess.Popen(
        [*COMMAND, *options, "--", sys.executable, "-c", COUNTING_COMMAND],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.send_signal(signal.SIGINT)
    time.sleep(0.5)
    process.send_signal(signal.SIGTERM)
    output, errors = process.communicate(timeout=30)
    assert (process.returncode, output, errors) == (5, "['SIGINT', 'SIGTERM']\n", "")
