"""Print text with control characters made visible, on standard streams that raise no error."""

import codecs
import errno
import io
import os
import select
import sys
from contextlib import suppress
from typing import Any

from fmnist_tui.lab.plain_text import json_text, visible, visible_lines

FALLBACK = "fmnist-tui"
"""The codec error handler that replaces characters."""

_SIMPLER = {
    "±": "+/-",
    "×": "x",
    "·": "-",
    "–": "-",
    "−": "-",
    "…": "...",
    "★": "*",
    "←": "<-",
    "→": "->",
    "≤": "<=",
    "≥": ">=",
    "≠": "!=",
    "²": "^2",
    "━": "-",
    "╸": "-",
    "╺": " ",
}
"""Replacements for this program's own symbols; other characters are escaped."""


class Output(io.FileIO):
    """Standard output or error; after an error, writes are discarded.

    `breaks` says whether the first write to a closed pipe raises BrokenPipeError.
    """

    def __init__(self, descriptor: int, *, breaks: bool) -> None:
        super().__init__(descriptor, "w", closefd=False)
        self.problem: OSError | None = None
        self._breaks = breaks

    def write(self, data: Any, /) -> int:
        try:
            while self.problem is None:
                if (written := super().write(data)) is not None:
                    return written
                select.select((), (self,), ())  # another program made it non-blocking
        except OSError as error:
            self.problem = error
            if self._breaks and isinstance(error, BrokenPipeError):
                raise
        return memoryview(data).nbytes


class OutputText(io.TextIOWrapper):
    def __init__(self, output: Output, replaced: Any) -> None:
        self.written_in = getattr(replaced, "encoding", None) or "utf-8"
        super().__init__(
            io.BufferedWriter(output),
            encoding=self.written_in,
            errors=FALLBACK,
            newline="\n",
            line_buffering=output.fileno() == 2 or output.isatty(),
            write_through=getattr(replaced, "write_through", False),
        )

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """Latin-1 for ASCII: typer writes UTF-8 to a stream that reports ASCII."""
        name = codecs.lookup(self.written_in).name
        return "iso8859-1" if name == "ascii" else name


class StandardStreams:
    """Replace `sys.stdout` and `sys.stderr` on creation."""

    def __init__(self) -> None:
        _open_closed_descriptors()
        codecs.register_error(FALLBACK, _replace)
        self._outputs = Output(1, breaks=True), Output(2, breaks=False)
        sys.stdin = sys.stdin or open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
        sys.stdout, sys.stderr = map(OutputText, self._outputs, (sys.stdout, sys.stderr))

    def end(self, status: int) -> int:
        """Flush the streams; return the exit status, 2 if output could not be written."""
        self.flush()
        problem = self._outputs[0].problem
        # A failed write to a terminal means that it is gone, and nobody would read the message.
        if problem is None or isinstance(problem, BrokenPipeError) or os.isatty(1):
            return status
        if status != 2:
            closed = problem.errno == errno.EBADF
            why = "it is closed" if closed else f"{problem.strerror}"
            tell(f"standard output cannot be written: {why}; what was recorded is kept, send the output elsewhere")
            self.flush()
        return status or 2

    def flush(self) -> None:
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError):  # closed
                stream.flush()


def as_written(text: str) -> str:
    """Replace characters that standard output's encoding lacks."""
    if isinstance(sys.stdout, OutputText):
        encoding = sys.stdout.written_in
        return text.encode(encoding, FALLBACK).decode(encoding)
    return text


def _open_closed_descriptors() -> None:
    """Open closed standard descriptors on the null device, so that no other file gets their numbers."""
    for descriptor in (0, 1, 2):
        try:
            os.fstat(descriptor)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDONLY), True)  # gets the lowest free number


def _replace(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    characters = error.object[error.start : error.end]
    return "".join(_SIMPLER.get(each) or ascii(each)[1:-1] for each in characters), error.end


LONGEST = 1_000


def tell(words: str) -> None:
    """Print a message of the program on standard error."""
    print(f"fmnist-tui: {visible(words, LONGEST)}", file=sys.stderr)  # noqa: T201


def note(words: str) -> None:
    """Print a remark about a command's output on standard error."""
    print(visible(words, LONGEST), file=sys.stderr)  # noqa: T201


def say(words: str) -> None:
    print(visible(words, LONGEST))  # noqa: T201


def say_lines(text: str) -> None:
    print(visible_lines(text), end="")  # noqa: T201


def json_line(value: object) -> str:
    """Escape what standard output's encoding lacks."""
    return json_text(value, ascii_only=not holds_all_characters())


def say_json(value: object) -> None:
    print(json_line(value))  # noqa: T201


def holds_all_characters() -> bool:
    return codecs.lookup(getattr(sys.stdout, "encoding", None) or "utf-8").name.startswith("utf")
