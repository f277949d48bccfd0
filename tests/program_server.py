"""A process that has imported the fake program and forks for each command: `python program_server.py`.

A fork has descriptors, variables and a current folder of its own, as a started program has, in a tenth of the time.
What Python does at its start it did before, so what depends on that is tested with `QUICK_PROGRAM`.
"""

import gc
import importlib
import io
import json
import os
import socket
import subprocess
import sys
import traceback
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, NoReturn

from command_line import Outcome, bare_environment
from fake_program import install_fakes

from fmnist_tui.cli import main

USED_BY_COMMANDS = (
    "PIL.Image",
    "fmnist_tui.cli.commands",
    "fmnist_tui.cli.progress",
    "fmnist_tui.cli.fitted_tables",
    "fmnist_tui.engine.parallel.trainings",
    "fmnist_tui.engine.parallel.worker",
    "fmnist_tui.lab.clues",
    "fmnist_tui.lab.comparison.text_tables",
    "fmnist_tui.lab.experiments.keras_script",
    "fmnist_tui.lab.inside.familiarity",
    "fmnist_tui.lab.inside.one_image",
    "fmnist_tui.lab.notebook.recovery",
    "fmnist_tui.lab.report.export",
    "fmnist_tui.tui.app",
    "pydantic.fields",
    "pydantic.type_adapter",
    "pydantic.types",
    "rich.progress",
    "scipy.stats",
    "sklearn.neighbors",
    "typer.rich_utils",
)
"""Modules that commands import when they need them; none looks at the home folder."""
MATPLOTLIB = (
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
    "matplotlib.figure",
    "matplotlib.font_manager",
    "matplotlib.style",
)
"""Looks for its settings in the home folder at its import, and for fonts everywhere, which takes a second."""


class ProgramServer:
    """Runs commands one after another.

    Args:
        imported: modules that commands find imported, beside `USED_BY_COMMANDS`.
        variables: those that Python reads at its start.
    """

    def __init__(self, *imported: str, **variables: str) -> None:
        self._line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with closing(theirs):
            environment = bare_environment(Path(os.devnull)) | variables
            command = [sys.executable, __file__, *imported]
            self._process = subprocess.Popen(command, stdin=theirs.fileno(), env=environment)

    def close(self) -> None:
        self._line.close()
        self._process.wait()

    def run(
        self,
        words: Sequence[str],
        folder: Path,
        variables: Mapping[str, str] | None = None,
        *,
        streams: Mapping[int, Path | int | None] | None = None,
        first: str = "",
        encoding: str = "utf-8",
    ) -> Outcome:
        """Run a command; return its exit status and what it wrote on standard output and error.

        Args:
            words: the command's arguments.
            folder: its current folder.
            variables: its environment; by default a bare one with that folder as its home.
            streams: for a standard descriptor a path or another descriptor in place of input from the null device or
                of output that comes back; None closes it.
            first: Python code that it runs before.
            encoding: what it writes must be in.
        """
        with ExitStack() as opened:
            written = {number: opened.enter_context(TemporaryFile()) for number in (1, 2)}
            null = opened.enter_context(Path(os.devnull).open("rb"))
            given: dict[int, int] = {0: null.fileno()} | {number: file.fileno() for number, file in written.items()}
            for number, place in (streams or {}).items():
                if place is None:
                    del given[number]
                elif isinstance(place, int):
                    given[number] = place
                else:
                    given[number] = opened.enter_context(place.open("rb+", buffering=0)).fileno()
            order = {
                "words": list(words),
                "folder": str(folder),
                "variables": dict(bare_environment(folder) if variables is None else variables),
                "numbers": list(given),
                "first": first,
            }
            socket.send_fds(self._line, [json.dumps(order).encode()], list(given.values()))
            status = int(self._line.recv(100))
            for file in written.values():
                file.seek(0)
            return Outcome(status, *(file.read().decode(encoding) for file in written.values()))


def serve(line: socket.socket, imported: Sequence[str]) -> None:
    """Fork for each order, until the line is closed."""
    for name in (*USED_BY_COMMANDS, *imported):
        importlib.import_module(name)
    install_fakes()
    gc.freeze()
    while True:
        message, descriptors, *_ = socket.recv_fds(line, 1 << 20, 3)
        if not message:
            return
        child = os.fork()
        if child == 0:
            _obey(json.loads(message), descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
        line.send(str(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])).encode())


def _obey(order: dict[str, Any], descriptors: list[int]) -> NoReturn:
    for descriptor, number in zip(descriptors, order["numbers"], strict=True):
        os.dup2(descriptor, number)
    for number in {0, 1, 2} - set(order["numbers"]):
        os.close(number)
    os.closerange(3, max((2, *descriptors)) + 1)
    os.chdir(order["folder"])
    os.environ.clear()
    os.environ.update(order["variables"])
    sys.stdin, sys.stdout, sys.stderr = map(_stream, (0, 1, 2))
    sys.argv = ["fmnist-tui", *order["words"]]
    status: object = 1
    try:
        exec(order["first"], {})
        main()
    except SystemExit as end:
        status = end.code or 0
    except BaseException:
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status if isinstance(status, int) else 1)


def _stream(number: int) -> Any:
    """Return a standard stream as Python makes it: none where the descriptor is closed."""
    try:
        raw = io.FileIO(number, "w" if number else "r", closefd=False)
    except OSError:
        return None
    as_started = sys.__stdout__
    assert as_started is not None
    usual = f"{as_started.encoding}:{as_started.errors}"
    encoding, _, errors = os.environ.get("PYTHONIOENCODING", usual).partition(":")
    if not number:
        return io.TextIOWrapper(io.BufferedReader(raw), encoding, errors or "strict")
    errors = "backslashreplace" if number == 2 else errors or "strict"
    return io.TextIOWrapper(io.BufferedWriter(raw), encoding, errors, newline="\n", line_buffering=number == 2)


if __name__ == "__main__":
    serve(socket.socket(fileno=0), sys.argv[1:])
