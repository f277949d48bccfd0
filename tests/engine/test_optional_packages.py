"""Packages that TensorFlow only uses where they are installed are hidden from it; others may import them."""

import sys
from importlib import import_module
from pathlib import Path
from threading import Thread

import pytest

from fmnist_tui.engine import optional_packages
from fmnist_tui.engine.optional_packages import optional_packages_hidden


def test_they_are_hidden_from_one_thread_while_another_imports_them(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "drawing.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(optional_packages, "OPTIONAL", frozenset({"drawing"}))
    before = list(sys.meta_path)
    elsewhere: list[str] = []

    with optional_packages_hidden():
        with pytest.raises(ImportError, match="drawing is not imported with TensorFlow"):
            import_module("drawing")
        thread = Thread(target=lambda: elsewhere.append(import_module("drawing").__name__))
        thread.start()
        thread.join()

    assert elsewhere == ["drawing"]
    assert sys.meta_path == before
