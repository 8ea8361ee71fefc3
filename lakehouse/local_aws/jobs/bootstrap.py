"""The first code of a job's child process: runs the script as `__main__`, reports how it failed.

Started by path, never imported; only the standard library. Its order is a file of JSON: `script`,
`arguments`, `report` (where a failure is written), `driver` (the command of Spark's JVM, or none)
and `driver_grace` (seconds it gets to end by itself). The JVM starts at once, while Python still
imports; pyspark connects to it when it wants one, as on Glue, where it is there first. All die with
the server: the lifeline is a pipe that nobody writes to, and its end means that the server is gone.
"""

import atexit
import contextlib
import importlib.abc
import importlib.util
import json
import os
import runpy
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any

_GATEWAY = "pyspark.java_gateway"
_POLL = 0.01  # seconds
_DRIVER_EXIT = 5.0  # seconds from the driver's last word until it can be seen to have ended


def main(order: dict[str, Any], lifeline: int) -> int:
    """Run the script; the exit code."""
    threading.Thread(target=_die_with_the_server, args=(lifeline,), daemon=True).start()
    script, report = Path(order["script"]), Path(order["report"])
    command, grace = order["driver"], order["driver_grace"]
    driver = Driver(command, report.parent, grace) if command else None
    if driver is not None:
        atexit.register(driver.end)
        sys.meta_path.insert(0, driver)
        sys.stderr = sys.stdout  # apart from Spark's log, as on Glue 5
    sys.argv = [str(script), *order["arguments"]]
    sys.path[0] = str(script.parent)
    try:
        runpy.run_path(str(script), run_name="__main__")
    except SystemExit as exit_:
        if exit_.code not in (None, 0):
            _write(report, exit_, _line(exit_, script), driver)
        raise
    except BaseException as error:  # noqa: BLE001  the script's failure, reported in full
        _write(report, error, _line(error, script), driver)
        sys.stderr = sys.__stderr__
        shown = error.with_traceback(_from_script(error.__traceback__, script))
        sys.excepthook(type(shown), shown, shown.__traceback__)
        return 1
    return 0


class Driver(importlib.abc.MetaPathFinder):
    """Spark's JVM, and the finder that tells pyspark of it when pyspark is imported.

    It writes its port and secret to a file when it is ready, and ends when its stdin ends.
    """

    def __init__(self, command: Sequence[str], folder: Path, grace: float) -> None:
        self._information = folder / "driver"
        self._grace = grace
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            env={**os.environ, "_PYSPARK_DRIVER_CONN_INFO_PATH": str(self._information)},
        )

    def end(self) -> None:
        """End the JVM, for nothing in it is of use when the script's last thread has ended.

        Only an event log, if the script asked Spark for one, is completed by stopping Spark.
        """
        spark: Any = getattr(sys.modules.get("pyspark"), "SparkContext", None)
        context: Any = getattr(spark, "_active_spark_context", None)
        alive = context is not None and self.process.poll() is None
        if alive and context.getConf().get("spark.eventLog.enabled") == "true":
            context.stop()
        try:
            self.process.communicate(timeout=self._grace)
        except subprocess.TimeoutExpired:
            self.process.kill()

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The module that starts JVMs, with a function that waits for this one instead."""
        if fullname != _GATEWAY:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(fullname)
        loader: Any = spec and spec.loader
        execute = loader.exec_module

        def exec_module(module: Any) -> None:
            execute(module)
            module.launch_gateway = self._connecting(module.launch_gateway)

        loader.exec_module = exec_module
        return spec

    def _connecting(self, launch_gateway: Any) -> Any:
        def connect(*arguments: Any, **options: Any) -> Any:
            while not self._information.exists() and self.process.poll() is None:
                time.sleep(_POLL)
            if not self._information.exists():
                raise RuntimeError("Spark's JVM did not start: it says why in the job's logs")
            written = self._information.read_bytes()
            os.environ["PYSPARK_GATEWAY_PORT"] = str(int.from_bytes(written[:4], "big"))
            os.environ["PYSPARK_GATEWAY_SECRET"] = written[8:].decode()
            return launch_gateway(*arguments, **options)

        return connect


def _die_with_the_server(lifeline: int) -> None:
    os.read(lifeline, 1)
    os.killpg(os.getpgrp(), signal.SIGKILL)


def _write(report: Path, error: BaseException, line: int | None, driver: Driver | None) -> None:
    body = {
        "type": type(error).__name__,
        "message": str(error),
        "line": line,
        "driver_exit_code": None if driver is None else _exit_code(driver, error),
    }
    unfinished = report.with_suffix(".tmp")
    unfinished.write_text(json.dumps(body), encoding="utf-8")
    unfinished.replace(report)


def _exit_code(driver: Driver, error: BaseException) -> int | None:
    """How the driver ended; None while it runs.

    Its connections break before it can be waited for: an error of py4j's own, which is not one of
    the Java code's, may be the first sign of its end.
    """
    kind = type(error)
    if kind.__module__.startswith("py4j.") and kind.__name__ != "Py4JJavaError":
        with contextlib.suppress(subprocess.TimeoutExpired):
            driver.process.wait(_DRIVER_EXIT)
    return driver.process.poll()


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
    sys.exit(main(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")), int(sys.argv[2])))
