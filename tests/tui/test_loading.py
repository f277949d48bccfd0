"""What is loaded after the first paint: TensorFlow, which Python is not to search for garbage."""

import pytest
from lab_screen import MakeLab, opened, screen_text, shows

from fmnist_tui.engine import memory
from fmnist_tui.engine.cores import Cores
from fmnist_tui.engine.parallel import limits
from fmnist_tui.engine.parallel.parallelism import Parallelism
from fmnist_tui.tui import loading


async def test_a_limit_of_the_cores_is_in_the_log(lab: MakeLab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "cores", lambda: Cores(8, 2))

    async with opened(lab(), columns=140, rows=40) as pilot:
        await shows(pilot, r"may run on 2 of 8 cores \(its CPU affinity\)")


async def test_the_limits_of_this_machine_are_not_said_of_a_cluster(
    lab: MakeLab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "cores", lambda: Cores(8, 2))

    async with opened(lab(scheduler="tcp://cluster.example:8786"), columns=140, rows=40) as pilot:
        assert "ready" in screen_text(pilot)
        assert "cores" not in screen_text(pilot)


async def test_memory_for_fewer_trainings_than_wanted_is_said_in_the_log(
    lab: MakeLab, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = lab()
    app.runner.queue.parallelism = Parallelism(5)
    monkeypatch.setattr(memory, "most_workers", lambda: 1)

    async with opened(app, columns=140, rows=40) as pilot:
        await shows(pilot, "memory is free for 1 training at once, not 5")


async def test_where_tensorflow_cannot_be_loaded_the_app_says_why_and_stays_of_use(
    lab: MakeLab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "load_tensorflow", lambda: loading.LoadingFailed("too few addresses", "TensorFlow"))

    app = lab()
    async with opened(app, columns=140, rows=40, until_it_shows="too few addresses") as pilot:
        await pilot.press("escape")
        await shows(pilot, "no TensorFlow to train with")
        await pilot.press("t")
        await shows(pilot, "too few addresses")
        assert not app.runner.busy
