"""Mistakes with files, values and places: command, what is wrong, and the whole message."""

import bz2
import io
import lzma
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from lakehouse_tests.cli.conftest import Cli
from lakehouse_tests.cli.test_mistakes import SOURCE, said

COMMON = '1.1.1.1 - - [17/May/2015:10:05:03 +0000] "GET / HTTP/1.1" 200 1'
CSV = "time,name\n2026-01-01 00:00:00,x\n"
UNPACK = "only plain text and gzip are read: unpack it first, e.g. with "
NOT_LINES = "not lines of text: write it as CSV or JSON lines first"
UTF_16 = "UTF-16 text: convert it first, with iconv -f UTF-16 -t UTF-8"
TIMES = "times are ISO 8601, epoch seconds or milliseconds, or e.g. 31/12/2026 23:59:59"
OTHER = (
    "neither CSV with a header, nor JSON lines, nor an access log in the combined format; cut its "
    "lines into one of them first. The first line is "
)

# A sample for `sources new` -> what is said after the file's name.
SAMPLES: Mapping[str, tuple[bytes, str]] = {
    "xz": (lzma.compress(CSV.encode()), f" is xz: {UNPACK}xz -dk"),
    "bzip2": (bz2.compress(CSV.encode()), f" is bzip2: {UNPACK}bunzip2 -k"),
    "zstd": (b"\x28\xb5\x2f\xfd\x04", f" is Zstandard: {UNPACK}zstd -dk"),
    "zip": (b"PK\x03\x04xx", f" is a ZIP archive (or a spreadsheet): {UNPACK}unzip"),
    "Parquet": (b"PAR1xxxx", f" is a Parquet file, {NOT_LINES}"),
    "ORC": (b"ORC\x11", f" is an ORC file, {NOT_LINES}"),
    "Avro": (b"Obj\x01\x04", f" is an Avro file, {NOT_LINES}"),
    "UTF-16": (CSV.encode("utf-16"), f" is {UTF_16}"),
    "Latin-1": (
        "time,größe\n2026-01-01,1\n".encode("latin-1"),
        ": not UTF-8 text: invalid start byte. Convert it first, e.g. with iconv -f LATIN1 -t "
        "UTF-8",
    ),
    "JSON over lines": (
        b'{\n  "a": 1\n}\n',
        ": JSON over several lines: write one object a line, e.g. with jq -c .",
    ),
    "a JSON array": (
        b'[{"a": 1}]\n',
        ": a JSON array: write one object a line, e.g. with jq -c '.[]'",
    ),
    "the common log format": (
        f"{COMMON}\n".encode(),
        ": an access log in the common format: referrer and user agent are missing. Log in the "
        """combined format, or add them as unknown: sed 's/$/ "-" "-"/'""",
    ),
    "a format of nginx": (
        f'{COMMON} "-" "curl" 0.012\n'.encode(),
        ": an access log with other fields than the combined format has after status and bytes: "
        """'"-" "curl" 0.012'. A quoted referrer and user agent are expected there, and nothing """
        "more",
    ),
    "no times": (
        b"a,b\n1,x\n",
        f": no field holds a time that can be read (fields: a, b); {TIMES}",
    ),
    "another log": (b"hello\n", f": {OTHER}'hello'"),
    "a header alone": (b"a,b\n", ": a header and no rows: name a file with some rows"),
    "tabs": (
        b"time\tname\n",
        ": columns separated by '\\t': only commas are read; convert the file",
    ),
}

# Source, file -> what `land` says after the file's name.
LANDED: Mapping[str, tuple[str, bytes, str]] = {
    "UTF-16": ("web_logs", CSV.encode("utf-16"), f" is {UTF_16}"),
    "Parquet": ("access_logs", b"PAR1xxxx", f" is a Parquet file, {NOT_LINES}"),
    "semicolons": (
        "web_logs",
        b"timestamp;status\n",
        " is no CSV file of source web_logs: its first line does not name the column 'timestamp' "
        "(event_time); it names timestamp;status. Columns separated by ';': only commas are read",
    ),
    "JSON over lines": (
        "user_activity",
        b'{\n  "timestamp": "2026-01-01T00:00:00Z"\n}\n',
        ": no line has a readable event time ('timestamp', json format of source user_activity); "
        "JSON files hold one object a line, as jq -c . writes them (jq -c '.[]' an array)",
    ),
    "another log": (
        "access_logs",
        b"hello\n",
        ": no line has a readable event time ('time', combined format of source access_logs)",
    ),
    "nothing": ("access_logs", b"", " is empty: there is nothing to land for source access_logs"),
}

