"""The server: starting, stopping, what survives a kill, the command line."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest
from click.testing import CliRunner

from lakehouse.local_aws.__main__ import main
from lakehouse.local_aws.durable.log_events import put_log_events
from lakehouse.local_aws.server import LocalAws, StartError
from lakehouse_tests.local_aws.servers import COMMAND, running


@pytest.mark.slow
def test_all_that_was_acknowledged_survives_kill_9(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        s3, glue = server.client("s3"), server.client("glue")
        s3.create_bucket(Bucket="logs")
        for number in range(20):
            s3.put_object(Bucket="logs", Key=f"k/{number}", Body=b"x" * number)
        s3.delete_object(Bucket="logs", Key="k/0")
        upload_id = s3.create_multipart_upload(Bucket="logs", Key="big")["UploadId"]
        part = s3.upload_part(
            Bucket="logs", Key="big", UploadId=upload_id, PartNumber=1, Body=b"part"
        )
        glue.create_database(DatabaseInput={"Name": "lake"})
        server.kill()
    with running(tmp_path) as server:
        s3, glue = server.client("s3"), server.client("glue")
        assert [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]] == ["logs"]
        found = s3.list_objects_v2(Bucket="logs")["Contents"]
        assert {item["Key"]: item["Size"] for item in found} == {f"k/{n}": n for n in range(1, 20)}
        assert s3.get_object(Bucket="logs", Key="k/7")["Body"].read() == b"x" * 7
        s3.complete_multipart_upload(
            Bucket="logs",
            Key="big",
            UploadId=upload_id,
            MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]},
        )
        assert s3.get_object(Bucket="logs", Key="big")["Body"].read() == b"part"
        assert [item["Name"] for item in glue.get_databases()["DatabaseList"]] == ["lake"]
        with pytest.raises(s3.exceptions.ClientError, match="BucketNotEmpty"):
            s3.delete_bucket(Bucket="logs")


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_it_without_a_word(tmp_path: Path, number: signal.Signals) -> None:
    with running(tmp_path) as server:
        server.process.send_signal(number)
        _, errors = server.process.communicate(timeout=10)
        assert (server.process.returncode, errors) == (0, "")


def start(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [*COMMAND, *arguments], capture_output=True, text=True, timeout=30, check=False
    )


@pytest.mark.slow
def test_a_command_runs_in_its_environment_and_gives_its_code(tmp_path: Path) -> None:
    script = (
        "import boto3, sys; s3 = boto3.client('s3'); s3.create_bucket(Bucket='logs');"
        "print([b['Name'] for b in s3.list_buckets()['Buckets']]); sys.exit(7)"
    )
    ended = start("--port", "0", "--data-dir", str(tmp_path), "--", sys.executable, "-c", script)
    assert (ended.returncode, ended.stdout, ended.stderr) == (7, "['logs']\n", "")


@pytest.mark.soak
def test_a_command_that_a_signal_ends_gives_the_code_that_shells_give(tmp_path: Path) -> None:
    script = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
    ended = start("--port", "0", "--data-dir", str(tmp_path), "--", sys.executable, "-c", script)
    assert ended.returncode == 128 + signal.SIGKILL


@pytest.mark.slow
def test_what_keeps_it_from_starting_is_one_line(tmp_path: Path, local_aws: LocalAws) -> None:
    (tmp_path / "file").write_text("")
    below = tmp_path / "file" / "below"
    in_use = f"Data directory {local_aws.data_dir} is in use by another local AWS"
    for aws, words in (
        (LocalAws(below), f"Data directory {below} cannot be used: Not a directory"),
        (LocalAws(local_aws.data_dir), in_use),
    ):
        with pytest.raises(StartError) as caught:
            aws.start()
        assert str(caught.value) == words
    port = str(urlsplit(local_aws.endpoint_url).port)
    ended = start("--port", port, "--data-dir", str(tmp_path / "free"))
    words = f"Error: Port {port} of 127.0.0.1 cannot be used: Address already in use\n"
    assert (ended.returncode, ended.stdout, ended.stderr) == (1, "", words)


def test_help_teaches() -> None:
    shown = CliRunner().invoke(main, ["--help"]).output
    for words in ("AWS_ENDPOINT_URL", "--data-dir", "survive", "COMMAND", "aws s3 mb"):
        assert words in shown


@pytest.mark.slow
def test_an_open_host_warns_and_a_missing_command_is_one_line(tmp_path: Path) -> None:
    arguments = ["--host", "0.0.0.0", "--port", "0", "--data-dir", str(tmp_path)]
    ended = start(*arguments, "--", "no-such-program")
    warning = "Warning: 0.0.0.0 can be reached from other machines; requests are not authenticated"
    words = "Error: no-such-program cannot be run: No such file or directory"
    assert (ended.returncode, ended.stderr) == (127, f"{warning}\n{words}\n")


def test_motos_own_api_cannot_reset_anything(local_aws: LocalAws) -> None:
    reset = Request(f"{local_aws.endpoint_url}/moto-api/reset", method="POST")
    with pytest.raises(OSError, match="501"):
        urlopen(reset, timeout=5)


def test_services_that_we_do_not_answer_stay_with_moto(client: Callable[..., Any]) -> None:
    assert client("sts").get_caller_identity()["Account"] == "123456789012"
    queue = client("sqs").create_queue(QueueName="plain")["QueueUrl"]
    client("sqs").send_message(QueueUrl=queue, MessageBody="hello")
    messages = client("sqs").receive_message(QueueUrl=queue)["Messages"]
    assert [message["Body"] for message in messages] == ["hello"]
    role = client("iam").create_role(RoleName="r", AssumeRolePolicyDocument="{}")["Role"]
    assert role["Arn"] == "arn:aws:iam::123456789012:role/r"


def test_log_events_appear_in_cloudwatch_logs(client: Callable[..., Any]) -> None:
    for lines in (["one", "two"], [], ["three"]):
        put_log_events("123456789012/us-east-1", "/aws-glue/jobs/output", "jr_1", lines)
    found = client("logs").get_log_events(
        logGroupName="/aws-glue/jobs/output", logStreamName="jr_1", startFromHead=True
    )
    assert [event["message"] for event in found["events"]] == ["one", "two", "three"]
    assert abs(found["events"][0]["timestamp"] - time.time() * 1000) < 60_000


def test_glue_answers_per_region_and_refuses_by_name(client: Callable[..., Any]) -> None:
    here, there = client("glue"), client("glue", region_name="eu-west-1")
    here.create_database(DatabaseInput={"Name": "only_here"})
    assert here.get_database(Name="only_here")["Database"]["Name"] == "only_here"
    assert there.get_databases()["DatabaseList"] == []
    with pytest.raises(here.exceptions.ClientError) as caught:
        here.list_blueprints()
    error = caught.value.response["Error"]
    assert error["Code"] == "UnsupportedOperationException"
    assert error["Message"] == "Glue ListBlueprints is not supported by the local AWS"
    here.delete_database(Name="only_here")


def test_the_environment_of_tests_points_at_it(local_aws: LocalAws) -> None:
    assert os.environ["AWS_ENDPOINT_URL"] == local_aws.endpoint_url
