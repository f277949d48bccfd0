"""Trainings on a real Dask cluster: a scheduler and worker processes on loopback."""

import os
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cluster_stand_ins import KILLS, QUICK, RAISES, STAND_IN, reach_scheduler_alone
from command_line import running_apart
from dask_cluster import SECONDS, ClusterTraining, DaskCluster, wait_for, waiting
from fake_trainer import ONE_EPOCH, tiny_dataset
from other_data import LETTERS
from sample_records import RUN
from small_trainings import patterns, recipe, run

from fmnist_tui.engine.environment import environment
from fmnist_tui.engine.parallel.cluster import connection, member, reaching, sweep, workers
from fmnist_tui.engine.parallel.cluster.cluster import Cluster
from fmnist_tui.engine.parallel.cluster.messages import Assignment
from fmnist_tui.engine.parallel.cluster.sweep import cluster_sweep
from fmnist_tui.engine.parallel.queue import ActiveRun, Queue, TrainingPlace
from fmnist_tui.engine.parallel.sweep_options import SweepOptions
from fmnist_tui.engine.parallel.trainings import Trainings
from fmnist_tui.engine.training.compiled_cache import CompiledModelCache
from fmnist_tui.engine.training.progress import Control, Phase
from fmnist_tui.lab.errors import UserError
from fmnist_tui.lab.experiments.jobs import Job
from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.records.dataset import register
from fmnist_tui.lab.runs.folder import RunFolder
from fmnist_tui.lab.runs.predictions import read_predictions
from fmnist_tui.lab.runs.stopping import request_stop
from fmnist_tui.lab.runs.weights import read_weights

pytestmark = pytest.mark.xdist_group("cluster")


@pytest.fixture(scope="session")
def processes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DaskCluster]:
    """The cluster of all tests of this file."""
    running = DaskCluster(tmp_path_factory.mktemp("cluster"))
    yield running
    running.close()


@pytest.fixture
def cluster(processes: DaskCluster) -> DaskCluster:
    """A cluster of two workers without work."""
    processes.have_workers(2)
    processes.be_idle()
    return processes


def test_a_training_has_the_figures_that_it_has_here_and_its_files_and_data_are_recorded(
    cluster: DaskCluster, notebook: NotebookFile
) -> None:
    sums = {"train-images-idx3-ubyte": "12" * 16}
    data = replace(patterns(), name=register("patterns", 625, 200, LETTERS, sums))
    what = replace(recipe(), dataset=data.name)
    there = Cluster(cluster.address)
    list(Trainings(data, notebook, cluster=there).of(Queue([Job("an experiment", what, 0)])))
    there.close()
    cache = CompiledModelCache()
    here, other = (run(data, what, seed, cache=cache) for seed in range(2))

    (recorded,) = notebook.read().runs
    assert (recorded.status, recorded.reason, recorded.lost_workers) == ("finished", None, 0)
    assert recorded.host == socket.gethostname()
    assert recorded.environment == environment()
    assert recorded.curves.loss == pytest.approx(here.curves.loss, abs=1e-3)
    assert recorded.curves.loss != pytest.approx(other.curves.loss, abs=1e-3)
    assert recorded.test is not None
    assert here.test is not None
    assert recorded.test.accuracy == pytest.approx(here.test.accuracy, abs=0.01)
    folder = notebook.run_folder(recorded.id)
    predictions = read_predictions(folder)
    assert predictions is not None
    assert len(predictions.classes) == len(data.y_test)
    assert read_weights(folder, what.architecture) is not None
    assert recorded.recipe == what
    written = notebook.path.read_text(encoding="utf-8")
    assert "12" * 16 in written
    assert LETTERS[0] in written


def test_trainings_run_one_a_worker_and_a_third_worker_takes_the_third(cluster: DaskCluster) -> None:
    with ClusterTraining(cluster.address, [waiting("third", seed) for seed in range(3)]) as trainings:
        two = trainings.reporting(2)
        assert {training.place for training in two} == {TrainingPlace.CLUSTER}
        assert {training.host for training in two} == {socket.gethostname()}
        assert len(trainings.queue.waiting) == 1

        cluster.start_worker()
        assert len(trainings.reporting(3)) == 3
        assert trainings.queue.parallelism.at_once == 3
        cluster.open("third")

    assert trainings.error is None
    assert [run.status for run in trainings.runs] == ["finished"] * 3