PORTS = "is not in the range 1<=x<=65535."
# Arguments -> the message of wrong usage.
USAGE: Mapping[str, tuple[tuple[str, ...], str]] = {
    "a port too high": (("dev", "--port", "99999"), f"Invalid value for '--port': 99999 {PORTS}"),
    "no port": (("dev", "--aws-port", "-1"), f"Invalid value for '--aws-port': -1 {PORTS}"),
    "one port": (
        ("dev", "--port", "4000", "--aws-port", "4000"),
        "--port and --aws-port are both 4000: name two ports",
    ),
    "for ever": (
        ("vacuum", "--grace-hours", "1e300"),
        "Invalid value for '--grace-hours': 1e+300 is not in the range 0<=x<=876000.",
    ),
    "no number": (("vacuum", "--grace-hours", "nan"), "--grace-hours nan is no number of hours"),
    "a file of SQL": (
        ("query", "daily.sql"),
        "'daily.sql' is a file: lakehouse query < daily.sql",
    ),
    "no folder for Parquet": (
        ("query", "--parquet", "/no/such/a.parquet", "SELECT 1"),
        "--parquet /no/such/a.parquet: there is no folder /no/such",
    ),
    "no folder for the report": (
        ("report", "--output", "/no/such/r.html"),
        "--output /no/such/r.html: there is no folder /no/such",
    ),
    "days backwards": (
        ("report", "--from", "2026-01-02", "--to", "2026-01-01"),
        "--from 2026-01-02 is after --to 2026-01-01",
    ),
}


@pytest.mark.parametrize("what", SAMPLES)
def test_a_sample(cli: Cli, tmp_path: Path, what: str) -> None:
    body, words = SAMPLES[what]
    path = tmp_path / "sample"
    path.write_bytes(body)
    message = said(cli, "sources", "new", "mine", "--from", str(path), "--to", str(tmp_path))
    assert message == f"error: {path}{words}"
    assert not (tmp_path / "mine.yaml").exists()


@pytest.mark.parametrize("what", LANDED)
def test_a_file_to_land(cli: Cli, local_aws: object, tmp_path: Path, what: str) -> None:
    source, body, words = LANDED[what]
    path = tmp_path / "file"
    path.write_bytes(body)
    assert said(cli, "land", source, str(path)) == f"error: {path}{words}"


@pytest.mark.parametrize("what", USAGE)
def test_usage(cli: Cli, local_aws: object, what: str) -> None:
    arguments, words = USAGE[what]
    assert said(cli, *arguments, code=2).splitlines()[-1] == f"Error: {words}"


