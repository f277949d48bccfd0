"""The app's queue on a real Dask cluster of two processes: where each training is, and the orders that reach it."""

import socket
from collections.abc import Iterator
from dataclasses import replace

import pytest
from cluster_stand_ins import STAND_IN
from dask_cluster import DaskCluster, waiting
from lab_screen import LabPilot, MakeLab, opened, screen_text, shows, until

from fmnist_tui.engine.parallel.cluster import reaching
from fmnist_tui.engine.training.progress import Phase
from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.tui.app import LabApp

HOST = socket.gethostname()[:20]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DaskCluster]:
    running = DaskCluster(tmp_path_factory.mktemp("cluster"), workers=2)
    yield running
    running.close()


@pytest.fixture
def unused() -> int:
    """A port where nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def queue(app: LabApp, gate: str, count: int) -> None:
    data = app.loader.data
    assert data is not None
    jobs = [waiting(gate, seed) for seed in range(count)]
    app.main.training.start(tuple(replace(job, recipe=replace(job.recipe, dataset=data.name)) for job in jobs), data)


async def both_are(pilot: LabPilot, app: LabApp, phase: Phase) -> None:
    await until(pilot, lambda: [each.progress.phase for each in app.runner.active] == [phase] * 2)


async def test_the_queue_shows_where_each_training_is_and_orders_reach_it(
    lab: MakeLab, cluster: DaskCluster, notebook: NotebookFile
) -> None:
    app = lab(scheduler=cluster.address)
    async with opened(app) as pilot:
        queue(app, "queue", 3)
        await both_are(pilot, app, Phase.TRAINING)
        await pilot.press("Q")
        row = rf"▶ {STAND_IN} queue · seed \d +{HOST} .*"
        await shows(pilot, rf"{row}{row}» 1 {STAND_IN} queue")
        assert "2 running, 1 queued (2 in parallel)" in screen_text(pilot)

        await pilot.press("p")
        await both_are(pilot, app, Phase.PAUSED)
        await shows(pilot, "‖.*‖")
        await pilot.press("p")
        await both_are(pilot, app, Phase.TRAINING)

        await pilot.press("Q", "s", "s")
        await until(pilot, lambda: [run.status for run in notebook.read().runs] == ["stopped"])
        cluster.open("queue")
        await until(pilot, lambda: len(notebook.read().runs) == 3 and not app.runner.active)

    runs = notebook.read().runs
    assert sorted(run.status for run in runs) == ["finished", "finished", "stopped"]
    assert {run.host for run in runs} == {socket.gethostname()}
    app.runner.close()


async def test_leaving_stops_what_the_cluster_trains_and_records_it(
    lab: MakeLab, cluster: DaskCluster, notebook: NotebookFile
) -> None:
    app = lab(scheduler=cluster.address)
    async with opened(app) as pilot:
        queue(app, "left", 3)
        await both_are(pilot, app, Phase.TRAINING)
        await pilot.press("q", "s")
        app.runner.wait()
    app.runner.close()

    assert [run.status for run in notebook.read().runs] == ["stopped", "stopped"]
    cluster.be_idle()


async def test_a_scheduler_that_cannot_be_reached_is_said_and_the_app_goes_on(
    lab: MakeLab, unused: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reaching, "START_SECONDS", 0.0)
    app = lab(scheduler=f"tcp://127.0.0.1:{unused}")
    async with opened(app) as pilot:
        queue(app, "never begun", 1)
        await shows(pilot, "nothing listens there")
        await pilot.press("escape")
        await shows(pilot, "press t to train this network")