@pytest.mark.parametrize("stop", [Control.stop, Control.stop_at_epoch_end], ids=["now", "at the end of the epoch"])
def test_a_stop_reaches_one_training_alone(
    cluster: DaskCluster, stop: Callable[[Control], None], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    gate = request.node.callspec.id.replace(" ", "-")
    with ClusterTraining(cluster.address, [waiting(f"a-{gate}"), waiting(f"b-{gate}")], tmp_path) as trainings:
        first, _ = trainings.reporting(2)
        stop(first.control)
        ended = trainings.ended(1)
        cluster.open(f"b-{gate}")

    assert {name: run.status for name, run in ended.items()} == {f"{STAND_IN} a-{gate}": "stopped"}
    assert [run.status for run in trainings.runs] == ["stopped", "finished"]


def test_a_pause_reaches_a_training_until_it_is_resumed(cluster: DaskCluster) -> None:
    with ClusterTraining(cluster.address, [waiting("paused")]) as trainings:
        (training,) = trainings.reporting(1)
        training.control.pause()
        wait_for(lambda: training.progress.phase is Phase.PAUSED, "the pause")
        training.control.resume()
        wait_for(lambda: training.progress.phase is Phase.TRAINING, "the end of the pause")
        cluster.open("paused")

    assert [run.status for run in trainings.runs] == ["finished"]


def test_another_program_can_stop_a_training_through_its_folder(cluster: DaskCluster, tmp_path: Path) -> None:
    with ClusterTraining(cluster.address, [waiting("from outside")], tmp_path) as trainings:
        (training,) = trainings.reporting(1)
        assert RunFolder(tmp_path / training.run_id).is_alive
        request_stop(tmp_path / training.run_id, "now")

    assert [run.status for run in trainings.runs] == ["stopped"]


def test_a_training_whose_worker_is_killed_begins_again_on_another(cluster: DaskCluster, tmp_path: Path) -> None:
    with ClusterTraining(cluster.address, [waiting("killed once")], tmp_path) as trainings:
        (training,) = trainings.reporting(1)
        (address,) = cluster.busy
        cluster.kill_worker(address)
        wait_for(lambda: training.progress.phase.is_start, "the loss")
        assert len(trainings.reporting(1)) == 1
        cluster.open("killed once")

    (ended,) = trainings.runs
    assert (ended.status, ended.lost_workers) == ("finished", 1)
    journal = RunFolder(tmp_path / ended.id).read()
    assert journal is not None
    assert journal.run.curves == RUN.curves


def test_images_that_were_lost_with_all_workers_are_sent_again(cluster: DaskCluster) -> None:
    with ClusterTraining(cluster.address, [waiting("all lost", seed) for seed in range(2)]) as trainings:
        active = trainings.reporting(2)
        for address in cluster.addresses:
            cluster.kill_worker(address)
        wait_for(lambda: all(each.progress.phase.is_start for each in active), "the loss")
        cluster.have_workers(2)
        cluster.open("all lost")

    assert trainings.error is None
    assert [run.status for run in trainings.runs] == ["finished", "finished"]
    # One of them may have been moved to the other worker before that was killed too.
    assert sorted(run.lost_workers for run in trainings.runs) in ([1, 1], [1, 2])


def test_a_worker_that_went_before_it_got_the_images_is_replaced(
    cluster: DaskCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    scatter, gone = connection.Connection.scatter, ["tcp://127.0.0.1:1"]
    monkeypatch.setattr(
        connection.Connection,
        "scatter",
        lambda there, images, address: scatter(there, images, gone.pop() if gone else address),
    )

    with ClusterTraining(cluster.address, [replace(waiting(""), experiment=QUICK)]) as trainings:
        trainings.ended(1)

    assert [(run.status, run.lost_workers) for run in trainings.runs] == [("finished", 0)]


def test_workers_that_do_not_reach_each_other_get_the_images_through_the_scheduler(
    cluster: DaskCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(member, "FETCH_SECONDS", 0.5)
    cluster.client.run(reach_scheduler_alone)
    try:
        with ClusterTraining(cluster.address, [waiting("cut off", seed) for seed in range(2)]) as trainings:
            trainings.reporting(2)
            cluster.open("cut off")
    finally:
        cluster.have_workers(0)

    assert [run.status for run in trainings.runs] == ["finished", "finished"]
    assert trainings.notes == [
        f"{socket.gethostname()} cannot fetch the images from another worker and gets them through the scheduler; "
        "let workers reach one another"
    ]


def test_a_training_that_kills_three_workers_fails_alone(cluster: DaskCluster) -> None:
    cluster.have_workers(4)
    jobs = [replace(waiting(""), experiment=KILLS), waiting("beside a killer", 1)]
    with ClusterTraining(cluster.address, jobs) as trainings:
        ended = trainings.ended(1)
        cluster.open("beside a killer")

    assert trainings.error is None
    killer = ended[KILLS]
    assert (killer.status, killer.lost_workers) == ("failed", 3)
    assert killer.reason is not None
    assert killer.reason.startswith(f"3 workers were killed while they trained it ({socket.gethostname()} ×3)")
    assert [run.status for run in trainings.runs] == ["failed", "finished"]


def test_a_worker_that_ends_with_its_job_is_not_taken_for_killed(
    cluster: DaskCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster.have_workers(0)
    monkeypatch.setattr(member, "MOST_KILLED", 1)
    monkeypatch.setattr(member, "MOST_ENDED", 3)
    with ClusterTraining(cluster.address, [waiting("ends with its job")]) as trainings:

        def phase() -> Phase | None:
            return next((training.progress.phase for training in trainings.queue.active), None)

        for end in (
            lambda address: cluster.kill_worker(address, signal.SIGTERM),
            lambda address: cluster.kill_worker(address, signal.SIGHUP),
            lambda address: cluster.client.run(
                lambda dask_worker: dask_worker.loop.add_callback(dask_worker.close), workers=[address]
            ),
        ):
            cluster.start_worker()
            wait_for(lambda: phase() is Phase.TRAINING, "a worker that trains")
            (address,) = cluster.busy
            end(address)
            wait_for(lambda: phase() in (Phase.WAITING, None), "a training without a worker, or its end")
    cluster.have_workers(0)

    (run,) = trainings.runs
    assert (run.status, run.lost_workers) == ("failed", 3)
    assert run.reason is not None
    assert run.reason.startswith(f"3 workers ended before it did ({socket.gethostname()} ×3), as jobs do at their time")


def test_two_hundred_runs_are_recorded(
    cluster: DaskCluster, notebook: NotebookFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)  # a thousand of them, and no power failure here
    intervals = set()

    def assign(*arguments: Any, **named: Any) -> Assignment:
        intervals.add(named["report_seconds"])
        return Assignment(*arguments, **named)

    monkeypatch.setattr(sweep, "Assignment", assign)
    monkeypatch.setattr(sweep, "MOST_REPORTS", 4)
    jobs = [replace(waiting(""), experiment=QUICK, seed=seed) for seed in range(200)]
    there = Cluster(cluster.address)

    results = list(Trainings(tiny_dataset(), notebook, cluster=there).of(Queue(jobs)))
    there.close()

    assert len(results) == 200
    assert {run.seed for run in notebook.read().runs} == set(range(200))
    assert 0.5 in intervals, "two workers may report four times a second"
    assert intervals <= {0.25, 0.5}, "when the first came, the other may not have been there"


def test_a_client_that_leaves_leaves_nothing_running(cluster: DaskCluster) -> None:
    there = Cluster(cluster.address)
    queue = Queue([waiting("never opened", seed) for seed in range(2)])

    def leave(training: ActiveRun) -> None:
        if sum(bool(each.progress.points) for each in queue.active) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(cluster_sweep(SweepOptions(queue, show=leave), there, tiny_dataset()))
    there.close()

    # Each worker has one thread: these end only if those have.
    with ClusterTraining(cluster.address, [replace(waiting(""), experiment=QUICK, seed=n) for n in range(4)]) as others:
        pass
    assert [run.status for run in others.runs] == ["finished"] * 4


def test_an_error_that_is_not_the_training_s_stops_the_others(cluster: DaskCluster) -> None:
    with ClusterTraining(cluster.address, [waiting("stopped by an error")]) as trainings:
        trainings.reporting(1)
        trainings.queue.add([replace(waiting(""), experiment=RAISES)])

    assert [run.status for run in trainings.runs] == ["stopped"]
    assert isinstance(trainings.error, ValueError)


@contextmanager
def program(cluster: DaskCluster, folder: Path, gate: str) -> Iterator["subprocess.Popen[str]"]:
    """Train a stand-in by the command, and wait until its first epoch is in its journal."""
    name = f"{STAND_IN} {gate}"
    words = ("train", "8", "--epochs", "2", "--name", name, "--scheduler", cluster.address, "--dataset", "synthetic")
    notebook = NotebookFile(folder / "experiments.toml")
    with running_apart(*words, folder=folder) as process:
        wait_for(lambda: any(each.run.curves.epochs for each in notebook.pending() if each.alive), "the first epoch")
        yield process


def test_what_a_killed_client_had_is_kept_and_its_worker_is_free(cluster: DaskCluster, notebook: NotebookFile) -> None:
    with program(cluster, notebook.path.parent, "killed") as process:
        process.kill()
        process.wait()
    cluster.be_idle()

    (kept,) = notebook.pending()
    assert not kept.alive
    assert kept.run.status == "interrupted"
    assert kept.run.curves == ONE_EPOCH


def test_the_first_ctrl_c_stops_a_training_and_records_it(cluster: DaskCluster, notebook: NotebookFile) -> None:
    with program(cluster, notebook.path.parent, "interrupted") as process:
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=SECONDS)

    assert (process.returncode, err) == (130, "")
    assert "stopped by hand" in out
    (recorded,) = notebook.read().runs
    assert (recorded.status, recorded.curves) == ("stopped", ONE_EPOCH)


def test_a_hang_up_ends_no_training(cluster: DaskCluster, notebook: NotebookFile) -> None:
    with program(cluster, notebook.path.parent, "hung-up") as process:
        process.send_signal(signal.SIGHUP)
        cluster.open("hung-up")
        process.communicate(timeout=SECONDS)

    assert process.returncode == 0
    (recorded,) = notebook.read().runs
    assert recorded.status == "finished"


def test_a_scheduler_with_another_dask_is_refused(cluster: DaskCluster, monkeypatch: pytest.MonkeyPatch) -> None:
    theirs = reaching.OWN_VERSIONS.distributed
    monkeypatch.setattr(reaching, "OWN_VERSIONS", replace(reaching.OWN_VERSIONS, distributed="1.2.3"))

    with pytest.raises(UserError, match=f"scheduler has Dask {theirs}, and this program 1.2.3; install the same"):
        Cluster(cluster.address).connect()


def test_workers_with_another_version_of_the_program_are_refused(
    cluster: DaskCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = replace(environment(), fmnist_tui="9.9.9")
    monkeypatch.setattr(workers, "environment", lambda: ours)

    with ClusterTraining(cluster.address, [waiting("never begun")]) as trainings:
        pass

    (note,) = trainings.notes
    assert isinstance(trainings.error, UserError)
    assert str(trainings.error) == note
    assert note.startswith(f"a worker cannot be used: {socket.gethostname()} has fmnist-tui {environment().fmnist_tui}")
    assert trainings.runs == []


def test_workers_with_another_tensorflow_train_and_that_is_said_once(
    cluster: DaskCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = replace(environment(), tensorflow="0.1.2")
    monkeypatch.setattr(workers, "environment", lambda: ours)
    jobs = [replace(waiting(""), experiment=QUICK, seed=seed) for seed in range(3)]

    with ClusterTraining(cluster.address, jobs) as trainings:
        pass

    (note,) = trainings.notes
    assert f"has tensorflow {environment().tensorflow}, and this machine 0.1.2: figures can differ" in note
    assert [run.status for run in trainings.runs] == ["finished"] * 3