def test_one_of_two_files_is_missing(cli: Cli, local_aws: object, tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    path.write_text(f'{COMMON} "-" "-"\n')
    message = said(cli, "land", "access_logs", str(path), "/no/b.log", "/no/c.log")
    assert message == "error: /no/b.log, /no/c.log: no such file. Nothing was landed"


def test_sql_that_is_no_text(cli: Cli, local_aws: object, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.TextIOWrapper(io.BytesIO(b"SELECT 1 \xff"), "utf-8", "surrogateescape")
    monkeypatch.setattr(sys, "stdin", stream)
    assert said(cli, "query", code=2).endswith("Error: the SQL is not UTF-8 text")


def test_a_standard_input_that_is_closed(
    cli: Cli, local_aws: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    wanted = "Error: no SQL: give it as an argument or on standard input"
    assert said(cli, "query", code=2).endswith(wanted)


def test_a_home_folder_of_nobody(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAKEHOUSE_SOURCES", "~nobody-here/logs")
    assert said(cli, "sources") == "error: ~nobody-here/logs: no such folder of source files"


def test_prefixes_that_s3_would_not_take(
    cli: Cli, local_aws: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "shop.yaml").write_text(SOURCE.replace("shop/event", "logs/shop/event"))
    monkeypatch.setenv("LAKEHOUSE_SOURCES", str(tmp_path))
    monkeypatch.setenv("LAKEHOUSE_SENSORS", "sqs")
    assert said(cli, "deploy", "--plan") == (
        "error: raw.path: the files of source web_logs stand under 'logs/', those of shop under "
        "'logs/shop/': S3 tells no two queues of prefixes of which one begins with the other. "
        "Give one of them another folder before its day, or leave LAKEHOUSE_SENSORS unset: "
        "sensors then list"
    )


def test_a_copied_source_with_the_path_of_the_first(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.yaml").write_text(SOURCE)
    copied = SOURCE.replace("name: shop", "name: till").replace("shop_daily", "till_daily")
    (tmp_path / "b.yaml").write_text(copied)
    monkeypatch.setenv("LAKEHOUSE_SOURCES", str(tmp_path))
    path = "shop/event_date={event_date}/"
    assert said(cli, "sources") == (
        f"error: {tmp_path}/b.yaml: raw.path: '{path}' holds the files of '{path}' "
        f"({tmp_path}/a.yaml), or stands in it: give each source a folder of its own"
    )


@pytest.mark.slow
def test_destroying_where_nobody_can_be_asked(
    cli: Cli, local_aws: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PREFIX", "DATABASE"):
        monkeypatch.setenv(f"LAKEHOUSE_{name}", "nobodyasked")
    monkeypatch.setenv("LAKEHOUSE_GLUE_ROLE", "NobodyAsked")
    assert cli("deploy").code == 0
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    assert said(cli, "destroy", "--delete-data") == (
        "error: nobody is at a terminal to confirm it: add --yes. Nothing was removed"
    )
    assert cli("destroy", "--delete-data", "--yes").code == 0


def test_a_report_until_the_first_day_there_is(cli: Cli, local_aws: object, tmp_path: Path) -> None:
    path = tmp_path / "r.html"
    ended = cli("report", "--to", "0001-01-01", "--output", str(path))
    assert ended.out == f"{path}: 0001-01-01 to 0001-01-01, 0 published days of metrics\n"


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    code = "from lakehouse.cli.main import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        check=False,
    )


@pytest.mark.slow
def test_a_character_that_the_output_cannot_hold(tmp_path: Path) -> None:
    described = SOURCE.replace("start_date", "description: 日本\nstart_date")
    (tmp_path / "shop.yaml").write_text(described, encoding="utf-8")
    settings = {"LAKEHOUSE_SOURCES": str(tmp_path), "PYTHONIOENCODING": "latin-1"}
    ended = run("sources", "--json", **settings)
    assert (ended.returncode, ended.stderr.decode()) == (
        1,
        "error: '\\u65e5\\u672c' cannot be written in the encoding latin-1 of the output: set "
        "PYTHONIOENCODING=utf-8\n",
    )


@pytest.mark.slow
def test_a_reader_that_stops_ends_it_quietly() -> None:
    code = "from lakehouse.cli.main import main; main()"
    with subprocess.Popen(
        [sys.executable, "-c", code, "sources", "schema"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert (process.stderr.read(), process.wait()) == (b"", 141)


def test_what_to_do_next_can_be_pasted(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sample, mine = tmp_path / "my till.csv", tmp_path / "my logs"
    sample.write_text(CSV)
    monkeypatch.setenv("LAKEHOUSE_SOURCES", str(tmp_path))
    ended = cli("sources", "new", "till", "--from", str(sample), "--to", str(mine))
    assert ended.out.splitlines()[1:] == [
        "Look it over, then:",
        f"  export LAKEHOUSE_SOURCES='{tmp_path}:{mine}'",
        "  lakehouse sources",
        "  lakehouse deploy",
        f"  lakehouse land till '{sample}'",
    ]
