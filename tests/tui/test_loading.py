"""What is loaded after the first paint: TensorFlow, which Python is not to search for garbage."""

import gc
import sys
from types import ModuleType

import pytest

from fmnist_tui.tui import loading


def test_what_tensorflow_brings_is_spared_from_the_search_for_garbage(monkeypatch: pytest.MonkeyPatch) -> None:
    searched: list[bool] = []
    monkeypatch.setitem(
        sys.modules, "fmnist_tui.engine.training.trainer", ModuleType("fmnist_tui.engine.training.trainer")
    )
    monkeypatch.setattr(loading, "freeze_gc", lambda: searched.append(gc.isenabled()))

    told = loading.load_tensorflow()

    assert isinstance(told, loading.TensorFlowLoaded)
    assert searched == [False]
    assert gc.isenabled()
