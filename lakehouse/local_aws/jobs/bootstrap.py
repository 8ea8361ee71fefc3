"""The first code of a job's child process: runs the script as `__main__`, reports how it failed.

Started by path, never imported; only the standard library. It dies with the server: the lifeline
is a pipe that nobody writes to, and its end means that the server is gone.
"""

import json
import os
import runpy
import signal
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import Any


def main(lifeline: int, joined: bool, report: Path, script: Path, arguments: list[str]) -> int:
    """Run the script with its arguments; the exit code. A failure is also written to `report`.

    `joined`: what the script writes to sys.stderr goes where its prints go, apart from Spark's log.
    """
    threading.Thread(target=_die_with_the_server, args=(lifeline,), daemon=True).start()
    sys.argv = [str(script), *arguments]
    sys.stderr = sys.stdout if joined else sys.stderr
    sys.path[0] = str(script.parent)
    try:
        runpy.run_path(str(script), run_name="__main__")
    except SystemExit as exit_:
        if exit_.code not in (None, 0):
            _write(report, exit_, _line(exit_, script))
        raise
    except BaseException as error:  # noqa: BLE001  the script's failure, reported in full
        _write(report, error, _line(error, script))
        sys.stderr = sys.__stderr__
        shown = error.with_traceback(_from_script(error.__traceback__, script))
        sys.excepthook(type(shown), shown, shown.__traceback__)
        return 1
    return 0


def _die_with_the_server(lifeline: int) -> None:
    os.read(lifeline, 1)
    os.killpg(os.getpgrp(), signal.SIGKILL)


def _write(report: Path, error: BaseException, line: int | None) -> None:
    body = {
        "type": type(error).__name__,
        "message": str(error),
        "line": line,
        "java_exit_code": _java_exit_code(),
    }
    unfinished = report.with_suffix(".tmp")
    unfinished.write_text(json.dumps(body), encoding="utf-8")
    unfinished.replace(report)


def _java_exit_code() -> int | None:
    """How Spark's JVM ended, if there was one and it has ended; negative: by which signal."""
    context: Any = getattr(sys.modules.get("pyspark"), "SparkContext", None)
    process = getattr(getattr(context, "_gateway", None), "proc", None)
    code: int | None = None if process is None else process.poll()
    return code


def _line(error: BaseException, script: Path) -> int | None:
    """The last line of the script itself on the way to the error."""
    if isinstance(error, SyntaxError) and error.filename == str(script):
        return error.lineno
    line = None
    frame = error.__traceback__
    while frame is not None:
        if frame.tb_frame.f_code.co_filename == str(script):
            line = frame.tb_lineno
        frame = frame.tb_next
    return line


def _from_script(trace: TracebackType | None, script: Path) -> TracebackType | None:
    """The traceback without the frames of this file and runpy."""
    frame = trace
    while frame is not None and frame.tb_frame.f_code.co_filename != str(script):
        frame = frame.tb_next
    return frame


if __name__ == "__main__":
    _, given_lifeline, streams, given_report, given_script, *rest = sys.argv
    paths = Path(given_report), Path(given_script)
    sys.exit(main(int(given_lifeline), streams == "joined", *paths, rest))
