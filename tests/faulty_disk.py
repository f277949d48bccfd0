"""A disk on which one chosen system call fails, or kills the process."""

import io
import os
from collections.abc import Callable
from typing import Any, Self

import pytest

CALLS = ("open", "write", "fsync", "fstat", "stat", "ftruncate", "truncate", "replace", "unlink", "mkdir", "fchmod")
"""Functions of `os` that the notebook calls; `io.open` is counted too."""


class Killed(BaseException):
    """Stands for the death of the process: error handlers do not catch it."""


class FaultyDisk:
    """Counts the system calls in its context, and makes one of them fail.

    Args:
        monkeypatch: replaces the calls.
        at: index of the failing call, from 0.
        fault: the exception to raise.
        lasting: whether all later calls fail too.
        half: whether a failing write writes half of its bytes first.
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
        """Names of the calls made, in order."""

    @property
    def failed(self) -> bool:
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
