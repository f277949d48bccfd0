"""A disk on which a chosen call to the system fails, or after which the process is dead."""

import io
import os
from collections.abc import Callable
from typing import Any, Self

import pytest

CALLS = ("open", "write", "fsync", "fstat", "stat", "ftruncate", "truncate", "replace", "unlink", "mkdir", "fchmod")
"""What the notebook asks of the system, by the names in `os`; files opened by Python's own `open` are counted too."""


class Killed(BaseException):
    """The process is dead: no handler of errors runs, and nothing that it does reaches the disk."""


class FaultyDisk:
    """Counts the calls to the system while it is entered, and has one of them fail.

    Args:
        monkeypatch: what it is put in place by.
        at: which call fails, from 0.
        fault: raised in its place.
        lasting: whether every call after it fails too.
        half: whether a write that fails writes half of its bytes first.
    """

    def __init__(
        self, monkeypatch: pytest.MonkeyPatch, at: int, fault: BaseException, *, lasting: bool, half: bool = True
    ) -> None:
        self._monkeypatch = monkeypatch
        self._at = at
        self._fault = fault
        self._lasting = lasting
        self._half = half
        self.calls: list[str] = []
        """The names of the calls that were made, in order."""

    @property
    def failed(self) -> bool:
        """Whether the chosen call was made."""
        return len(self.calls) > self._at

    def __enter__(self) -> Self:
        for name in CALLS:
            self._monkeypatch.setattr(os, name, self._faulty(name, getattr(os, name)))
        self._monkeypatch.setattr(io, "open", self._faulty("io.open", io.open))
        return self

    def __exit__(self, *_: object) -> None:
        self._monkeypatch.undo()

    def _faulty(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            number = len(self.calls)
            self.calls.append(name)
            if number == self._at or (self._lasting and number > self._at):
                if name == "write" and number == self._at and self._half:
                    file, data = arguments
                    real(file, bytes(data)[: len(data) // 2])
                raise self._fault
            return real(*arguments, **options)

        return call
